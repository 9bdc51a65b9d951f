"""Papers for the citizen: notices, opinions with an answer per demand, and proof of service (domain §10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case, Demand
from kernel.crypto import EncryptedJSONField, EncryptedTextField
from kernel.models import Model


class Notice(Model):
    """告知书 D8-D12: drafted when decided, sent by `notify` (G4). `data`: codes, dates, and the body named in it."""

    class Kind(models.TextChoices):
        ACCEPTED = "D8", _("受理告知书")
        ROUTED = "D9", _("导入法定途径告知书")
        DECLINED = "D10", _("不予受理告知书")
        NO_LONGER = "D11", _("不再受理告知书")
        EXTENDED = "D12", _("延期办理告知书")
        STUDIED = "D8a", _("建议受理告知书")
        REDIRECTED = "D8r", _("去向告知书")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=3, choices=Kind)
    number = models.CharField(max_length=40, unique=True)
    department = models.UUIDField()
    data = EncryptedJSONField(default=dict)
    text = EncryptedTextField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.UUIDField()
    sent_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, blank=True, default="")
    proof = EncryptedTextField(null=True)

    class Meta:
        ordering: ClassVar = ["drafted_at", "id"]


def decision(papers: Sequence[Notice]) -> Notice | None:
    """Of a case's papers, oldest first, the one that says what was decided last: it alone stops the notice clocks."""
    return next((paper for paper in reversed(papers) if paper.kind != Notice.Kind.EXTENDED), None)


class Opinion(Model):
    """处理意见书 D16 or 建议答复函 D26. While a draft, `body` holds what is typed, encrypted:

    {"answers": {demand id: {outcome, facts, reasons, law, item, by}}, "overall": str}.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("起草中")
        SUBMITTED = "submitted", _("待核稿")
        CHECKED = "checked", _("待签发")
        SIGNED = "signed", _("待送达")
        SERVED = "served", _("已送达")
        SUPERSEDED = "superseded", _("已撤换")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    kind = models.CharField(max_length=3, choices=[("D16", _("信访事项处理意见书")), ("D26", _("建议答复函"))])
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    number = models.CharField(max_length=40, blank=True, default="")
    department = models.UUIDField()
    body = EncryptedJSONField()
    written_by = models.UUIDField(_("最后保存的人"))
    authors = ArrayField(models.UUIDField(), default=list)
    written_at = models.DateTimeField()
    checked_by = models.UUIDField(null=True)
    signed_by = models.UUIDField(null=True)
    signed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, default="")
    remedy = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["written_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="opinion_number"),
            models.UniqueConstraint(
                fields=["case"], condition=~Q(status__in=["superseded", "served"]), name="opinion_one_current"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["signed", "served"]) | ~Q(number="") & Q(signed_by__isnull=False),
                name="opinion_signed_has_number",
            ),
        ]


class Answer(Model):
    """The signed answer to one demand; plain text without the addressee's name (design §4)."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="answers")
    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=12)
    facts = models.TextField()
    reasons = models.TextField()
    law = models.TextField()
    item = models.CharField(_("执行事项"), max_length=500, blank=True, default="")
    execute_by = models.DateField(null=True)
    executed_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["demand__seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opinion", "demand"], name="answer_per_demand"),
            models.CheckConstraint(condition=~Q(outcome="") & ~Q(law=""), name="answer_has_outcome_and_law"),
            models.CheckConstraint(condition=Q(item="") | Q(execute_by__isnull=False), name="answer_item_has_date"),
        ]


class Service(Model):
    """送达回证 D20: the date of receipt is the source of K9 (R 35)."""

    opinion = models.OneToOneField(Opinion, on_delete=models.PROTECT, related_name="service")
    way = models.CharField(max_length=1)
    at = models.DateTimeField()
    received_on = models.DateField()
    refused = models.BooleanField(default=False)
    server = models.UUIDField()
    witness = EncryptedTextField(null=True)
    view = models.CharField(max_length=1, blank=True, default="")
    proof = EncryptedTextField(null=True)
