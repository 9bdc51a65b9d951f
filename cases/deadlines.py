"""When a limit ends, how much of it is left, and why that day (domain §5, §14.2; wording pages.md §6). Pure.

The start day is not counted, the last day ends at 23:59:59 in Shanghai. `raw` is the strict date by which offices are
measured; `effective` rolls a day off forward to the next working day and is what a petitioner may rely on.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel.clock import TZ
from tenants import rule_words
from tenants.workdays import Calendar, plus_days

UNITS: Final = frozenset({"d", "wd", "months", "h"})

END_OF_DAY = time(23, 59, 59)


class Level(StrEnum):
    """How a clock stands; the value of `data-clock` (pages.md §5)."""

    OK = "ok"
    SOON = "soon"
    OVER = "over"
    SERIOUS = "serious"
    GRAVE = "grave"


class Rung(IntEnum):
    """The steps of warning in the order in which they are reached (domain §5, design §6)."""

    NONE = 0
    DAYS_7 = 1
    DAYS_3 = 2
    DAYS_1 = 3
    OVER = 4
    SERIOUS = 5
    GRAVE = 6


# Calendar days before the strict date at which a reminder is due, and after it at which lateness weighs more.
REMIND_DAYS = (7, 3, 1)
OVER_DAYS, SERIOUS_DAYS, GRAVE_DAYS = 1, 15, 30


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a limit. `provisional`: a day of a year without a published plan was used to find it."""

    raw: datetime
    effective: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a clock, or how late it is: `days` by the calendar (negative: late), `workdays` never below 0."""

    level: Level
    rung: Rung
    days: int
    workdays: int
    provisional: bool
    word: str
    amount: str
    text: str

    @property
    def chip(self) -> str:
        """The short form of the worklist: 临期 3 个工作日, 超期 6 日."""
        return f"{self.word} {self.amount}"


class WhyRow(NamedTuple):
    """One line of 为什么是这一天？"""

    label: str
    text: str
    sub: str = ""


def due(start: datetime, length: int, unit: str, calendar: Calendar) -> Due:
    """The end of `length` units after `start` (aware). Never raises on a date: ends are held inside the year 9999.

    d: calendar days. wd: working days. months: to the same day of the month, or its last (Civil Code 202).
    h: hours by the clock, day off or not.
    """
    if unit not in UNITS:
        raise ValueError(f"No limit is counted in {unit!r}.")
    if unit == "h":
        moment = _local(start) + min(timedelta(hours=length), _end(date.max) - _local(start))
        return Due(moment, moment)
    day = local_day(start)
    if unit == "wd":
        counted = calendar.add_workdays(day, length)
        return Due(_end(counted.day), _end(counted.day), counted.provisional)
    return due_on(plus_days(day, length) if unit == "d" else _plus_months(day, length), calendar)


def due_on(day: date, calendar: Calendar) -> Due:
    """A limit whose last day somebody named (K5, K14): strict on that day, rolled forward for the petitioner."""
    rolled = calendar.roll_forward(day)
    return Due(_end(day), _end(rolled.day), rolled.provisional)


def extend(old: Due, days: int, calendar: Calendar) -> Due:
    """The limit `days` calendar days later, counted from the strict date (R 34). 0 changes nothing."""
    if days == 0:
        return old
    new = due_on(plus_days(local_day(old.raw), days), calendar)
    return Due(new.raw, new.effective, new.provisional or old.provisional)


def remaining(due_raw: datetime, now: datetime, calendar: Calendar) -> Remaining:
    """How the clock stands at `now`, by the strict date. Late is counted in calendar days, left in working days."""
    today, last = local_day(now), local_day(due_raw)
    days = (last - today).days
    workdays = calendar.workdays_between(today, last)
    provisional = calendar.touches_unknown(today, last)
    late = -days if days < 0 else int(_local(now) > _local(due_raw).replace(microsecond=999999))
    level, rung = _level(days, late)
    word = _WORDS[level]()
    if late:
        amount = _n_days(late) if days < 0 else _("不足 1 日")
        text = _("%(word)s %(amount)s") % {"word": word, "amount": amount}
    elif days == 0:
        until = _local(due_raw).strftime("%H:%M")
        amount, text = _("今天"), _("今天 %(time)s 前") % {"time": until}
    else:
        # With only days off between now and the end there is no working day to speak of.
        amount = _n_workdays(workdays) if workdays else _n_days(days)
        if provisional:
            amount = _("约 %(amount)s") % {"amount": amount}
            text = _("%(amount)s，暂定") % {"amount": amount}
        else:
            text = _("还剩 %(amount)s") % {"amount": amount}
    return Remaining(level, rung, days, workdays, provisional, word, amount, text)


def citizen_text(due_effective: datetime, now: datetime) -> str:
    """What a petitioner reads of a window: 最晚 2026-12-14 周一，还有 21 天."""
    last = local_day(due_effective)
    days = (last - local_day(now)).days
    if days < 0:
        return _("%(day)s 已届满") % {"day": day_text(last)}
    if days == 0:
        return _("最晚今天 %(time)s 前") % {"time": _local(due_effective).strftime("%H:%M")}
    left = ngettext("还有 %(n)s 天", "还有 %(n)s 天", days) % {"n": days}
    return _("最晚 %(day)s，%(left)s") % {"day": day_text(last), "left": left}


def why(
    *,
    basis: str,
    started_at: datetime,
    start_event: str,
    length: int,
    unit: str,
    due: Due,
    profile_name: str,
    calendar: Calendar,
    extension_days: int = 0,
    extension_max: int | None = None,
    extension_note: str = "",
    measured: bool = True,
) -> list[WhyRow]:
    """The rows 依据, 起算, 计数, 延期, 顺延, 规则 of 为什么是这一天？ (case.html), those that have something to say.

    `basis`: article, then "：" what it says. `start_event`: its label. `unit` date: the day was named in a letter.
    `extension_note`: who approved it and when. `measured` False for a petitioner's window, which no office is late by.
    """
    start, last = local_day(started_at), local_day(due.raw)
    article, _colon, says = basis.partition("：")
    rows = [
        WhyRow(_("依据"), rule_words.article(article), rule_words.said(says)),
        WhyRow(_("起算"), _start_text(started_at, start_event, unit)),
    ]
    if unit == "date":
        rows.append(WhyRow(_("计数"), _("到 %(day)s，由来函确定") % {"day": day_text(last)}))
    elif unit != "h":
        rows.append(_counting(start, plus_days(last, -extension_days), length, unit, calendar))
    if extension_days:
        left = None if extension_max is None else max(extension_max - extension_days, 0)
        more = "" if left is None else _("还可延 %(n)s 日") % {"n": left} if left else _("不能再延")
        rows.append(
            WhyRow(
                _("延期"),
                _("+%(n)s 日，至 %(day)s") % {"n": extension_days, "day": day_text(last)},
                _("；").join(part for part in (extension_note, more) if part),
            )
        )
    rows += _rolling(due, unit, calendar, measured=measured)
    rows.append(WhyRow(_("规则"), _("%(name)s，登记时锁定") % {"name": rule_words.said(profile_name)}))
    return rows


def why_question(due_raw: datetime) -> str:
    return _("为什么是 %(day)s？") % {"day": day_text(local_day(due_raw))}


def day_text(day: date) -> str:
    """2026-11-23 周一"""
    return f"{day.isoformat()} {weekday_text(day)}"


def short_day_text(day: date, today: date) -> str:
    """Within the year 11-23 周一, else 27-01-11 周一 (two digits of the year; all four beyond the century)."""
    if day.year == today.year:
        return f"{day:%m-%d} {weekday_text(day)}"
    year = f"{day.year % 100:02}" if day.year // 100 == today.year // 100 else f"{day.year:04}"
    return f"{year}-{day:%m-%d} {weekday_text(day)}"


def weekday_text(day: date) -> str:
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return names[day.weekday()]


def local_day(moment: datetime) -> date:
    """The day in Shanghai on which an aware moment falls."""
    return _local(moment).date()


_WORDS = {
    Level.OK: lambda: _("正常"),
    Level.SOON: lambda: _("临期"),
    Level.OVER: lambda: _("超期"),
    Level.SERIOUS: lambda: _("严重超期"),
    Level.GRAVE: lambda: _("特别严重"),
}


def _level(days: int, late: int) -> tuple[Level, Rung]:
    for least, level, rung in (
        (GRAVE_DAYS, Level.GRAVE, Rung.GRAVE),
        (SERIOUS_DAYS, Level.SERIOUS, Rung.SERIOUS),
        (OVER_DAYS, Level.OVER, Rung.OVER),
    ):
        if late >= least:
            return level, rung
    reached = sum(days <= remind for remind in REMIND_DAYS)
    return (Level.SOON if reached else Level.OK), Rung(reached)


def _start_text(started_at: datetime, event: str, unit: str) -> str:
    parts = {"day": day_text(local_day(started_at)), "event": event}
    if unit == "h":
        return _("%(day)s %(time)s %(event)s") % {**parts, "time": _local(started_at).strftime("%H:%M")}
    return _("%(day)s %(event)s，当日不计") % parts


def _counting(start: date, last: date, length: int, unit: str, calendar: Calendar) -> WhyRow:
    """09-15 至 11-13，60 个自然日, and which festivals were counted or left out on the way."""
    first = plus_days(start, 1)
    span = _("%(first)s 至 %(last)s") % {"first": _in_year_of(first, start), "last": _in_year_of(last, start)}
    amount = {
        "d": ngettext("%(n)s 个自然日", "%(n)s 个自然日", length),
        "wd": ngettext("%(n)s 个工作日", "%(n)s 个工作日", length),
        "months": ngettext("%(n)s 个月", "%(n)s 个月", length),
    }[unit] % {"n": length}
    festivals: dict[str, int] = {}
    made_up: list[str] = []
    for day in calendar.between(start, last) if (last - start).days <= 1000 else ():
        if name := calendar.name(day):
            festivals[name] = festivals.get(name, 0) + 1
        elif calendar.is_made_up(day):
            made_up.append(f"{day:%m-%d}")
    listed = _("、").join(
        _("%(name)s %(n)s 日") % {"name": rule_words.said(name), "n": n} for name, n in festivals.items()
    )
    if unit != "wd":
        notes = [_("节假日照算"), *([_("含%(festivals)s") % {"festivals": listed}] if listed else [])]
        return WhyRow(_("计数"), _("，").join([span, amount]), _("，").join(notes))
    notes = [_("双休日不计") if not listed else _("双休日和%(festivals)s不计") % {"festivals": listed}]
    if made_up:
        notes.append(_("调休上班的 %(days)s 计入") % {"days": _("、").join(made_up)})
    return WhyRow(_("计数"), _("，").join([span, amount]), _("，").join(notes))


def _rolling(due: Due, unit: str, calendar: Calendar, *, measured: bool) -> list[WhyRow]:
    raw, effective = local_day(due.raw), local_day(due.effective)
    unknown = ""
    if due.provisional:
        year = next((y for y in range(raw.year, effective.year + 1) if not calendar.known(y)), effective.year)
        unknown = _("%(year)s 年放假安排尚未公布，暂定；公布后自动重算") % {"year": year}
    if effective == raw:
        return [WhyRow(_("顺延"), _("末日为工作日，不顺延"), unknown)] if unknown or unit in ("d", "months") else []
    to = {"day": f"{_in_year_of(effective, raw)} {weekday_text(effective)}", "raw": f"{raw:%m-%d}"}
    if measured:
        text = _("末日为休息日，法律上顺延至 %(day)s") % to
        sub = _("本单位按 %(raw)s 考核，不等顺延") % to
    else:
        text, sub = _("末日为休息日，顺延至 %(day)s") % to, ""
    return [WhyRow(_("顺延"), text, _("；").join(part for part in (sub, unknown) if part))]


def _in_year_of(day: date, other: date) -> str:
    """11-13 in the year of `other`, else the whole date."""
    return f"{day:%m-%d}" if day.year == other.year else day.isoformat()


def _n_days(count: int) -> str:
    return ngettext("%(n)s 日", "%(n)s 日", count) % {"n": count}


def _n_workdays(count: int) -> str:
    return ngettext("%(n)s 个工作日", "%(n)s 个工作日", count) % {"n": count}


def _local(moment: datetime) -> datetime:
    """The moment in Shanghai; the last representable second where the zone would leave the year 9999 or 1."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    try:
        return moment.astimezone(TZ)
    except OverflowError:
        return _end(date.max) if moment.year > 5000 else datetime.min.replace(tzinfo=TZ)


def _end(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, tzinfo=TZ)


def _plus_months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    year, month = index // 12, index % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))
