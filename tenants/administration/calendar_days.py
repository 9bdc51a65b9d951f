"""Local days of an office (R19): what a place sets beside the nation's plan. The clocks follow in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import Invalid, NotFound
from tenants import calendar_files, calendars
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.administration.ground import require_admin
from tenants.context import tenant_by_id
from tenants.models import OffDay
from tenants.workdays import Calendar, Day

MOST_AT_ONCE = 31
LONGEST_SOURCE = 120


@dataclass(frozen=True, slots=True)
class Planned:
    """One day before and after: worked or free, and under which name."""

    day: date
    was_worked: bool
    was_named: str
    worked: bool
    name: str

    @property
    def changes(self) -> bool:
        return self.worked != self.was_worked


def place_of(actor: Actor) -> str:
    code: str = tenant_by_id(actor.tenant).code
    return code


def span(first: date, last: date | None, *, worked: bool, name: str) -> dict[date, Day]:
    """The days from `first` to `last`, both counted. Raises Invalid(last)."""
    until = last or first
    if until < first:
        raise Invalid(fields={"last": [_("截止日期早于起始日期。改其中一个。")]})
    if (until - first).days >= MOST_AT_ONCE:
        raise Invalid(fields={"last": [_("一次最多 %(n)d 天。更多的用文件导入。") % {"n": MOST_AT_ONCE}]})
    days = [first + timedelta(days=step) for step in range((until - first).days + 1)]
    if not all(calendars.in_range(day.year) for day in days):
        text = _("年份只能是 %(first)s 至 %(last)s。")
        raise Invalid(fields={"first": [text % {"first": calendars.FIRST_YEAR, "last": calendars.LAST_YEAR}]})
    return {day: Day(worked, name) for day in days}


def listed(rows: Sequence[tuple[date, bool, str]]) -> dict[date, Day]:
    """Days as a list names them. Raises Invalid(rows): a day twice, or a year that cannot be."""
    days: dict[date, Day] = {}
    errors = []
    for number, (day, worked, name) in enumerate(rows, start=1):
        if not calendars.in_range(day.year):
            text = _("第 %(n)s 行的年份只能是 %(first)s 至 %(last)s。")
            errors.append(text % {"n": number, "first": calendars.FIRST_YEAR, "last": calendars.LAST_YEAR})
        elif day in days:
            errors.append(_("第 %(n)s 行的日期写了两次。") % {"n": number})
        days[day] = Day(worked, name)
    if errors:
        raise Invalid(fields={"rows": errors})
    return days


def planned(place: str, days: Mapping[date, Day]) -> list[Planned]:
    """What each of the days would become, in their order."""
    now = calendars.calendar_for(place)
    return [_planned(now, day, row) for day, row in sorted(days.items())]


def without(place: str, days: list[date]) -> list[Planned]:
    """What each would become if the place said nothing of it: as above it, or Monday to Friday."""
    now = calendars.calendar_for(place)
    above = calendars.calendar_above(place)
    return [_planned(now, day, Day(above.is_workday(day), above.name(day))) for day in sorted(days)]


def _planned(now: Calendar, day: date, row: Day) -> Planned:
    return Planned(day, now.is_workday(day), now.name(day), row.is_workday, row.name)


@transaction.atomic
def add(actor: Actor, days: Mapping[date, Day], *, source: str, imported: bool = False) -> int:
    """Put local days in force; how many. Raises Invalid for a missing ground or years that cannot be."""
    require_admin(actor)
    source = source.strip()
    if not source or len(source) > LONGEST_SOURCE:
        raise Invalid(fields={"source": [_("写明依据，例如文件名称和文号，最多 120 字。")]})
    if not days:
        raise Invalid(fields={"first": [_("写明日期。")]})
    rows = calendars.set_days(place_of(actor), dict(days), source=source)
    kind = "calendar.imported" if imported else "calendar.added"
    record(actor.user, actor.tenant, kind, count=len(rows), on=rows[0].date, until=rows[-1].date)
    return len(rows)


@transaction.atomic
def remove(actor: Actor, day: date) -> None:
    """The day follows the place above again. Raises NotFound where the place said nothing of it."""
    require_admin(actor)
    place = place_of(actor)
    row = OffDay.objects.filter(scope=place, date=day).first()
    if row is None:
        raise NotFound
    calendars.unset_day(place, day)
    record(actor.user, actor.tenant, "calendar.removed", row.pk, day=day)


def read(actor: Actor, file: UploadedFile[bytes] | None) -> dict[date, Day]:
    """The days in an uploaded file. Raises Invalid; `fields` are its rows."""
    require_admin(actor)
    if file is None:
        raise Invalid(fields={"file": [_("选一个文件。")]})
    if getattr(file, "too_large", False) or (file.size or 0) > calendar_files.MOST_BYTES:
        raise Invalid(fields={"file": [_("文件太大。放假安排一年不过几十行，检查是不是选错了文件。")]})
    return calendar_files.read(file.read(), file.name or "")
