"""The clock of a document as one narrows down by it: overdue, due soon, on time, or none running (worklist's levels).

Told by the strict date when it is asked, so that nothing need be indexed anew at midnight. What is closed or has gone
to another office has no level.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from cases.deadlines import REMIND_DAYS
from cases.queries.chips import QUIET
from cases.states import NOT_HELD
from kernel.clock import TZ, now

LEVELS = ("over", "soon", "ok", "hold")
CLOCKLESS = tuple(sorted(NOT_HELD))  # states without a level
QUIET_KINDS = tuple(sorted(QUIET))  # windows and warnings, which are never late


@dataclass(frozen=True, slots=True)
class Edges:
    """Late before `today`, on time from `later` on."""

    today: datetime
    later: datetime


def edges() -> Edges:
    today = datetime.combine(now().astimezone(TZ).date(), time(), TZ)
    return Edges(today, today + timedelta(days=REMIND_DAYS[0] + 1))


def level(state: str, due: datetime | None, kind: str) -> str:
    """One of LEVELS, "" for a document without one."""
    if state in NOT_HELD:
        return ""
    if due is None:
        return "hold"
    at = edges()
    if kind in QUIET or due >= at.later:
        return "ok"
    return "over" if due < at.today else "soon"
