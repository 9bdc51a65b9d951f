"""succeed 承接: the open cases of a department that ceased go on with its successor (R 24(2), domain §2.1).

Each case in its own transaction, Custody first; state, clocks and seat are kept. Found by what is true of a case, not
by a list made beforehand: whoever comes next goes on where another stopped, and twice is harmless. The same follows a
section that was moved to another unit.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from cases.actions.frame import Side, locked
from cases.models import Case, Handover
from cases.states import CLOSED, NOT_HELD, State, Task
from kernel.clock import now, recorded_now, today
from kernel.errors import HuiyinError
from kernel.ids import new_id
from tenants.actors import Actor
from tenants.departments import living
from tenants.models import Change, Custody, Department, Tenant

log = logging.getLogger("huiyin.jobs")

MOVES_LOOKED_AT = timedelta(days=2)  # how long a moved section is looked after between two nightly rounds


def offices_with_heirs() -> list[UUID]:
    """Offices in which something may have to be taken over. Shared tables only: cheap enough for every minute."""
    held = Custody.objects.filter(open=True, department__valid_to__lte=today())
    moved = Change.objects.filter(kind="department.moved", at__gte=recorded_now() - MOVES_LOOKED_AT)
    gone = Change.objects.filter(kind="department.ceased", at__gte=recorded_now() - MOVES_LOOKED_AT)
    found = {*held.values_list("tenant", flat=True).distinct(), *moved.values_list("tenant", flat=True)}
    return sorted({*found, *gone.values_list("tenant", flat=True)})


def succeed(tenant: Tenant) -> int:
    """Everything that waits in the current office; how many were taken over. A case that somebody has in hand at this
    moment is left to the next round."""
    actor, taken = Actor.system(tenant), 0
    for case_id in waiting(tenant.pk):
        try:
            taken += _one(actor, case_id)
        except HuiyinError as error:
            log.warning("not succeeded", extra={"case": str(case_id), "code": error.code})
    return taken


def waiting(tenant: UUID) -> list[UUID]:
    """Open cases, and papers owed to this office, that lie where nobody is answerable any more; first due first."""
    units: dict[UUID, UUID] = {}
    ceased: list[UUID] = []
    for pk, unit, valid_to in Department.objects.filter(tenant=tenant).values_list("pk", "unit", "valid_to"):
        units[pk] = unit
        if valid_to is not None and valid_to <= today():
            ceased.append(pk)
    owed = Q(state=State.S99) & ~Q(task=Task.NONE)
    rows = Case.objects.filter(~Q(state__in=NOT_HELD) | owed)
    lost = Q(department__in=ceased)
    for department, unit in rows.order_by().values_list("department", "unit").distinct():
        if units.get(department, unit) != unit:
            lost |= Q(department=department, unit=unit)
    return list(rows.filter(lost).order_by("due_raw", "id").values_list("id", flat=True))


@transaction.atomic
def _one(actor: Actor, case_id: UUID) -> int:
    held = Custody.objects.select_for_update(skip_locked=True).filter(case=case_id).first()
    found = locked(case_id) if held is not None else None
    if held is None or found is None:
        return 0
    case, running = found
    here = Department.objects.select_related("successor").get(pk=case.department)
    heir = living(here)
    if case.state in CLOSED or (case.department, case.unit) == (heir.pk, heir.unit_id):
        return 0
    side = Side(actor, actor.tenant, case, now(), running)
    moved = heir.pk != case.department
    was = case.department if moved else case.unit
    case.department, case.unit = heir.pk, heir.unit_id
    told: dict[str, Any] = {"from_department": was, "to_department": heir.pk}
    if case.state == State.S99:  # another office holds it; what it owes us is answered here
        side.record("succeeded", case.version + 1, **told)
        return 1
    if moved:  # a section that changes its unit takes its people along: its handler goes on
        case.handler, case.held_since = None, side.at
    stay = _stay(side, was, heir)
    side.rows.append(stay)
    held.department_id = heir.pk
    side.record("succeeded", case.version + 1, custody=held, handover=stay.id, **told)
    return 1


def _stay(side: Side, was: UUID, heir: Department) -> Handover:
    case = side.case
    last = Handover.objects.filter(case=case).order_by("-seq").values_list("seq", flat=True).first()
    return Handover(
        id=new_id(),
        case=case,
        seq=(last or 0) + 1,
        kind=Handover.Kind.SUCCEED,
        from_tenant=side.tenant_id,
        from_department=was,
        to_tenant=side.tenant_id,
        to_department=heir.pk,
        seat=case.seat,
        at=side.at,
        by=side.actor.user,
    )
