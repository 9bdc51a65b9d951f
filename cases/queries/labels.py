"""The words of history: what each kind of event, stay and note says (pages.md §6: the verb from button to history)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cases.codes.accesses import LOOKS
from cases.codes.channels import CHANNELS
from cases.codes.endings import ADOPTIONS, CLOSINGS, GATES, OUTCOMES
from cases.codes.grounds import GROUNDS, OBJECTIONS
from cases.codes.orders import INSTRUMENTS, ORDER_STEPS
from cases.codes.purposes import PATHS
from cases.codes.services import CONTACTS, UNMASKS, WAYS

Said = tuple[str, str]
Build = Callable[[Mapping[str, str]], Said]


def verb(name: str) -> str:
    """One word from button to history."""
    found = VERBS.get(name)
    return found() if found else name


def asked(name: str) -> str:
    """What another person is asked to decide: of a verb, or of the word for it."""
    word = verb(name)
    return _("提请异议") if word == verb("object") else _("提请%(verb)s") % {"verb": word}


VERBS: dict[str, Callable[[], str]] = {
    "register": lambda: _("登记"),
    "complete": lambda: _("补充"),
    "correct": lambda: _("更正"),
    "reissue_code": lambda: _("补发查询码"),
    "transfer": lambda: _("转送"),
    "assign": lambda: _("交办"),
    "allot": lambda: _("分派"),
    "sign_for": lambda: _("签收"),
    "object": lambda: _("提出异议"),
    "consent": lambda: _("同意退回"),
    "refuse": lambda: _("驳回异议"),
    "accept": lambda: _("受理"),
    "route": lambda: pgettext("verb", "导入"),
    "study": lambda: _("研究"),
    "decline": lambda: pgettext("verb", "不予受理"),
    "redirect": lambda: _("告知去向"),
    "answer": lambda: _("直接答复"),
    "notify": lambda: pgettext("verb", "告知"),
    "record_result": lambda: _("记录结果"),
    "contact": lambda: _("记录联系"),
    "note": lambda: _("备注"),
    "attach": lambda: _("附加材料"),
    "extend": lambda: pgettext("verb", "延期"),
    "draft": lambda: _("起草"),
    "submit": lambda: _("送审"),
    "check": lambda: _("核稿"),
    "sign": lambda: _("签发"),
    "send_back": lambda: _("退回重办"),
    "serve": lambda: pgettext("verb", "送达"),
    "prove_execution": lambda: pgettext("verb", "执行到位"),
    "report": lambda: _("结报"),
    "forward_report": lambda: _("转报"),
    "approve_report": lambda: pgettext("verb", "审核通过"),
    "return_report": lambda: _("退回重办"),
    "defer": lambda: pgettext("verb", "延长结报"),
    "close": lambda: pgettext("verb", "办结"),
    "unmask": lambda: _("查看原文"),
    "turn_down": lambda: _("不批准"),
    "supervise": lambda: pgettext("verb", "督办"),
}

STAY: dict[str, Callable[[], str]] = {
    "transfer": lambda: _("转送 %(to)s"),
    "assign": lambda: _("交办 %(to)s"),
    "return": lambda: _("退回 %(to)s"),
    "succeed": lambda: _("由 %(to)s 承接"),
}

NOTE: dict[str, Callable[[], str]] = {
    "remark": lambda: _("内部备注"),
    "contact": lambda: _("联系信访人"),
    "objection": lambda: _("异议的理由"),
    "decision": lambda: _("审批意见"),
    "answer": lambda: _("直接答复"),
    "result": lambda: _("法定程序的结果"),
    "change": lambda: _("更正"),
    "closing": lambda: _("办结依据"),
    "execution": lambda: _("执行证明"),
    "extension": lambda: _("延期理由"),
    "send_back": lambda: _("退回重办的理由"),
}

FIELDS: dict[str, Callable[[], str]] = {
    "title": lambda: _("标题"),
    "text": lambda: _("内容"),
    "received_at": lambda: _("收到时间"),
    "source": lambda: _("来源"),
    "petition_date": lambda: _("信访日期"),
    "postmark_date": lambda: _("邮戳日期"),
    "persons": lambda: _("信访人数"),
    "concerned": lambda: _("涉及人数"),
    "confidential": lambda: _("要求保密"),
    "joint": lambda: _("联名"),
    "place": lambda: _("问题属地"),
    "place_detail": lambda: _("具体地点"),
    "content_class": lambda: _("内容分类"),
    "purpose": lambda: _("信访目的"),
    "cause": lambda: _("信访原因"),
    "klass": lambda: _("类别"),
    "path": lambda: _("路径"),
    "important": lambda: _("要信要访"),
    "urgent": lambda: _("重大紧急"),
    "addressee": lambda: _("收信人"),
    "people": lambda: _("信访人"),
    "demands": lambda: _("诉求"),
    "litigation": lambda: _("涉法涉诉"),
    "counted": lambda: _("纳入统计"),
    "in_court": lambda: _("是否诉讼"),
    "in_reconsideration": lambda: _("是否复议"),
    "in_arbitration": lambda: _("是否仲裁"),
    "public_consent": lambda: _("同意公开"),
}


def field(name: str) -> str:
    """The label of a field of a verb whose form is elsewhere."""
    words = {
        "to_department": _("转给"),
        "feedback_on": _("反馈日期"),
        "letter_text": _("附言"),
        "copy_to": _("抄送"),
        "reason": _("理由"),
        "law": _("依据"),
        "facts": _("查明的事实"),
        "handling": _("办理情况"),
        "attitude": _("信访人的态度"),
        "execution": _("执行情况"),
        "proposed_unit": _("建议单位"),
    }
    found = FIELDS.get(name)
    return words.get(name) or (found() if found else name)


_LISTS = {
    "channel": CHANNELS,
    "ground": GROUNDS,
    "path": PATHS,
    "gate": GATES,
    "outcome": OUTCOMES,
    "closing_kind": CLOSINGS,
    "planned_ending": CLOSINGS,
    "ending": CLOSINGS,
    "instrument": INSTRUMENTS,
    "step": ORDER_STEPS,
    "reason": OBJECTIONS,
}


def titled(kind: object, number: str) -> str:
    """《受理告知书》澄信〔2026〕告 3 号; elsewhere without the marks of a book."""
    return _("《%(kind)s》%(number)s") % {"kind": kind, "number": number}


def code(name: str, value: Any) -> str:
    """A code of an event in words."""
    if name == "way":
        return (
            CONTACTS.label(str(value)) if value in CONTACTS else _WAY_NONE() if value == "none" else WAYS.label(value)
        )
    if name == "outcome" and value in ADOPTIONS:
        return ADOPTIONS.label(str(value))
    if name == "reason" and (value in UNMASKS or value == "sealed"):
        return UNMASKS.label(str(value)) if value in UNMASKS else _("封存的原文")
    if name == "reason" and value in ("file", "files"):
        return LOOKS.label("file_read" if value == "file" else "files_taken")
    if name == "gates":
        return _("、").join(GATES.label(gate) for gate in value)
    if name == "fields":
        return _("、").join(FIELDS[f]() if f in FIELDS else f for f in value)
    if name == "verb":
        return verb(str(value))
    if name == "items":
        return str(value) if value else ""
    if name == "refused":
        return "1" if value else ""
    found = _LISTS.get(name)
    return found.label(str(value)) if found is not None and isinstance(value, str) else str(value)


def _WAY_NONE() -> str:
    return _("无法告知")


def _days(text: str) -> str:
    count = int(text) if text.isdigit() else 0
    return ngettext("%(n)s 日", "%(n)s 日", count) % {"n": count}


def letter(number: str, copies: str) -> str:
    """The number of a letter, and who got a copy."""
    return _("%(letter)s，抄送：%(copies)s") % {"letter": number, "copies": copies} if copies else number


def _read(reason: str) -> Said:
    """Files say themselves what was looked at; personal data says why."""
    if reason in (LOOKS.label("file_read"), LOOKS.label("files_taken")):
        return reason, ""
    return _("查看个人信息"), _("理由：%(reason)s") % {"reason": reason}


def _proposed(word: str) -> str:
    """提请延期; `word` is a word already."""
    if word == verb("object"):
        return pgettext("done", "提请异议")
    return pgettext("done", "提请%(verb)s") % {"verb": word}


def _supervised(v: Mapping[str, str]) -> Said:
    """A step of an order; `instrument` and `step` are words already."""
    due = _("%(due)s 前书面反馈") % v if v["due"] else ""
    return _("%(instrument)s：%(step)s") % v, _("，").join(part for part in (v["number"], due) if part)


EVENT: dict[str, Build] = {
    "registered": lambda v: (_("登记（%(channel)s）") % v, _("收到 %(received_at)s") % v),
    "received": lambda v: (
        _("收到 %(from)s 移送的件") % v,
        letter(_("函号 %(letter)s") % v if v["letter"] else "", v["copies"]),
    ),
    "completed": lambda v: (_("补充：%(fields)s") % v, ""),
    "corrected": lambda v: (_("更正：%(fields)s") % v, ""),
    "code_reissued": lambda v: (pgettext("done", "补发查询码"), _("原查询码已失效")),
    "transferred": lambda v: (_("转送 %(to)s") % v, letter(v["letter"], v["copies"])),
    "assigned": lambda v: (_("交办 %(to)s") % v, letter(v["letter"], v["copies"])),
    "allotted": lambda v: (_("分派 %(to)s %(handler)s") % v, ""),
    "handed_over": lambda v: (_("移交在办件：%(to)s %(handler)s") % v, _("原承办人已离岗，状态和期限不变")),
    "signed_for": lambda v: (
        pgettext("done", "签收"),
        _("预告 %(promised_on)s 前办出") % v if v["promised_on"] else _("签收不改变期限：期限自送达之日起算。"),
    ),
    "objected": lambda v: (
        _("提出异议：%(reason)s") % v,
        _("建议单位：%(proposed)s") % v if v["proposed"] else "",
    ),
    "objection_received": lambda v: (
        _("提出异议，等候决定：%(reason)s") % v,
        _("建议单位：%(proposed)s") % v if v["proposed"] else "",
    ),
    "consented": lambda v: (pgettext("done", "同意退回"), ""),
    "taken_back": lambda v: (_("同意退回，件已收回"), ""),
    "succeeded": lambda v: (
        _("机构调整：%(from)s的件由%(to)s承接") % v,
        _("状态和期限不变，重新分派到人"),
    ),
    "refused": lambda v: (pgettext("done", "驳回异议"), ""),
    "objection_refused": lambda v: (_("驳回异议，由本单位继续办理"), ""),
    "accepted": lambda v: (_("受理，"), ""),
    "routed": lambda v: (_("导入法定途径：%(path)s，") % v, ""),
    "studied": lambda v: (_("列入建议研究，"), ""),
    "declined": lambda v: (_("不予受理或不再受理：%(ground)s，") % v, ""),
    "redirected": lambda v: (_("告知去向：%(ground)s，") % v, ""),
    "answered": lambda v: (_("直接答复（%(way)s）") % v, ""),
    "notified": lambda v: ("", _("方式：%(way)s") % v),
    "result_recorded": lambda v: (_("记录法定程序的结果，%(ended_on)s 结束") % v, ""),
    "contacted": lambda v: (_("联系信访人（%(way)s，%(met_on)s）") % v, ""),
    "noted": lambda v: (_("内部备注"), ""),
    "attached": lambda v: (_("附加材料："), ""),
    "extended": lambda v: (
        _("批准延期 %(days)s，至 %(due)s，") % {"days": _days(v["days"]), "due": v["due"]},
        "",
    ),
    "proposed": lambda v: (_proposed(v["verb"]), _("状态和期限不变，等候审批")),
    "turned_down": lambda v: (_("不批准%(verb)s") % v, ""),
    "deferral_asked": lambda v: (_("承办单位申请延长结报"), ""),
    "deferral_declined": lambda v: (_("交办单位没有同意延长结报"), ""),
    "deferral_granted": lambda v: (_("同意延长结报，至 %(due)s") % v, ""),
    "deferred": lambda v: (_("反馈期限改为 %(due)s") % v, ""),
    "submitted": lambda v: (pgettext("done", "送审"), ""),
    "checked": lambda v: (pgettext("done", "核稿"), ""),
    "signed": lambda v: (_("签发，结论：%(outcome)s，") % v, ""),
    "sent_back": lambda v: (_("退回重办：%(gates)s") % v, ""),
    "served": lambda v: (
        "",
        _("信访人 %(received_on)s 拒收，视为送达") % v if v["refused"] else _("信访人 %(received_on)s 收到") % v,
    ),
    "execution_proved": lambda v: (_("执行到位，%(executed_on)s") % v, ""),
    "closed": lambda v: (_("办结：%(closing_kind)s") % v, ""),
    "reported": lambda v: (pgettext("done", "结报"), ""),
    "report_received": lambda v: (_("结报到达，等候审核"), ""),
    "report_forwarded": lambda v: (_("转报上级"), ""),
    "report_approved": lambda v: (_("结报审核通过"), ""),
    "report_accepted": lambda v: (_("结报审核通过"), ""),
    "report_sent_back": lambda v: (_("结报退回重办：%(gate)s") % v, ""),
    "report_returned": lambda v: (_("结报被退回重办：%(gate)s") % v, ""),
    "sealed": lambda v: (_("认定为检举控告，本局留存的记录一并封存"), ""),
    "recomputed": lambda v: (_("日历有变，期限重新计算"), ""),
    "supervised": _supervised,
    "read": lambda v: _read(v["reason"]),
}
