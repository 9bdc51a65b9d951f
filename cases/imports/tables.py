"""A spreadsheet as a stream of rows: xlsx or csv, told by content; what cannot be read says what to do instead."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kernel.errors import Invalid

OLE = b"\xd0\xcf\x11\xe0"
ENCODINGS = ("utf-8-sig", "gb18030")
SNIFFED = 64 * 1024


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula instead of a value."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is the row as the spreadsheet program counts it; `cells` follow the header."""

    number: int
    cells: list[Any]


def refuse(text: str) -> Invalid:
    return Invalid(text, code="bad-file")


def header(path: Path) -> list[str]:
    """The names in the first row. Invalid: not a spreadsheet, or nothing in it."""
    for line in _raw(path):
        names = ["" if cell is None else str(cell).strip() for cell in line.cells]
        if any(names):
            return names
        break
    raise refuse(_("表里没有内容。第一行应是栏名，从第二行起一行一件。"))


def lines(path: Path) -> Iterator[Line]:
    """The rows under the header that are not empty. Invalid when the file breaks off."""
    stream = _raw(path)
    next(stream, None)
    for line in stream:
        if any(cell is not None and str(cell).strip() for cell in line.cells):
            yield line


def _raw(path: Path) -> Iterator[Line]:
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise refuse(_("打不开文件 %(name)s：%(why)s") % {"name": path.name, "why": error.strerror}) from error
    if not head:
        raise refuse(_("文件 %(name)s 是空的。") % {"name": path.name})
    if head.startswith(OLE):
        raise refuse(_("这是旧的 .xls 文件。用表格软件另存为 .xlsx 或 .csv，再导入。"))
    if head.startswith(b"PK"):
        yield from _workbook(path)
    else:
        yield from _text(path)


def _workbook(path: Path) -> Iterator[Line]:
    broken = refuse(_("文件 %(name)s 已损坏或不是 .xlsx 表格。重新导出后再试。") % {"name": path.name})
    try:
        book = load_workbook(path, read_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise broken from error
    try:
        if not book.worksheets:
            raise broken
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield Line(number, [Formula(str(c.value)) if c.data_type == "f" else c.value for c in row])
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise broken from error
    finally:
        book.close()


def _text(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        start = file.read(SNIFFED)
    encoding = _encoding(path)
    if encoding is None or start.count(b"\0") > len(start) // 100:
        text = _("%(name)s 不是表格。只收 .xlsx 和 .csv（UTF-8 或 GB 18030）。")
        raise refuse(text % {"name": path.name})
    sample = start.decode(encoding, "replace").splitlines()[:1]
    delimiter = max(",\t;", key=(sample or [""])[0].count)
    csv.field_size_limit(10_000_000)
    with path.open(encoding=encoding, newline="") as file:
        try:
            for number, row in enumerate(csv.reader(_without_nul(file), delimiter=delimiter), start=1):
                yield Line(number, list(row))
        except csv.Error as error:
            raise refuse(_("%(name)s 读到一半断了：%(why)s") % {"name": path.name, "why": error}) from error


def _without_nul(file: io.TextIOBase) -> Iterator[str]:
    for line in file:
        yield line.replace("\0", "")


def _encoding(path: Path) -> str | None:
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(1024 * 1024):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    return None
