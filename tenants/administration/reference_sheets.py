"""Reference data from a spreadsheet: every row checked and shown before anything is written; the same file again
changes nothing."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from kernel.errors import Invalid
from tenants import sheets
from tenants.sheets import Line, Sheet

MOST = 2_000
LARGEST = 5 * 1024 * 1024


@dataclass
class Plan:
    """What a file would do: each line with its fate ("new", "changed", "same", "" where it is refused)."""

    lines: list[Line]
    fates: dict[int, str] = field(default_factory=dict)

    def count(self, fate: str) -> int:
        return sum(1 for one in self.fates.values() if one == fate)

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.errors]

    @property
    def writes(self) -> int:
        return self.count("new") + self.count("changed")


def read(sheet: Sheet, upload: UploadedFile[Any] | None) -> list[Line]:
    """Raises Invalid at `file` when it cannot be read at all."""
    if upload is None:
        raise Invalid(fields={"file": [_("选一个表格文件。")]})
    if getattr(upload, "too_large", False) or (upload.size or 0) > LARGEST:
        raise Invalid(fields={"file": [_("表格不能超过 5 MB。分成几个文件再试。")]})
    suffix = Path(str(upload.name)).suffix.lower()
    with tempfile.NamedTemporaryFile(suffix=suffix if suffix in (".csv", ".xlsx") else ".xlsx") as kept:
        for part in upload.chunks():
            kept.write(part)
        kept.flush()
        return checked(sheets.read(Path(kept.name), (sheet,))[sheet.title])


def checked(lines: list[Line]) -> list[Line]:
    if not lines:
        raise Invalid(fields={"file": [_("表里没有内容。第一行是列名，从第二行起每项一行。")]})
    if len(lines) > MOST:
        raise Invalid(fields={"file": [_("超过 %(n)d 行。分成几个文件再试。") % {"n": MOST}]})
    return lines


def contents(line: Line, codes: Mapping[str, str]) -> list[str]:
    """Content classes by code or name, apart by commas."""
    found: list[str] = []
    for part in re.split(r"[,，、;；\n]+", line["contents"]):
        word = part.strip()
        if word and word not in codes:
            line.errors.append(_("没有内容分类“%(word)s”。写六位代码或名称。") % {"word": word[:40]})
        elif word and codes[word] not in found:
            found.append(codes[word])
    return found


def day(line: Line, name: str, default: date | None) -> date | None:
    text = line[name].replace("/", "-").replace(".", "-")
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        line.errors.append(_("“%(text)s”不是日期。写成 2026-01-01。") % {"text": line[name][:20]})
        return default


def too_long(line: Line, sheet: Sheet, longest: Mapping[str, int]) -> None:
    for name, most in longest.items():
        if len(line[name]) > most:
            text = _("“%(column)s”最多 %(n)d 字。")
            line.errors.append(text % {"column": sheet.headings[name][0], "n": most})


def doubles(lines: Sequence[Line], keys: Mapping[int, object]) -> None:
    """A key that stands twice in the file is refused the second time."""
    seen: dict[object, int] = {}
    for line in lines:
        key = keys.get(line.number)
        if key is None:
            continue
        if key in seen:
            line.errors.append(_("与第 %(row)d 行重复。") % {"row": seen[key]})
        else:
            seen[key] = line.number
