"""Days and spans of days as people write them: 2025-, 2025-03, 2025年3月, 2025-03-01~2025-04, 本月, 上周, 近 30 天."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """Days included at both ends; None is open."""

    since: date | None = None
    until: date | None = None


_DAY = r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?|年)?"
_ONE = re.compile(_DAY)
_BARE_YEAR = re.compile(r"\d{4}")
_RANGE = re.compile(rf"(?P<since>{_DAY})?\s*(?:\.\.\.?|~|～|至|到|—+|–)\s*(?P<until>{_DAY})?")
_FROM = re.compile(rf"(?P<since>{_DAY})\s*(?:-|－|起|以来|之后|以后)")
_TO = re.compile(rf"(?:-|－)?(?P<until>{_DAY})\s*(?:以前|之前|前|止)")
_THIS_YEAR = re.compile(r"(\d{1,2})月(?:(\d{1,2})日?|份)?")  # the latest there was
_YEARS = re.compile(r"(\d{4})-(\d{4})")
_RECENT = re.compile(r"(?:近|最近|过去)\s*(\d{1,3}|[一二两三四五六七八九十半])\s*个?(天|日|周|星期|月|年)")
_LAST = re.compile(r"(?:last|past)\s*(\d{1,3})\s*(day|week|month|year)s?")
_HAN = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_LENGTHS = {"天": 1, "日": 1, "周": 7, "星期": 7, "月": 30, "年": 365, "day": 1, "week": 7, "month": 30, "year": 365}


def span(text: str, today: date, *, asked: bool = False) -> Span | None:
    """None for what says no time. `asked`: it was said to be a time (时间:), so that four digits are a year."""
    plain = text.strip().lower()
    if word := _WORDS.get(plain):
        return word(today)
    try:
        return _read(plain, today, asked)
    except (ValueError, OverflowError):
        return None


def _read(plain: str, today: date, asked: bool) -> Span | None:
    if found := _RECENT.fullmatch(plain) or _LAST.fullmatch(plain):
        return _recent(found[1], found[2], today)
    if found := _YEARS.fullmatch(plain):
        if not asked:
            return None
        first, last = date(int(found[1]), 1, 1), date(int(found[2]), 12, 31)
        return Span(first, last) if first <= last else None
    if asked and (found := _THIS_YEAR.fullmatch(plain)):
        year = today.year - (int(found[1]) > today.month)
        return Span(*_edges("-".join(part for part in (str(year), found[1], found[2]) if part)))
    if (found := _ONE.fullmatch(plain)) and (asked or not _BARE_YEAR.fullmatch(plain)):
        return Span(*_edges(plain))
    for pattern in (_FROM, _TO, _RANGE):
        if found := pattern.fullmatch(plain):
            ends = found.groupdict()
            since, until = ends.get("since"), ends.get("until")
            if since is None and until is None:
                return None
            made = Span(_edges(since)[0] if since else None, _edges(until)[1] if until else None)
            return made if not (made.since and made.until and made.since > made.until) else None
    return None


def _edges(text: str) -> tuple[date, date]:
    """First and last day of a year, a month or a day. Raises ValueError."""
    found = _ONE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day = int(found[1]), found[2], found[3]
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        first = date(year, int(month), 1)
        return first, _next_month(first) - timedelta(days=1)
    one = date(year, int(month), int(day))
    return one, one


def _recent(count: str, unit: str, today: date) -> Span:
    length = _LENGTHS[unit]
    days = length // 2 if count == "半" else length * (_HAN.get(count) or int(count))
    return Span(today - timedelta(days=max(days, 1) - 1), today)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _week(today: date, back: int = 0) -> Span:
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return Span(monday, monday + timedelta(days=6))


def _month(today: date, back: int = 0) -> Span:
    first = today.replace(day=1)
    for _ in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    return Span(first, _next_month(first) - timedelta(days=1))


def _year(today: date, back: int = 0) -> Span:
    return Span(date(today.year - back, 1, 1), date(today.year - back, 12, 31))


def _day(today: date, back: int = 0) -> Span:
    one = today - timedelta(days=back)
    return Span(one, one)


def _quarter(today: date, back: int = 0) -> Span:
    month = 3 * ((today.month - 1) // 3) + 1
    last = _month(date(today.year, month, 1), 3 * back).since
    first = last or today
    return Span(first, _month(_next_month(_next_month(first))).until)


Named = Callable[[date], Span]
_NAMES: tuple[tuple[Callable[[date, int], Span], tuple[tuple[str, ...], ...]], ...] = (
    (_day, (("今天", "今日", "today"), ("昨天", "昨日", "yesterday"), ("前天",))),
    (_week, (("本周", "这周", "本星期", "this week", "thisweek"), ("上周", "上星期", "last week", "lastweek"))),
    (_month, (("本月", "这个月", "当月", "this month", "thismonth"), ("上月", "上个月", "last month", "lastmonth"))),
    (_quarter, (("本季度", "本季"), ("上季度", "上季"))),
    (_year, (("今年", "本年", "this year", "thisyear"), ("去年", "上年", "last year", "lastyear"), ("前年",))),
)


def _named() -> dict[str, Named]:
    found: dict[str, Named] = {}
    for make, steps in _NAMES:
        for back, names in enumerate(steps):
            for name in names:
                found[name] = lambda today, make=make, back=back: make(today, back)  # type: ignore[misc]
    return found


_WORDS = _named()
