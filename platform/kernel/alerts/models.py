"""Streams, alerts, receipts, positions. Shared rows; an alert holds ids, codes, numbers and dates, never what was
typed and never personal data."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from kernel.clock import recorded_now
from kernel.ids import new_id


class Stream(models.Model):
    """`head` is the last seq given. `epoch` changes when seqs would be given a second time: after a restore."""

    name = models.CharField(primary_key=True, max_length=80)
    epoch = models.UUIDField(default=uuid.uuid4)
    head = models.BigIntegerField(default=0)

    class Meta:
        app_label = "kernel"
        db_table = "kernel_alertstream"

    def __str__(self) -> str:
        return f"{self.name} {self.head}"


class Alert(models.Model):
    """One thing told to one stream. Nobody sees it before the relay gave it a seq. `case` and `tenant`: what it is
    about, and the office that lies in. `acknowledged_by`: the first person who took note for the stream."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stream = models.CharField(max_length=80)
    seq = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=8)
    case = models.UUIDField(null=True)
    tenant = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    dedup = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=recorded_now)
    acknowledged = models.BooleanField(default=False)
    acknowledged_by = models.UUIDField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "dedup"], name="alert_once"),
            models.UniqueConstraint(fields=["stream", "seq"], name="alert_seq"),
            models.CheckConstraint(
                condition=Q(acknowledged=False, acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged=True, seq__isnull=False, acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="alert_acknowledged_by_whom",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="alert_unrelayed"),
            models.Index(fields=["stream", "acknowledged", "-id"], condition=Q(seq__isnull=False), name="alert_listed"),
            models.Index(fields=["case", "id"], condition=Q(case__isnull=False), name="alert_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.seq} {self.kind} {self.level}"


class Receipt(models.Model):
    """What one person knew of an alert, and when: it reached a browser, it was on the screen, note was taken."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="receipts")
    user = models.UUIDField()
    delivered_at = models.DateTimeField(default=recorded_now)
    seen_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        db_table = "kernel_alertreceipt"
        constraints: ClassVar = [models.UniqueConstraint(fields=["alert", "user"], name="alert_receipt_once")]
        indexes: ClassVar = [models.Index(fields=["user", "alert"], name="alert_receipt_user")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.user}"


class Position(models.Model):
    """How far one person's browsers have followed a stream."""

    user = models.UUIDField()
    stream = models.CharField(max_length=80)
    acked = models.BigIntegerField(default=0)

    class Meta:
        app_label = "kernel"
        db_table = "kernel_alertposition"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "stream"], name="alert_position_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.stream} {self.acked}"
