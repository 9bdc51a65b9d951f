"""The states of a case (domain §4.1), and what must be true of a row that stands in one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    S10 = "S10", _("待分流")
    S12 = "S12", _("重复件")
    S14 = "S14", _("送阅中")
    S20 = "S20", _("已转送待签收")
    S21 = "S21", _("已交办待签收")
    S24 = "S24", _("已提异议")
    S26 = "S26", _("管辖争议")
    S30 = "S30", _("待告知")
    S40 = "S40", _("已受理")
    S41 = "S41", _("导入法定途径")
    S42 = "S42", _("建议研究中")
    S43 = "S43", _("检举控告已移送")
    S44 = "S44", _("不予受理")
    S45 = "S45", _("不再受理")
    S46 = "S46", _("已告知去向")
    S50 = "S50", _("办理中")
    S51 = "S51", _("简易办理")
    S52 = "S52", _("听证")
    S53 = "S53", _("调解")
    S58 = "S58", _("审核签发中")
    S60 = "S60", _("待送达")
    S61 = "S61", _("复查期内")
    S65 = "S65", _("执行中")
    S70 = "S70", _("已申请复查")
    S71 = "S71", _("复查中")
    S72 = "S72", _("复查意见已送达")
    S80 = "S80", _("已申请复核")
    S81 = "S81", _("复核中")
    S82 = "S82", _("复核意见已送达")
    S88 = "S88", _("已结报待审核")
    S90 = "S90", _("办结")
    S91 = "S91", _("程序终结")
    S95 = "S95", _("已归档")
    S99 = "S99", _("已转出")


CLOSED = frozenset({State.S90, State.S91, State.S95})
NOT_HELD = CLOSED | {State.S99}
OPEN = frozenset(State) - NOT_HELD

# Open states in which no clock need run: the recorded reason code instead (domain §4.1).
REASON = {
    State.S12: "follows_master",
    State.S43: "awaiting_organ_receipt",
    State.S46: "awaiting_organ_receipt",
}


class Seat(models.TextChoices):
    """How the holder holds: a bureau passes on (K1r, S10), a unit answers (K3, S30)."""

    BUREAU = "bureau", _("信访局")
    UNIT = "unit", _("责任单位")


class Task(models.TextChoices):
    """What an office that is not the holder owes on a case (K4s, K5s, forwarding, a later date)."""

    NONE = "", ""
    OBJECTION = "objection", _("异议待决定")
    FORWARD = "forward", _("结报待转报")
    REPORT = "report", _("结报待审核")
    DEFER = "defer", _("延长结报待决定")


class Class(models.TextChoices):
    """Legal class of a filing (domain §3.1, R 29-31). Empty until triage."""

    A = "A", _("建议意见")
    B = "B", _("检举控告")
    C = "C", _("申诉求决")


class Path(models.TextChoices):
    """Sub-path of class C (R 31)."""

    C1 = "C1", _("诉讼、检察、公安法律程序")
    C2 = "C2", _("仲裁")
    C3 = "C3", _("党员申诉")
    C4 = "C4", _("行政复议、裁决、确认、许可、处罚")
    C5 = "C5", _("申请查处、履行职责")
    C6 = "C6", _("信访程序")
