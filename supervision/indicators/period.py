"""The days a figure speaks of. A period that reaches into the future is cut at now: what is not due is no failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from kernel.clock import TZ, now
from kernel.errors import Invalid

LONGEST = 3660


def midnight(day: date) -> datetime:
    """The first moment of the day in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=TZ)


@dataclass(frozen=True, slots=True)
class Period:
    """`first` and `last` days, both counted; `at` is the moment as of which things are measured."""

    first: date
    last: date
    at: datetime

    @classmethod
    def of(cls, first: date, last: date) -> Period:
        """Invalid: the days are the wrong way round, or further apart than ten years."""
        if last < first:
            raise Invalid(fields={"last": [_("截止日期早于起始日期。改其中一个。")]})
        if (last - first).days > LONGEST:
            raise Invalid(fields={"last": [_("一次最多看十年。把起止日期改近些。")]})
        return cls(first, last, now())

    @classmethod
    def this_month(cls) -> Period:
        """From the first of the month to today."""
        at = now()
        return cls(at.date().replace(day=1), at.date(), at)

    @property
    def begin(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after the period, never later than now."""
        return min(midnight(self.last + timedelta(days=1)), self.at)

    def before(self, days: int) -> tuple[datetime, datetime]:
        """The registrations whose day plus `days` lies in the period and is over: from, until (not counted).

        A term of days ends with its last day, so a day that runs still is not over.
        """
        over = min(self.last, self.at.date() - timedelta(days=1))
        until = midnight(over - timedelta(days=days) + timedelta(days=1))
        return midnight(self.first - timedelta(days=days)), max(until, midnight(self.first - timedelta(days=days)))
