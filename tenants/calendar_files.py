"""Reading a year's days from a spreadsheet or CSV: date, worked or not, name. Every bad row is listed, none guessed."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import Invalid
from tenants.calendars import FIRST_YEAR, LAST_YEAR, NATION, in_range, publish_year, set_days, year_errors
from tenants.workdays import Day

WORKED = frozenset({"是", "班", "上班", "调休上班", "1", "true", "yes", "y"})
FREE = frozenset({"否", "休", "放假", "休息", "0", "false", "no", "n"})
MOST_ROWS = 2000
MOST_BYTES = 5 * 1024 * 1024
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")


def read(content: bytes, name: str) -> dict[date, Day]:
    """The days in a file; the first row may be a heading. Invalid lists each row that cannot be read."""
    if len(content) > MOST_BYTES:
        raise Invalid(_("文件太大。放假安排一年不过几十行，检查是不是选错了文件。"))
    rows = _sheet(content) if name.lower().endswith((".xlsx", ".xlsm")) else _csv(content)
    days: dict[date, Day] = {}
    errors: dict[str, list[str]] = {}
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise Invalid(_("超过 %(n)s 行。检查是不是选错了文件。") % {"n": MOST_ROWS})
        cells = [*(_text(cell) for cell in row), "", "", ""][:3]
        heading = number == 1 and not any(char.isdigit() for char in cells[0])
        if heading or not any(cells):
            continue
        problems = _problems(cells, days)
        day = _day(cells[0])
        if problems or day is None:
            errors[_("第 %(n)s 行") % {"n": number}] = problems
        else:
            days[day] = Day(cells[1].lower() in WORKED, cells[2])
    if errors:
        raise Invalid(_("有 %(n)s 行要改，没有导入。") % {"n": len(errors)}, fields=errors)
    if not days:
        raise Invalid(_("文件里没有日期。每行写：日期、是否上班、名称。"))
    return days


@transaction.atomic
def load(scope: str, days: dict[date, Day], source: str, *, dry_run: bool = False) -> list[int]:
    """Put the days in force: for the nation whole years, for a place single days. Returns the years touched."""
    years = sorted({day.year for day in days})
    if scope != NATION:
        if not dry_run:
            set_days(scope, days, source=source)
        return years
    plans = {year: {day: row for day, row in days.items() if day.year == year} for year in years}
    errors = {str(year): found for year, plan in plans.items() if (found := year_errors(year, plan))}
    if errors:
        raise Invalid(_("放假安排不完整，没有导入。补齐后再导入。"), fields=errors)
    if not dry_run:
        for year, plan in plans.items():
            publish_year(year, plan, source)
    return years


def _problems(cells: list[str], seen: dict[date, Day]) -> list[str]:
    problems: list[str] = []
    day = _day(cells[0])
    if day is None:
        problems.append(_("“%(cell)s”不是日期。写成 2027-01-01。") % {"cell": cells[0]})
    elif not in_range(day.year):
        problems.append(_("年份只能是 %(first)s 至 %(last)s。") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    elif day in seen:
        problems.append(_("%(day)s 已在前面出现过。") % {"day": day})
    if cells[1].lower() not in WORKED | FREE:
        problems.append(_("“%(cell)s”看不出是否上班。写 是 或 否。") % {"cell": cells[1]})
    if len(cells[2]) > 60:
        problems.append(_("名称最多 60 字。"))
    return problems


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


def _csv(content: bytes) -> Iterator[Iterable[object]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield from csv.reader(io.StringIO(text, newline=""))
        return
    raise Invalid(_("读不出这个文件的文字。另存为 UTF-8 的 CSV，或者 xlsx。"))


def _sheet(content: bytes) -> Iterator[Iterable[object]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second, needed once a year
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = list(islice(book.worksheets[0].iter_rows(max_col=3, values_only=True), MOST_ROWS + 1))
        book.close()
    # SyntaxError is what the XML parser raises.
    except (InvalidFileException, zipfile.BadZipFile, LookupError, OSError, ValueError, SyntaxError) as error:
        raise Invalid(_("打不开这个表格。另存为 xlsx 或者 CSV 再导入。")) from error
    yield from rows
