"""Counting working days over a known or unknown calendar (domain §14.2). Pure: no database, never raises on a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

ONE_DAY = timedelta(days=1)

# Festivals that fall on the same day each year; the lunar ones of an unknown year cannot be told (domain §14.2).
FIXED_FESTIVALS: Mapping[tuple[int, int], str] = MappingProxyType(
    {
        (1, 1): "元旦",
        (5, 1): "劳动节",
        (5, 2): "劳动节",
        (10, 1): "国庆节",
        (10, 2): "国庆节",
        (10, 3): "国庆节",
    }
)


class Day(NamedTuple):
    """One exception to Monday to Friday."""

    is_workday: bool
    name: str = ""


class Counted(NamedTuple):
    """A date that was counted to, and whether a day of an unknown year was used on the way."""

    day: date
    provisional: bool


def plus_days(day: date, days: int) -> date:
    """`day` + `days`, held inside the years 1 to 9999."""
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The days of one place: `days` are the exceptions (local over national), `years` those whose plan is known."""

    scope: str = ""
    days: Mapping[date, Day] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def known(self, year: int) -> bool:
        return year in self.years

    def is_workday(self, day: date) -> bool:
        exception = self.days.get(day)
        if exception is not None:
            return exception.is_workday
        if day.weekday() >= 5:
            return False
        return day.year in self.years or (day.month, day.day) not in FIXED_FESTIVALS

    def name(self, day: date) -> str:
        """The festival the day belongs to, or ""; a make-up working day bears no name."""
        exception = self.days.get(day)
        if exception is not None:
            return "" if exception.is_workday else exception.name
        return "" if day.year in self.years else FIXED_FESTIVALS.get((day.month, day.day), "")

    def is_made_up(self, day: date) -> bool:
        """A Saturday or Sunday that is worked (调休)."""
        return day.weekday() >= 5 and self.is_workday(day)

    def add_workdays(self, day: date, count: int) -> Counted:
        """The `count`-th working day after `day`, which itself never counts, worked or not. 0 gives `day`."""
        provisional = False
        while count > 0 and day < date.max:
            day += ONE_DAY
            provisional = provisional or day.year not in self.years
            count -= self.is_workday(day)
        return Counted(day, provisional)

    def roll_forward(self, day: date) -> Counted:
        """`day` itself if it is worked, else the next working day. Never earlier."""
        provisional = day.year not in self.years
        while not self.is_workday(day) and day < date.max:
            day += ONE_DAY
            provisional = provisional or day.year not in self.years
        return Counted(day, provisional)

    def between(self, after: date, until: date) -> Iterator[date]:
        """The days after `after` up to and including `until`; none if `until` is not later."""
        day = after
        while day < until:
            day += ONE_DAY
            yield day

    def workdays_between(self, after: date, until: date) -> int:
        """Working days after `after` up to and including `until`; 0 if `until` is not later."""
        if until <= after:
            return 0
        if (until - after).days <= 400:
            return sum(1 for day in self.between(after, until) if self.is_workday(day))
        weeks, rest = divmod((until - after).days, 7)
        count = weeks * 5 + sum(1 for d in self.between(plus_days(until, -rest), until) if d.weekday() < 5)
        count += sum(
            exception.is_workday - (d.weekday() < 5) for d, exception in self.days.items() if after < d <= until
        )
        for year in range(after.year, until.year + 1):
            if year not in self.years:
                count -= sum(
                    1
                    for month, number in FIXED_FESTIVALS
                    if after < (d := date(year, month, number)) <= until and d.weekday() < 5 and d not in self.days
                )
        return count

    def touches_unknown(self, after: date, until: date) -> bool:
        """Whether a day after `after` up to `until` lies in a year whose plan is not known."""
        if until <= after:
            return False
        return any(year not in self.years for year in range(plus_days(after, 1).year, until.year + 1))
