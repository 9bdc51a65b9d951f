"""The calendar of each place: the published plan, local days, and who must hear of a change (domain §14.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import chinese_calendar
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kernel import clock
from kernel.errors import Invalid
from tenants.models import CalendarYear, OffDay, Tenant
from tenants.reference import Cached, chain
from tenants.workdays import FIXED_FESTIVALS, Calendar, Day

__all__ = [
    "Calendar",
    "Change",
    "affected",
    "calendar_above",
    "calendar_for",
    "in_range",
    "invalidate",
    "library_calendar",
    "missing_year_warning",
    "on_change",
    "publish_year",
    "seed",
    "set_day",
    "set_days",
    "unset_day",
    "year_errors",
]

NATION = ""
FIRST_YEAR, LAST_YEAR = 1949, 2100
LIBRARY = f"chinesecalendar {chinese_calendar.__version__}"
LIBRARY_YEARS = tuple(sorted({day.year for day in chinese_calendar.constants.holidays}))


@dataclass(frozen=True, slots=True)
class Change:
    """Days of `scope` between `first` and `last` may have changed between worked and free."""

    scope: str
    first: date
    last: date


# Called inside the transaction that changes the calendar, after the rows are written. What takes long (the clocks
# of every office beneath) is for the listener to put off: publish now, recompute later.
on_change: list[Callable[[Change], None]] = []


@dataclass(frozen=True, slots=True)
class _Plan:
    """All published rows, and the calendars already merged from them."""

    days: dict[str, dict[date, Day]]
    years: frozenset[int]
    merged: dict[str, Calendar]


def _read() -> _Plan:
    days: dict[str, dict[date, Day]] = {}
    rows = OffDay.objects.filter(published=True).values_list("scope", "date", "is_workday", "name")
    for scope, day, is_workday, name in rows:
        days.setdefault(scope, {})[day] = Day(is_workday, name)
    years = frozenset(CalendarYear.objects.filter(scope=NATION).values_list("year", flat=True))
    return _Plan(days, years, {})


_plan = Cached("calendar", _read)


def calendar_for(jurisdiction: str) -> Calendar:
    """The nation's days, over them those of each place above, over them the place's own. "" is the nation."""
    plan = _plan.get()
    calendar = plan.merged.get(jurisdiction)
    if calendar is None:
        days = plan.days.get(NATION, {})
        for scope in reversed(chain(jurisdiction)):
            days = days | plan.days[scope] if scope in plan.days else days
        calendar = plan.merged[jurisdiction] = Calendar(jurisdiction, days, plan.years)
    return calendar


def calendar_above(jurisdiction: str) -> Calendar:
    """The calendar of a place as it were if the place itself had set no day."""
    above = chain(jurisdiction)[1:]
    return calendar_for(above[0] if above else NATION)


def invalidate() -> None:
    """Forget what this process holds; the next use reads the tables."""
    _plan.invalidate()


def library_days(year: int) -> dict[date, Day]:
    """The exceptions of one year as the library knows them, festivals under their Chinese names."""
    chinese = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    days = {
        day: Day(False, chinese[name]) for day, name in chinese_calendar.constants.holidays.items() if day.year == year
    }
    for day, name in chinese_calendar.constants.workdays.items():
        if day.year == year:
            days[day] = Day(True, chinese[name])
    return days


def library_calendar(years: Iterable[int] = LIBRARY_YEARS) -> Calendar:
    """The national calendar straight from the library, without the database."""
    known = frozenset(years)
    return Calendar(NATION, {day: row for year in known for day, row in library_days(year).items()}, known)


@transaction.atomic
def seed() -> int:
    """Write the years the library knows and the tables do not; say how many were written."""
    known = set(CalendarYear.objects.filter(scope=NATION).values_list("year", flat=True))
    missing = [year for year in LIBRARY_YEARS if year not in known]
    for year in missing:
        _write_year(year, library_days(year), LIBRARY)
    if missing:
        _changed(NATION, date(missing[0], 1, 1), date(missing[-1], 12, 31))
    return len(missing)


@transaction.atomic
def publish_year(year: int, days: dict[date, Day], source: str) -> None:
    """Replace the nation's exceptions of one year by its published plan; from then on the year is known."""
    errors = year_errors(year, days)
    if errors:
        raise Invalid(
            _("%(year)s 年的放假安排不完整，没有导入。补齐后再导入。") % {"year": year}, fields={"year": errors}
        )
    _write_year(year, days, source)
    _changed(NATION, date(year, 1, 1), date(year, 12, 31))


def year_errors(year: int, days: dict[date, Day]) -> list[str]:
    """Why these days cannot be the nation's plan of the year: a day of another year, a fixed festival missing."""
    errors = [_("年份只能是 %(first)s 至 %(last)s。") % {"first": FIRST_YEAR, "last": LAST_YEAR}] * (not in_range(year))
    errors += [
        _("%(day)s 不在 %(year)s 年内。") % {"day": day, "year": year} for day in sorted(days) if day.year != year
    ]
    if not errors:
        plan = Calendar(NATION, days, frozenset({year}))
        for (month, number), name in FIXED_FESTIVALS.items():
            if (month, number) == (5, 2) and year < 2025:
                continue  # one day of 劳动节 until the rules of 2024-11-10
            if plan.is_workday(date(year, month, number)):
                errors.append(
                    _("%(day)s（%(name)s）应当放假，表中没有。") % {"day": date(year, month, number), "name": name}
                )
    return errors


def in_range(year: int) -> bool:
    """Whether a year may be entered; anything can be counted, not everything may be typed."""
    return FIRST_YEAR <= year <= LAST_YEAR


@transaction.atomic
def set_day(scope: str, day: date, *, is_workday: bool, name: str = "", source: str = "") -> OffDay:
    """Make one day worked or free in a place ("" the nation); replaces what the place said of it before."""
    return set_days(scope, {day: Day(is_workday, name)}, source=source)[0]


@transaction.atomic
def set_days(scope: str, days: dict[date, Day], *, source: str = "") -> list[OffDay]:
    """`set_day` for several days in one change; Invalid for years outside 1949 to 2100 or an office unknown."""
    fields: dict[str, list[str]] = {}
    if scope and not Tenant.objects.filter(code=scope).exists():
        fields["scope"] = [_("没有代码为 %(code)s 的地区。") % {"code": scope}]
    far = [str(day) for day in sorted(days) if not in_range(day.year)]
    if far:
        fields["date"] = [
            _("%(days)s 超出范围，年份只能是 %(first)s 至 %(last)s。")
            % {"days": _("、").join(far), "first": FIRST_YEAR, "last": LAST_YEAR}
        ]
    if fields:
        raise Invalid(fields=fields)
    rows = [
        OffDay.objects.update_or_create(
            scope=scope,
            date=day,
            defaults={"is_workday": row.is_workday, "name": row.name, "source": source, "published": True},
        )[0]
        for day, row in sorted(days.items())
    ]
    if rows:
        _changed(scope, rows[0].date, rows[-1].date)
    return rows


@transaction.atomic
def unset_day(scope: str, day: date) -> bool:
    """Let the day follow the place above again (or Monday to Friday); say whether there was anything to remove."""
    removed, _rows = OffDay.objects.filter(scope=scope, date=day).delete()
    if removed:
        _changed(scope, day, day)
    return removed > 0


def affected(scope: str) -> Iterator[Tenant]:
    """The offices whose clocks read the days of `scope`: the place and all beneath it; "" is every office.

    Offices not yet opened have no clocks, and no schema to look for them in.
    """
    offices = Tenant.objects.exclude(status=Tenant.Status.PENDING).order_by("path")
    if scope:
        paths = list(Tenant.objects.filter(code=scope).values_list("path", flat=True))
        wanted = Q(code=scope)
        for path in paths:
            wanted |= Q(path__gte=f"{path}/", path__lt=f"{path}0")  # "0" follows "/"
        offices = offices.filter(wanted)
    yield from offices.iterator()


def missing_year_warning(today: date) -> str | None:
    """What the administrator must be told: this year unknown, or from 1 November the next one (domain §14.2)."""
    years = _plan.get().years
    if today.year not in years:
        missing = today.year
    elif today.month >= 11 and today.year + 1 not in years:
        missing = today.year + 1
    else:
        return None
    return _(
        "%(year)s 年的放假安排还没有导入，落在这一年的期限都是暂定的。"
        "国务院办公厅公布后由平台运维导入，期限会自动重算。"
    ) % {"year": missing}


def _write_year(year: int, days: dict[date, Day], source: str) -> None:
    OffDay.objects.filter(scope=NATION, date__year=year).delete()
    OffDay.objects.bulk_create(
        OffDay(scope=NATION, date=day, is_workday=row.is_workday, name=row.name, source=source)
        for day, row in sorted(days.items())
    )
    CalendarYear.objects.update_or_create(
        scope=NATION, year=year, defaults={"source": source, "published_at": clock.now()}
    )


def _changed(scope: str, first: date, last: date) -> None:
    _plan.touch()
    for listener in on_change:
        listener(Change(scope, first, last))
