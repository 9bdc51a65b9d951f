"""serve, prove_execution, close: the reply reaches the petitioner, what was promised is done, the case ends."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import endings
from cases.actions.frame import begin
from cases.clock_kinds import Kind
from cases.clocks import end_of, start_of
from cases.codes.endings import BY_ADOPTION, Adoption, Closing
from cases.codes.services import View, Way
from cases.models import Answer, Case, Opinion, Service
from cases.states import Class, State
from kernel import batch
from kernel.clock import TZ
from kernel.errors import Conflict, Invalid
from tenants.actors import Actor


@transaction.atomic
def serve(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    way: str,
    received_on: date,
    refused: bool = False,
    witness: str = "",
    view: str = "",
    proof: str = "",
) -> Case:
    """送达 (T26, T26a, D20): the date of receipt stops K6 (K7) and starts K9 (R 35); supported items start K14.

    A refused paper is served all the same, with a witness.
    """
    act = begin(actor, case_id, "serve", version)
    case = act.case
    (papers,) = batch.read(batch.Ask(Opinion, "case_id", case.id, lock=True))
    (opinion,) = [paper for paper in papers if paper.status == Opinion.Status.SIGNED]
    signed = opinion.signed_at.astimezone(TZ).date() if opinion.signed_at else act.at.date()
    wrong: dict[str, list[str]] = {}
    if way not in Way.values:
        wrong["way"] = [_("选一种送达方式。")]
    if not signed <= received_on <= act.at.astimezone(TZ).date():
        wrong["received_on"] = [_("收到日期在签发之后，不晚于今天。")]
    if refused and not witness.strip():
        wrong["witness"] = [_("拒收的，写明见证人。")]
    if view not in ("", *View.values):
        wrong["view"] = [_("选一项。")]
    if wrong:
        raise Invalid(fields=wrong)
    proved = Service(
        opinion=opinion,
        way=way,
        at=act.at,
        received_on=received_on,
        refused=refused,
        server=actor.user,
        witness=witness.strip() or None,
        view=view,
        proof=proof.strip() or None,
    )
    act.own.rows.append(proved)
    opinion.status = Opinion.Status.SERVED
    act.own.change(opinion, "status")
    today = act.at.astimezone(TZ).date()
    received = act.at if received_on == today else start_of(received_on)
    stopped = act.at if received_on == today else min(end_of(received_on), act.at)
    act.clocks.stop({Kind.K6, Kind.K7}, stopped, "serve")
    case.replied_at = stopped
    if case.klass == Class.A:
        endings.end(act, BY_ADOPTION.get(Adoption(opinion.outcome), Closing.NOT_ADOPTED))
        return act.record("served", opinion=opinion.id, way=way, received_on=received_on, refused=refused)
    act.clocks.start(Kind.K9, received)
    (answers,) = batch.read(batch.Ask(Answer, "opinion_id", opinion.id))
    items = [answer for answer in answers if answer.item]
    if items:
        act.clocks.start_until(
            Kind.K14,
            received,
            max(answer.execute_by for answer in items if answer.execute_by),
            basis=opinion.number,
            event="service",
        )
    act.move(State.S65 if items else State.S61)
    data = {"opinion": opinion.id, "way": way, "received_on": received_on, "refused": refused, "items": len(items)}
    return act.record("served", **data)


@transaction.atomic
def prove_execution(
    actor: Actor, case_id: UUID, *, version: int | None = None, answer: UUID, executed_on: date, proof: str
) -> Case:
    """执行到位 (T27a): one item proved; when the last one is, K14 stops and S65 becomes S61 (S88 stays)."""
    act = begin(actor, case_id, "prove_execution", version)
    row = Answer.objects.filter(id=answer, opinion__case=act.case, opinion__status=Opinion.Status.SERVED).first()
    if row is None or not row.item:
        raise Invalid(fields={"answer": [_("没有这一项执行事项。")]})
    if row.executed_on is not None:
        raise Conflict(_("这一项已经证明执行到位。"))
    served = Service.objects.get(opinion_id=row.opinion_id).received_on
    wrong: dict[str, list[str]] = {}
    if not served <= executed_on <= act.at.astimezone(TZ).date():
        wrong["executed_on"] = [_("执行日期在送达之后，不晚于今天。")]
    if not proof.strip():
        wrong["proof"] = [_("写明怎样证明已经执行。")]
    if wrong:
        raise Invalid(fields=wrong)
    row.executed_on = executed_on
    row.save(update_fields=["executed_on"])
    act.note("execution", proof.strip())
    if not unproved(act.case):
        act.clocks.stop({Kind.K14}, act.at, "prove_execution")
        if act.case.state == State.S65:
            act.move(State.S61)
    return act.record("execution_proved", answer=row.id, executed_on=executed_on)


def unproved(case: Case) -> bool:
    """Is something promised and not yet shown to be done?"""
    rows = Answer.objects.filter(opinion__case=case, opinion__status=Opinion.Status.SERVED, executed_on=None)
    return bool(rows.exclude(item="").exists())


@transaction.atomic
def close(actor: Actor, case_id: UUID, *, version: int | None = None, closing_kind: str = "", reason: str = "") -> Case:
    """办结 (T28): by the system on the day after K9 ended; by R5 earlier with a signed waiver or settlement (G3).

    `closing_kind`: "" lets the answers decide; R5 before K9's end says settled, with `reason` naming the paper.
    """
    act = begin(actor, case_id, "close", version)
    case = act.case
    if endings.owed(act):
        raise Conflict(_("上级交办的件，结报审核通过后才能办结。"), code="report-owed")
    if unproved(case):
        raise Conflict(_("还有执行事项没有证明到位，不能办结。"), code="not-executed")
    window = act.clocks.get(Kind.K9)
    if window is not None and act.at <= window.due_effective:
        if actor.is_system:
            raise Conflict(_("复查期还没有过。"))
        if closing_kind != Closing.SETTLED or not reason.strip():
            text = _("复查期内办结，要有信访人签字的放弃复查声明或和解协议。")
            raise Invalid(fields={"reason": [text]})
    elif closing_kind and closing_kind != Closing.SETTLED:
        raise Invalid(fields={"closing_kind": [_("办结类型由答复结论决定，或者选和解、调解结案。")]})
    kind = closing_kind or endings.by_outcome(case.outcome)
    act.note("closing", reason.strip())
    endings.close(act.own, kind)
    return act.record("closed", closing_kind=kind)
