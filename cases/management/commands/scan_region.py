"""`manage.py scan_region FILE...`: the offices a file names, as the spreadsheet that provision_region takes."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from openpyxl import Workbook

from cases.imports import mapping, places
from kernel.errors import HuiyinError

HEADINGS = ("代码", "名称", "层级", "上级", "域名", "简称")


class Command(BaseCommand):
    help = "Scans spreadsheets for lettered places (A市, A3区, B7县) and writes the region for provision_region."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", type=Path, nargs="+")
        parser.add_argument("--mapping", type=Path, required=True)
        parser.add_argument("--out", type=Path, required=True, help="the .xlsx file to write")
        parser.add_argument("--province", default="西地省")
        parser.add_argument("--code", default="980000")
        parser.add_argument("--label", default="xidi", help="first part of the host names")

    def handle(self, *args: Any, **options: Any) -> None:
        found: Counter[tuple[str, str, str]] = Counter()
        try:
            given = mapping.read(options["mapping"])
            for path in options["files"]:
                found += places.scan(path, given)
        except HuiyinError as error:
            raise CommandError(str(error)) from error
        offices = places.region(found, province=options["province"], code=options["code"], label=options["label"])
        book = Workbook(write_only=True)
        sheet = book.create_sheet("机构")
        sheet.append(HEADINGS)
        for office in offices:
            sheet.append([office.code, office.name, office.level, office.parent, office.host, office.short_name])
        book.save(options["out"])
        self.stdout.write(_("写出 %(n)d 个机构：%(path)s") % {"n": len(offices), "path": options["out"]})
