"""Bodies of the opinion, its service, the report and of what two persons decide (T23-T28, G2)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.actions.opinions import ANSWER_FIELDS, LONGEST
from cases.api.bodies.filings import Body
from cases.api.bodies.handling import LONG
from cases.api.fields import Code, Day, Flag, Members, Number, Text, Uid, optional_code, optional_text
from cases.codes import ADOPTIONS, GATES, OUTCOMES, UNMASKS, VIEWS, WAYS
from cases.transitions import BY_VERB

PROPOSED = sorted(verb for verb, rows in BY_VERB.items() if any(row.proposers for row in rows))
_OUTCOMES = [code.code for codes in (OUTCOMES, ADOPTIONS) for code in codes if code.code != "unrecorded"]


class AnswerToDemand(Body):
    """The answer to one demand; while drafting anything may be missing."""

    outcome = optional_code(_OUTCOMES)
    facts = optional_text(LONGEST)
    reasons = optional_text(LONGEST)
    law = optional_text(LONGEST)
    item = optional_text(500)
    execute_by = Day(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        day = attrs.get("execute_by")
        found = {**attrs, "execute_by": day.isoformat() if day else ""}
        return {name: found.get(name, "") for name in ANSWER_FIELDS}


class DraftOpinionBody(Body):
    """起草: `answers` by the id of the demand. `opinion_version` is the one this text was typed over."""

    opinion_version = Number(required=False, allow_null=True, min_value=1, max_value=10**9)
    answers = serializers.DictField(child=AnswerToDemand())
    overall = optional_text(LONGEST)


class SendBackBody(Body):
    """退回重办 (审核)."""

    gates = serializers.ListField(child=Code(GATES), min_length=1, max_length=10)
    reason = Text(max_length=LONG)


class ServeBody(Body):
    """送达: the day of receipt opens the window for review."""

    way = Code(WAYS)
    received_on = Day()
    refused = Flag(required=False, default=False)
    witness = optional_text(120)
    view = optional_code(VIEWS)
    proof = optional_text(LONG)


class ProveExecutionBody(Body):
    """执行到位: one item of the opinion."""

    answer = Uid()
    executed_on = Day()
    proof = Text(max_length=LONG)


class ReportBody(Body):
    """结报."""

    facts = Text(max_length=LONG)
    handling = Text(max_length=LONG)
    attitude = Text(max_length=LONG)
    execution = optional_text(LONG)


class ApproveReportBody(Body):
    """审核通过."""

    text = optional_text(LONG)


class ReturnReportBody(Body):
    """退回重办 (结报)."""

    gate = Code(GATES)
    reason = Text(max_length=LONG)
    redo = Flag(required=False, default=False)
    feedback_on = Day(required=False, allow_null=True)


class DeferBody(Body):
    """延长结报."""

    feedback_on = Day()
    reason = optional_text(LONG)


class CloseBody(Body):
    """办结: before the window has ended only as settled, with the paper named in `reason`."""

    closing_kind = Code(["settled"], required=False, allow_blank=True, default="")
    reason = optional_text(LONG)


class UnmaskBody(Body):
    """查看原文."""

    reason = Code(UNMASKS)


class ProposeBody(Body):
    """提请: a verb and, as far as known, its members; the second person may change them."""

    verb = Code(PROPOSED)
    fields = Members(required=False, default=dict)  # type: ignore[assignment]


class TurnDownBody(Body):
    """不批准."""

    proposal = Uid()
    reason = Text(max_length=LONG)


class PreviewOpinionBody(Body):
    """What stands in the editor: `answers` by the id of the demand."""

    answers = serializers.DictField(child=AnswerToDemand())
