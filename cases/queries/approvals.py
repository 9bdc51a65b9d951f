"""What waits for a person's approval: opinions to check or sign, and what somebody else has proposed (T24, T25, G2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases import policy
from cases.models import Case, Opinion, Proposal
from cases.queries import labels
from cases.states import State
from kernel.errors import NotFound
from tenants.actors import Actor
from tenants.models import Membership

MOST = 200
APPROVERS = frozenset({"R4", "R7", "R8", "R9"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """One paper or proposal. `verb`: what this person would do with it (check, sign, or the proposed one)."""

    id: UUID
    case: Case
    verb: str
    at: datetime
    by: UUID
    opinion: Opinion | None = None
    proposal: Proposal | None = None

    @property
    def label(self) -> str:
        return labels.verb(self.verb)


def may_approve(actor: Actor) -> bool:
    """Has the person a role that checks, signs or decides on what was proposed?"""
    return bool(actor.roles & APPROVERS)


def waiting(actor: Actor, case: UUID | None = None) -> list[Waiting]:
    """Soonest due first. Whoever wrote or proposed it is not asked."""
    if not may_approve(actor):
        return []
    found = [*_opinions(actor, case), *_proposals(actor, case)]
    far = datetime.max.replace(tzinfo=found[0].at.tzinfo) if found else None
    found.sort(key=lambda item: (item.case.due_raw or far, item.at, item.id))
    return found


def count(actor: Actor) -> int:
    return len(waiting(actor))


def find(every: Sequence[Waiting], item: UUID) -> Waiting:
    """By the id of the opinion or the proposal, or of the case: then its first. NotFound: nothing that waits here."""
    found = next((one for one in every if one.id == item), None) or next(
        (one for one in every if one.case.id == item), None
    )
    if found is None:
        raise NotFound
    return found


def _opinions(actor: Actor, case: UUID | None) -> Iterable[Waiting]:
    cases = policy.visible(actor).filter(state=State.S58, unit=actor.unit, sealed=False)
    rows = Opinion.objects.filter(
        case__in=cases, status__in=(Opinion.Status.SUBMITTED, Opinion.Status.CHECKED)
    ).exclude(written_by=actor.user)
    if case is not None:
        rows = rows.filter(case_id=case)
    asked = _asked(actor)
    for row in rows.select_related("case__filing").defer("body").order_by("case__due_raw", "id")[:MOST]:
        verb = _step(actor, row, asked)
        if verb:
            yield Waiting(row.id, row.case, verb, row.written_at, row.written_by, opinion=row)


def _asked(actor: Actor) -> bool:
    """Does an ordinary paper wait for this person's signature?"""
    if "R8" in actor.roles:
        return True
    deputies = Membership.objects.alive().filter(department__unit=actor.unit, roles__contains=["R8"])
    return not deputies.exists()


def _step(actor: Actor, row: Opinion, asked: bool) -> str:
    """check: an ordinary one just submitted; sign: an ordinary one checked, an important one at once (T25).

    The head may sign ordinary ones too, but is asked only where the unit has no deputy.
    """
    case = row.case
    important = policy.important(case)
    checked = row.status == Opinion.Status.CHECKED
    if not important and not checked:
        return "check" if _may(actor, "check", case) else ""
    if not important and not asked:
        return ""
    return "sign" if _may(actor, "sign", case) else ""


def _proposals(actor: Actor, case: UUID | None) -> Iterable[Waiting]:
    rows = Proposal.objects.filter(status="open", case__in=policy.visible(actor).filter(sealed=False)).exclude(
        by=actor.user
    )
    if case is not None:
        rows = rows.filter(case_id=case)
    for row in rows.select_related("case__filing").defer("fields").order_by("at")[:MOST]:
        if _may(actor, row.verb, row.case):
            yield Waiting(row.id, row.case, row.verb, row.at, row.by, proposal=row)


def _may(actor: Actor, verb: str, case: Case) -> bool:
    return policy.line_for(actor, verb, case) is not None
