"""Days and moments as the tests write them."""

from collections.abc import Callable
from datetime import date, datetime, time

from kernel.clock import TZ
from tenants.calendars import library_calendar
from tenants.models import Tenant

Offices = Callable[..., Tenant]

CALENDAR = library_calendar()
TODAY = datetime(2026, 11, 23, 10, 0, tzinfo=TZ)  # the Monday of the mockups


def at(day: str, hour: int = 10) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), tzinfo=TZ)


def end(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), tzinfo=TZ)
