"""Looking back: what the wall shows of a region as it stood at the end of a past day in Shanghai.

Each night a picture of the day that ended is taken, of each unit and each region. A day without one (the one after an
import of old matters, say) is worked out the same way while somebody waits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min, Q

from cases.deadlines import local_day
from kernel.clock import today
from kernel.tasks import every, register_periodic
from supervision import days, figures
from supervision.days import Place, Stood
from supervision.indicators.ratio import Ratio
from supervision.measures import Board, DayFlow, Levels, Pair, few
from supervision.models import Day, LedgerChange, LedgerDay, LedgerRow
from supervision.region import Region
from supervision.rollup import hold_pictures, regions_below

EVERY_S = 600
PER_RUN = 40
OLDEST = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Past:
    """`children`: by the path of the office next below, all beneath it included; `units`: of the own office."""

    region: Region
    whole: Stood
    children: Mapping[str, Stood]
    units: Mapping[UUID, Stood]

    @property
    def own(self) -> Stood:
        found = Stood()
        for there in self.units.values():
            found.add(there)
        return found

    @property
    def board(self) -> Board:
        below = {path: there.levels for path, there in self.children.items()}
        return Board(self.whole.levels, self.own.levels, below, few(self.whole.sealed, self.region))

    @property
    def by_unit(self) -> dict[UUID, Levels]:
        return {unit: there.levels for unit, there in self.units.items() if there.levels.open}

    def rates(self) -> dict[str, dict[str, Ratio]]:
        """By the code of the office next below ("" the own one), or by the unit's id where there is none."""
        if self.children:
            found = {path.rsplit("/", 1)[-1]: there.rates for path, there in self.children.items()}
            return found | {"": self.own.rates}
        return {str(unit): there.rates for unit, there in self.units.items()}

    @property
    def by_office_and_field(self) -> dict[tuple[str, str], Levels]:
        """What was late; of these serious or worse. As `figures.by_office_and_field`, for late ones alone."""
        places = [*self.children.items(), (self.region.path, self.own)]
        return {
            (path, name): Levels(late, overdue=late - serious, serious=serious)
            for path, there in places
            for name, (late, serious) in there.late.items()
        }

    @property
    def pairs(self) -> list[Pair]:
        return [
            Pair(UUID(a), UUID(b), p.cases, p.times, round(p.days / p.times, 1), _most(p.reasons))
            for (a, b), p in self.whole.longest()
        ]


def _most(reasons: Counter[str]) -> str:
    return min(reasons, key=lambda reason: (-reasons[reason], reason), default="")


def first_day() -> date | None:
    """The first day that can be looked back to."""
    at = LedgerChange.objects.aggregate(first=Min("at"))["first"]
    return local_day(at) if at else None


def past(region: Region, day: date) -> Past:
    found = _read(region, day)
    units = {place.unit: there for place, there in found.items() if place.unit and place.path == region.path}
    if region.unit is not None:
        mine = Stood()
        for unit in region.units or ():
            mine.add(units.get(unit, Stood()))
        return Past(region, mine, {}, {region.unit: mine})
    whole = found.get(Place(region.path, None), Stood())
    below = {place.path: there for place, there in found.items() if not place.unit and place.path != region.path}
    return Past(region, whole, below, units)


def _read(region: Region, day: date) -> dict[Place, Stood]:
    """The region, its units and the regions next below."""
    if _pictured(day):
        below = Q(path__in=regions_below(region.path), unit=None)
        rows = LedgerDay.objects.filter(Q(path=region.path) | below, day=day)
        return {Place(row.path, row.unit): Stood.of(row) for row in rows}
    found = days.stood(day, region.path, region.until)
    deepest = region.path.count("/") + 1
    return {
        place: there
        for place, there in found.items()
        if place.path == region.path or (not place.unit and place.path.count("/") == deepest)
    }


def _pictured(day: date) -> bool:
    return Day.objects.filter(day=day).exists()


def flow(region: Region, count: int, last: date) -> tuple[list[DayFlow], dict[str, int]]:
    """The days up to `last`, each as it stood at its own end; and what came in them by content field."""
    wanted = [last - timedelta(days=n) for n in reversed(range(count))]
    first = wanted[0]
    have = set(Day.objects.filter(day__gte=first, day__lte=last).values_list("day", flat=True))
    units = Q(unit=None) if region.unit is None else Q(unit__in=region.units)
    shots: dict[date, Stood] = {}
    for row in LedgerDay.objects.filter(units, day__in=have, path=region.path):
        shots.setdefault(row.day, Stood()).add(Stood.of(row))
    for day in wanted:
        if day not in have:
            shots[day] = past(region, day).whole
    flows, fields = [], Counter[str]()
    for day in wanted:
        there = shots.get(day, Stood())
        came: dict[str, int] = defaultdict(int)
        for key, n in (there.received if region.is_unit else there.came).items():
            channel, _colon, name = key.partition(":")
            came[channel] += n
            fields[name] += n
        flows.append(DayFlow(day, dict(came), there.closed))
    return flows, dict(fields)


def oldest(seen: Past, day: date) -> list[figures.Old]:
    """Late for longest at the end of that day, and where; never one that is sealed now. `holder`, `path`: as it is now,
    for whoever wants to open it."""
    wanted = [UUID(case) for case, *_rest in seen.whole.oldest]
    rows = LedgerRow.objects.filter(case__in=wanted, sealed=False).in_bulk()
    return [
        figures.old(rows[key], day, unit=UUID(unit), content_class=content, due_raw=datetime.fromisoformat(due))
        for key, (_case, unit, content, due) in zip(wanted, seen.whole.oldest, strict=True)
        if key in rows
    ]


# --- taking the pictures --------------------------------------------------------------------------------------------


def fill(most: int = PER_RUN) -> int:
    """Pictures of the days that have none, the latest first; how many were taken."""
    first = first_day()
    if first is None:
        return 0
    last = today() - timedelta(days=1)
    first = max(first, last - OLDEST)
    have = set(Day.objects.filter(day__gte=first).values_list("day", flat=True))
    wanted = [last - timedelta(days=n) for n in range((last - first).days + 1)]
    missing = [day for day in wanted if day not in have][:most]
    for day in missing:
        take(day)
    return len(missing)


def take(day: date) -> None:
    with transaction.atomic():
        hold_pictures()
        LedgerDay.objects.filter(day=day).delete()
        pictures = [there.picture(day, place) for place, there in days.stood(day).items()]
        LedgerDay.objects.bulk_create(pictures, batch_size=2000)
        Day.objects.get_or_create(day=day)


def run() -> None:
    fill()


def register() -> None:
    register_periodic("ledger_days", every(EVERY_S), run)
