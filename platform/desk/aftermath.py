"""发出后会怎样: the receiver's dates, what goes along and what never does, and the one button this person may press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import deadlines, policy
from cases.actions.transfers import HOPS_THAT_WARN
from cases.clock_kinds import Kind
from cases.models import Case, Proposal
from cases.queries import chips, preview
from cases.queries.chips import Chip
from cases.queries.preview import Start
from cases.transitions import BY_VERB
from desk import dates
from kernel.clock import now
from kernel.errors import Conflict, Refused
from tenants.actors import Actor
from tenants.calendars import calendar_for
from tenants.finding import Found
from tenants.models import Tenant
from tenants.profiles import Limit


@dataclass(frozen=True, slots=True)
class Due:
    """One line: what for, how long, which day, what is left."""

    label: str
    rule: str
    day: str
    left: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """May the person do it now, may the person propose it; `why` where only the second."""

    act: bool
    propose: bool
    why: str = ""


def may(actor: Actor, case: Case, verb: str) -> Rights:
    act = _allowed(actor, case, verb, propose=False)
    propose = _allowed(actor, case, verb, propose=True)
    why = ""
    if propose and not act:
        rows = BY_VERB[verb]
        if verb == "assign":
            why = _("交办由局领导批准。送审后，期限照走，件还在本局。")
        elif any(row.narrow for row in rows) and policy.sensitive(case):
            what = _("集体访") if case.group else _("重大紧急")
            why = _("%(what)s的件由局领导批准后转送。") % {"what": what}
        else:
            why = _("这一步由另一位有权限的同事批准。")
    return Rights(act, propose, why)


def _allowed(actor: Actor, case: Case, verb: str, *, propose: bool) -> bool:
    try:
        policy.require(actor, verb, case, propose=propose)
    except (Refused, Conflict):
        return False
    return True


def length(limit: Limit) -> str:
    """15 日, 5 个工作日, 2 个月"""
    words = {
        "d": ngettext("%(n)s 日", "%(n)s 日", limit.value),
        "wd": ngettext("%(n)s 个工作日", "%(n)s 个工作日", limit.value),
        "months": ngettext("%(n)s 个月", "%(n)s 个月", limit.value),
    }
    return words.get(limit.unit, "%(n)s") % {"n": limit.value}


def own_clock(case: Case, office: Tenant, at: datetime) -> Chip | None:
    """How the office's own triage clock would stop."""
    if case.due_raw is None:
        return None
    left = deadlines.remaining(case.due_raw, at, calendar_for(office.code))
    if at <= case.due_raw:
        return Chip("done", word=_("按时，停"))
    return Chip(left.level.value, text=_("%(amount)s，停") % {"amount": left.amount})


def dues(starts: Sequence[Start], unit: str) -> list[Due]:
    return [_due(start, unit) for start in starts]


def _due(start: Start, unit: str) -> Due:
    limit = start.limit
    how_long = length(limit) if limit is not None else ""
    if start.due is None:
        after = _("受理后 · 办理") if start.kind == Kind.K6 else _("研究后 · 答复建议")
        return Due(after, _("%(length)s，自受理起算") % {"length": how_long}, "", _("受理时起算"))
    day = dates.short_day(start.due.raw)
    label = _("%(unit)s · %(what)s") % {"unit": unit, "what": start.kind.label}
    if start.kind == Kind.K4:
        return Due(label, how_long, day, _("过后不能退回"))
    left = start.left.text if start.left is not None else ""
    if start.kind == Kind.K5:
        return Due(label, _("由交办函确定，须提交办结报告"), day, left)
    return Due(label, _("%(length)s，自送达起算，不等签收") % {"length": how_long}, day, left, new=True)


def _hop(case: Case, target: Found | None) -> int:
    """The number of the hop where it warns (domain §5 V5), else 0."""
    found = preview.hop_after(case, target) if target is not None else 0
    return found if found >= HOPS_THAT_WARN else 0


def context(
    actor: Actor,
    case: Case,
    office: Tenant,
    target: Found | None,
    *,
    way: str,
    klass: str,
    feedback_on: date | None,
    proposal: Proposal | None,
) -> dict[str, Any]:
    """For transfer_after.html."""
    at = now()
    open_target = target if target is not None and target.open else None
    starts = (
        preview.sent_to(
            case, office, open_target, at=at, feedback_on=feedback_on if way == "assign" else None, klass=klass
        )
        if open_target is not None
        else []
    )
    verb = way if way in ("transfer", "assign") else "transfer"
    return {
        "case": case,
        "target": open_target,
        "verb": verb,
        "verb_word": _("交办") if verb == "assign" else _("转送"),
        "accusation": klass == "B",
        "rights": may(actor, case, verb),
        "seals": may(actor, case, "complete").act,
        "own_clock": own_clock(case, office, at),
        "own_clock_name": chips.short_name_of(case.due_kind),
        "dues": dues(starts, open_target.short) if open_target is not None else [],
        "first_due": starts[0] if starts else None,
        "luggage": preview.luggage(case),
        "hop": _hop(case, open_target),
        "same_office": open_target is not None and open_target.tenant == office.pk,
        "proposal": proposal,
        "own_proposal": proposal is not None and proposal.by == actor.user,
        "office": office,
    }
