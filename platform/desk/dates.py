"""How a day, a time, and Han beside digits are written on a page (pages.md §6). Never relative, always a weekday."""

import re
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import clock

WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_THIN = re.compile(rf"(?<={_HAN})(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?={_HAN})")


def local(value: date | datetime) -> date | datetime:
    """A time as it reads in Shanghai; a bare day as it is."""
    return value.astimezone(clock.TZ) if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """`2026-11-23 周一`"""
    there = local(value)
    return f"{there:%Y-%m-%d} {WEEKDAYS[there.weekday()]}"


def short_day(value: date | datetime) -> str:
    """`11-23 周一` within this year, else `27-01-11 周一`."""
    there = local(value)
    written = f"{there:%m-%d}" if there.year == clock.today().year else f"{there:%y-%m-%d}"
    return f"{written} {WEEKDAYS[there.weekday()]}"


def moment(value: datetime) -> str:
    """`2026-11-23 周一 15:42`"""
    return f"{day(value)} {hour(value)}"


def hour(value: datetime) -> str:
    """`15:42`"""
    return f"{local(value):%H:%M}"


def between(first: date | datetime, last: date | datetime) -> str:
    """`09-15 至 11-13`; with the year where the two years differ."""
    a, b = local(first), local(last)
    shape = "%m-%d" if a.year == b.year else "%Y-%m-%d"
    return _("%(first)s 至 %(last)s") % {"first": a.strftime(shape), "last": b.strftime(shape)}


def gap(text: str) -> str:
    """A space between Han and digits or Latin letters, as in `重复 3 件`; twice does no harm."""
    return _THIN.sub(" ", text)
