"""propose, turn_down, approve: two pairs of eyes (G2). State and clocks stay until the second person acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import delivery
from cases.actions.frame import Act, begin
from cases.actions.handling import check_extendable
from cases.actions.objections import check_window
from cases.actions.reports import check_deferrable, check_reportable
from cases.models import Case, Proposal
from cases.states import Task
from kernel.errors import Conflict, Invalid, NotFound, Refused
from kernel.ids import new_id
from tenants.actors import Actor

IN_TIME: dict[str, Callable[[Act], object]] = {
    "object": check_window,
    "extend": check_extendable,
    "report": check_reportable,
}


@transaction.atomic
def propose(actor: Actor, case_id: UUID, *, version: int | None = None, verb: str, fields: dict[str, Any]) -> Case:
    """提请: `fields` are the verb's own, as JSON values; the second person may change them when acting.

    Conflict also where the verb's own time is over: nobody is asked for what could not be granted.
    """
    act = begin(actor, case_id, verb, version, propose=True)
    case = act.case
    if verb in IN_TIME:
        IN_TIME[verb](act)
    if Proposal.objects.filter(case=case, verb=verb, status="open").exists():
        raise Conflict(_("这一步已经有人提请，等待审批。"), code="already-proposed")
    row = Proposal(id=new_id(), case=case, verb=verb, fields=fields, by=actor.user, by_tenant=actor.tenant, at=act.at)
    row.save(force_insert=True)
    case.flags = [*case.flags, f"awaiting:{verb}"]
    if verb == "defer":
        _ask_assigner(act, row)
    return _record(act, "proposed", row)


def _record(act: Act, kind: str, row: Proposal) -> Case:
    """A proposal leaves every other one as it is."""
    act.own.record(kind, act.version, verb=row.verb, row=act.row.code, proposal=row.id)
    return act.case


def _ask_assigner(act: Act, row: Proposal) -> None:
    """The date of a report is the assigner's to move: the question goes to that office."""
    legs = [leg for leg in act.own.path if leg.kind == "assign" and leg.settled_at is None]
    if not legs:
        raise Conflict(_("这件不是交办件，没有反馈期限。"))
    with act.under(legs[-1].to_tenant) as debtor:
        check_deferrable(debtor, legs[-1])
    with act.under(legs[-1].from_tenant) as assigner:
        if assigner.case.task not in (Task.NONE, Task.DEFER):
            raise Conflict(_("交办单位正在审核这件的结报，不能再申请延长。"))
        assigner.case.task = Task.DEFER
        if assigner is act.own:
            return
        Proposal(**delivery.columns(row)).save(force_insert=True)
        assigner.case.flags = [*assigner.case.flags, "awaiting:defer"]
        assigner.record("deferral_asked", act.version, proposal=row.id)


@transaction.atomic
def turn_down(actor: Actor, case_id: UUID, *, version: int | None = None, proposal: UUID, reason: str) -> Case:
    """不批准: by somebody who could have called the verb; with a reason."""
    found = Proposal.objects.filter(id=proposal, case_id=case_id).first()
    if found is None:
        raise NotFound
    if not reason.strip():
        raise Invalid(fields={"reason": [_("写明不批准的理由。")]})
    act = begin(actor, case_id, found.verb, version, propose=False)
    row = act.proposal or Proposal.objects.select_for_update().get(id=proposal)
    if row.id != proposal or (row.status != "open" and act.proposal is None):
        raise Conflict(_("这项提请已经有结果了。"))
    if row.by == actor.user:
        raise Refused(_("自己的提请由别人审批。"))
    row.status, row.decided_by, row.decided_at = "declined", actor.user, act.at
    row.save(update_fields=["status", "decided_by", "decided_at"])
    act.case.flags = [flag for flag in act.case.flags if flag != f"awaiting:{row.verb}"]
    act.note("decision", reason.strip())
    if row.verb == "defer":
        _answer_holder(act, row)
    return _record(act, "turned_down", row)


def _answer_holder(act: Act, row: Proposal) -> None:
    act.case.task = Task.NONE
    if act.custody.tenant_id == act.own.tenant_id:
        return
    with act.under(act.custody.tenant_id) as holder:
        Proposal.objects.filter(id=row.id).update(status="declined", decided_by=row.decided_by, decided_at=act.at)
        holder.case.flags = [flag for flag in holder.case.flags if flag != "awaiting:defer"]
        holder.record("deferral_declined", act.version, proposal=row.id)
