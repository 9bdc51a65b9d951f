"""The figures of a past day, as they stood at its end in Shanghai.

Each night a picture of the day that ended is taken, per department. It is made of the changes: what is now, but for the
matters that have changed since, which were what their first change since then says they were. A day without a picture
(the one after an import of old matters, say) is worked out the same way while somebody waits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min, Sum

from cases.deadlines import GRAVE_DAYS, OVER_DAYS, REMIND_DAYS, SERIOUS_DAYS, local_day
from kernel.clock import TZ, today
from kernel.tasks import every, register_periodic
from supervision import figures
from supervision.measures import LEVELS, NONE, Board, Levels, Share, few, levels_of
from supervision.models import Day, LedgerChange, LedgerDay
from supervision.region import Region
from supervision.rollup import hold_pictures

EVERY_S = 600
PER_RUN = 40
OLDEST = timedelta(days=800)

_STOOD = """
WITH later AS MATERIALIZED (
  SELECT DISTINCT ON ("case") "case", before FROM supervision_ledgerchange
   WHERE at >= %(end)s ORDER BY "case", at, id),
stood AS (
  SELECT path, holder AS office, unit, department, sealed, channel, left(content_class, 2) AS field,
         (due_raw AT TIME ZONE 'Asia/Shanghai')::date AS due
    FROM supervision_ledgerrow l
   WHERE closed_at IS NULL AND path >= %(low)s AND path < %(high)s
     AND NOT EXISTS (SELECT 1 FROM later WHERE later."case" = l."case")
  UNION ALL
  SELECT before->>'path', (before->>'office')::uuid, (before->>'unit')::uuid, (before->>'dept')::uuid,
         (before->>'sealed')::boolean, before->>'channel', left(before->>'content', 2),
         ((before->>'due')::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
    FROM later
   WHERE before IS NOT NULL AND before->>'closed' IS NULL
     AND before->>'path' COLLATE "C" >= %(low)s AND before->>'path' COLLATE "C" < %(high)s)
SELECT path, office, unit, department, sealed, channel, field, due, count(*) FROM stood
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""


class Place(NamedTuple):
    path: str
    office: UUID
    unit: UUID
    department: UUID


@dataclass(slots=True)
class Stood:
    """A department at the end of a day."""

    levels: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    sealed: int = 0


def stood(day: date, low: str = "", high: str = "~") -> dict[Place, Stood]:
    """Worked out from rows and changes, for the paths from `low` up to `high`."""
    found: dict[Place, Stood] = defaultdict(Stood)
    end = datetime.combine(day + timedelta(days=1), time(), TZ)
    with connection.cursor() as cursor:
        cursor.execute(_STOOD, {"end": end, "low": low, "high": high})
        for path, office, unit, department, sealed, channel, content, due, n in cursor.fetchall():
            place = found[Place(path, office, unit, department)]
            if sealed:
                place.sealed += n
                continue
            place.levels["open"] += n
            if level := level_on(due, day):
                place.levels[level] += n
            place.fields[content] += n
            place.channels[channel] += n
    return dict(found)


def level_on(due: date | None, day: date) -> str:
    """What `measures.at_level` asks of rows."""
    if due is None:
        return ""
    late = (day - due).days
    for least, name in ((GRAVE_DAYS, "grave"), (SERIOUS_DAYS, "serious"), (OVER_DAYS, "overdue")):
        if late >= least:
            return name
    return "soon" if -late <= max(REMIND_DAYS) else ""


# --- asking -------------------------------------------------------------------------------------------------------


def first_day() -> date | None:
    """The first day that can be looked back to."""
    at = LedgerChange.objects.aggregate(first=Min("at"))["first"]
    return local_day(at) if at else None


def board(region: Region, day: date) -> Board:
    if day >= today():
        return figures.board(region)
    own, sealed = NONE, 0
    children: dict[str, Levels] = defaultdict(Levels)
    for path, levels, hidden in _by_path(region, day):
        child = figures.child_path(region, path)
        if child is None:
            own += levels
        else:
            children[child] += levels
        sealed += hidden
    return Board(sum(children.values(), own), own, dict(children), few(sealed, region))


def _by_path(region: Region, day: date) -> Iterator[tuple[str, Levels, int]]:
    if not _pictured(day):
        for place, there in _worked_out(region, day).items():
            yield place.path, _levels(there), there.sealed
        return
    sums: dict[str, Any] = {name: Sum(name) for name in LEVELS}
    rows = LedgerDay.objects.filter(region.paths, day=day).order_by().values("path")
    for row in rows.annotate(**sums, hidden=Sum("sealed")):
        yield row["path"], levels_of(row), row["hidden"]


def by_unit(region: Region, day: date) -> dict[UUID, Levels]:
    """The region's own office, by unit."""
    if day >= today():
        return figures.by_unit(region)
    found: dict[UUID, Levels] = defaultdict(Levels)
    if _pictured(day):
        for row in LedgerDay.objects.filter(region.paths, day=day, path=region.path):
            found[row.unit] += Levels(row.open, row.soon, row.overdue, row.serious, row.grave)
    else:
        for place, there in _worked_out(region, day).items():
            if place.path == region.path:
                found[place.unit] += _levels(there)
    return {unit: levels for unit, levels in found.items() if levels.open}


def by(region: Region, dimension: str, day: date) -> list[Share]:
    """Open matters by "field" or "channel", the most first; how late they were is kept by department only."""
    counted = _summed(region, dimension, day) if _pictured(day) else _worked_out_by(region, dimension, day)
    return [Share(key, Levels(n)) for key, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])) if n]


_SUMMED = """
SELECT counted.key, sum(counted.value::int) FROM supervision_ledgerday d, jsonb_each_text(d.{name}) counted
 WHERE day = %(day)s AND path >= %(low)s AND path < %(high)s AND (%(unit)s::uuid IS NULL OR unit = %(unit)s::uuid)
 GROUP BY 1
"""


def _summed(region: Region, dimension: str, day: date) -> dict[str, int]:
    text = _SUMMED.format(name="fields" if dimension == "field" else "channels")
    with connection.cursor() as cursor:
        cursor.execute(text, {"day": day, "low": region.path, "high": region.until, "unit": region.unit})
        return dict(cursor.fetchall())


def _worked_out_by(region: Region, dimension: str, day: date) -> Counter[str]:
    total: Counter[str] = Counter()
    for there in _worked_out(region, day).values():
        total.update(there.fields if dimension == "field" else there.channels)
    return total


def _pictured(day: date) -> bool:
    return Day.objects.filter(day=day).exists()


def _worked_out(region: Region, day: date) -> dict[Place, Stood]:
    found = stood(day, region.path, region.until)
    return {place: there for place, there in found.items() if region.unit in (None, place.unit)}


def _levels(there: Stood) -> Levels:
    return Levels(*(there.levels[name] for name in LEVELS))


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
        LedgerDay.objects.bulk_create([_picture(day, *item) for item in stood(day).items()], batch_size=2000)
        Day.objects.get_or_create(day=day)


def _picture(day: date, place: Place, there: Stood) -> LedgerDay:
    counted: dict[str, Any] = {name: there.levels[name] for name in LEVELS}
    return LedgerDay(
        day=day,
        **place._asdict(),
        **counted,
        sealed=there.sealed,
        fields=dict(there.fields),
        channels=dict(there.channels),
    )


def run() -> None:
    fill()


def register() -> None:
    register_periodic("ledger_days", every(EVERY_S), run)
