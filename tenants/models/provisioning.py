"""What makes and changes schemas: numbered steps, and requests that the owner worker carries out."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.clock import recorded_now
from kernel.ids import new_id


class SchemaStep(models.Model):
    """One migration of a tenant app as the statements it runs. Read-only for the application's role."""

    rev = models.PositiveIntegerField(primary_key=True)
    app = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    sql = ArrayField(models.TextField())

    class Meta:
        ordering: ClassVar = ["rev"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["app", "name"], name="schema_step_once")]

    def __str__(self) -> str:
        return f"{self.rev} {self.app}.{self.name}"


class ProvisioningBatch(models.Model):
    """What the operator asked for in one go: a sheet, a form, or the offices that lag. Not started: a preview.

    `lines` are the rows as they were read and checked: sheet, number, cells, errors.
    """

    class Kind(models.TextChoices):
        SHEET = "sheet", _("表格开通")
        FORM = "form", _("单个开通")
        MIGRATE = "migrate", _("升级")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=120, blank=True, default="")
    lines = models.JSONField(default=list)
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=recorded_now)
    started_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class ProvisioningRequest(models.Model):
    """Filed by pages and API; carried out by `manage.py owner_worker`, which alone may create schemas."""

    class Kind(models.TextChoices):
        PROVISION = "provision", _("开通")
        MIGRATE = "migrate", _("升级")

    class Status(models.TextChoices):
        PENDING = "pending", _("待办")
        DONE = "done", _("已办")
        FAILED = "failed", _("未成")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    data = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    error = models.TextField(blank=True, default="")
    requested_by = models.UUIDField(null=True)
    requested_at = models.DateTimeField(default=recorded_now)
    finished_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(ProvisioningBatch, on_delete=models.PROTECT, null=True, related_name="requests")

    class Meta:
        ordering: ClassVar = ["requested_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["requested_at"], condition=models.Q(status="pending"), name="provisioning_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.data.get('code', '')} {self.status}"
