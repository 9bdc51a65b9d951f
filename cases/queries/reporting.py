"""What a report back is written from, and what the offices above read of it (T28a to T28c; reading only)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import endings
from cases.codes.endings import CLOSINGS, GATES
from cases.codes.services import VIEWS
from cases.models import Answer, Case, Handover, Note, Notice, Opinion, Report, Service
from cases.queries.dossier import outcome_label
from cases.queries.hanging import gather
from cases.queries.names import Names
from cases.states import State


@dataclass(frozen=True, slots=True)
class AnswerLine:
    demand: str
    outcome: str
    facts: str
    reasons: str
    law: str
    item: str
    executed_on: str


@dataclass(frozen=True, slots=True)
class Item:
    """Something promised in the opinion; `done`: the day it was shown to be done."""

    id: UUID
    demand: str
    text: str
    by: date | None
    done: date | None


@dataclass(frozen=True, slots=True)
class Owed:
    """The assignment the report answers."""

    office: str
    letter: str
    due: datetime | None
    handover: UUID


def owed(case: Case, names: Names) -> Owed | None:
    """The last assignment on the living path that is not settled."""
    gather(case, "handovers")
    open_ = [row for row in case.handovers.all() if row.kind == Handover.Kind.ASSIGN and row.undone_at is None]
    leg = next((row for row in reversed(open_) if row.settled_at is None), None)
    if leg is None:
        return None
    return Owed(names.tenant(leg.from_tenant), leg.letter_number, leg.feedback_due, leg.id)


def ended(case: Case) -> bool:
    """Is there something to report: the answer is served, or an ending is planned (G3)?"""
    return case.state in (State.S61, State.S65) or bool(case.planned_ending)


def last(case: Case) -> Report | None:
    gather(case, "reports")
    found: list[Report] = list(case.reports.all())
    return found[-1] if found else None


def climbing(case: Case) -> Report | None:
    gather(case, "reports")
    return next((row for row in case.reports.all() if row.status == "climbing"), None)


def ending(case: Case, row: Report | None) -> str:
    """How it is to end once the report is approved; the offices above know it from the report."""
    planned = case.planned_ending or (row.planned_ending if row is not None else "")
    if planned:
        return CLOSINGS.label(planned)
    outcome = case.outcome or (str(row.digest.get("outcome", "")) if row is not None else "")
    if not outcome:
        return ""
    return _("复查期届满、执行到位后：%(kind)s") % {"kind": CLOSINGS.label(endings.by_outcome(outcome))}


def suggestion(case: Case) -> dict[str, str]:
    """The four parts as far as the opinion, its service and its items already say them."""
    opinion = Opinion.objects.filter(case=case, status=Opinion.Status.SERVED).last()
    if opinion is None:
        return _from_notice(case)
    answers = list(Answer.objects.filter(opinion=opinion).select_related("demand"))
    served = Service.objects.filter(opinion=opinion).first()
    done = [
        _("%(item)s：%(day)s 执行到位") % {"item": a.item, "day": a.executed_on}
        if a.executed_on
        else _("%(item)s：限 %(day)s，尚未到位") % {"item": a.item, "day": a.execute_by}
        for a in answers
        if a.item
    ]
    handled = _("%(number)s，%(day)s 送达。") % {
        "number": opinion.number,
        "day": served.received_on.isoformat() if served is not None else "",
    }
    view = VIEWS.label(served.view) if served is not None and served.view else ""
    return {
        "facts": "\n".join(a.facts for a in answers),
        "handling": "\n".join(
            [handled, *(f"{a.demand.seq}. {outcome_label(a.outcome)}：{a.reasons}" for a in answers)]
        ),
        "execution": "；".join(done),
        "attitude": view,
    }


def _from_notice(case: Case) -> dict[str, str]:
    """An ending without an opinion: what the petitioner was told, or what the other procedure brought."""
    notice = Notice.objects.filter(case=case).exclude(sent_at=None).last()
    told = Note.objects.filter(case=case, kind__in=("answer", "result")).last()
    handled = f"《{Notice.Kind(notice.kind).label}》{notice.number}" if notice is not None else ""
    words = [handled, str(notice.text or "") if notice is not None else "", str(told.body) if told is not None else ""]
    return {"facts": "", "handling": "\n".join(word for word in words if word), "execution": "", "attitude": ""}


def answers(row: Report) -> list[AnswerLine]:
    """What the petitioner was answered, as the digest tells it."""
    given: list[dict[str, Any]] = row.digest.get("answers", [])
    return [
        AnswerLine(
            demand=str(one.get("demand", "")),
            outcome=outcome_label(str(one.get("outcome", ""))),
            facts=str(one.get("facts", "")),
            reasons=str(one.get("reasons", "")),
            law=str(one.get("law", "")),
            item=str(one.get("item", "")),
            executed_on=str(one.get("executed_on", "")),
        )
        for one in given
    ]


def items(case: Case) -> list[Item]:
    """Every promise of the served opinion, done or not."""
    rows = Answer.objects.filter(opinion__case=case, opinion__status=Opinion.Status.SERVED).exclude(item="")
    return [
        Item(row.id, row.demand.text, row.item, row.execute_by, row.executed_on)
        for row in rows.select_related("demand").order_by("demand__seq")
    ]


def verdict(row: Report) -> str:
    """待审核, 审核通过 or 退回重办 with its gate."""
    label = str(dict(Report._meta.get_field("status").flatchoices).get(row.status, row.status))
    return _("%(status)s：%(gate)s") % {"status": label, "gate": GATES.label(row.gate)} if row.gate else label
