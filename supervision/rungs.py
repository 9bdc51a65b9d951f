"""The rungs of warning (design §6): when each is reached by the calendar, and the next one nobody was told of. Pure.

A clock here is what the ledger keeps of one (`Running`). A rung is told as a number of days from the due date: -7, -3,
-1 before it, 1, 15, 30 after it; a place may have others (`supervision.warning_rules`; 0: none).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, NotRequired, TypedDict

from cases import deadlines
from cases.clock_kinds import WARN_ONLY, WINDOWS
from kernel.alerts import Level
from kernel.clock import TZ
from supervision.warning_rules import Values


class Running(TypedDict):
    """One running clock. `office`, `path`, `unit`, `department`: of who owes it, where that is not the holder."""

    kind: str
    start: str
    length: int
    extension: int
    due: str
    office: NotRequired[str]
    path: NotRequired[str]
    unit: NotRequired[str]
    department: NotRequired[str]


class Rung(NamedTuple):
    """`offset`: days from the due date at which it is reached."""

    offset: int
    level: Level


class Reached(NamedTuple):
    """A rung of a clock, and the moment from which it is to be told."""

    rung: Rung
    at: datetime


# Whose rungs a clock has: those of the place that owes it.
StepsOf = Callable[[Running], tuple[Rung, ...]]


@lru_cache(maxsize=256)
def rungs_of(values: Values) -> tuple[Rung, ...]:
    """The place's rungs in the order in which they are reached."""
    reminders = {values.remind_1, values.remind_2, values.remind_3}
    late = {values.overdue: Level.OVERDUE, values.serious: Level.SERIOUS, values.grave: Level.GRAVE}
    found = [Rung(-days, Level.REMINDER) for days in reminders if days]
    return tuple(sorted([*found, *(Rung(days, level) for days, level in late.items() if days)]))


def key(clock: Running) -> str:
    """What stays the same while a calendar moves a date, and changes when somebody grants a later one."""
    return f"{clock['kind']}:{clock['start']}:{clock['length']}+{clock['extension']}:{clock.get('office', '')}"


def reached(clock: Running, rungs: Iterable[Rung]) -> list[Reached]:
    """The rungs this clock will reach and when, in order. A right that may be used has none; a term that only warns
    has reminders; none lies before the clock began."""
    if clock["kind"] in WINDOWS:
        return []
    due = deadlines.local_day(datetime.fromisoformat(clock["due"]))
    start = deadlines.local_day(datetime.fromisoformat(clock["start"]))
    found = []
    for rung in rungs:
        if rung.offset > 0 and clock["kind"] in WARN_ONLY:
            continue
        day = _plus(due, rung.offset)
        if day is not None and (day > start or rung.offset > 0):
            found.append(Reached(rung, datetime.combine(day, time(), TZ)))
    return found


def _plus(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:  # beyond the year 9999 nobody is told
        return None


def untold(clock: Running, rungs: Iterable[Rung], told: Mapping[str, int]) -> list[Reached]:
    last = told.get(key(clock))
    return [one for one in reached(clock, rungs) if last is None or one.rung.offset > last]


def next_at(clocks: Iterable[Running], steps_of: StepsOf, told: Mapping[str, int]) -> datetime | None:
    """The first moment at which one of these clocks has something untold to say; it may have passed."""
    firsts = (untold(clock, steps_of(clock), told)[:1] for clock in clocks)
    return min((one.at for first in firsts for one in first), default=None)
