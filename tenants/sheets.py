"""Spreadsheets with Chinese or English headings become rows of text; refused rows go back with the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _

from kernel.errors import Invalid

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_ROWS = 50_000


@dataclass(slots=True)
class Line:
    """One row of a sheet: cells by field name, and what is wrong with it."""

    number: int
    cells: dict[str, str]
    errors: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is expected: field -> the headings it may have, the first being the one we name in messages."""

    title: str
    titles: tuple[str, ...]
    headings: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]


def read(path: Path, expected: Iterable[Sheet]) -> dict[str, list[Line]]:
    """Lines by the sheet's title. The first expected sheet is the first of the file; others are found by name.

    Raises Invalid when the file is no spreadsheet, or a heading is missing.
    """
    tables = _tables(path)
    found: dict[str, list[Line]] = {}
    for place, sheet in enumerate(expected):
        names = [name for name in tables if name.strip().lower() in sheet.titles]
        if not names and place == 0:
            names = list(tables)[:1]
        found[sheet.title] = _lines(sheet, tables[names[0]]) if names else []
    return found


def write_errors(path: Path, sheets: Iterable[tuple[Sheet, list[Line]]]) -> int:
    """The refused rows as they came, with the reason in a last column; how many they are."""
    book = _book()
    book.remove(book.worksheets[0])
    count = 0
    for sheet, lines in sheets:
        page = book.create_sheet(sheet.title)
        page.append([*(names[0] for names in sheet.headings.values()), _("行号"), _("问题")])
        for line in lines:
            if line.errors:
                count += 1
                page.append([_plain(line[name]) for name in sheet.headings] + [line.number, " ".join(line.errors)])
    if not book.worksheets:
        book.create_sheet("errors")
    book.save(path)
    return count


def write_blank(path: Path, sheets: Iterable[Sheet]) -> None:
    """The headings alone, one page for each table, to be filled in."""
    book = _book(write_only=True)
    for sheet in sheets:
        book.create_sheet(sheet.title).append([names[0] for names in sheet.headings.values()])
    book.save(path)


@dataclass(frozen=True, slots=True)
class Share:
    """A number between 0 and 1, shown as a percentage."""

    value: Decimal


Cell = str | int | Share


def write_rows(file: IO[bytes], title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A sheet written row by row; what is a number stays one."""
    book = _book(write_only=True)
    page = book.create_sheet(title[:31])
    page.append(list(headings))
    for row in rows:
        page.append([_cell(page, cell) for cell in row])
    book.save(file)


def _cell(page: Any, cell: Cell) -> Any:
    if isinstance(cell, Share):
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  as below

        made = WriteOnlyCell(page, float(cell.value))
        made.number_format = "0.00%"
        return made
    return _plain(cell) if isinstance(cell, str) else cell


def _book(*, write_only: bool = False) -> Workbook:
    from openpyxl import Workbook  # noqa: PLC0415  the library is read when the first table is

    return Workbook(write_only=write_only)


def _plain(text: str) -> str:
    """No cell of ours is a formula, whatever was typed, and none holds what the format forbids."""
    clean = "".join(sign for sign in text if sign >= " " or sign in "\t\n")
    return f"'{clean}" if clean[:1] in {"=", "+", "-", "@"} else clean


def _tables(path: Path) -> dict[str, list[list[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415  as above
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    if not path.is_file():
        raise Invalid(fields={"file": [_("没有这个文件：%(name)s") % {"name": path.name}]})
    if path.suffix.lower() == ".csv":
        return {"": _csv(path)}
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            return {page.title: _cut(page.iter_rows(values_only=True)) for page in book.worksheets}
        finally:
            book.close()
    except Invalid:
        raise
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError, EOFError) as error:
        text = _("“%(name)s”不是可以读取的表格。用 .xlsx 或 .csv 另存后再试。")
        raise Invalid(fields={"file": [text % {"name": path.name}]}) from error


def _csv(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid(fields={"file": [_("文字编码无法识别。用 UTF-8 另存后再试。")]})
    try:
        return _cut(csv.reader(text.splitlines()))
    except csv.Error as error:
        raise Invalid(fields={"file": [_("表格有一行无法读取。用 .xlsx 另存后再试。")]}) from error


def _cut(rows: Iterable[Iterable[Any]]) -> list[list[str]]:
    found: list[list[str]] = []
    for row in rows:
        if len(found) > MOST_ROWS:
            raise Invalid(fields={"file": [_("超过 %(n)d 行。分成几个文件再试。") % {"n": MOST_ROWS}]})
        found.append([_text(cell) for cell in row])
    return found


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a code that the spreadsheet took for a number
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).replace("\u3000", " ").replace("\x00", "").strip()


def _lines(sheet: Sheet, table: list[list[str]]) -> list[Line]:
    rows = iter(enumerate(table, start=1))
    columns: dict[str, int] = {}
    for _number, row in rows:
        if any(row):
            columns = _columns(sheet, row)
            break
    missing = [sheet.headings[name][0] for name in sheet.required if name not in columns]
    if missing:
        text = _("表“%(sheet)s”缺少列：%(columns)s")
        raise Invalid(fields={"file": [text % {"sheet": sheet.title, "columns": _("、").join(missing)}]})
    return list(_filled(sheet, columns, rows))


def _columns(sheet: Sheet, row: list[str]) -> dict[str, int]:
    places = {cell.strip().lower(): place for place, cell in reversed(list(enumerate(row))) if cell.strip()}
    return {
        name: places[heading]
        for name, headings in sheet.headings.items()
        for heading in headings
        if heading.lower() in places
    }


def _filled(sheet: Sheet, columns: Mapping[str, int], rows: Iterator[tuple[int, list[str]]]) -> Iterator[Line]:
    for number, row in rows:
        if not any(row):
            continue
        line = Line(number, {name: row[place] if place < len(row) else "" for name, place in columns.items()})
        for name in sheet.required:
            if not line[name]:
                line.errors.append(_("“%(column)s”是空的。") % {"column": sheet.headings[name][0]})
        yield line
