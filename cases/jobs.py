"""What runs by itself: closing what is over, sealing histories, moving dates when a calendar is published."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError

from cases import actions, history
from cases.actions import succession
from cases.actions.verifying import carry_out_verification, lost_run
from cases.clock_kinds import Kind
from cases.models import Answer, Case
from cases.models.paper import Opinion
from cases.states import Seat, State
from kernel.clock import now
from kernel.errors import HuiyinError, Unavailable
from kernel.tasks import daily, every, register_periodic, send, tenant_task
from tenants import calendars, context, offices
from tenants.actors import Actor
from tenants.calendars import Change
from tenants.models import Tenant

log = logging.getLogger("huiyin.jobs")

SEAL_EVERY_S = 600.0
SUCCEED_EVERY_S = 60.0
VERIFY_EVERY_S = 120.0


def due_to_close(at: datetime) -> list[UUID]:
    """Served, the petitioner's window over by its generous date, nothing left to execute (T28)."""
    unproved = Answer.objects.filter(opinion__status=Opinion.Status.SERVED, executed_on=None).exclude(item="")
    rows = Case.objects.filter(
        state=State.S61,
        seat=Seat.UNIT,
        sealed=False,
        clocks__kind=Kind.K9.value,
        clocks__stopped_at=None,
        clocks__due_effective__lt=at,
    ).exclude(id__in=unproved.values("opinion__case"))
    return list(rows.order_by("due_raw", "id").values_list("id", flat=True))


def close_due(tenant: Tenant) -> int:
    """Closes what is over in one office, each case in its own transaction; how many. A case that still owes a report
    (G3) or was changed meanwhile is left as it is."""
    closed = 0
    with context.use(tenant):
        for case in due_to_close(now()):
            try:
                actions.close(Actor.system(tenant), case)
            except HuiyinError as error:
                log.info("not closed", extra={"case": str(case), "code": error.code})
            else:
                closed += 1
    return closed


def seal_history(tenant: Tenant) -> bool:
    """One more seal over the heads that moved; False when none did."""
    with context.use(tenant):
        return history.seal() is not None


def recompute_clocks(tenant: Tenant) -> int:
    """Running clocks by the calendar as it is published now; how many dates moved."""
    with context.use(tenant):
        return actions.recompute(tenant)


@tenant_task("cases.recompute_clocks")
def recompute_office(tenant: str) -> None:
    actions.recompute(context.tenant_by_id(UUID(tenant)))


def calendar_changed(change: Change) -> None:
    """Every office beneath is sent its own task; what is lost on the way the nightly run finds."""
    for office in calendars.affected(change.scope):
        send(recompute_office, office.pk)


@tenant_task("cases.verify_history")
def verify_office(tenant: str, run: str) -> None:
    carry_out_verification(UUID(run))


def start_verification(actor: Actor) -> UUID:
    """The auditor's button (R20): the run's id. A message lost on the way the sweep makes good."""
    run = actions.ask_verification(actor)
    send(verify_office, actor.tenant, run)
    return run


def take_up_verification(tenant: Tenant) -> bool:
    """A run whose message or worker was lost is begun anew; False when there is none."""
    with context.use(tenant):
        run = lost_run()
    if run is not None:
        send(verify_office, tenant.pk, run)
    return run is not None


def succeed(tenant: Tenant) -> int:
    """What lies with a department that ceased goes on with its successor; how many cases."""
    with context.use(tenant):
        return succession.succeed(tenant)


@tenant_task("cases.succeed")
def succeed_office(tenant: str) -> None:
    succession.succeed(context.tenant_by_id(UUID(tenant)))


def succeed_soon(tenant: UUID) -> None:
    """After an administrator's change of the tree; what is lost on the way the sweep finds."""
    send(succeed_office, tenant)


def each(work: Callable[[Tenant], object], name: str) -> None:
    """An office that cannot be served now delays no other."""
    for tenant in offices.served():
        try:
            work(tenant)
        except (DatabaseError, Unavailable) as error:
            log.warning("job failed", extra={"job": name, "schema": tenant.schema_name, "code": type(error).__name__})


def close_all() -> None:
    each(close_due, "close_due")


def seal_all() -> None:
    each(seal_history, "seal_history")


def succeed_waiting() -> None:
    """Only offices in which something may wait: a cessation whose day has come, a section that moved."""
    wanted = set(succession.offices_with_heirs())
    each(lambda tenant: succeed(tenant) if tenant.pk in wanted else 0, "succeed")


def succeed_everywhere() -> None:
    each(succeed, "succeed_all")


def recompute_all() -> None:
    each(recompute_clocks, "recompute_clocks")


def take_up_verifications() -> None:
    each(take_up_verification, "verify_history")


def register() -> None:
    """Called when the app is ready."""
    register_periodic("verify_history", every(VERIFY_EVERY_S), take_up_verifications)
    register_periodic("close_due", daily(0, 20), close_all)
    register_periodic("succeed", every(SUCCEED_EVERY_S), succeed_waiting)
    register_periodic("succeed_all", daily(0, 5), succeed_everywhere)
    register_periodic("seal_history", every(SEAL_EVERY_S), seal_all)
    register_periodic("recompute_clocks", daily(1, 10), recompute_all)
    if calendar_changed not in calendars.on_change:
        calendars.on_change.append(calendar_changed)
