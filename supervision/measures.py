"""What figures are made of: how late open matters are, shares, flows, what was done in time. Exact of matters that are
not sealed; late is by calendar days after the strict date of the holder's first duty (domain §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Q

from cases.deadlines import GRAVE_DAYS, OVER_DAYS, REMIND_DAYS, SERIOUS_DAYS
from kernel.clock import TZ, today
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


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def bounds(day: date) -> dict[str, datetime]:
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
    bound = bounds(day or today())
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
    return {name: Count("path", filter=at_level(name, day) & PLAIN) for name in LEVELS}


LEVELS: tuple[Level, ...] = ("open", "soon", "overdue", "serious", "grave")


def levels_of(row: Mapping[str, Any]) -> Levels:
    return Levels(*(row[name] for name in LEVELS))


def few(count: int, region: Region) -> int | None:
    """A count of sealed matters as the reader may hear it: None is "<5"."""
    return count if region.sealed or count >= FEW else None
