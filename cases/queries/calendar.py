"""How many running clocks a change of the calendar reaches: a number before it is saved, of no case in particular."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from cases.models import Clock
from kernel.clock import TZ
from tenants import calendars, context


@dataclass(frozen=True, slots=True)
class Reach:
    """Clocks that will be computed again, in how many offices (the place itself and all beneath)."""

    clocks: int
    offices: int


def reach(place: str, days: Collection[date]) -> Reach:
    """`days` are those that turn from worked to free or back. A limit in working days moves when one lies within it;
    any other when one lies between its strict day and the day to which it is rolled forward (domain §14.2)."""
    if not days:
        return Reach(0, 0)
    first = datetime.combine(min(days), time.min, TZ)
    after = datetime.combine(max(days) + timedelta(days=1), time.min, TZ)
    counted = Q(unit="wd", started_at__lt=after, due_raw__gte=first)
    rolled = ~Q(unit__in=("wd", "h")) & Q(due_raw__lt=after, due_effective__gte=first)
    clocks = offices = 0
    for office in calendars.affected(place):
        with context.use(office):
            clocks += Clock.objects.filter(counted | rolled, stopped_at=None).count()
        offices += 1
    return Reach(clocks, offices)
