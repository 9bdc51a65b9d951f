"""How a day, a time, and Han beside digits are written on a page (pages.md §6). Never relative, always a weekday."""

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

from kernel import clock
from kernel.written import WEEKDAYS, day, hour, local, moment

__all__ = ["WEEKDAYS", "between", "day", "gap", "hour", "local", "moment", "short_day"]

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_THIN = re.compile(rf"(?<={_HAN})(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?={_HAN})")


def short_day(value: date | datetime) -> str:
    """`11-23 周一` within this year, else `27-01-11 周一`."""
    there = local(value)
    written = f"{there.month:02}-{there.day:02}"
    if there.year != clock.today().year:
        written = f"{there.year % 100:02}-{written}"
    return f"{written} {WEEKDAYS[there.weekday()]}"


def between(first: date | datetime, last: date | datetime) -> str:
    """`09-15 至 11-13`; with the year where the two years differ."""
    a, b = local(first), local(last)
    shape = "%m-%d" if a.year == b.year else "%Y-%m-%d"
    return _("%(first)s 至 %(last)s") % {"first": a.strftime(shape), "last": b.strftime(shape)}


def gap(text: str) -> str:
    """A space between Han and digits or Latin letters, as in `重复 3 件`; twice does no harm."""
    return _THIN.sub(" ", text)
