"""supervise 督办 (T35): what happens to an order is an event of each of its cases, in every office on their path.

The order itself is not kept here: `supervision.orders` decides who may take which step and calls this inside its own
transaction. Custody of all its cases first, in the order of their ids, then the rows of each case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import policy
from cases.actions.frame import Side, locked
from cases.codes.orders import SUPERVISED
from cases.models import Case, Handover
from cases.states import State
from cases.transitions import SUPERVISE
from kernel.clock import now
from kernel.errors import Conflict, NotFound, Refused
from tenants import context
from tenants.actors import Actor
from tenants.models import Custody


@dataclass(frozen=True, slots=True)
class Watched:
    """One case under lock: the holder's side first, then those of the offices that had it before."""

    custody: Custody
    sides: list[Side]

    @property
    def case(self) -> Case:
        return self.sides[0].case


def watch(actor: Actor, cases: Iterable[UUID]) -> list[Watched]:
    """Locks them all; NotFound where one does not exist."""
    wanted = sorted(set(cases))
    held = {row.case: row for row in Custody.objects.select_for_update().filter(case__in=wanted).order_by("case")}
    if len(held) != len(wanted):
        raise NotFound
    return [_watched(actor, held[case], now()) for case in wanted]


def _watched(actor: Actor, custody: Custody, at: datetime) -> Watched:
    with context.use(context.tenant_by_id(custody.tenant_id)):
        found = locked(custody.case)
        if found is None:
            raise NotFound
        sides = [Side(actor, custody.tenant_id, found[0], at, found[1])]
        stays = Handover.objects.filter(case=custody.case).values_list("from_tenant", "to_tenant")
        before = {found[0].origin, *(office for stay in stays for office in stay)} - {custody.tenant_id}
    for office in sorted(before, key=lambda pk: context.tenant_by_id(pk).path):
        with context.use(context.tenant_by_id(office)):
            row = locked(custody.case)
            if row is not None:
                sides.append(Side(actor, office, row[0], at, row[1]))
    return Watched(custody, sides)


def supervisable(actor: Actor, watched: Watched) -> None:
    """May the actor's office order something about this case now? It is checked where an order is issued (T35).

    NotFound: not of a case the actor may know of. Refused: not the actor's post. Conflict: closed, or sealed: those go
    by the confidential desk alone, and nothing is said of which case it is.
    """
    office = context.tenant_by_id(watched.custody.tenant_id)
    if not policy.fits(SUPERVISE, actor, watched.case) or not actor.at_desk:
        raise Refused(_("督办由信访局的督查专员、审批人或联席会议秘书发出。"))
    if watched.case.sealed:
        raise Conflict(_("所选的件里有不能这样督办的。封存件由检举控告专人按专门程序办理。"), code="sealed")
    if not policy.supervises(actor, office, watched.case):
        raise NotFound
    if State(watched.case.state) not in SUPERVISE.frm:
        raise Conflict(_("所选的件里有已经办结的。只能督办在办的件。"), code="closed")


def supervise(watched: Sequence[Watched], step: str, *, supervised: Iterable[UUID], **data: Any) -> None:
    """One step of an order, told in the history of each case in each office. `supervised`: cases that have an order
    open after this step. `data`: ids, codes and dates of the order, and its number."""
    flagged = set(supervised)
    for one in watched:
        version = max(side.case.version for side in one.sides) + 1
        for side in one.sides:
            with context.use(side.tenant):
                others = [flag for flag in side.case.flags if flag != SUPERVISED]
                side.case.flags = [*others, SUPERVISED] if side.case.id in flagged else others
                side.record(SUPERVISED, version, verb=SUPERVISE.verb, row=SUPERVISE.code, step=step, **data)
