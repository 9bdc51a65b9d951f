"""A year of one place for people: months of weeks, the nation's days, those of places above, and the place's own."""

from __future__ import annotations

import calendar as weeks
from dataclasses import dataclass
from datetime import date, datetime

from tenants import rule_words
from tenants.calendars import NATION, calendar_for
from tenants.models import CalendarYear, OffDay, Tenant
from tenants.reference import chain
from tenants.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. `mark` is "off" or "work" where the day differs from Monday to Friday; `local`: own or from above."""

    day: date
    worked: bool
    mark: str
    name: str
    local: str  # "", own, above


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: list[list[Cell | None]]
    workdays: int


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A day the place, or one above it, set itself; `changes`: it really differs from what stands above."""

    row: OffDay
    place: str
    own: bool


@dataclass(frozen=True, slots=True)
class Year:
    """`source` and `published_at` are the nation's plan; without one the year is provisional."""

    number: int
    known: bool
    source: str
    published_at: datetime | None
    months: list[Month]
    local: list[LocalDay]
    workdays: int


def year(jurisdiction: str, number: int) -> Year:
    merged = calendar_for(jurisdiction)
    local = local_days(jurisdiction, number)
    plan = CalendarYear.objects.filter(scope=NATION, year=number).first()
    whose = {one.row.date: "own" if one.own else "above" for one in local}
    months = [_month(merged, number, month, whose) for month in range(1, 13)]
    return Year(
        number=number,
        known=plan is not None,
        source=plan.source if plan else "",
        published_at=plan.published_at if plan else None,
        months=months,
        local=local,
        workdays=sum(month.workdays for month in months),
    )


def local_days(jurisdiction: str, number: int) -> list[LocalDay]:
    """In order of date; of one day the nearest place counts."""
    places = chain(jurisdiction)
    nearest: dict[date, OffDay] = {}
    rows = OffDay.objects.filter(scope__in=places, date__year=number, published=True)
    for row in sorted(rows, key=lambda row: places.index(row.scope)):
        nearest.setdefault(row.date, row)
    names = dict(Tenant.objects.filter(code__in=places, valid_to__isnull=True).values_list("code", "name"))
    return [
        LocalDay(row, names.get(row.scope, row.scope), row.scope == jurisdiction)
        for _day, row in sorted(nearest.items())
    ]


def _month(merged: Calendar, number: int, month: int, whose: dict[date, str]) -> Month:
    table: list[list[Cell | None]] = []
    workdays = 0
    for week in weeks.Calendar(firstweekday=0).monthdatescalendar(number, month):
        table.append([_cell(merged, day, whose) if day.month == month else None for day in week])
        workdays += sum(1 for cell in table[-1] if cell and cell.worked)
    return Month(month, table, workdays)


def _cell(merged: Calendar, day: date, whose: dict[date, str]) -> Cell:
    worked = merged.is_workday(day)
    usual = day.weekday() < 5
    mark = "" if worked == usual else "work" if worked else "off"
    return Cell(day, worked, mark, rule_words.said(merged.name(day)), whose.get(day, ""))


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A year whose national plan was loaded: days off on a working day or weekend, and weekends worked."""

    year: int
    off: int
    work: int
    source: str
    published_at: datetime


def known_years() -> list[KnownYear]:
    """Newest first."""
    counted: dict[tuple[int, bool], int] = {}
    for day, worked in OffDay.objects.filter(scope=NATION, published=True).values_list("date", "is_workday"):
        counted[day.year, worked] = counted.get((day.year, worked), 0) + 1
    return [
        KnownYear(
            row.year, counted.get((row.year, False), 0), counted.get((row.year, True), 0), row.source, row.published_at
        )
        for row in CalendarYear.objects.filter(scope=NATION).order_by("-year")
    ]
