"""Rule profiles (domain §1.1): every limit by place and time, with the article it comes from."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.ids import new_id


class Unit(models.TextChoices):
    """What a rule's value counts."""

    DAYS = "d", _("日")
    WORKDAYS = "wd", _("个工作日")
    MONTHS = "months", _("个月")
    HOURS = "h", _("小时")
    FLAG = "flag", _("开关")
    COUNT = "count", _("人数")
    NONE = "none", _("无此规定")


class StartEvent(models.TextChoices):
    """The fact from which a limit runs; the label completes 2026-09-14 周一 … ，当日不计."""

    NONE = "", ""
    RECEIPT = "receipt", _("收到")
    DELIVERY = "delivery", _("送达")
    ACCEPTANCE = "acceptance", _("受理")
    CONSENT = "consent", _("同意退回")
    OBJECTION = "objection", _("收到异议")
    LETTER = "letter", _("发函")
    REPORT = "report", _("收到结报")
    ROUTING = "routing", _("导入法定途径")
    APPLICATION = "application", _("提出申请")
    SERVICE = "service", _("收到答复")
    REQUEST = "request", _("收到申请")
    INSTRUCTION = "instruction", _("批阅")
    DISCOVERY = "discovery", _("发现")


class RuleProfile(models.Model):
    """The rules of one place from one day on. `jurisdiction` "" is the nation; a local one holds only what differs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    jurisdiction = models.CharField(_("适用地区"), max_length=12, blank=True, default="")
    name = models.CharField(_("名称"), max_length=60)
    effective_from = models.DateField(_("施行日期"))
    effective_to = models.DateField(_("最后有效日"), null=True, blank=True)

    class Meta:
        ordering = ("jurisdiction", "effective_from")
        constraints = (
            models.UniqueConstraint(fields=("jurisdiction", "effective_from"), name="rule_profile_place_from"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="rule_profile_period",
            ),
        )

    def __str__(self) -> str:
        return f"{self.jurisdiction or 'CN'} {self.effective_from}"


class RuleValue(models.Model):
    """One parameter of a profile. `legal_basis` is the article, then after "：" what it says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    profile = models.ForeignKey(RuleProfile, on_delete=models.CASCADE, related_name="rules")
    param = models.CharField(_("参数"), max_length=40)
    value = models.PositiveIntegerField(_("数值"))
    unit = models.CharField(_("单位"), max_length=8, choices=Unit.choices)
    start_event = models.CharField(_("起算"), max_length=12, blank=True, default="", choices=StartEvent.choices)
    legal_basis = models.CharField(_("依据"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ("profile", "param")
        constraints = (models.UniqueConstraint(fields=("profile", "param"), name="rule_value_profile_param"),)

    def __str__(self) -> str:
        return f"{self.param} = {self.value} {self.unit}"
