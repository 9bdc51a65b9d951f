"""Webhook, Delivery: where an office wants to hear of its own events, and what was sent there with which answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import recorded_now
from kernel.crypto import EncryptedTextField
from kernel.ids import new_id
from tenants.models.tenant import Tenant


class Webhook(models.Model):
    """A receiver. `kinds` empty means every kind. While it fails it rests until `rests_until`; nothing is lost."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="webhooks")
    name = models.CharField(_("接收系统"), max_length=40)
    url = models.CharField(_("地址"), max_length=300)
    secret = EncryptedTextField()
    kinds = ArrayField(models.CharField(max_length=24), default=list)
    active = models.BooleanField(default=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField(default=recorded_now)
    removed_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    rests_until = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="webhook_of_office")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event for one receiver; the row is the retry record. `body` holds ids, kinds, codes and times only."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("等待发送")
        DONE = "done", _("已送达")
        PARKED = "parked", _("已停发")
        DROPPED = "dropped", _("不再发送")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    event = models.UUIDField()
    kind = models.CharField(max_length=24)
    case = models.UUIDField(null=True)
    body: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=recorded_now)
    waits_since = models.DateTimeField(default=recorded_now)
    next_at = models.DateTimeField(default=recorded_now)
    tried_at = models.DateTimeField(null=True)
    answer_status = models.SmallIntegerField(null=True)
    answer_ms = models.IntegerField(null=True)
    error = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["webhook", "event"], name="delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], condition=Q(status="waiting"), name="delivery_due"),
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
