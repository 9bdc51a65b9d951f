"""`manage.py provision_region FILE`: offices, and if given departments and people, of a whole region."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kernel.errors import Invalid
from tenants.regions import OFFICES, Region


class Command(BaseCommand):
    help = "Provisions a region from a spreadsheet (code, name, level, parent, host). Run again, it goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and say what would be done")
        parser.add_argument("--errors", type=Path, help="write the refused rows to this .xlsx file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            region = Region(options["file"])
        except Invalid as error:
            raise CommandError(" ".join(text for texts in error.fields.values() for text in texts)) from error
        dry_run: bool = options["dry_run"]
        total, started, made = len(region.offices), time.monotonic(), 0
        others = 0
        for done in region.carry_out(dry_run=dry_run):
            if done.sheet is not OFFICES:
                others += 1
                continue
            made += 1
            word = (_("将开通") if dry_run else _("已开通")) if done.new else _("已有")
            self.stdout.write(f"{made}/{total} {word} {done.line['code']} {done.line['name']}")
        seconds = time.monotonic() - started
        self.stdout.write(
            _("机构 %(made)d，部门和人员 %(others)d，用时 %(seconds).1f 秒。")
            % {"made": made, "others": others, "seconds": seconds}
        )
        self._report(region, options["errors"])

    def _report(self, region: Region, path: Path | None) -> None:
        refused = region.refused()
        if path is not None:
            region.write_errors(path)
        if not refused:
            return
        for title, lines in region.lines.items():
            for line in lines:
                for error in line.errors:
                    self.stderr.write(_("表“%(sheet)s”第 %(row)d 行：") % {"sheet": title, "row": line.number} + error)
        raise CommandError(_("%(n)d 行有问题，没有办。改正后重新运行，已办的不会重复。") % {"n": refused})
