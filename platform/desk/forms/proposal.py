"""A proposal in words, and what it takes to carry it out as it stands (G2)."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import actions
from cases.models import Case, Proposal
from cases.queries import labels
from cases.queries.journey import Journey
from cases.queries.names import Names
from desk import dates
from desk.forms import FORMS, Effect
from kernel.errors import Invalid
from tenants.actors import Actor

PLACES = frozenset({"to_department", "proposed_unit"})
DAYS = frozenset({"feedback_on", "applied_on", "executed_on", "sent_on", "ended_on"})
LISTS = frozenset({"copy_to"})
IDS = PLACES | {"answer", "notice", "handler"}
LABELS: Mapping[str, str | Promise] = {
    "to_department": _("发往"),
    "proposed_unit": _("建议单位"),
    "feedback_on": _("反馈日期"),
    "letter_text": _("函中的话"),
    "copy_to": _("抄送"),
    "reason": _("理由"),
    "law": _("依据"),
    "text": _("内容"),
    "facts": _("查明的事实"),
    "handling": _("办理经过"),
    "execution": _("执行情况"),
    "attitude": _("信访人的态度"),
    "ground": _("理由"),
    "body": _("有权处理的机关"),
    "days": _("延长"),
    "way": _("方式"),
    "received_by": _("答复给"),
    "same_facts": _("同一事实和理由"),
}


def rows(proposal: Proposal, names: Names) -> list[dict[str, str]]:
    """Label and value of each field, as a person reads them."""
    form = FORMS.get(proposal.verb)
    found = []
    for name, value in dict(proposal.fields).items():
        if value in (None, "", [], {}, False):
            continue
        own = form.base_fields.get(name) if form is not None else None
        label = LABELS.get(name) or (own.label if own is not None and own.label else labels.code("fields", [name]))
        found.append({"label": str(label), "value": _value(name, value, names)})
    return found


def _value(name: str, value: Any, names: Names) -> str:
    if name in PLACES:
        return names.full(str(value)) or str(value)
    if name in DAYS:
        day = _date(str(value))
        return dates.day(day) if day else str(value)
    if name == "days":
        return f"{value} 日"
    if isinstance(value, bool):
        return str(_("是"))
    if name in LISTS:
        return _("、").join(names.full(str(one)) or str(one) for one in value)
    if isinstance(value, list):
        return _("；").join(str(one) for one in value)
    if isinstance(value, dict):
        return _("；").join(_("：").join([labels.code("fields", [key]), str(one)]) for key, one in value.items())
    return labels.code(name, value) if isinstance(value, str) else str(value)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _ready(fields: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as the action wants them."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        if name in IDS:
            made[name] = UUID(str(value))
        elif name in LISTS:
            made[name] = [UUID(str(one)) for one in value]
        elif name in DAYS:
            made[name] = date.fromisoformat(str(value))
        else:
            made[name] = value
    return made


def complete(proposal: Proposal) -> bool:
    """Can it be carried out as it stands? Else the second person fills in the rest on the verb's own page."""
    wanted = inspect.signature(getattr(actions, proposal.verb)).parameters
    given = set(proposal.fields)
    needed = {
        name
        for name, one in wanted.items()
        if one.kind is inspect.Parameter.KEYWORD_ONLY and one.default is inspect.Parameter.empty
    }
    if not needed <= given or not given <= set(wanted):
        return False
    try:
        _ready(proposal.fields)
    except ValueError:
        return False
    return True


def carry_out(actor: Actor, proposal: Proposal, *, version: int | None) -> Case:
    if not complete(proposal):
        raise Invalid
    act = getattr(actions, proposal.verb)
    done: Case = act(actor, proposal.case_id, version=version, **_ready(proposal.fields))
    return done


def effects(actor: Actor, case: Case, journey: Journey, proposal: Proposal) -> list[Effect]:
    """What will hold afterwards, where the verb's form can say so."""
    form = FORMS.get(proposal.verb)
    if form is None:
        return []
    made = form(actor=actor, case=case, initial=form.from_proposal(proposal.fields))
    made.journey = journey
    return made.effects()
