"""hand_over_work: the open cases of somebody who has left go to a colleague, or back to the section (T8a).

The administrator who orders it sees no case: who gets what follows from where the case lies and where the colleague
works. State and clocks stay; so does the office.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.frame import Side, locked
from cases.models import Case, Handover
from cases.states import NOT_HELD
from kernel.clock import now, today
from kernel.errors import Refused
from tenants.actors import Actor
from tenants.models import Custody, Department, Membership
from tenants.roles import ADMIN

HANDLERS = ("R3", "R5", "R6")


@transaction.atomic
def hand_over_work(actor: Actor, case_id: UUID, *, leaver: UUID, to: UUID | None) -> bool | None:
    """移交在办件, one case. True: the colleague handles it; False: it lies with the section, or with the unit where
    nobody is left in the section. None: the leaver does not handle it any more.

    Raises Refused for anybody but the administrator, and while the leaver still works in that unit.
    """
    if ADMIN not in actor.roles:
        raise Refused
    custody = Custody.objects.select_for_update().filter(case=case_id, tenant=actor.tenant).first()
    found = locked(case_id)
    if custody is None or found is None:
        return None
    case, running = found
    if case.handler != leaver or case.state in NOT_HELD:
        return None
    staff = _staff(case.unit)
    if leaver in {user for user, _place in staff}:
        raise Refused(_("这个人还在这个单位任职，在办件由本人或单位分派。"), code="still-there")
    place = _place_of(case, to, staff)
    taken = place is not None and not case.sealed
    target = place if place is not None and taken else _desk(case, staff)
    side = Side(actor, actor.tenant, case, now(), running)
    before = case.department
    if target != before:
        side.rows.append(_stay(side, target))
        case.held_since, case.department, custody.department_id = side.at, target, target
    case.handler = to if taken else None
    side.record(
        "handed_over",
        case.version + 1,
        custody=custody if target != before else None,
        verb="allot",
        row="T8a",
        from_handler=leaver,
        from_department=before,
        to_department=target,
        handler=case.handler,
    )
    return taken


def _staff(unit: UUID) -> set[tuple[UUID, UUID]]:
    """Who may handle cases of the unit today, and in which of its departments."""
    places = Department.objects.filter(unit=unit)
    posts = Membership.objects.alive().filter(department__in=places, user__is_active=True)
    return set(posts.filter(roles__overlap=list(HANDLERS)).values_list("user", "department"))


def _place_of(case: Case, to: UUID | None, staff: set[tuple[UUID, UUID]]) -> UUID | None:
    """Where the colleague would handle it: in the same section if possible, else in another of the same unit."""
    places = sorted(place for user, place in staff if user == to)
    return case.department if case.department in places else next(iter(places), None)


def _desk(case: Case, staff: set[tuple[UUID, UUID]]) -> UUID:
    """The section, or the unit itself where the section has nobody left or is no more."""
    alive = Department.objects.alive(today()).filter(pk=case.department).exists()
    return case.department if alive and case.department in {place for _user, place in staff} else case.unit


def _stay(side: Side, target: UUID) -> Handover:
    case = side.case
    last = Handover.objects.filter(case=case).order_by("-seq").values_list("seq", flat=True).first()
    return Handover(
        case=case,
        seq=(last or 0) + 1,
        kind=Handover.Kind.ALLOT,
        from_tenant=side.actor.tenant,
        from_department=case.department,
        to_tenant=side.actor.tenant,
        to_department=target,
        seat=case.seat,
        at=side.at,
        by=side.actor.user,
    )
