"""What the import could not take, and what a person should look at: kept with its original row, as a workbook."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

LONGEST_CELL = 32_000
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Finding:
    """`refused`: the row was not imported; else it was, and something about it is worth a look."""

    row: int
    column: str
    what: str
    remedy: str
    cells: list[str]
    refused: bool = True

    def __str__(self) -> str:
        column = f"“{self.column}”" if self.column else ""
        return _("第 %(row)d 行%(column)s：%(what)s。%(remedy)s。") % {
            "row": self.row,
            "column": column,
            "what": self.what,
            "remedy": self.remedy,
        }


def kept(cells: list[Any]) -> list[str]:
    return ["" if cell is None else _ILLEGAL.sub("", str(cell))[:LONGEST_CELL] for cell in cells]


def write(path: Path, names: list[str], findings: list[Finding]) -> None:
    """Two sheets, refused rows first. Nothing in it is a formula, whatever the row held."""
    book = Workbook(write_only=True)
    for title, refused in ((_("未导入"), True), (_("已导入，请留意"), False)):
        sheet = book.create_sheet(title)

        def put(values: list[Any], sheet: Any = sheet) -> None:
            cells = []
            for value in values:
                cell = WriteOnlyCell(sheet, value=None if isinstance(value, str) else value)
                if isinstance(value, str):
                    cell.value = value
                    cell.data_type = "s"  # a text that begins with = stays a text
                cells.append(cell)
            sheet.append(cells)

        put([_("行号"), _("栏"), _("问题"), _("怎么办"), *names])
        for finding in sorted((f for f in findings if f.refused == refused), key=lambda f: f.row):
            put([finding.row, finding.column, finding.what, finding.remedy, *finding.cells])
    book.save(path)


def summary(findings: list[Finding]) -> list[str]:
    """The kinds of findings and how many rows each has."""
    found = Counter((finding.refused, finding.what) for finding in findings)
    ordered = sorted(found.items(), key=lambda item: (not item[0][0], -item[1]))
    return [f"{_('未导入') if refused else _('提示')}  {what}  {count}" for (refused, what), count in ordered]
