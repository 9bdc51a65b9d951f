"""Looks that are no step of one case: lists taken out, books printed, files opened. Append-only by grant."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kernel.clock import recorded_now
from kernel.models import Model


class Access(Model):
    """One look, by one person from one post. `data` holds codes, dates and counts, never typed text: what was looked
    for by words is told as "by words". The application may only INSERT and SELECT."""

    kind = models.CharField(max_length=24)
    by = models.UUIDField()
    department = models.UUIDField()
    at = models.DateTimeField(default=recorded_now)
    case = models.UUIDField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["at", "id"], name="access_at"),
            models.Index(fields=["by", "at", "id"], name="access_by"),
            models.Index(fields=["department", "at", "id"], name="access_department"),
            models.Index(fields=["case", "at"], condition=models.Q(case__isnull=False), name="access_case"),
        ]


class Verification(Model):
    """One step of checking the office's whole history: asked for, under way, done. A run is its rows, the last of
    which says how it stands; none is ever changed."""

    class Step(models.TextChoices):
        ASKED = "asked"
        GOING = "going"
        DONE = "done"

    run = models.UUIDField()
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=5, choices=Step)
    by = models.UUIDField()
    at = models.DateTimeField(default=recorded_now)
    events = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    seals = models.PositiveIntegerField(default=0)
    breaks = models.PositiveIntegerField(default=0)
    first_case = models.UUIDField(null=True)
    first_seq = models.PositiveIntegerField(null=True)
    first_fault = models.CharField(max_length=9, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-at", "-seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "seq"], name="verification_step")]
        indexes: ClassVar = [models.Index(fields=["step", "at"], name="verification_at")]
