"""What is made of the changes: counters per region for the widest questions, a picture of each day, and what a check of
the books found. All of it can be made anew."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kernel.clock import recorded_now
from kernel.ids import new_id
from tenants.renewal import Shaped


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
    """How a unit's matters, or with `unit` None those of a whole region, stood at the end of a day in Shanghai.

    Sealed matters are in `sealed` alone. `came` (registered here), `received` (handed to the unit), `closed`: on that
    day; `told`, `answered`: kept, and due, from the first of its month on. The shapes are those of `supervision.days`.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    path = models.CharField(max_length=200, db_collation="C")
    unit = models.UUIDField(null=True)
    open = models.IntegerField(default=0)
    soon = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)
    serious = models.IntegerField(default=0)
    grave = models.IntegerField(default=0)
    sealed = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    told = models.JSONField(default=list)
    answered = models.JSONField(default=list)
    came = models.JSONField(default=dict)
    received = models.JSONField(default=dict)
    late = models.JSONField(default=dict)
    pairs = models.JSONField(default=list)
    oldest = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "path", "unit"], nulls_distinct=False, name="ledger_day_of_place")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.path} {self.open}"


class Day(models.Model):
    """A day of which the picture was taken. Taken away where something is written that happened on it or before."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField(default=recorded_now)

    def __str__(self) -> str:
        return f"{self.day}"


class Books(Shaped):
    """An office's rows of the ledger."""


class WarningRule(models.Model):
    """When people are warned in a place and below, as somebody set it (`supervision.warning_rules`). Never changed: the
    newest counts. `before`: what held until then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.CharField(max_length=12)
    at = models.DateTimeField(default=recorded_now)
    by = models.UUIDField()
    values = models.JSONField()
    before = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place", "-at"], name="warning_rule_place")]

    def __str__(self) -> str:
        return f"{self.place} {self.at}"


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
