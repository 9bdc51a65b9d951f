"""What is made of the changes: counters per region for the widest questions, a picture of each day, and what a check of
the books found. All of it can be made anew."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kernel.clock import recorded_now
from kernel.ids import new_id


class RegionCounter(models.Model):
    """Matters in the subtree of a region, of one kind of figure and one key of it (`supervision.rollup`)."""

    id = models.BigAutoField(primary_key=True)
    path = models.CharField(max_length=200, db_collation="C")
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=24)
    n = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["path", "kind", "key"], include=["n"], name="region_counter_key")
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.kind} {self.key} {self.n}"


class LedgerDay(models.Model):
    """How a department's matters stood at the end of a day in Shanghai. `fields`, `channels`: open ones by content
    field and by channel. Sealed matters are in `sealed` alone."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    path = models.CharField(max_length=200, db_collation="C")
    office = models.UUIDField()
    unit = models.UUIDField()
    department = models.UUIDField()
    open = models.IntegerField(default=0)
    soon = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)
    serious = models.IntegerField(default=0)
    grave = models.IntegerField(default=0)
    sealed = models.IntegerField(default=0)
    fields = models.JSONField(default=dict)
    channels = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "path", "unit", "department"], name="ledger_day_place")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.path} {self.open}"


class Day(models.Model):
    """A day of which the picture was taken. Taken away where something is written that happened on it or before."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField(default=recorded_now)

    def __str__(self) -> str:
        return f"{self.day}"


class Drift(models.Model):
    """A column of the books that was not what an office's rows said when they were checked. Row "row": the whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.UUIDField()
    case = models.UUIDField()
    number = models.CharField(max_length=38)
    column = models.CharField(max_length=24)
    found_at = models.DateTimeField(default=recorded_now)

    class Meta:
        ordering: ClassVar = ["-found_at", "case"]
        indexes: ClassVar = [models.Index(fields=["-found_at"], name="ledger_drift_found")]

    def __str__(self) -> str:
        return f"{self.number} {self.column}"
