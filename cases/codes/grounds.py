"""Grounds for not accepting, no longer accepting or telling where to address (domain §3.2), and for objecting."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.lists import Text, code_list
from cases.states import State


class Ground(models.TextChoices):
    N1 = "N1", _("同一事项已受理或者正在办理")
    N2 = "N2", _("已有复核意见，事实和理由相同")
    N3 = "N3", _("不属于本单位职权范围")
    N4 = "N4", _("涉法涉诉事项")
    N5 = "N5", _("逾期未申请复查、复核，事实和理由相同")
    N6 = "N6", _("应当通过法定途径解决")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a ground leads to: the state until the notice, the sentence of the paper, the article.

    `needs_body`: the paper names the competent body. `same_facts`: the clerk has ticked 同一事实和理由 with a reason
    (default no, domain §3.2). `param`: the flag of the rule profile without which the ground does not exist.
    """

    state: State
    text: Text
    basis: str
    needs_body: bool = False
    same_facts: bool = False
    param: str = ""


GROUND_RULES: dict[Ground, Rule] = {
    Ground.N1: Rule(
        State.S44,
        _(
            "您反映的事项已由%(body)s受理，正在办理期限内。您在此期间又向本单位提出，本单位不予受理，请向该单位了解办理情况。"
        ),
        "《信访工作条例》第十九条",
        needs_body=True,
        same_facts=True,
    ),
    Ground.N2: Rule(
        State.S45,
        _("您反映的事项已作出复核意见。您以同一事实和理由再次提出，各级信访部门和其他机关、单位不再受理。"),
        "《信访工作条例》第三十六条",
        same_facts=True,
    ),
    Ground.N3: Rule(
        State.S46,
        _("您反映的事项不属于本单位职权范围。请向有权处理的%(body)s提出。"),
        "《信访工作条例》第二十三条",
        needs_body=True,
    ),
    Ground.N4: Rule(
        State.S46,
        _("您反映的事项属于涉法涉诉事项。请依照法律规定的程序向%(body)s提出。"),
        "《信访工作条例》第二十八条",
        needs_body=True,
    ),
    Ground.N5: Rule(
        State.S45,
        _("您收到书面答复后，没有在规定期限内申请复查或者复核。您以同一事实和理由再次提出，不再受理。"),
        "",  # local law only: the basis stands in the rule profile
        same_facts=True,
        param="lapse_ground",
    ),
    Ground.N6: Rule(
        State.S46,
        _("您反映的事项应当通过%(route)s解决。请向%(body)s提出，法律另有期限的，请注意在期限内提出。"),
        "《信访工作条例》第三十一条",
        needs_body=True,
    ),
}

# N5 is not in R: only where the rule profile of the place knows it.
NATIONAL_GROUNDS = tuple(ground for ground, rule in GROUND_RULES.items() if not rule.param)


class ObjectionReason(models.TextChoices):
    """Why a unit says the case is not for it (T9); law and reasons are written besides."""

    DUTY = "duty", _("不属于本单位职责")
    PLACE = "place", _("不属于本地管辖")
    LEVEL = "level", _("应由上级或者下级机关处理")
    OTHER_UNIT = "other_unit", _("已由其他单位受理")
    ROUTE = "route", _("应由其他机关依法定程序处理")
    REFORMED = "reformed", _("职能已划转")


GROUNDS = code_list(Ground.choices)
OBJECTIONS = code_list(ObjectionReason.choices)
