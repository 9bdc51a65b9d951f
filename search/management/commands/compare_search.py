"""Do documents say what cases say, and the index what documents say?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.management.offices import add_argument, chosen
from kernel.errors import HuiyinError
from search import client
from search.indexing import comparing
from search.indexing.models import Difference

SHOWN = 50


class Command(BaseCommand):
    help = "Compare cases, documents and index: what is missing, stale or surplus. Ends with 1 where anything is."

    def add_arguments(self, parser: CommandParser) -> None:
        add_argument(parser)

    def handle(self, *args: Any, tenant: str | None, **options: Any) -> None:
        found: list[Difference] = []
        try:
            for office in chosen(tenant):
                found += comparing.differences(office)
            if not tenant and client.wanted():
                found += comparing.strangers()
        except HuiyinError as error:
            raise CommandError(str(error)) from error
        for one in found[:SHOWN]:
            self.stdout.write(f"{one.schema} {one.case} {one.get_layer_display()} {one.get_kind_display()}")
        counted = Counter((one.get_layer_display(), one.get_kind_display()) for one in found)
        for (layer, kind), count in sorted(counted.items()):
            self.stdout.write(f"{layer} {kind}: {count}")
        if found:
            raise CommandError(_("先运行 manage.py rebuild_documents，仍有出入的运行 manage.py reindex。"))
        self.stdout.write(_("没有出入。"))
