"""The chain of holders, what is proposed to be done, and the report that climbs back (domain §4)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.case import Case
from cases.states import Seat
from kernel.crypto import EncryptedJSONField, EncryptedTextField
from kernel.models import Model


class Handover(Model):
    """One stay: written with the same id in the sender's and the receiver's schema; the path travels."""

    class Kind(models.TextChoices):
        TRANSFER = "transfer", pgettext_lazy("done", "转送")
        ASSIGN = "assign", pgettext_lazy("done", "交办")
        ALLOT = "allot", pgettext_lazy("done", "分派")
        RETURN = "return", pgettext_lazy("done", "同意退回")
        SUCCEED = "succeed", _("承接")

    # Inside one office: not a hand-over to anybody who was not yet answerable.
    INSIDE: ClassVar = frozenset({Kind.ALLOT, Kind.SUCCEED})

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="handovers")
    seq = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    from_tenant = models.UUIDField()
    from_department = models.UUIDField()
    to_tenant = models.UUIDField()
    to_department = models.UUIDField()
    seat = models.CharField(max_length=6, choices=Seat)
    at = models.DateTimeField()
    by = models.UUIDField()
    letter_number = models.CharField(max_length=40, blank=True, default="")
    letter_text = EncryptedTextField(null=True)
    copy_to = ArrayField(models.UUIDField(), default=list, db_default=[])
    content_hash = models.BinaryField(max_length=32, null=True)
    feedback_due = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(_("结报审核通过"), null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.UUIDField(null=True)
    promised_on = models.DateField(null=True)
    objected_at = models.DateTimeField(null=True)
    objection_reason = models.CharField(max_length=24, blank=True, default="")
    proposed_unit = models.UUIDField(null=True)
    decision = models.CharField(
        max_length=9, blank=True, default="", choices=[("consented", _("同意退回")), ("refused", _("驳回异议"))]
    )
    decided_at = models.DateTimeField(null=True)
    hop = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="handover_seq"),
            models.CheckConstraint(
                condition=~Q(kind="assign") | Q(feedback_due__isnull=False), name="handover_assign_has_date"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["letter_number"], condition=~Q(letter_number=""), name="handover_letter")
        ]


class Proposal(Model):
    """提请 (G2): a verb and its fields, waiting for another person's decision; state and clocks unchanged."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    verb = models.CharField(max_length=16)
    fields = EncryptedJSONField()
    by = models.UUIDField()
    by_tenant = models.UUIDField()
    at = models.DateTimeField()
    status = models.CharField(
        max_length=9,
        default="open",
        choices=[("open", _("待审批")), ("done", _("已批准")), ("declined", _("未批准")), ("void", _("已失效"))],
    )
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case"], condition=Q(status="open"), name="proposal_open")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "verb"], condition=Q(status="open"), name="proposal_one_open_per_verb"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("by")) | ~Q(status="done"),
                name="proposal_four_eyes",
            ),
        ]


class Report(Model):
    """办结报告 D17: climbs the path; the row is written in every office it reaches."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    number = models.CharField(max_length=40, blank=True, default="")
    text = EncryptedTextField()
    digest = EncryptedJSONField()
    planned_ending = models.CharField(max_length=24, blank=True, default="")
    by = models.UUIDField()
    by_department = models.UUIDField()
    at = models.DateTimeField()
    position = models.PositiveSmallIntegerField(_("到达的移送序号"))
    status = models.CharField(
        max_length=9,
        default="climbing",
        choices=[("climbing", _("待审核")), ("approved", _("审核通过")), ("returned", _("退回重办"))],
    )
    gate = models.CharField(max_length=12, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=Q(status="climbing"), name="report_one_climbing")
        ]
