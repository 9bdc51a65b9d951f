"""How much lies with each unit and how it has kept its dates: what a clerk sees before sending it one more.

Offices are measured, never citizens (pages.md §1). Counts of the own office only; one query a figure, never per row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Avg, Count, F, Q

from cases.clock_kinds import NOTICE, WARN_ONLY, WINDOWS, Kind
from cases.clocks import end_of
from cases.deadlines import REMIND_DAYS
from cases.models import Case, Clock, Handover
from cases.states import NOT_HELD, Seat
from kernel.clock import TZ, now
from kernel.kept import Kept
from kernel.schema import current

TOLD_SINCE = timedelta(days=365)
OBJECTED_SINCE = timedelta(days=90)
KEPT_SINCE = timedelta(days=365)
DUTIES = tuple(kind.value for kind in NOTICE | {Kind.K6, Kind.K6X})
TAKEN_AWAY = ("consent",)  # a clock that ended because the case went elsewhere says nothing of the unit
SENT = (Handover.Kind.TRANSFER, Handover.Kind.ASSIGN)


@dataclass(slots=True)
class Load:
    """`told_days`: mean days from delivery to the notice over a year, None where none was sent. `kept` of `ended`:
    notices and answers of a year that were in time."""

    open: int = 0
    soon: int = 0
    over: int = 0
    told_days: float | None = None
    objections: int = 0
    consented: int = 0
    kept: int = 0
    ended: int = 0


_kept: Kept[str | None, dict[UUID, Load]] = Kept()


def lately() -> dict[UUID, Load]:
    """`loads` as they stood within the last minute: they count every open case of the office."""
    return _kept.get(current(), lambda: loads(now()))


def loads(at: datetime) -> dict[UUID, Load]:
    """By unit, in the current office. Sealed cases are in no count (design §4)."""
    found: dict[UUID, Load] = {}
    duty = ~Q(due_kind__in=[kind.value for kind in WINDOWS | WARN_ONLY]) & ~Q(due_raw=None)
    soon = end_of(at.astimezone(TZ).date() + timedelta(days=max(REMIND_DAYS)))
    held = Case.objects.filter(seat=Seat.UNIT, sealed=False).exclude(state__in=NOT_HELD).order_by()
    counted = held.values("unit").annotate(
        count=Count("id"),
        near=Count("id", filter=duty & Q(due_raw__gte=at, due_raw__lte=soon)),
        late=Count("id", filter=duty & Q(due_raw__lt=at)),
    )
    for unit, count, near, late in counted.values_list("unit", "count", "near", "late"):
        load = found.setdefault(unit, Load())
        load.open, load.soon, load.over = count, near, late
    stays = Handover.objects.filter(kind__in=SENT, seat=Seat.UNIT, case__sealed=False).order_by()
    told = stays.filter(undone_at=None, at__gte=at - TOLD_SINCE, case__notified_at__gte=F("at"))
    means = told.values("to_department").annotate(mean=Avg(F("case__notified_at") - F("at")))
    for unit, mean in means.values_list("to_department", "mean"):
        found.setdefault(unit, Load()).told_days = mean.total_seconds() / 86400 if mean is not None else None
    objected = Handover.objects.filter(kind__in=SENT, objected_at__gte=at - OBJECTED_SINCE, case__sealed=False)
    sums = (
        objected.order_by()
        .values("to_department")
        .annotate(count=Count("id"), consented=Count("id", filter=Q(decision="consented")))
    )
    for unit, count, consented in sums.values_list("to_department", "count", "consented"):
        load = found.setdefault(unit, Load())
        load.objections, load.consented = count, consented
    _record(found, at)
    return found


def _record(found: dict[UUID, Load], at: datetime) -> None:
    """How the units kept the dates of the law: both numbers, never a share alone (domain §12)."""
    clocks = Clock.objects.filter(kind__in=DUTIES, case__seat=Seat.UNIT, case__sealed=False)
    ended = clocks.filter(stopped_at__gte=at - KEPT_SINCE).exclude(stop_event__in=TAKEN_AWAY).order_by()
    sums = ended.values("case__unit").annotate(
        count=Count("id"), kept=Count("id", filter=Q(stopped_at__lte=F("due_raw")))
    )
    for unit, count, kept in sums.values_list("case__unit", "count", "kept"):
        load = found.setdefault(unit, Load())
        load.ended, load.kept = count, kept
