"""report, forward_report, approve_report, return_report, defer: the report climbs from assigner to assigner (T28)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import delivery, endings, numbers
from cases.actions.frame import Act, Side, begin
from cases.actions.transfers import LATEST_FEEDBACK_DAYS
from cases.clock_kinds import TRIAGE, Kind
from cases.codes.endings import Closing, Gate
from cases.models import Answer, Case, Clock, Handover, Opinion, Proposal, Report
from cases.states import Seat, State, Task
from kernel.clock import TZ
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from tenants.actors import Actor
from tenants.models import Department


@transaction.atomic
def report(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    facts: str,
    handling: str,
    attitude: str,
    execution: str = "",
) -> Case:
    """结报 (T28a, D17): facts, handling, execution and the petitioner's attitude go up to the assigner."""
    act = begin(actor, case_id, "report", version, stays=True)
    case, path = act.case, act.own.path
    check_reportable(act)
    wrong = {
        name: [text]
        for name, value, text in (
            ("facts", facts, _("写明查明的事实。")),
            ("handling", handling, _("写明怎样办的。")),
            ("attitude", attitude, _("写明信访人的态度。")),
        )
        if not value.strip()
    }
    if wrong:
        raise Invalid(fields=wrong)
    words = _("事实：%(facts)s\n办理：%(handling)s\n执行：%(execution)s\n信访人态度：%(attitude)s") % {
        "facts": facts.strip(),
        "handling": handling.strip(),
        "execution": execution.strip() or "—",
        "attitude": attitude.strip(),
    }
    act.clocks.stop(TRIAGE, act.at, "report")
    act.move(State.S88)
    row = Report(
        id=new_id(),
        case=case,
        text=words,
        digest=_digest(case),
        planned_ending=case.planned_ending,
        by=actor.user,
        by_department=case.department,
        at=act.at,
        position=path[-1].seq,
    )
    desk = Department.objects.get(id=case.unit)
    row.number = numbers.paper_number(desk, act.own.tenant, "结报", act.at)
    row.save(force_insert=True)
    _arrive(act, row, path, len(path) - 1)
    return act.record("reported", report=row.id, planned_ending=case.planned_ending)


def check_reportable(act: Act) -> None:
    """A report is owed and there is an ending to report: it may be proposed and made (T28a)."""
    case = act.case
    if not endings.owed_on(act.own.path):
        raise Conflict(_("这件不是交办件，不用结报。"), code="nothing-owed")
    if case.state not in (State.S61, State.S65) and not case.planned_ending:
        raise Conflict(_("先把这件办完（告知、答复或送达），再结报。"), code="not-ended")


def _digest(case: Case) -> dict[str, Any]:
    """What the assigner must see of the answer, without opening the office below."""
    opinion = Opinion.objects.filter(case=case, status=Opinion.Status.SERVED).last()
    answers = Answer.objects.filter(opinion=opinion).select_related("demand") if opinion else []
    return {
        "opinion": opinion.number if opinion else "",
        "outcome": case.outcome,
        "replied_at": case.replied_at.isoformat() if case.replied_at else "",
        "answers": [
            {
                "demand": answer.demand.text,
                "outcome": answer.outcome,
                "facts": answer.facts,
                "reasons": answer.reasons,
                "law": answer.law,
                "item": answer.item,
                "executed_on": answer.executed_on.isoformat() if answer.executed_on else "",
            }
            for answer in answers
        ],
    }


def _arrive(act: Act, row: Report, path: list[Handover], index: int) -> None:
    """The report reaches the sender of path[index]: its K5 stops if it was an assignment, and K5s starts there."""
    leg = path[index]
    owing = leg.kind == Handover.Kind.ASSIGN and leg.settled_at is None
    if owing:
        with act.under(leg.to_tenant) as debtor:
            debtor.clocks.stop({Kind.K5}, act.at, "report", handover=leg.id)
            if debtor is not act.own:
                debtor.case.task = Task.NONE
                debtor.record("report_delivered", act.version, report=row.id)
    with act.under(leg.from_tenant) as upper:
        _copy(upper, row, leg.seq)
        upper.case.task = Task.REPORT if owing else Task.FORWARD
        if owing:
            upper.clocks.start(Kind.K5S, act.at, handover=leg.id)
        if upper is not act.own:
            upper.record("report_received", act.version, report=row.id)


def _copy(side: Side, row: Report, position: int) -> None:
    """The same report in the office it has reached."""
    Report.objects.filter(case=side.case, status="climbing").exclude(id=row.id).update(status="returned")
    fields = delivery.columns(row) | {"position": position, "status": "climbing"}
    names = [name for name in fields if name != "id"]
    Report.objects.bulk_create([Report(**fields)], update_conflicts=True, unique_fields=["id"], update_fields=names)


def _climbing(act: Act) -> tuple[Report, list[Handover], int]:
    row = Report.objects.select_for_update().filter(case=act.case, status="climbing").first()
    if row is None:
        raise Conflict(_("没有待处理的结报。"))
    path = act.own.path
    index = next(i for i, leg in enumerate(path) if leg.seq == row.position)
    return row, path, index


@transaction.atomic
def forward_report(actor: Actor, case_id: UUID, *, version: int | None = None) -> Case:
    """转报 (T28f): a bureau between passes the report on to the office that sent it the case."""
    act = begin(actor, case_id, "forward_report", version, stays=True)
    row, path, index = _climbing(act)
    if index == 0:
        raise Conflict(_("这件没有上级交办，不用转报。"))
    act.case.task = Task.NONE
    _arrive(act, row, path, index - 1)
    return act.record("report_forwarded", report=row.id)


@transaction.atomic
def approve_report(actor: Actor, case_id: UUID, *, version: int | None = None, text: str = "") -> Case:
    """审核通过 (T28b): K5s stops; climbs on while an office above is owed, else the case ends or its window runs on."""
    act = begin(actor, case_id, "approve_report", version, stays=True)
    row, path, index = _climbing(act)
    leg = path[index]
    act.clocks.stop({Kind.K5S}, act.at, "approve_report", handover=leg.id)
    _settle(act, path, leg)
    act.note("decision", text.strip())
    if endings.owed_on(path[:index]):
        act.case.task = Task.FORWARD
        return act.record("report_approved", report=row.id)
    act.case.task = Task.NONE
    _finish(act, row, path)
    return act.record("report_approved", report=row.id)


def _settle(act: Act, path: list[Handover], leg: Handover) -> None:
    """Every office on the path keeps the same view of what is still owed."""
    leg.settled_at = act.at
    for tenant in dict.fromkeys([act.own.tenant_id, *(t for row in path for t in (row.from_tenant, row.to_tenant))]):
        with act.under(tenant):
            Handover.objects.filter(id=leg.id).update(settled_at=act.at)


def _finish(act: Act, row: Report, path: list[Handover]) -> None:
    holder = act.custody.tenant_id
    for tenant in _tenants(path):
        with act.under(tenant):
            Report.objects.filter(id=row.id).update(status="approved", decided_at=act.at)
    with act.under(holder) as side:
        case = side.case
        if case.planned_ending:
            endings.close(side, case.planned_ending)
        elif side.clocks.has(Kind.K14):
            case.state = State.S65
        elif _window_runs(side):
            case.state = State.S61
        else:
            endings.close(side, endings.by_outcome(case.outcome))
        if side is not act.own:
            side.record("report_accepted", act.version, report=row.id)


def _window_runs(side: Side) -> bool:
    window = side.clocks.get(Kind.K9)
    return window is not None and side.at <= window.due_effective


def _tenants(path: list[Handover]) -> list[UUID]:
    return list(dict.fromkeys(t for row in path for t in (row.from_tenant, row.to_tenant)))


@transaction.atomic
def return_report(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    gate: str,
    reason: str,
    redo: bool = False,
    feedback_on: date | None = None,
) -> Case:
    """退回重办 (T28c, T28f): counted. Form only: the opinion stands (S61). `redo`: it is superseded, S50, its K9 ends.

    K5 resumes; the assigner may set a new date.
    """
    act = begin(actor, case_id, "return_report", version, stays=True)
    wrong: dict[str, list[str]] = {}
    if gate not in Gate.values:
        wrong["gate"] = [_("选一关：事实、政策、处理、材料或格式。")]
    if not reason.strip():
        wrong["reason"] = [_("写明退回的理由。")]
    today = act.at.astimezone(TZ).date()
    if feedback_on is not None and not 1 <= (feedback_on - today).days <= LATEST_FEEDBACK_DAYS:
        wrong["feedback_on"] = [_("新的反馈日期要在今天之后，最远一年。")]
    if wrong:
        raise Invalid(fields=wrong)
    row, path, index = _climbing(act)
    act.case.task = Task.NONE
    act.clocks.stop({Kind.K5S}, act.at, "return_report")
    for tenant in _tenants(path):
        with act.under(tenant):
            Report.objects.filter(id=row.id).update(status="returned", gate=gate, decided_at=act.at)
    _resume(act, path, index, feedback_on)
    data: dict[str, Any] = {"report": row.id, "gate": gate, "redo": redo}
    note = act.own.note("decision", reason.strip())
    with act.under(act.custody.tenant_id) as side:
        _reopen(side, redo)
        if side is not act.own:
            side.note("decision", str(note.body))
            side.record("report_returned", act.version, **data)
    return act.record("report_sent_back", **data)


def _resume(act: Act, path: list[Handover], index: int, feedback_on: date | None) -> None:
    """The K5 of every office at or below this point that still owes runs again with its own date."""
    for leg in path[index:]:
        if leg.kind != Handover.Kind.ASSIGN or leg.settled_at is not None:
            continue
        with act.under(leg.to_tenant) as debtor:
            if debtor.clocks.has(Kind.K5) and any(c.handover == leg.id for c in debtor.clocks.running):
                continue
            clock = debtor.clocks.resume(Kind.K5, handover=leg.id)
            if clock is not None and feedback_on is not None and leg is path[index]:
                debtor.clocks.move_to(clock, feedback_on)
            if debtor is not act.own and debtor.tenant_id != act.custody.tenant_id:
                debtor.record("report_resumed", act.version, handover=leg.id)


def _reopen(side: Side, redo: bool) -> None:
    case = side.case
    case.sent_back += 1
    served = Opinion.objects.filter(case=case, status=Opinion.Status.SERVED).last()
    if case.planned_ending:
        _reopen_ending(side, redo)
        return
    if redo and served is not None:
        side.clocks.stop({Kind.K9, Kind.K14}, side.at, "superseded")
        served.status = Opinion.Status.SUPERSEDED
        served.save(update_fields=["status"])
        body = dict(served.body)
        Opinion(
            case=case,
            kind=served.kind,
            department=case.department,
            body=body,
            written_by=served.written_by,
            authors=served.authors,
            written_at=side.at,
        ).save(force_insert=True)
        case.state, case.outcome, case.replied_at = State.S50, "", None
        side.clocks.resume(Kind.K6, handover=None)
        return
    case.state = State.S65 if side.clocks.has(Kind.K14) else State.S61


PLANNED_IN = {
    Closing.ADVISED: State.S10,
    Closing.DECLINED: State.S44,
    Closing.NO_LONGER: State.S45,
    Closing.REDIRECTED: State.S46,
    Closing.ROUTED: State.S41,
}


def _reopen_ending(side: Side, redo: bool) -> None:
    """An ending without review goes back to where it was planned; to be redone, to the desk that decides anew."""
    case, bureau = side.case, side.case.seat == Seat.BUREAU
    case.state = PLANNED_IN.get(Closing(case.planned_ending), State.S60)
    if redo:
        case.planned_ending, case.replied_at, case.outcome = "", None, ""
        case.state = State.S10 if bureau else State.S30
        Opinion.objects.filter(case=case, status=Opinion.Status.SERVED).update(status=Opinion.Status.SUPERSEDED)
    if case.state == State.S10:
        side.clocks.start(Kind.K1P, side.at)
    elif case.state == State.S30:
        side.clocks.start(Kind.K3, side.at)


@transaction.atomic
def defer(actor: Actor, case_id: UUID, *, version: int | None = None, feedback_on: date, reason: str = "") -> Case:
    """延长结报 (T28d): proposed by the holder's head before K5 ends, called by the assigner's approver."""
    act = begin(actor, case_id, "defer", version, stays=True)
    path = act.own.path
    leg = next(
        (r for r in reversed(path) if r.kind == "assign" and r.settled_at is None and r.from_tenant == actor.tenant),
        None,
    )
    if leg is None:
        raise Conflict(_("没有本局交办、等待结报的件。"))
    today = act.at.astimezone(TZ).date()
    with act.under(leg.to_tenant) as debtor:
        clock = check_deferrable(debtor, leg)
        if not 1 <= (feedback_on - clock.due_raw.astimezone(TZ).date()).days <= LATEST_FEEDBACK_DAYS:
            raise Invalid(fields={"feedback_on": [_("新的日期要晚于原来的反馈日期，最远一年。")]})
        debtor.clocks.move_to(clock, feedback_on)
        due = clock.due_raw
        if debtor is not act.own:
            debtor.record("deferred", act.version, handover=leg.id, due=due)
    for tenant in _tenants(path):
        with act.under(tenant):
            Handover.objects.filter(id=leg.id).update(feedback_due=due)
    _close_proposals(act, "done")
    if act.case.task == Task.DEFER:
        act.case.task = Task.NONE
    act.note("decision", reason.strip())
    return act.record("deferral_granted", handover=leg.id, due=due, on=today)


def check_deferrable(debtor: Side, leg: Handover) -> Clock:
    """K5 of this leg runs at the office that owes the report, and has not ended (T28d)."""
    clock = next((c for c in debtor.clocks.running if c.kind == Kind.K5 and c.handover == leg.id), None)
    if clock is None or debtor.at > clock.due_raw:
        raise Conflict(_("反馈期限已过，不能再延长。"), code="too-late")
    return clock


def _close_proposals(act: Act, status: str) -> None:
    """The proposal stands in the holder's schema too; both rows end together."""
    holder = act.custody.tenant_id
    if holder == act.own.tenant_id:
        return
    with act.under(holder) as side:
        Proposal.objects.filter(case=side.case, verb="defer", status="open").update(
            status=status, decided_by=act.actor.user, decided_at=act.at
        )
        side.case.flags = [flag for flag in side.case.flags if flag != "awaiting:defer"]
        side.record("proposal_decided", act.version, verb="defer", status=status)
