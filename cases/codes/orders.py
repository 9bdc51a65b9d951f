"""Instruments of supervision, the steps of an order and what proposes one (domain §8): aimed at offices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.lists import code_list

SUPERVISED = "supervised"  # the flag 督办 of a case, and the kind of event each step of an order leaves


class Instrument(models.TextChoices):
    """督办方式 [R 38, 39(3), 40]. The first six are the supervision officer's, the others the joint conference's."""

    URGE = "urge", _("催办")
    LETTER = "letter", _("督办函")
    ONSITE = "onsite", _("实地督查")
    SPECIAL = "special", _("专项督查")
    TRACK = "track", _("跟踪督办")
    JOINT = "joint", _("联合督查")
    LISTED = "listed", _("挂牌督办")
    TALK = "talk", _("约谈")
    CIRCULAR = "circular", _("通报")
    CORRECT = "correct", _("责令限期整改")


class OrderStep(models.TextChoices):
    ISSUED = "issued", _("发出")
    SEEN = "seen", _("签收")
    PROGRESS = "progress", _("报告进展")
    REPLY = "reply", _("书面反馈")
    ACCEPTED = "accepted", _("认可反馈")
    SENT_BACK = "sent_back", _("退回重办")
    ESCALATED = "escalated", _("升级督办")
    LIFTED = "lifted", _("解除")


class Trigger(models.TextChoices):
    """督办线索 (domain §8): the software proposes, a person issues or dismisses."""

    V1 = "V1", _("逾期未分流、未告知")
    V2 = "V2", _("逾期未办结，延期未批准或未告知")
    V3 = "V3", _("交办件逾期未反馈")
    V4 = "V4", _("未按程序办理")
    V5 = "V5", _("推诿：多次退回或转手")
    V6 = "V6", _("敷衍：答复两次退回或照抄")
    V7 = "V7", _("支持的诉求逾期未执行")


INSTRUMENTS = code_list(Instrument.choices)
ORDER_STEPS = code_list(OrderStep.choices)
TRIGGERS = code_list(Trigger.choices)
