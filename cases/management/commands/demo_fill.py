"""`manage.py demo_fill`: about 400 invented cases in every state and of every age, through the actions."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.demo import fill
from cases.demo.cast import CastIncomplete, gather
from cases.imports.shares import run_shares
from cases.states import State


class Command(BaseCommand):
    help = "Fills the demo region with invented cases. Run again, it adds only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jobs", type=int, default=2, help="worker processes")
        parser.add_argument("--root", help="code of the province to fill; left out, every office")

    def handle(self, *args: Any, **options: Any) -> None:
        started, root = time.monotonic(), options["root"]
        try:
            region = gather(root)
            total = len(fill.missing(region))
        except CastIncomplete as error:
            raise CommandError(_("先运行 demo_region 建立演示地区；缺少岗位：%(what)s") % {"what": error}) from error
        moment = fill.moment()
        if total:
            arguments = {"moment": moment.isoformat(), "root": root}
            self._done, self._total, self._started = 0, total, started
            run_shares("cases.demo.worker:fill_share", options["jobs"], arguments, self._progress)
        drafts = fill.drafts(region, moment)
        fill.wordings(region)
        broken = fill.prove(region)
        if broken:
            raise CommandError("\n".join([_("填充后的数据有问题：%(n)d 处") % {"n": len(broken)}, *broken[:20]]))
        found = fill.counts(region)
        line = "  ".join(f"{state} {State(state).label} {count}" for state, count in sorted(found.items()))
        self.stdout.write(line)
        text = _("共 %(all)d 件，本次新增 %(new)d 件、草稿 %(drafts)d 份，用时 %(s).1f 秒；保管和历史核验无误。")
        numbers = {"all": found.total(), "new": total, "drafts": drafts, "s": time.monotonic() - started}
        self.stdout.write(text % numbers)

    def _progress(self, what: int) -> None:
        self._done += what
        live = sys.stderr.isatty()
        if self._done == self._total or self._done % (10 if live else 100) == 0:
            rate = self._done / max(time.monotonic() - self._started, 0.001)
            end = "\r" if live and self._done < self._total else "\n"
            self.stderr.write(f"{self._done}/{self._total}  {rate:.0f}/s", ending=end)
