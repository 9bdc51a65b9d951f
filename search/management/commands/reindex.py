"""Make the index of a province anew beside the one that is searched, and put it in its place."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kernel.errors import HuiyinError
from search import client
from search.indexing import building
from search.indexing.models import Build
from search.indexing.provinces import provinces

WIDTH = 30


class Command(BaseCommand):
    help = "Rebuild the search index of one province or of all, while cases change; run again, it goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", help="code of the office at the top; left out, every province")

    def handle(self, *args: Any, province: str | None, **options: Any) -> None:
        if not client.wanted():
            raise CommandError(_("没有设置 ELASTICSEARCH_URL；检索由数据库提供，不需要索引。"))
        known = provinces()
        if province and province not in known:
            raise CommandError(_("没有代码为 %(code)s 的单位。") % {"code": province})
        for code in [province] if province else known:
            try:
                self._one(code)
            except HuiyinError as error:
                raise CommandError(str(error)) from error

    def _one(self, code: str) -> None:
        started, begun = time.monotonic(), -1
        for build in building.reindex(code):
            begun = build.done if begun < 0 else begun
            self._show(build, (build.done - begun) / max(time.monotonic() - started, 0.001))
        self.stderr.write("")
        about = {"index": build.index, "done": build.done, "aside": build.aside}
        self.stdout.write(_("%(index)s：%(done)d 件，搁置 %(aside)d 件，已投入使用") % about)

    def _show(self, build: Build, per_s: float) -> None:
        share = min(build.done / build.total, 1.0) if build.total else 1.0
        bar = ("#" * round(share * WIDTH)).ljust(WIDTH, ".")
        line = f"{build.index} [{bar}] {share:4.0%} {build.done}/{build.total} {per_s:,.0f}/s "
        self.stderr.write(line, ending="\r")
