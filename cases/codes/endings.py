"""How a case ends and what an answer may say (domain §4.3; R 29, 32)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.lists import code_list


class Outcome(models.TextChoices):
    """结论, one for each demand of class C [R 32]. PARTIAL is known in some places only [BJ 42]."""

    SUPPORT = "SUPPORT", _("予以支持")
    PARTIAL = "PARTIAL", _("部分支持")
    EXPLAIN = "EXPLAIN", _("解释说明")
    REJECT = "REJECT", _("不予支持")
    # Import alone may write it: the old system did not say (domain §7).
    UNRECORDED = "unrecorded", _("原始数据未记载")


class Adoption(models.TextChoices):
    """What becomes of a suggestion (class A) [R 29]."""

    ADOPT = "ADOPT", _("采纳")
    PARTLY = "PARTLY", _("部分采纳")
    DECLINE = "DECLINE", _("未采纳")


class Closing(models.TextChoices):
    """办结类型 (domain §4.3); the last three follow from rows of §4.2 that §4.3 does not name."""

    SETTLED = "settled", _("和解、调解结案")
    EXECUTED = "executed", _("支持并已落实")
    EXPLAINED = "explained", _("诉求合理缺乏依据，已解释说明")
    NOT_SUPPORTED = "not_supported", _("不予支持，逾期未申请复查")
    ROUTED = "routed", _("导入法定途径，已记录结果")
    REREVIEWED = "rereviewed", _("复核终结")
    WITHDRAWN = "withdrawn", _("撤回")
    ADOPTED = "adopted", _("建议采纳")
    PARTLY_ADOPTED = "partly_adopted", _("建议部分采纳")
    NOT_ADOPTED = "not_adopted", _("建议未采纳")
    PASSED_ON = "passed_on", _("检举控告已移送")
    DECLINED = "declined", _("不予受理")
    NO_LONGER = "no_longer", _("不再受理")
    DIED = "died", _("信访人死亡且无承继人")
    ADVISED = "advised", _("当场答复")
    REDIRECTED = "redirected", _("已告知去向")
    WITH_MASTER = "with_master", _("随主件办结")
    UNRECORDED = "unrecorded", _("原始数据未记载")


class Gate(models.TextChoices):
    """What is wrong with a draft or a report that is sent back (domain §4.2 T24; S4)."""

    FACTS = "facts", _("事实")
    POLICY = "policy", _("政策")
    HANDLING = "handling", _("处理")
    MATERIAL = "material", _("材料")
    # T28c tells a defect of form, under which the opinion stands, from the other gates.
    FORM = "form", _("格式")


# The kind of ending that follows from the answers given, worst for the petitioner last (T28).
BY_OUTCOME = {
    Outcome.SUPPORT: Closing.EXECUTED,
    Outcome.PARTIAL: Closing.EXECUTED,
    Outcome.EXPLAIN: Closing.EXPLAINED,
    Outcome.REJECT: Closing.NOT_SUPPORTED,
    Outcome.UNRECORDED: Closing.UNRECORDED,
}
BY_ADOPTION = {
    Adoption.ADOPT: Closing.ADOPTED,
    Adoption.PARTLY: Closing.PARTLY_ADOPTED,
    Adoption.DECLINE: Closing.NOT_ADOPTED,
}

OUTCOMES = code_list(Outcome.choices)
ADOPTIONS = code_list(Adoption.choices)
CLOSINGS = code_list(Closing.choices)
GATES = code_list(Gate.choices)
