"""How a case leaves the books, and why it may not yet (domain §4.2 G3, §4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.clock_kinds import Kind
from cases.codes.endings import BY_OUTCOME, Closing, Outcome
from cases.models import Case, Clock, Handover
from cases.states import State, Task
from kernel.clock import now
from tenants.models import Custody

if TYPE_CHECKING:
    from cases.actions.frame import Act, Side


def owed(act: Act) -> bool:
    """Does any office on the living path still owe its assigner a report (K5 runs)?"""
    return owed_on(act.own.path)


def owed_on(path: list[Handover]) -> bool:
    return any(row.kind == Handover.Kind.ASSIGN and row.settled_at is None for row in path)


def end(act: Act, closing: str) -> None:
    """Closes, or under G3 keeps the state with the ending planned: the next step is then the report."""
    if owed(act):
        act.case.planned_ending = closing
        return
    close(act.own, closing)


def close(side: Side, closing: str) -> None:
    """Stops every clock of this row (G1) and writes the kind of ending."""
    case = side.case
    side.clocks.stop(frozenset(Kind), side.at, "close")
    case.state, case.task = State.S90, Task.NONE
    case.closed_at, case.closing_kind, case.planned_ending = side.at, closing, ""
    Custody.objects.filter(case=case.id).update(open=False)


def window_open(case: Case) -> bool:
    """Is the petitioner's time to ask for review (K9) still running, by its generous date?"""
    row = Clock.objects.filter(case=case, kind=Kind.K9, stopped_at=None).first()
    return row is not None and now() <= row.due_effective


def by_outcome(outcome: str) -> str:
    """The closing kind that follows from the answers (domain §4.3)."""
    return BY_OUTCOME[Outcome(outcome)] if outcome in Outcome.values else Closing.UNRECORDED
