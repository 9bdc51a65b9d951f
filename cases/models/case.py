"""What came in (Filing), what is decided (Case) and what is asked for (Demand): domain §4, §11.1."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.states import CLOSED, NOT_HELD, Class, Path, Seat, State, Task
from kernel.crypto import EncryptedJSONField, EncryptedTextField
from kernel.models import Model


class Filing(Model):
    """信访件. Text, channel and received_at never change but by `correct`, with a reason (T1c)."""

    number = models.CharField(_("信访件编号"), max_length=38, unique=True)
    foreign_number = models.CharField(max_length=64, blank=True, default="")
    query_code_hash = models.BinaryField(null=True)
    channel = models.CharField(max_length=8)
    source = models.CharField(max_length=24, blank=True, default="")
    petition_date = models.DateField(null=True)
    postmark_date = models.DateField(null=True)
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField()
    tenant = models.UUIDField()
    department = models.UUIDField()
    persons = models.PositiveIntegerField(default=1)
    concerned = models.PositiveIntegerField(default=1)
    anonymous = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    joint = models.BooleanField(_("联名"), default=False)
    addressee = models.CharField(max_length=64, blank=True, default="")
    green_envelope = models.BooleanField(default=False)
    text = models.TextField(blank=True, default="")
    sealed_text = EncryptedTextField(null=True)
    place = models.CharField(_("问题属地"), max_length=12, blank=True, default="")
    place_detail = models.CharField(max_length=120, blank=True, default="")
    content_class = models.CharField(max_length=6, blank=True, default="")
    purpose = models.CharField(max_length=8, blank=True, default="")
    cause = models.CharField(max_length=8, blank=True, default="")
    in_court = models.BooleanField(null=True)
    in_reconsideration = models.BooleanField(null=True)
    in_arbitration = models.BooleanField(null=True)
    litigation = models.BooleanField(_("涉法涉诉"), default=False)
    counted = models.BooleanField(_("纳入统计"), default=True)
    public_consent = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["registered_at", "id"], name="filing_registered")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(persons__gte=1, concerned__gte=1), name="filing_persons"),
            models.CheckConstraint(
                condition=Q(received_at__lte=models.F("registered_at")), name="filing_received_before_registered"
            ),
            models.CheckConstraint(
                condition=Q(sealed_text__isnull=True) | Q(text=""), name="filing_sealed_has_no_text"
            ),
        ]


class Case(Model):
    """信访事项: one row per office and matter; the id is the matter's in every office.

    `state` S99 is the tombstone of a former holder. `version` counts what changed here and travels with
    the case. `due_*` repeat the first running clock of this row, for lists.
    """

    filing = models.OneToOneField(Filing, on_delete=models.PROTECT, related_name="case")
    number = models.CharField(max_length=38)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    klass = models.CharField(max_length=1, choices=Class, blank=True, default="")
    path = models.CharField(max_length=2, choices=Path, blank=True, default="")
    state = models.CharField(max_length=3, choices=State)
    came_from = models.CharField(_("异议前状态"), max_length=3, blank=True, default="")
    seat = models.CharField(max_length=6, choices=Seat)
    task = models.CharField(max_length=9, choices=Task, blank=True, default="")
    reason = models.CharField(_("无期限的原因"), max_length=24, blank=True, default="")
    department = models.UUIDField(_("现由部门"))
    unit = models.UUIDField(_("现由单位"))
    handler = models.UUIDField(null=True)
    held_since = models.DateTimeField()
    origin = models.UUIDField(_("登记单位"))
    profile = models.UUIDField(_("规则"))
    important = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    group = models.BooleanField(default=False)
    sealed = models.BooleanField(default=False)
    flags = ArrayField(models.CharField(max_length=16), default=list)
    extended_days = models.PositiveSmallIntegerField(default=0)
    sent_back = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(_("答复送达"), null=True)
    closed_at = models.DateTimeField(null=True)
    planned_ending = models.CharField(max_length=24, blank=True, default="")
    closing_kind = models.CharField(max_length=24, blank=True, default="")
    outcome = models.CharField(max_length=12, blank=True, default="")
    outside = EncryptedJSONField(_("法定途径"), default=dict)
    due_kind = models.CharField(max_length=3, blank=True, default="")
    due_raw = models.DateTimeField(null=True)
    due_effective = models.DateTimeField(null=True)
    due_provisional = models.BooleanField(default=False)
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.BinaryField(max_length=32, default=bytes(32))
    updated_at = models.DateTimeField()

    class Meta:
        # Lists and their counts never mix in what is sealed, and a count reads nothing but its index.
        indexes: ClassVar = [
            models.Index(
                fields=["due_raw", "id"],
                condition=~Q(state__in=sorted(NOT_HELD)) & Q(sealed=False),
                include=["due_kind"],
                name="case_open_due",
            ),
            models.Index(
                fields=["unit", "due_raw", "id"],
                condition=~Q(state__in=sorted(NOT_HELD)) & Q(sealed=False),
                include=["due_kind", "state"],
                name="case_unit_due",
            ),
            models.Index(
                fields=["state", "due_raw", "id"],
                condition=~Q(state__in=sorted(NOT_HELD)) & Q(sealed=False),
                include=["due_kind", "unit", "department", "handler"],
                name="case_state_due",
            ),
            models.Index(
                fields=["department", "due_raw", "id"],
                condition=~Q(state__in=sorted(NOT_HELD)) & Q(sealed=False),
                include=["due_kind", "unit", "state", "handler"],
                name="case_department_due",
            ),
            models.Index(
                fields=["handler", "due_raw", "id"],
                condition=~Q(state__in=sorted(NOT_HELD)) & Q(sealed=False, handler__isnull=False),
                include=["due_kind", "unit", "state", "department"],
                name="case_handler_due",
            ),
            models.Index(fields=["due_raw", "id"], condition=Q(sealed=True), name="case_sealed_due"),
            models.Index(fields=["task", "due_raw"], condition=~Q(task=""), name="case_task"),
            models.Index(
                fields=["closed_at", "id"],
                condition=Q(state__in=sorted(CLOSED), sealed=False),
                include=["unit", "department", "handler"],
                name="case_closed",
            ),
            models.Index(fields=["number"], name="case_number"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="case_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(CLOSED), closed_at__isnull=False)
                | ~Q(state__in=sorted(CLOSED)) & Q(closed_at=None),
                name="case_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(CLOSED)) | ~Q(closing_kind=""), name="case_closed_has_kind"
            ),
            models.CheckConstraint(condition=~Q(klass="B") | Q(sealed=True), name="case_accusation_sealed"),
            models.CheckConstraint(condition=Q(path="") | Q(klass="C"), name="case_path_class_c"),
            models.CheckConstraint(condition=Q(state="S24") | Q(came_from=""), name="case_came_from_s24"),
        ]


class Demand(Model):
    """诉求: each is answered separately (R 32)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="demands")
    seq = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500, blank=True, default="")
    sealed_text = EncryptedTextField(null=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="demand_seq"),
            models.CheckConstraint(
                condition=Q(sealed_text__isnull=True) | Q(text=""), name="demand_sealed_has_no_text"
            ),
        ]


class Draft(Model):
    """暂存 S00: what a clerk has typed and not yet registered. Encrypted, own row version, no history."""

    owner = models.UUIDField()
    department = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    body = EncryptedJSONField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "updated_at"], name="draft_owner")]
