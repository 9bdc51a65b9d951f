"""Case numbers as people write them, whole or cut short: a pattern for LIKE, "" for what is none (cases.numbers)."""

from __future__ import annotations

import re
from datetime import date

_SHORT = re.compile(r"(?:(\d{6,12})[ -]?)?((?:19|20)\d{6})-(\d{1,6})")
_TAIL = re.compile(r"((?:19|20)\d{6})(\d{7})")
_UNDASHED = re.compile(r"((?:19|20)\d{6})(\d{1,6})")
_WHOLE = re.compile(r"\d{21,27}")
_BEGUN = re.compile(r"\d{9,26}")
_DAY = re.compile(r"(?:19|20)\d{6}")
_COUNT = re.compile(r"\d{1,6}")


def pattern(text: str, *, asked: bool = False) -> str:
    """`asked`: it was said to be a number (编号:), so that a day or the count of a day alone is one too."""
    plain = text.strip()
    if found := _SHORT.fullmatch(plain):
        region, day, count = found.groups()
        return f"{region or '%'}{day}_{count.zfill(6)}" if _is_day(day) else ""
    if (found := _TAIL.fullmatch(plain)) and _is_day(found[1]):
        return f"%{plain}"
    if (found := _UNDASHED.fullmatch(plain)) and _is_day(found[1]):  # no region's code begins with a century
        return f"%{found[1]}_{found[2].zfill(6)}"
    if _WHOLE.fullmatch(plain):
        return plain
    if _BEGUN.fullmatch(plain) and (asked or _has_day(plain)):
        return f"{plain}%"
    if asked and _DAY.fullmatch(plain) and _is_day(plain):
        return f"%{plain}{'_' * 7}"
    if asked and _COUNT.fullmatch(plain):
        return f"%{plain.zfill(6)}"
    return ""


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _has_day(digits: str) -> bool:
    """Region, then as much of a day as there is: the beginning of a number, and no phone number."""
    year = digits[6:10]
    return len(digits) >= 12 and year.startswith(("19", "20"))
