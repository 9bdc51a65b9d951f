"""Sheets that were looked at and never begun name people: after a week nobody needs them."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from kernel import tasks
from kernel.clock import recorded_now
from tenants.models import Job, ProvisioningBatch

KEPT = timedelta(days=7)
UNUSED = (Job.Status.DRAFT, Job.Status.DROPPED)


@transaction.atomic
def forget() -> int:
    """Openings are deleted; an import of people stays as a row without what the sheet said. How many."""
    before = recorded_now() - KEPT
    # Locked: an opening that begins right now is left alone.
    idle = ProvisioningBatch.objects.filter(started_at=None, made_at__lt=before).select_for_update(skip_locked=True)
    gone, _rows = ProvisioningBatch.objects.filter(pk__in=list(idle.values_list("pk", flat=True))).delete()
    idle_jobs = Job.objects.filter(kind=Job.Kind.IMPORT, status__in=UNUSED, done=0, created_at__lt=before)
    emptied = 0
    for job in idle_jobs.exclude(counts__has_key="forgotten").select_for_update(skip_locked=True):
        job.data, job.failed, job.total, job.counts = {"rows": [], "refused": []}, [], 0, {"forgotten": True}
        job.status, job.finished_at = Job.Status.DROPPED, job.finished_at or recorded_now()
        job.save(update_fields=["data", "failed", "total", "counts", "status", "finished_at"])
        emptied += 1
    return gone + emptied


def _forget() -> None:
    forget()


def register() -> None:
    """Called when the app is ready."""
    tasks.register_periodic("forget_previews", tasks.daily(3, 50), _forget)
