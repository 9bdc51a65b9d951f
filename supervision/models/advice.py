"""Advice letters (三项建议, R 14, 40) and what goes past a unit to the confidential desk above (V10, R 46)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.crypto import EncryptedTextField
from kernel.ids import new_id
from tenants.models import Department, Tenant


class Advice(models.Model):
    """建议书 D22. To a body on the platform (`to_department`), which answers itself, or to one outside it (`to_body`),
    whose written answer the issuing desk records. `cases`: ids only."""

    class Kind(models.TextChoices):
        IMPROVE = "improve", _("改进工作")
        POLICY = "policy", _("完善政策")
        ACCOUNT = "account", _("追究责任")

    class Adoption(models.TextChoices):
        YES = "Y", _("采纳")
        PARTLY = "P", _("部分采纳")
        NO = "N", _("不采纳")

    class State(models.TextChoices):
        SENT = "sent", _("待反馈")
        ANSWERED = "answered", _("已反馈")
        CLOSED = "closed", _("已了结")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    to_tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+")
    to_department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    to_body = EncryptedTextField(null=True)
    kind = models.CharField(max_length=7, choices=Kind)
    number = models.CharField(max_length=60)
    text = EncryptedTextField()
    cases = ArrayField(models.UUIDField(), default=list)
    state = models.CharField(max_length=8, choices=State, default=State.SENT)
    version = models.PositiveIntegerField(default=1)
    sent_by = models.UUIDField()
    sent_at = models.DateTimeField()
    due_raw = models.DateTimeField()
    due_effective = models.DateTimeField()
    due_provisional = models.BooleanField(default=False)
    adopted = models.CharField(max_length=1, choices=Adoption, blank=True, default="")
    answer = EncryptedTextField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_raw", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="advice_number"),
            models.CheckConstraint(
                condition=Q(to_department__isnull=False, to_tenant__isnull=False, to_body__isnull=True)
                | Q(to_department__isnull=True, to_tenant__isnull=True, to_body__isnull=False),
                name="advice_one_addressee",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", adopted="", answered_at__isnull=True)
                | ~Q(state="sent") & ~Q(adopted="") & Q(answered_at__isnull=False),
                name="advice_answered",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "state", "due_raw"], name="advice_of_issuer"),
            models.Index(fields=["to_department", "state", "due_raw"], name="advice_of_body"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.state}"


class AdviceNote(models.Model):
    """Follow-up: what became of what was adopted. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="notes")
    by = models.UUIDField()
    department = models.UUIDField()
    at = models.DateTimeField()
    text = EncryptedTextField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.id)


class Concern(models.Model):
    """Suspected leak, retaliation or rude conduct (V10): read by the confidential desk of `to_tenant` alone."""

    class Kind(models.TextChoices):
        LEAK = "leak", _("泄露信访人信息")
        RETALIATION = "retaliation", _("打击报复")
        CONDUCT = "conduct", _("作风粗暴")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    to_tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind)
    case_number = EncryptedTextField(null=True)
    text = EncryptedTextField()
    by = models.UUIDField()
    department = models.UUIDField()
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="concern_closed_by_whom",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["to_tenant", "-id"], name="concern_of_desk")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class ConcernNote(models.Model):
    """What the confidential desk did about it. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="notes")
    by = models.UUIDField()
    at = models.DateTimeField()
    text = EncryptedTextField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.id)
