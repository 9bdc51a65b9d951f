"""The figures of a region as they stand now, from the books. Each function is one question and takes a Region first.

Exact figures are those of matters that are not sealed; how many sealed ones there are stands beside them, as None where
it is under 5 and the reader is not the confidential desk. Late is by calendar days after the strict date of the
holder's first duty (domain §5). `at` is for tests; the past is `supervision.rewind`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Left, TruncDate

from cases.deadlines import GRAVE_DAYS, OVER_DAYS, REMIND_DAYS, SERIOUS_DAYS, local_day
from kernel.clock import TZ, now, today
from kernel.errors import Refused
from supervision.models import LedgerRow
from supervision.region import Region

FEW = 5
Level = Literal["open", "soon", "overdue", "serious", "grave", "late"]
Dimension = Literal["channel", "klass", "field", "content_class", "state"]
Step = Literal["triage", "notice", "reply"]

OPEN = Q(closed_at=None)
PLAIN = Q(sealed=False)


@dataclass(frozen=True, slots=True)
class Levels:
    """Open matters by how late they are; each is in one of `soon`, `overdue`, `serious`, `grave` or none of them."""

    open: int = 0
    soon: int = 0
    overdue: int = 0
    serious: int = 0
    grave: int = 0

    @property
    def late(self) -> int:
        return self.overdue + self.serious + self.grave

    @property
    def share(self) -> float | None:
        """Late of open; None where nothing is open. What regions are ranked by."""
        return self.late / self.open if self.open else None

    def __add__(self, other: Levels) -> Levels:
        return Levels(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


NONE = Levels()


@dataclass(frozen=True, slots=True)
class Board:
    """A region in one query. `children`: by the path of the office next below, all beneath it included; `own`: what
    lies in the region's own office. `sealed`: None says under 5."""

    total: Levels
    own: Levels
    children: Mapping[str, Levels]
    sealed: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a dimension."""

    key: str
    levels: Levels


@dataclass(frozen=True, slots=True)
class DayFlow:
    """What came in on a day, by channel, and what was closed."""

    day: date
    came: Mapping[str, int]
    closed: int


@dataclass(frozen=True, slots=True)
class OnTime:
    """A step that was due in a period: done in time, of all that were due. What is still to be done and not yet due is
    in neither: it drags no rate down."""

    done: int = 0
    due: int = 0

    @property
    def rate(self) -> float | None:
        return self.done / self.due if self.due else None

    def __add__(self, other: OnTime) -> OnTime:
        return OnTime(self.done + other.done, self.due + other.due)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two departments between which matters were passed about; `days` is the mean lost each time, `reason` the code
    of the objection met most."""

    a: UUID
    b: UUID
    cases: int
    times: int
    days: float
    reason: str


@dataclass(frozen=True, slots=True)
class Old:
    """An open matter that is late, named by codes."""

    case: UUID
    number: str
    holder: UUID
    path: str
    unit: UUID
    department: UUID
    state: str
    content_class: str
    place: str
    due_kind: str
    due_raw: datetime
    days: int


# --- by how late --------------------------------------------------------------------------------------------------


def _bounds(day: date) -> dict[str, datetime]:
    """From which due time on, on that day, a matter is no longer at the level."""

    def start(days: int) -> datetime:
        return datetime.combine(day + timedelta(days=days), time(), TZ)

    return {
        "soon": start(max(REMIND_DAYS) + 1),
        "overdue": start(1 - OVER_DAYS),
        "serious": start(1 - SERIOUS_DAYS),
        "grave": start(1 - GRAVE_DAYS),
    }


def at_level(level: Level, day: date | None = None) -> Q:
    """The open rows of a level on a day: what a number's list is made of."""
    bound = _bounds(day or today())
    found: dict[str, Q] = {
        "open": Q(),
        "soon": Q(due_raw__gte=bound["overdue"], due_raw__lt=bound["soon"]),
        "overdue": Q(due_raw__gte=bound["serious"], due_raw__lt=bound["overdue"]),
        "serious": Q(due_raw__gte=bound["grave"], due_raw__lt=bound["serious"]),
        "grave": Q(due_raw__lt=bound["grave"]),
        "late": Q(due_raw__lt=bound["overdue"]),
    }
    return OPEN & found[level]


def counts(day: date | None = None) -> dict[str, Count]:
    """The levels as aggregates of a query over open rows."""
    return {name: Count("pk", filter=at_level(name, day) & PLAIN) for name in _LEVELS}


_LEVELS: tuple[Level, ...] = ("open", "soon", "overdue", "serious", "grave")


def levels_of(row: Mapping[str, Any]) -> Levels:
    return Levels(*(row[name] for name in _LEVELS))


def few(count: int, region: Region) -> int | None:
    """A count of sealed matters as the reader may hear it: None is "<5"."""
    return count if region.sealed or count >= FEW else None


def board(region: Region, *, at: date | None = None) -> Board:
    """The region, its own office and each office next below."""
    rows = (
        LedgerRow.objects.filter(region.paths, OPEN)
        .order_by()
        .values("path")
        .annotate(**counts(at), hidden=Count("pk", filter=~PLAIN))
    )
    children: dict[str, Levels] = defaultdict(Levels)
    own, sealed = NONE, 0
    for row in rows:
        child = child_path(region, row["path"])
        if child is None:
            own += levels_of(row)
        else:
            children[child] += levels_of(row)
        sealed += row["hidden"]
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


def by_department(region: Region, unit: UUID, *, at: date | None = None) -> dict[UUID, Levels]:
    """A unit of the region's own office, by section."""
    rows = LedgerRow.objects.filter(region.paths, OPEN, path=region.path, unit=unit).order_by()
    return {row["department"]: levels_of(row) for row in rows.values("department").annotate(**counts(at))}


def by(region: Region, dimension: Dimension, *, at: date | None = None) -> list[Share]:
    """Open matters by channel, legal class, content (field: two digits) or state; the most late first."""
    rows = LedgerRow.objects.filter(region.paths, OPEN).order_by().values(key=_dimension(dimension))
    found = [Share(row["key"], levels_of(row)) for row in rows.annotate(**counts(at))]
    return sorted(found, key=lambda share: (-share.levels.late, -share.levels.open, share.key))


def by_office_and_field(region: Region, *, at: date | None = None) -> dict[tuple[str, str], Levels]:
    """(path of the office next below, content field): what the treemap is made of. The own office under its path."""
    rows = LedgerRow.objects.filter(region.paths, OPEN).order_by().values("path", key=_dimension("field"))
    found: dict[tuple[str, str], Levels] = defaultdict(Levels)
    for row in rows.annotate(**counts(at)):
        found[child_path(region, row["path"]) or region.path, row["key"]] += levels_of(row)
    return dict(found)


def _dimension(dimension: Dimension) -> F | Left:
    return Left("content_class", 2) if dimension == "field" else F(dimension)


def calendar(region: Region, first: date, last: date) -> dict[date, int]:
    """How many open matters are due on each day of a period."""
    rows = LedgerRow.objects.filter(region.paths, OPEN, PLAIN, due_raw__gte=_start(first), due_raw__lt=_start(last, 1))
    days = rows.order_by().values(day=TruncDate("due_raw", tzinfo=TZ)).annotate(n=Count("pk"))
    return {row["day"]: row["n"] for row in days}


def _start(day: date, days: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=days), time(), TZ)


# --- what came, what was done in time -----------------------------------------------------------------------------


def flow(region: Region, days: int = 14, *, at: date | None = None) -> list[DayFlow]:
    """The last days, today last: registered (where the matter lies now), by channel, and closed."""
    last = at or today()
    first = last - timedelta(days=days - 1)
    rows = LedgerRow.objects.filter(region.paths, PLAIN).order_by()
    came: dict[date, dict[str, int]] = defaultdict(dict)
    taken = rows.filter(registered_at__gte=_start(first), registered_at__lt=_start(last, 1))
    for row in taken.values("channel", day=TruncDate("registered_at", tzinfo=TZ)).annotate(n=Count("pk")):
        came[row["day"]][row["channel"]] = row["n"]
    ended = rows.filter(closed_at__gte=_start(first), closed_at__lt=_start(last, 1))
    closed = {
        row["day"]: row["n"] for row in ended.values(day=TruncDate("closed_at", tzinfo=TZ)).annotate(n=Count("pk"))
    }
    every = (first + timedelta(days=n) for n in range(days))
    return [DayFlow(day, came.get(day, {}), closed.get(day, 0)) for day in every]


_STEPS = {
    "triage": ("triage_due", "triaged_at"),
    "notice": ("notice_due", "notified_at"),
    "reply": ("reply_due", "served_at"),
}


def on_time(region: Region, step: Step, first: date, last: date) -> tuple[OnTime, dict[str, OnTime]]:
    """A step due in a period, up to now, of counted matters: the region, and each office next below by its path."""
    due, done = _STEPS[step]
    until = min(_start(last, 1), now())
    within = {f"{due}__gte": _start(first), f"{due}__lt": until}
    rows = LedgerRow.objects.filter(region.paths, PLAIN, counted=True, **within).order_by().values("path")
    children: dict[str, OnTime] = defaultdict(OnTime)
    own = OnTime()
    for row in rows.annotate(due_=Count("pk"), done_=Count("pk", filter=Q(**{f"{done}__lte": F(due)}))):
        found, child = OnTime(row["done_"], row["due_"]), child_path(region, row["path"])
        if child is None:
            own += found
        else:
            children[child] += found
    return sum(children.values(), own), dict(children)


# --- what was passed about, what is oldest ------------------------------------------------------------------------

_PAIRS = """
SELECT least(p->>'a', p->>'b'), greatest(p->>'a', p->>'b'), count(DISTINCT l."case"), count(*),
       avg((p->>'days')::float), mode() WITHIN GROUP (ORDER BY nullif(p->>'reason', ''))
  FROM supervision_ledgerrow l, jsonb_array_elements(l.passes) p
 WHERE (l.hand_backs > 0 OR l.hops > 0) AND l.path >= %(low)s AND l.path < %(high)s AND NOT l.sealed
       AND (%(unit)s::uuid IS NULL OR l.unit = %(unit)s::uuid) AND l.closed_at IS NULL
 GROUP BY 1, 2 ORDER BY sum((p->>'days')::float) DESC, 1, 2 LIMIT %(limit)s
"""


def pairs(region: Region, limit: int = 5) -> list[Pair]:
    """互相推转: which two had the same open matters one after the other; the most days lost first."""
    with connection.cursor() as cursor:
        asked = {"low": region.path, "high": region.until, "unit": region.unit, "limit": limit}
        cursor.execute(_PAIRS, asked)
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
    return [_old(row, day) for row in found]


def _old(row: LedgerRow, day: date) -> Old:
    assert row.due_raw is not None
    return Old(
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
        due_raw=row.due_raw,
        days=(day - local_day(row.due_raw)).days,
    )


def total(levels: Iterable[Levels]) -> Levels:
    return sum(levels, NONE)
