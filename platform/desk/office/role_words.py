"""What each role of domain §2.2 is for, in words an administrator gives it by."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from cases.queries import labels
from tenants.administration.standing import CONSENTED
from tenants.models import Role
from tenants.roles import RoleRow

GROUPS: tuple[tuple[Callable[[], str], tuple[str, ...]], ...] = (
    (lambda: _("信访局"), ("R2", "R3", "R4", "R18")),
    (lambda: _("责任单位"), ("R5", "R6", "R7", "R8", "R9")),
    (lambda: _("复查、复核、听证"), ("R10", "R11", "R12")),
    (lambda: _("督查与协调"), ("R13", "R14", "R15")),
    (lambda: _("不办件的岗位"), ("R16", "R17", "R21", "R20", "R19")),
)

NAMES: dict[str, Callable[[], str]] = {
    "R2": lambda: _("登记员 / 接谈员"),
    "R3": lambda: _("办信 / 办访 / 网信"),
    "R4": lambda: _("信访局审批人"),
    "R5": lambda: _("单位信访专干"),
    "R6": lambda: _("承办人"),
    "R7": lambda: _("办公室主任"),
    "R8": lambda: _("分管领导"),
    "R9": lambda: _("单位负责人"),
    "R10": lambda: _("复查人员"),
    "R11": lambda: _("复核人员"),
    "R12": lambda: _("听证主持人"),
    "R13": lambda: _("督查专员"),
    "R14": lambda: _("接访 / 包案领导"),
    "R15": lambda: _("联席会议秘书"),
    "R16": lambda: _("统计员"),
    "R17": lambda: _("档案员"),
    "R18": lambda: _("检举控告专人"),
    "R19": lambda: _("管理员"),
    "R20": lambda: _("审计员"),
    "R21": lambda: _("信访信息员"),
}

FOR: dict[str, Callable[[], str]] = {
    "R2": lambda: _("接待来访，登记来件，并入重复件，打印回执。"),
    "R3": lambda: _("分类，转送，提请交办、不予受理等，分派到科室，转报。"),
    "R4": lambda: _("审批敏感件的转送、交办和不予受理，决定异议，审核结报。"),
    "R18": lambda: _("只有这个岗位能看检举控告的原文。"),
    "R5": lambda: _("签收，提请异议，分派到科室，告知、送达，提请结报。"),
    "R6": lambda: _("调查，联系信访人，起草处理意见，送审。"),
    "R7": lambda: _("核稿，退回重办。"),
    "R8": lambda: _("签发一般处理意见，批准异议、不予受理和结报。"),
    "R9": lambda: _("签发重要处理意见，批准延期。"),
    "R10": lambda: _("办理复查。原办理阶段参加过的不能办。"),
    "R11": lambda: _("办理复核。前两个阶段参加过的不能办。"),
    "R12": lambda: _("主持听证。调查人不能主持。"),
    "R13": lambda: _("催办、督办，实地督查，提出建议。"),
    "R14": lambda: _("作出批示，包案到解决。"),
    "R15": lambda: _("协调管辖争议，约谈、通报、挂牌督办。"),
    "R16": lambda: _("做统计报表，不看个人信息。"),
    "R17": lambda: _("归档，管保管期限。"),
    "R21": lambda: _("填报定期报表。"),
    "R20": lambda: _("看查看记录和变更记录，不看信访内容。"),
    "R19": lambda: _("管机构、人员、岗位、日历和规则，不看信访内容，不能同时办件。"),
}


def name(code: str) -> str:
    """The role's name; a code nobody knows stays a code."""
    return NAMES[code]() if code in NAMES else code


def names(codes: Iterable[str]) -> str:
    return _("、").join(name(code) for code in codes)


def verbs(row: RoleRow) -> list[str]:
    """The acts it may call that exist already, each once, in the order of the rule book."""
    return _words(row.verbs)


def proposes(row: RoleRow) -> list[str]:
    """What it may only ask another to do."""
    return [word for word in _words(row.proposes) if word not in _words(row.verbs)]


def _words(text: str) -> list[str]:
    held = set(text.split())
    return list(dict.fromkeys(labels.verb(verb) for verb in labels.VERBS if verb in held))


def reads(row: RoleRow) -> str:
    return str(Role.Reads(row.reads).label)


def takes_two(code: str) -> bool:
    return code in CONSENTED


def choices() -> list[tuple[str, str]]:
    """All roles in the order of GROUPS."""
    return [(code, name(code)) for _title, codes in GROUPS for code in codes]


def grouped(chosen: Iterable[str]) -> list[tuple[str, list[dict[str, object]]]]:
    """All roles to choose from, as the form shows them."""
    held, first = set(chosen), GROUPS[0][1][0]
    return [
        (
            title(),
            [
                {
                    "code": code,
                    "name": name(code),
                    "what": FOR[code](),
                    "on": code in held,
                    "two": takes_two(code),
                    "first": code == first,
                }
                for code in codes
            ],
        )
        for title, codes in GROUPS
    ]
