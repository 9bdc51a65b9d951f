"""The work of who has left, case by case: what the job of an office's administrator does (tenants.administration)."""

from __future__ import annotations

from uuid import UUID

from cases.actions.drafts import hand_over_drafts
from cases.actions.work import hand_over_work
from cases.models import Case
from cases.states import NOT_HELD
from kernel.errors import HuiyinError
from tenants.actors import Actor
from tenants.administration import jobs
from tenants.models import Job


def piece(job: Job, actor: Actor) -> int:
    """One case; 0 when nothing is left. What cannot be handed over now is passed, and named by its code alone."""
    if job.subject is None:
        return 0
    waiting = Case.objects.filter(handler=job.subject).exclude(state__in=NOT_HELD)
    if not job.done:
        job.total = waiting.count()
    passed = [UUID(case) for case, _code in job.failed]
    case = waiting.exclude(pk__in=passed).order_by("id").values_list("id", flat=True).first()
    to = UUID(job.data["to"]) if job.data.get("to") else None
    if case is None:
        if to is not None and (handed := hand_over_drafts(actor, leaver=job.subject, to=to)):
            job.counts["drafts"] = handed
        return 0
    try:
        taken = hand_over_work(actor, case, leaver=job.subject, to=to)
    except HuiyinError as error:
        job.failed.append([str(case), error.code])
        return 1
    if taken is not None:
        where = "colleague" if taken else "section"
        job.counts[where] = job.counts.get(where, 0) + 1
    return 1


def register() -> None:
    """Called when the app is ready."""
    jobs.carried_by(Job.Kind.HAND_OVER, piece)
