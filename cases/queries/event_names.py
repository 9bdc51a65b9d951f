"""What a kind of event is called where events of many cases stand together: the verb, or what came of it here."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.queries import labels

READ = "read"

# kind -> the verb whose word it bears.
VERB_OF = {
    "registered": "register",
    "completed": "complete",
    "corrected": "correct",
    "code_reissued": "reissue_code",
    "transferred": "transfer",
    "assigned": "assign",
    "allotted": "allot",
    "signed_for": "sign_for",
    "objected": "object",
    "consented": "consent",
    "refused": "refuse",
    "accepted": "accept",
    "routed": "route",
    "studied": "study",
    "declined": "decline",
    "redirected": "redirect",
    "answered": "answer",
    "notified": "notify",
    "result_recorded": "record_result",
    "contacted": "contact",
    "noted": "note",
    "attached": "attach",
    "extended": "extend",
    "submitted": "submit",
    "checked": "check",
    "signed": "sign",
    "sent_back": "send_back",
    "served": "serve",
    "execution_proved": "prove_execution",
    "closed": "close",
    "reported": "report",
    "report_forwarded": "forward_report",
    "report_approved": "approve_report",
    "deferral_granted": "defer",
    "turned_down": "turn_down",
    "supervised": "supervise",
}

# What a verb done elsewhere left in this office's history.
CAME: dict[str, Callable[[], str]] = {
    "read": lambda: _("查看个人信息"),
    "received": lambda: _("收到移送"),
    "handed_over": lambda: _("移交在办件"),
    "proposed": lambda: pgettext("done", "提请"),
    "proposal_decided": lambda: _("提请已决定"),
    "objection_received": lambda: _("收到异议"),
    "taken_back": lambda: _("收回退件"),
    "succeeded": lambda: _("机构调整后承接"),
    "objection_refused": lambda: _("异议被驳回"),
    "deferral_asked": lambda: _("收到延长结报申请"),
    "deferral_declined": lambda: _("延长结报未获同意"),
    "deferred": lambda: _("反馈期限改期"),
    "report_received": lambda: _("收到结报"),
    "report_delivered": lambda: _("结报已送达上级"),
    "report_accepted": lambda: _("结报获通过"),
    "report_sent_back": lambda: _("结报退回重办"),
    "report_returned": lambda: _("结报被退回"),
    "report_resumed": lambda: _("结报期限恢复"),
    "sealed": lambda: _("封存"),
    "recomputed": lambda: _("期限重算"),
}


def name(kind: str) -> str:
    """One word or two; a kind nobody named here shows as it is."""
    if kind in VERB_OF:
        return labels.verb(VERB_OF[kind])
    found = CAME.get(kind)
    return found() if found else kind


def changes() -> list[tuple[str, str]]:
    """Every kind that changed a case, with its name; what is read stands apart. Words that two share stand once each
    with what tells them apart left to the line."""
    return [(kind, name(kind)) for kind in [*VERB_OF, *CAME] if kind != READ]
