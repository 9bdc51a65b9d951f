"""Long work of an administrator: pieces, each a transaction of its own, carried out by the page that waits for it and
by the worker. Whoever dies leaves a whole number of pieces behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kernel import tasks
from kernel.clock import recorded_now, today
from kernel.errors import Conflict, NotFound
from tenants import context
from tenants.actors import Actor, actor_for
from tenants.administration.ground import require_admin
from tenants.models import Job, Membership

SLICE_S = 1.5
SWEPT_S = 20.0
Piece = Callable[[Job, Actor], int]
_pieces: dict[str, Piece] = {}


def carried_by(kind: str, piece: Piece) -> None:
    """`piece(job, actor)` does the next few and says how many; 0 when nothing is left. It runs in the office's schema,
    inside a transaction that holds the job; what cannot be done it writes into `job.failed`."""
    _pieces[kind] = piece


def start(
    actor: Actor,
    kind: str,
    *,
    data: dict[str, Any],
    subject: UUID | None = None,
    total: int = 0,
    run_from: date | None = None,
    draft: bool = False,
) -> Job:
    assert actor.membership is not None
    job = Job.objects.create(
        tenant_id=actor.tenant,
        kind=kind,
        by=actor.user,
        membership=actor.membership,
        subject=subject,
        data=data,
        total=total,
        run_from=run_from or today(),
        status=Job.Status.DRAFT if draft else Job.Status.OPEN,
    )
    if not draft:
        tasks.send(carry_out_job, job.pk)
    return job


def find(actor: Actor, job: UUID) -> Job:
    """One of the office's jobs. Raises Refused, NotFound."""
    require_admin(actor)
    found = Job.objects.filter(pk=job, tenant=actor.tenant).first()
    if found is None:
        raise NotFound
    return found


def open_about(tenant: UUID, kind: str, subject: UUID) -> QuerySet[Job]:
    return Job.objects.select_for_update().filter(tenant=tenant, kind=kind, subject=subject, status=Job.Status.OPEN)


def latest(tenant: UUID, kind: str, subject: UUID) -> Job | None:
    return Job.objects.filter(tenant=tenant, kind=kind, subject=subject).defer("data", "failed").first()


def running(tenant: UUID, kind: str) -> list[Job]:
    return list(Job.objects.filter(tenant=tenant, kind=kind, status=Job.Status.OPEN).defer("data", "failed")[:5])


@transaction.atomic
def begin(actor: Actor, job: UUID) -> Job:
    """A draft that was looked at is carried out. Raises Conflict when it is no draft any more."""
    find(actor, job)
    locked = Job.objects.select_for_update().get(pk=job)
    if locked.status != Job.Status.DRAFT:
        raise Conflict(_("已经开始了，或已放弃。"), code="begun")
    locked.status = Job.Status.OPEN
    locked.save(update_fields=["status"])
    tasks.send(carry_out_job, locked.pk)
    return locked


@transaction.atomic
def drop(actor: Actor, job: UUID) -> Job:
    """What is done stays done."""
    find(actor, job)
    locked = Job.objects.select_for_update().get(pk=job)
    if locked.status not in (Job.Status.DRAFT, Job.Status.OPEN):
        raise Conflict(_("已经完成或放弃，停不了了。"), code="over")
    drop_one(locked)
    return locked


def drop_one(job: Job) -> None:
    job.status, job.finished_at = Job.Status.DROPPED, recorded_now()
    job.save(update_fields=["status", "finished_at"])


def carry_out(job: UUID, seconds: float = SLICE_S) -> None:
    """For about so long; what remains waits for the next who comes."""
    end = time.monotonic() + seconds
    while _one(job) and time.monotonic() < end:
        pass


@transaction.atomic
def _one(job: UUID) -> bool:
    """One piece; False when there is nothing to do, or somebody else is at it."""
    waiting = Job.objects.filter(pk=job, status=Job.Status.OPEN, run_from__lte=today())
    found = waiting.select_for_update(skip_locked=True).first()
    if found is None:
        return False
    post = Membership.objects.with_places().get(pk=found.membership)
    with context.use(context.tenant_by_id(found.tenant_id)):
        failures = len(found.failed)
        did = _pieces[found.kind](found, actor_for(post))
    changed = ["done", "total", "counts"]
    found.done += did
    if len(found.failed) != failures:
        changed.append("failed")
    if not did:
        found.status, found.finished_at = Job.Status.DONE, recorded_now()
        changed += ["status", "finished_at"]
    found.save(update_fields=changed)
    return bool(did)


@tasks.task("tenants.carry_out_job")
def carry_out_job(job: str) -> None:
    carry_out(UUID(job), seconds=30)


def carry_out_all() -> None:
    """What no page waits for, and what begins today."""
    waiting = Job.objects.filter(status=Job.Status.OPEN, run_from__lte=today()).order_by("run_from", "id")
    for job in list(waiting.values_list("pk", flat=True)[:100]):
        carry_out(job, seconds=30)


def register() -> None:
    """Called when the app is ready."""
    tasks.register_periodic("carry_out_jobs", tasks.every(SWEPT_S), carry_out_all)
