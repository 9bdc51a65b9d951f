"""When the steps of a demo case happened: at working times, the last one `rest` days ago, the others before it."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from kernel.clock import TZ
from tenants.calendars import Calendar

MORNING, EVENING = time(8, 40), time(17, 30)


def worked(day: date, calendar: Calendar) -> date:
    """The day itself, or the last working day before it."""
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def moments(gaps: list[int], rest: int, now: datetime, rng: random.Random, calendar: Calendar) -> list[datetime]:
    """One moment per step, rising. `gaps[i]` is the number of days between step i and the one before it."""
    day = worked(now.astimezone(TZ).date() - timedelta(days=rest), calendar)
    if day == now.date() and now.time() < time(9, 30):
        day = worked(day - timedelta(days=1), calendar)
    days = [day]
    for gap in reversed(gaps[1:]):
        day = worked(day - timedelta(days=gap), calendar)
        days.append(day)
    days.reverse()
    found: list[datetime] = []
    for one in sorted(set(days)):
        found += _within(one, days.count(one), now, rng)
    return found


def _within(day: date, count: int, now: datetime, rng: random.Random) -> list[datetime]:
    start = datetime.combine(day, MORNING, TZ)
    end = min(datetime.combine(day, EVENING, TZ), now - timedelta(minutes=2))
    room = int((end - start).total_seconds())
    return [start + timedelta(seconds=second) for second in sorted(rng.sample(range(room), count))]
