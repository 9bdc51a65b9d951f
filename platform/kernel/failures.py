"""Tasks that failed: which, how and when, for whoever runs the platform. No argument, no text of the error."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import ClassVar

from django.db import Error, models

from kernel.clock import recorded_now
from kernel.errors import HuiyinError

KEPT = timedelta(days=30)
log = logging.getLogger("huiyin.tasks")


class TaskFailure(models.Model):
    """One run of a task that raised. The work itself is found again by a sweep; this row only tells of it."""

    id = models.BigAutoField(primary_key=True)
    task = models.CharField(max_length=100)
    code = models.CharField(max_length=100)
    at = models.DateTimeField(default=recorded_now)

    class Meta:
        app_label = "kernel"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["at"], name="task_failure_at")]

    def __str__(self) -> str:
        return f"{self.task} {self.code}"


def record(task: str, error: Exception) -> None:
    """Never raises: without a database there is nowhere to tell it but the log."""
    code = error.code if isinstance(error, HuiyinError) else type(error).__name__
    try:
        TaskFailure.objects.create(task=task[:100], code=code[:100])
    except Error:
        log.warning("task failed", extra={"code": code[:100]})


def latest(limit: int = 50) -> list[TaskFailure]:
    return list(TaskFailure.objects.order_by("-id")[:limit])


def counted() -> dict[tuple[str, str], int]:
    """How many of each task and code are remembered."""
    rows = TaskFailure.objects.order_by().values_list("task", "code")
    return {(task, code): count for task, code, count in rows.annotate(count=models.Count("pk"))}


def forget() -> int:
    return TaskFailure.objects.filter(at__lt=recorded_now() - KEPT).delete()[0]
