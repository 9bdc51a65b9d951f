"""期限: one row per statutory clock that ran or runs on this office's row of the case (domain §5)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.clock_kinds import Kind
from cases.models.case import Case
from kernel.models import Model


class Clock(Model):
    """`due_raw` rules lateness, `due_effective` the petitioner's windows. `unit`: d, wd or date (fixed)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=3, choices=Kind)
    handover = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    length = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=6)
    extension_days = models.PositiveSmallIntegerField(default=0)
    due_raw = models.DateTimeField()
    due_effective = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    basis = models.CharField(max_length=300, blank=True, default="")
    start_event = models.CharField(max_length=16, blank=True, default="")
    stopped_at = models.DateTimeField(null=True)
    stop_event = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["due_raw", "id"]
        indexes: ClassVar = [
            models.Index(fields=["case"], condition=Q(stopped_at=None), name="clock_running"),
            models.Index(fields=["due_raw"], condition=Q(stopped_at=None, provisional=True), name="clock_provisional"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind", "handover"],
                condition=Q(stopped_at=None),
                nulls_distinct=False,
                name="clock_one_running",
            ),
            models.CheckConstraint(condition=Q(due_effective__gte=models.F("due_raw")), name="clock_effective_later"),
        ]
