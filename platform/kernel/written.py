"""How a day and a time are written, on pages and in spreadsheets: never relative, always with the weekday."""

from __future__ import annotations

from datetime import date, datetime

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


def local(value: date | datetime) -> date | datetime:
    """A time as it reads in Shanghai; a bare day as it is."""
    return value.astimezone(clock.TZ) if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """`2026-11-23 周一`"""
    there = local(value)
    return f"{there:%Y-%m-%d} {WEEKDAYS[there.weekday()]}"


def moment(value: datetime) -> str:
    """`2026-11-23 周一 15:42`"""
    return f"{day(value)} {hour(value)}"


def hour(value: datetime) -> str:
    """`15:42`"""
    return f"{local(value):%H:%M}"
