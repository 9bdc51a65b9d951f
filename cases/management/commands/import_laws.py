"""manage.py import_laws FILE [--dry-run]: articles every office may cite, from a spreadsheet. Again changes nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cases.codes.contents import called
from kernel.errors import HuiyinError
from tenants import sheets
from tenants.administration.laws import LAWS, put_for_all
from tenants.administration.reference_sheets import checked


class Command(BaseCommand):
    help = "Bring the table of laws that all offices share from a spreadsheet: 法规, 条, 内容提要, 条文."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, write nothing")
        parser.add_argument("--errors", type=Path, help="where the refused rows go, with the reason")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = checked(sheets.read(options["file"], (LAWS,))[LAWS.title])
            plan = put_for_all(lines, called(), dry_run=options["dry_run"])
        except HuiyinError as error:
            texts = [text for found in error.fields.values() for text in found] or [str(error)]
            raise CommandError("\n".join(texts)) from error
        for line in plan.refused:
            self.stderr.write(_("第 %(n)d 行：%(why)s") % {"n": line.number, "why": " ".join(line.errors)})
        if options["errors"] and plan.refused:
            sheets.write_errors(options["errors"], [(LAWS, plan.refused)])
        text = _("新增 %(new)d 条，修改 %(changed)d 条，不变 %(same)d 条，有问题 %(refused)d 行。")
        numbers = {"refused": len(plan.refused)} | {fate: plan.count(fate) for fate in ("new", "changed", "same")}
        self.stdout.write(text % numbers)
