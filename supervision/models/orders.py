"""Orders (督办) an office gives to a body at or under it, what was said on them, and what proposes one (domain §8).

Ids, codes, numbers and dates in clear; what people wrote, and the names of files, encrypted.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.codes.orders import Instrument, OrderStep, Trigger
from kernel.crypto import EncryptedTextField
from kernel.ids import new_id
from tenants.models import Department, Tenant


class Order(models.Model):
    """`tenant` issued it by its `department` (the desk); `to_department` is a unit, or the desk of a lower office.

    `due_raw` is the day by which K15 measures the answer, `first_due` the day of the letter itself (I15). `version` is
    what a page must name to change it.
    """

    class State(models.TextChoices):
        ISSUED = "issued", _("待签收")
        SEEN = "seen", _("办理中")
        ANSWERED = "answered", _("已反馈，待认可")
        ACCEPTED = "accepted", _("已认可，未解除")
        DONE = "done", _("已办结")
        ESCALATED = "escalated", _("已升级")
        LIFTED = "lifted", _("已解除")

    OWED: ClassVar = frozenset({State.ISSUED, State.SEEN})  # K15 runs
    OPEN: ClassVar = OWED | {State.ANSWERED, State.ACCEPTED}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    to_tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    to_department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=8, choices=Instrument)
    number = models.CharField(max_length=60)
    basis = models.CharField(max_length=3, choices=Trigger, blank=True, default="")
    reason = EncryptedTextField()
    partners = ArrayField(models.UUIDField(), default=list)
    state = models.CharField(max_length=9, choices=State, default=State.ISSUED)
    version = models.PositiveIntegerField(default=1)
    issued_by = models.UUIDField()
    issued_at = models.DateTimeField()
    first_due = models.DateTimeField()
    due_raw = models.DateTimeField()
    due_effective = models.DateTimeField()
    due_provisional = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    sent_back = models.PositiveSmallIntegerField(default=0)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")

    class Meta:
        ordering: ClassVar = ["due_raw", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="order_number"),
            models.CheckConstraint(
                condition=Q(state__in=["done", "escalated", "lifted"], closed_at__isnull=False)
                | ~Q(state__in=["done", "escalated", "lifted"]) & Q(closed_at__isnull=True),
                name="order_closed_at",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "done"]) | Q(accepted_at__isnull=False), name="order_accepted_at"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_raw", "id"], condition=Q(state__in=["issued", "seen"]), name="order_owed"),
            models.Index(fields=["tenant", "state", "due_raw"], name="order_of_issuer"),
            models.Index(fields=["to_department", "state", "due_raw"], name="order_of_body"),
            models.Index(fields=["to_tenant", "state", "due_raw"], name="order_of_office"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.instrument} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_owed(self) -> bool:
        return self.state in self.OWED


class OrderCase(models.Model):
    """A case an order is about: the id alone; number and title are read through policy, where they may be."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="cases")
    case = models.UUIDField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "case"], name="order_case_once")]
        indexes: ClassVar = [models.Index(fields=["case"], name="order_of_case")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.case}"


class Step(models.Model):
    """One step of an order, by whom from which desk; never changed, never taken away."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=9, choices=OrderStep)
    by = models.UUIDField()
    department = models.UUIDField()
    at = models.DateTimeField()
    text = EncryptedTextField(null=True)
    due_raw = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["order", "id"], name="order_step")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"


class StepFile(models.Model):
    """A file that came with a step; its content lies with the office that sent it (kernel.files)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="files")
    tenant = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    name = EncryptedTextField()
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.id)


class Proposal(models.Model):
    """What the ledger found: nothing happens until a person of `tenant` issues an order on it or dismisses it.

    `evidence`: codes and dates that show it. `dedup` tells one occurrence from the next of the same kind."""

    class Status(models.TextChoices):
        OPEN = "open", _("待处理")
        ISSUED = "issued", _("已督办")
        DISMISSED = "dismissed", _("不督办")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    to_tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    to_department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    trigger = models.CharField(max_length=3, choices=Trigger)
    case = models.UUIDField()
    evidence = models.JSONField(default=list)
    dedup = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = EncryptedTextField(null=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="proposals")

    class Meta:
        ordering: ClassVar = ["trigger", "at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "trigger", "case", "dedup"], name="supervision_proposal_once"),
            models.CheckConstraint(
                condition=Q(status="open", decided_by__isnull=True, decided_at__isnull=True, order__isnull=True)
                | Q(status="issued", decided_by__isnull=False, decided_at__isnull=False, order__isnull=False)
                | Q(status="dismissed", decided_by__isnull=False, decided_at__isnull=False, order__isnull=True),
                name="supervision_proposal_decided",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "trigger", "at"], condition=Q(status="open"), name="proposal_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.trigger} {self.case} {self.status}"
