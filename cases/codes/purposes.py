"""What the petitioner wants (信访目的), which class that suggests, and why it came to it (信访原因): domain §11.5."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.lists import code_list
from cases.states import Class, Path


class Purpose(models.TextChoices):
    SUGGEST = "01", _("意见建议")
    ACCUSE = "02", _("揭发控告")
    APPEAL = "03", _("申诉")
    REQUEST = "04", _("求决")
    ASK = "05", _("咨询")
    OTHER = "99", _("其他")


_CLASS: dict[str, Class] = {
    Purpose.SUGGEST: Class.A,
    Purpose.ACCUSE: Class.B,
    Purpose.APPEAL: Class.C,
    Purpose.REQUEST: Class.C,
}


def class_of(purpose: str) -> str:
    """The class a purpose suggests; "" where the clerk decides: 咨询, 其他 (domain §11.5)."""
    return _CLASS.get(purpose, "")


class Cause(models.TextChoices):
    """What went wrong, on the side of the office: never a trait of the petitioner (design, first page)."""

    NO_ANSWER = "01", _("没有答复或者答复不清")
    LATE = "02", _("办理拖延")
    NOT_EXECUTED = "03", _("已有结论未落实")
    POLICY_GAP = "04", _("政策没有规定或者不衔接")
    POLICY_APPLIED = "05", _("政策执行不当")
    PROCEDURE = "06", _("程序不规范")
    DISCLOSURE = "07", _("信息不公开")
    DECISION = "08", _("不服处理决定")
    DISPUTE = "09", _("民间纠纷")
    CONTRACT = "10", _("合同、欠款未履行")
    CONDUCT = "11", _("工作人员作风")
    SERVICE = "12", _("公共服务不到位")
    HISTORY = "13", _("历史遗留问题")
    NEW_NEED = "14", _("新的建议或者需求")
    OTHER = "99", _("其他")


# A filing of class C by its statutory sub-path (R 31); the others have no sub-path.
PROCEDURES = (Path.C1, Path.C2, Path.C3, Path.C4, Path.C5)

PURPOSES = code_list(Purpose.choices, field="xfmddm")
CAUSES = code_list(Cause.choices, field="xfyydm")
CLASSES = code_list(Class.choices)
PATHS = code_list(Path.choices)
