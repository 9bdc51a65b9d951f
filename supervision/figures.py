"""The figures of a region as they stand now, from the books. Each function is one question and takes a Region first.

Exact figures are those of matters that are not sealed; how many sealed ones there are stands beside them, as None where
it is under 5 and the reader is not the confidential desk. Late is by calendar days after the strict date of the
holder's first duty (domain §5). The nation is answered from counters a few seconds old (`wide`), all else from the
rows. `at` is for tests; the past is `supervision.rewind`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Left, TruncDate

from cases.deadlines import local_day
from kernel.clock import TZ, today
from kernel.errors import Refused
from kernel.kept import Kept
from supervision import wide
from supervision.measures import (
    FEW,
    NONE,
    OPEN,
    PLAIN,
    Board,
    DayFlow,
    Level,
    Levels,
    Old,
    Pair,
    Share,
    at_level,
    bounds,
    counts,
    few,
    levels_of,
)
from supervision.models import LedgerRow
from supervision.region import Region
from supervision.region import bounds as within
from supervision.rollup import DAYS_KEPT

__all__ = [
    "FEW",
    "NONE",
    "OPEN",
    "PLAIN",
    "Board",
    "DayFlow",
    "Dimension",
    "Level",
    "Levels",
    "Old",
    "Pair",
    "Share",
    "at_level",
    "board",
    "by",
    "by_office_and_field",
    "by_unit",
    "calendar",
    "came",
    "came_by_field",
    "child_path",
    "flow",
    "oldest",
    "pairs",
    "rows",
    "total",
]

Dimension = Literal["channel", "klass", "field", "content_class", "state"]


# --- by how late --------------------------------------------------------------------------------------------------


# By hand, because compiling it would take longer than answering it does; `measures.at_level` says the same.
_BOARD_OF = """
SELECT path, count(*) FILTER (WHERE sealed), count(*) FILTER (WHERE NOT sealed),
       count(*) FILTER (WHERE NOT sealed AND due_raw >= %(overdue)s AND due_raw < %(soon)s),
       count(*) FILTER (WHERE NOT sealed AND due_raw >= %(serious)s AND due_raw < %(overdue)s),
       count(*) FILTER (WHERE NOT sealed AND due_raw >= %(grave)s AND due_raw < %(serious)s),
       count(*) FILTER (WHERE NOT sealed AND due_raw < %(grave)s)
  FROM supervision_ledgerrow WHERE closed_at IS NULL AND path >= %(low)s AND path < %(high)s {more}
 GROUP BY path
"""
_BOARD = _BOARD_OF.format(more="")
_BOARD_OF_UNIT = _BOARD_OF.format(more="AND unit = ANY(%(units)s)")


def board(region: Region, *, at: date | None = None) -> Board:
    """The region, its own office and each office next below."""
    if wide.serves(region):
        return wide.board(region, at or today())
    children: dict[str, Levels] = defaultdict(Levels)
    own, sealed = NONE, 0
    with connection.cursor() as cursor:
        asked = {**within(region), **bounds(at or today())}
        cursor.execute(_BOARD if region.unit is None else _BOARD_OF_UNIT, asked)
        for path, hidden, *numbers in cursor.fetchall():
            child = child_path(region, path)
            if child is None:
                own += Levels(*numbers)
            else:
                children[child] += Levels(*numbers)
            sealed += hidden
    return Board(sum(children.values(), own), own, dict(children), few(sealed, region))


def child_path(region: Region, path: str) -> str | None:
    """The path of the office next below the region's under which a row lies; None for the region's own."""
    if path == region.path:
        return None
    code = path[len(region.path) + 1 :].partition("/")[0]
    return f"{region.path}/{code}"


def by_unit(region: Region, *, at: date | None = None) -> dict[UUID, Levels]:
    """The region's own office, by unit (or bureau)."""
    rows = LedgerRow.objects.filter(region.paths, OPEN, path=region.path).order_by()
    return {row["unit"]: levels_of(row) for row in rows.values("unit").annotate(**counts(at))}


def by(region: Region, dimension: Dimension, *, at: date | None = None) -> list[Share]:
    """Open matters by channel, legal class, content (field: two digits) or state; the most late first."""
    if wide.serves(region) and dimension != "content_class":
        found = wide.by(region, dimension, at or today())
    else:
        rows = LedgerRow.objects.filter(region.paths, OPEN).order_by().values(key=_dimension(dimension))
        shares = (Share(row["key"], levels_of(row)) for row in rows.annotate(**counts(at)))
        found = [share for share in shares if share.levels.open]
    return sorted(found, key=lambda share: (-share.levels.late, -share.levels.open, share.key))


def by_office_and_field(region: Region, *, at: date | None = None) -> dict[tuple[str, str], Levels]:
    """(path of the office next below, content field): what the treemap is made of. The own office under its path."""
    if wide.serves(region):
        return wide.by_office_and_field(region, at or today())
    rows = LedgerRow.objects.filter(region.paths, OPEN).order_by().values("path", key=_dimension("field"))
    found: dict[tuple[str, str], Levels] = defaultdict(Levels)
    for row in rows.annotate(**counts(at)):
        found[child_path(region, row["path"]) or region.path, row["key"]] += levels_of(row)
    return {cell: levels for cell, levels in found.items() if levels.open}


def _dimension(dimension: Dimension) -> F | Left:
    return Left("content_class", 2) if dimension == "field" else F(dimension)


def calendar(region: Region, first: date, last: date) -> dict[date, int]:
    """How many open matters are due on each day of a period."""
    if wide.serves(region):
        return wide.calendar(region, first, last)
    rows = LedgerRow.objects.filter(region.paths, OPEN, PLAIN, due_raw__gte=_start(first), due_raw__lt=_start(last, 1))
    days = rows.order_by().values(day=TruncDate("due_raw", tzinfo=TZ)).annotate(n=Count("*"))
    return {row["day"]: row["n"] for row in days}


def _start(day: date, days: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=days), time(), TZ)


# --- what came, what was closed -----------------------------------------------------------------------------------


def came(region: Region, first: date, last: date) -> QuerySet[LedgerRow]:
    """What came in on these days, sealed or not: registered here, wherever it lies now; handed to a unit."""
    begin, until = _start(first), _start(last, 1)
    if region.is_unit:
        return LedgerRow.objects.filter(region.paths, unit_received_at__gte=begin, unit_received_at__lt=until)
    return LedgerRow.objects.filter(region.origins, registered_at__gte=begin, registered_at__lt=until)


def flow(region: Region, days: int = 14, *, at: date | None = None) -> list[DayFlow]:
    """The last days, today last: what came in, by channel, and what was closed."""
    last = at or today()
    first = last - timedelta(days=days - 1)
    if wide.serves(region) and first > today() - timedelta(days=DAYS_KEPT):
        return wide.flow(region, first, last)
    taken: dict[date, dict[str, int]] = defaultdict(dict)
    on = TruncDate("unit_received_at" if region.is_unit else "registered_at", tzinfo=TZ)
    for row in came(region, first, last).filter(PLAIN).order_by().values("channel", day=on).annotate(n=Count("*")):
        taken[row["day"]][row["channel"]] = row["n"]
    rows = LedgerRow.objects.filter(region.paths, PLAIN).order_by()
    ended = rows.filter(closed_at__gte=_start(first), closed_at__lt=_start(last, 1))
    closed = {
        row["day"]: row["n"] for row in ended.values(day=TruncDate("closed_at", tzinfo=TZ)).annotate(n=Count("*"))
    }
    every = (first + timedelta(days=n) for n in range(days))
    return [DayFlow(day, taken.get(day, {}), closed.get(day, 0)) for day in every]


def came_by_field(region: Region, days: int = 14, *, at: date | None = None) -> dict[str, int]:
    """What the matters that came in the last days are about: content field (two digits) -> how many."""
    last = at or today()
    rows = came(region, last - timedelta(days=days - 1), last).filter(PLAIN).order_by()
    return {row["key"]: row["n"] for row in rows.values(key=_dimension("field")).annotate(n=Count("*"))}


# --- what was passed about, what is oldest ------------------------------------------------------------------------

_PAIRS = """
SELECT least(p->>'a', p->>'b'), greatest(p->>'a', p->>'b'), count(DISTINCT l."case"), count(*),
       avg((p->>'days')::float), mode() WITHIN GROUP (ORDER BY nullif(p->>'reason', ''))
  FROM supervision_ledgerrow l, jsonb_array_elements(l.passes) p
 WHERE (l.hand_backs > 0 OR l.hops > 0) AND l.path >= %(low)s AND l.path < %(high)s AND NOT l.sealed
       AND (%(units)s::uuid[] IS NULL OR l.unit = ANY(%(units)s::uuid[])) AND l.closed_at IS NULL
 GROUP BY 1, 2 ORDER BY sum((p->>'days')::float) DESC, 1, 2 LIMIT %(limit)s
"""


def pairs(region: Region, limit: int = 5) -> list[Pair]:
    """互相推转: which two had the same open matters one after the other; the most days lost first. Of a nation up to a
    minute old."""
    if wide.serves(region):
        return _widest.get((region.path, limit), lambda: _pairs(region, limit))
    return _pairs(region, limit)


_widest: Kept[tuple[str, int], list[Pair]] = Kept()


def _pairs(region: Region, limit: int) -> list[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {**within(region), "limit": limit})
        return [
            Pair(UUID(a), UUID(b), cases, times, round(days, 1), reason or "")
            for a, b, cases, times, days, reason in cursor.fetchall()
        ]


def rows(region: Region) -> QuerySet[LedgerRow]:
    """The matters that may be named, for lists: filter, order and page them as you like. Refused: figures only."""
    if not (region.lists or region.sealed):
        raise Refused
    return LedgerRow.objects.filter(region.listed)


def oldest(region: Region, limit: int = 10, *, at: date | None = None) -> list[Old]:
    """The open matters that are late for longest, never a sealed one."""
    day = at or today()
    found = rows(region).filter(at_level("late", day), PLAIN).order_by("due_raw", "pk")[:limit]
    return [old(row, day) for row in found]


def old(row: LedgerRow, day: date, **then: Any) -> Old:
    """On that day; `then`: what was otherwise than it is now."""
    due = then.get("due_raw", row.due_raw)
    assert due is not None
    found = Old(
        case=row.case,
        number=row.number,
        holder=row.holder,
        path=row.path,
        unit=row.unit,
        department=row.department,
        state=row.state,
        content_class=row.content_class,
        place=row.place,
        due_kind=row.due_kind,
        due_raw=due,
        days=(day - local_day(due)).days,
    )
    return replace(found, **then)


def total(levels: Iterable[Levels]) -> Levels:
    return sum(levels, NONE)
