"""A month of due dates: how many open matters fall due on each day, and the list behind each."""

from __future__ import annotations

from calendar import Calendar
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.clocks import calendar_of
from desk.dates import WEEKDAYS
from desk.region_part import Part
from desk.wall.tiles import list_url
from kernel.clock import today
from supervision import figures
from tenants.requests import StaffRequest


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    part, month = Part.read(request, request.GET), _month(request.GET.get("month", ""))
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    counted = figures.calendar(part.region, weeks[0][0], weeks[-1][-1])
    worked = calendar_of(part.office.pk)
    most = max(counted.values(), default=0)
    context = {
        "part": part,
        "month": month,
        "weekdays": WEEKDAYS,
        "weeks": [
            [
                {
                    "day": day,
                    "count": counted.get(day, 0),
                    "heat": _heat(counted.get(day, 0), most),
                    "off": not worked.is_workday(day),
                    "inside": day.month == month.month,
                    "today": day == today(),
                    "url": list_url(part, due=day.isoformat()) if counted.get(day) else "",
                }
                for day in week
            ]
            for week in weeks
        ],
        "before": part.url("desk:wall_due", month=f"{month - timedelta(days=1):%Y-%m}"),
        "after": part.url("desk:wall_due", month=f"{month + timedelta(days=32):%Y-%m}"),
        "whole": sum(count for day, count in counted.items() if day.month == month.month),
        "back": part.url("desk:wall"),
    }
    return render(request, "desk/wall/due.html", context)


def _month(text: str) -> date:
    """The first of the month asked for, this month where none is."""
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return today().replace(day=1)


def _heat(count: int, most: int) -> int:
    """0 to 5 by the share of the busiest day: a calendar compares days, not offices."""
    return 0 if not count else 1 + min(4, count * 4 // most)
