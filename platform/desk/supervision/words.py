"""The words of an order on a page: verbs on buttons, groups of lists, evidence of a proposal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Notice
from cases.queries import chips

VERBS: dict[str, Callable[[], str]] = {
    "sign_for_order": lambda: _("签收"),
    "reply": lambda: _("书面反馈"),
    "report_progress": lambda: _("报告进展"),
    "accept_reply": lambda: _("认可反馈"),
    "return_reply": lambda: _("退回重办"),
    "escalate": lambda: _("升级督办"),
    "refer_up": lambda: _("提请上级督办"),
    "lift": lambda: _("解除督办"),
    "dismiss": lambda: _("不督办"),
    "answer_advice": lambda: _("书面反馈"),
    "follow_up": lambda: _("记录跟进"),
    "close_advice": lambda: _("了结"),
    "note_concern": lambda: _("记录处理"),
    "close_concern": lambda: _("办结"),
}
# What will hold after it.
EFFECTS: dict[str, Callable[[], str]] = {
    "sign_for_order": lambda: _("发出督办的信访局看得见已签收；反馈日期不变。"),
    "reply": lambda: _("反馈期限停；由发出督办的信访局认可、退回或升级。"),
    "report_progress": lambda: _("对方看得见进展；反馈期限照走。"),
    "accept_reply": lambda: _("督办办结，件上的“督办”标志随最后一份督办去掉；挂牌督办、跟踪督办到解除为止。"),
    "return_reply": lambda: _("对方按新的日期重新反馈；退回次数要统计。"),
    "escalate": lambda: _("这份督办到此为止，另发一份更严的，写进同一批件的办理经过。"),
    "refer_up": lambda: _("上级信访局在督办线索里看得见；这份督办照常进行。"),
    "lift": lambda: _("不再要求反馈；对方看得见理由。"),
}
DONE: dict[str, Callable[[], str]] = {
    "issue": lambda: _("督办已发出，反馈期限自今天起算。"),
    "sign_for_order": lambda: _("已签收。反馈日期不变。"),
    "reply": lambda: _("已书面反馈，等候认可。"),
    "report_progress": lambda: _("进展已报告。"),
    "accept_reply": lambda: _("反馈已认可。"),
    "return_reply": lambda: _("已退回，对方按新的日期重新反馈。"),
    "escalate": lambda: _("已升级，新的督办已发出。"),
    "refer_up": lambda: _("已提请上级督办。"),
    "lift": lambda: _("已解除督办。"),
    "advise": lambda: _("建议书已发出。"),
    "answer_advice": lambda: _("已书面反馈。"),
    "follow_up": lambda: _("跟进已记录。"),
    "close_advice": lambda: _("已了结。"),
    "report_concern": lambda: _("已直接送到上级检举控告专人，本单位、本局都看不到。"),
    "note_concern": lambda: _("处理情况已记录。"),
    "close_concern": lambda: _("已办结。"),
    "dismiss": lambda: _("已记下不督办的理由，同一情况不再提示。"),
}


def verb(name: str) -> str:
    return VERBS[name]()


def effect(name: str) -> str:
    found = EFFECTS.get(name)
    return found() if found else ""


def done(name: str) -> str:
    """What now holds, after the redirect; nothing for a word of somebody else's."""
    found = DONE.get(name)
    return found() if found else ""


def evidence(rows: list[Mapping[str, Any]]) -> str:
    """K3 在 2026-11-20 届满: codes and dates in words."""
    return _("；").join(text for row in rows if (text := _one(row)))


def _one(row: Mapping[str, Any]) -> str:
    code = row.get("code")
    if code == "missed":
        values = {"clock": chips.name_of(str(row.get("clock"))), "due": row.get("due", "")}
        return _("%(clock)s %(due)s 已届满") % values
    if code == "extension_not_told":
        return _("延期告知书 %(drafted)s 拟好，一直没有告知信访人") % {"drafted": row.get("drafted", "")}
    if code == "passed_about":
        return _("异议 %(objections)s 次，退回 %(hand_backs)s 次，转手 %(hops)s 次") % {
            name: row.get(name, 0) for name in ("objections", "hand_backs", "hops")
        }
    if code == "sent_back":
        return _("退回重办 %(n)s 次") % {"n": row.get("times", 0)}
    if code == "copied":
        return _("与另外 %(n)s 件的答复一字不差") % {"n": len(row.get("cases", []))}
    if code == "class":
        paper = Notice.Kind(str(row.get("paper"))).label
        return _("%(on)s 告知的《%(paper)s》与现在的类别不合") % {"on": row.get("on", ""), "paper": paper}
    if code == "no_remedy":
        return _("%(on)s 签发的意见书没有写明救济途径") % {"on": row.get("on", "")}
    if code == "referred":
        return _("下级信访局提请：%(number)s") % {"number": row.get("number", "")}
    return {
        "not_served": _("作出结论却没有送达"),
        "not_notified": _("已答复却没有告知受理"),
    }.get(str(code), "")
