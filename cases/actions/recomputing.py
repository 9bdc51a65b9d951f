"""recompute: dates follow a calendar that was published or changed, each case under its lock, with a trace (§14.2)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from cases import clocks
from cases.actions.frame import Side, locked
from cases.deadlines import Due
from cases.models import Clock
from kernel.clock import now
from tenants.actors import Actor
from tenants.calendars import calendar_for, invalidate
from tenants.models import Custody, Tenant


def recompute(tenant: Tenant) -> int:
    """Running clocks of the current office by the calendar of its place; how many dates moved."""
    invalidate()  # another process changed it a moment ago; what this one holds may be half a minute old
    calendar = calendar_for(tenant.code)
    running = Clock.objects.filter(stopped_at=None).iterator(chunk_size=500)
    changed = {clock.case_id for clock in running if _moves(clock, clocks.compute(clock, calendar))}
    return sum(_one(Actor.system(tenant), case_id) for case_id in sorted(changed))


def _moves(clock: Clock, due: Due) -> bool:
    return (due.raw, due.effective, due.provisional) != (clock.due_raw, clock.due_effective, clock.provisional)


@transaction.atomic
def _one(actor: Actor, case_id: UUID) -> int:
    Custody.objects.select_for_update().get(case=case_id)
    found = locked(case_id)
    if found is None:
        return 0
    case, running = found
    side = Side(actor, actor.tenant, case, now(), running)
    moved = side.clocks.recompute()
    if moved:
        side.record("recomputed", case.version + 1, clocks=moved)
    return len(moved)
