"""History: append-only events chained per case, sealed per office; notes hold what people typed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cases.models.case import Case
from kernel.crypto import EncryptedTextField
from kernel.models import Model


class Event(Model):
    """One thing that happened. `data` holds ids, codes and dates, never typed text or personal data.

    hash = SHA-256(prev_hash + canonical JSON of the other columns); the application may only INSERT and SELECT.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=3)
    actor = models.UUIDField()
    tenant = models.UUIDField()
    department = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="event_seq")]
        indexes: ClassVar = [
            models.Index(fields=["recorded_at", "id"], name="event_recorded"),
            # The auditor asks by kind, person and department, newest first.
            models.Index(fields=["kind", "recorded_at", "id"], name="event_kind"),
            models.Index(fields=["actor", "recorded_at", "id"], name="event_actor"),
            models.Index(fields=["department", "recorded_at", "id"], name="event_department"),
        ]


class Note(Model):
    """What was typed: a remark, a reason, a contact record. Encrypted; only kinds in `TRAVELS` go along."""

    TRAVELS = frozenset({"objection", "decision", "contact"})

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    event = models.UUIDField(null=True)
    kind = models.CharField(max_length=16)
    body = EncryptedTextField()
    author = models.UUIDField()
    department = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]


class Seal(Model):
    """A signed chain over the heads that changed since the last seal of this office."""

    seq = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    heads = models.JSONField()
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    signature = models.BinaryField()


class Counter(Model):
    """Gapless numbers: one row per kind and period, taken last in the transaction."""

    kind = models.CharField(max_length=60)
    period = models.CharField(max_length=10)
    value = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "period"], name="counter_kind_period")]
