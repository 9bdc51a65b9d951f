"""object, consent, refuse: the objector holds the case until the sender has taken it back (T9-T11, G5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import delivery
from cases.actions.frame import Act, Side, begin
from cases.actions.transfers import _next_seq
from cases.clock_kinds import NOTICE, Kind
from cases.codes.grounds import ObjectionReason
from cases.models import Case, Handover, Note, Notice
from cases.states import Seat, State, Task
from kernel import files
from kernel.clock import TZ
from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import new_id
from tenants import context
from tenants.actors import Actor
from tenants.departments import living
from tenants.models import Custody, Department


@transaction.atomic
def object(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    reason: str,
    text: str,
    law: str,
    proposed_unit: UUID | None = None,
) -> Case:
    """提出异议 (T9, R 23(3)): within K4, with reasons and law, before any notice; D6.

    `reason`: a code of cases.codes.grounds.ObjectionReason. The objector stays holder.
    """
    act = begin(actor, case_id, "object", version, stays=True)
    case = act.case
    _check_text(reason, text, law)
    check_window(act)
    _check_proposed(act, proposed_unit)
    row = act.own.path[-1]
    row.objected_at, row.objection_reason, row.proposed_unit = act.at, reason, proposed_unit
    row.save(update_fields=["objected_at", "objection_reason", "proposed_unit"])
    case.came_from = case.state
    act.clocks.stop({Kind.K4}, act.at, "object")
    act.move(State.S24)
    words = _("理由：%(text)s\n依据：%(law)s") % {"text": text.strip(), "law": law.strip()}
    data: dict[str, Any] = {"handover": row.id, "reason": reason, "proposed_unit": proposed_unit}
    if row.from_tenant == actor.tenant:
        act.note("objection", words)
        act.clocks.start(Kind.K4S, act.at, handover=row.id)
        case.task = Task.OBJECTION
        return act.record("objected", **data)
    note = act.own.note("objection", words)
    with act.under(row.from_tenant) as sender:
        _copy_note(sender, note)
        Handover.objects.filter(id=row.id).update(
            objected_at=act.at, objection_reason=reason, proposed_unit=proposed_unit
        )
        sender.clocks.start(Kind.K4S, act.at, handover=row.id)
        sender.case.task = Task.OBJECTION
        version_after = act.version
        sender.record("objection_received", version_after, **data)
    case.version = version_after - 1
    return act.record("objected", **data)


def check_window(act: Act) -> None:
    """K4 still runs and the petitioner has not been told: an objection may be proposed and made (T9)."""
    window = act.clocks.get(Kind.K4)
    if window is None:
        raise Conflict(_("这件不能提异议：没有正在走的异议期。"), code="no-objection")
    if act.at > window.due_effective:
        day = window.due_effective.astimezone(TZ).date().isoformat()
        message = _("已过异议期（%(day)s 届满），不能再退回。确有管辖争议的，请报请共同上级指定。") % {"day": day}
        raise Conflict(message, code="objection-window-over")
    if Notice.objects.filter(case=act.case).exclude(sent_at=None).exists():
        raise Conflict(_("已经告知信访人，不能再提异议。"), code="notice-sent")


def _check_proposed(act: Act, proposed_unit: UUID | None) -> None:
    """Only what lies outside the objector's whole line is objected to; the rest is handed down in it."""
    if proposed_unit is None:
        return
    found = Department.objects.filter(id=proposed_unit).first()
    if found is None:
        raise Invalid(fields={"proposed_unit": [_("没有这个单位。")]})
    if act.case.seat == Seat.BUREAU:
        own = context.tenant_by_id(found.tenant_id).path
        inside = f"{own}/".startswith(f"{act.own.tenant.path}/")
    else:
        inside = act.case.unit in (found.unit_id, found.superior_line_id)
    if inside:
        raise Invalid(fields={"proposed_unit": [_("这个单位在您自己的系统内，由您交给它办，不用提异议。")]})


def _check_text(reason: str, text: str, law: str) -> None:
    wrong: dict[str, list[str]] = {}
    if reason not in ObjectionReason.values:
        wrong["reason"] = [_("选一个异议理由。")]
    if not text.strip():
        wrong["text"] = [_("写明为什么不属于本单位。")]
    if not law.strip():
        wrong["law"] = [_("写明依据的法律或权责清单。")]
    if wrong:
        raise Invalid(fields=wrong)


def _copy_note(side: Side, note: Note) -> None:
    Note(**{**delivery.columns(note), "event": side.event_id}).save(force_insert=True)


def _objected(act: Act) -> Handover:
    """The hand-over whose objection this office has to decide, read on the sender's own row."""
    row: Handover | None = (
        Handover.objects.filter(case=act.case, decision="", undone_at=None).exclude(objected_at=None).last()
    )
    if row is None:
        raise NotFound
    return row


def consent(actor: Actor, case_id: UUID, *, version: int | None = None, text: str = "") -> Case:
    """同意退回 (T10): custody comes back; K1' runs at the sender from now."""
    holder = _holder_schema(case_id)
    if holder is not None and holder[0] != actor.tenant:
        with context.use(context.tenant_by_id(holder[0])):
            shas = list(Case.objects.get(id=case_id).attachments.values_list("sha256", flat=True))
        for sha in shas:
            files.copy(sha, source=holder[1], target=actor.schema)
    return _consent(actor, case_id, version, text)


def _holder_schema(case_id: UUID) -> tuple[UUID, str] | None:
    row = Custody.objects.select_related("tenant").filter(case=case_id).first()
    return (row.tenant_id, row.tenant.schema_name) if row is not None else None


@transaction.atomic
def _consent(actor: Actor, case_id: UUID, version: int | None, text: str) -> Case:
    act = begin(actor, case_id, "consent", version)
    case = act.case
    row = _objected(act)
    row.decision, row.decided_at, row.undone_at = "consented", act.at, act.at
    row.save(update_fields=["decision", "decided_at", "undone_at"])
    desk = living(Department.objects.select_related("successor").get(id=row.from_department))
    back = Handover(
        id=new_id(),
        case=case,
        seq=_next_seq(case),
        kind=Handover.Kind.RETURN,
        from_tenant=row.to_tenant,
        from_department=row.to_department,
        to_tenant=row.from_tenant,
        to_department=desk.id,
        seat=Seat.BUREAU,
        at=act.at,
        by=actor.user,
    )
    act.clocks.stop({Kind.K4S}, act.at, "consent", handover=row.id)
    ended = {*NOTICE, Kind.K1R, Kind.K4}
    if row.to_tenant == actor.tenant:
        act.note("decision", text.strip())
        act.clocks.stop(ended, act.at, "consent")
        act.clocks.stop({Kind.K5}, act.at, "consent", handover=row.id)
        back.content_hash = delivery.read(case).content_hash
    else:
        act.note("decision", text.strip())
        with act.under(row.to_tenant) as objector:
            # Before the snapshot is read: what comes back with it must not undo what was decided here.
            Handover.objects.filter(id=row.id).update(decision="consented", decided_at=act.at, undone_at=act.at)
            snapshot = delivery.read(objector.case)
            objector.clocks.stop(ended, act.at, "consent")
            objector.clocks.stop({Kind.K5}, act.at, "consent", handover=row.id)
            back.content_hash = snapshot.content_hash
            # The objector's own allotments stand in its path and not in ours.
            back.seq = max(back.seq, 1 + max((stay["seq"] for stay in snapshot.handovers), default=0))
            Handover.objects.bulk_create([Handover(**delivery.columns(back))])
            objector.case.state, objector.case.came_from = State.S99, ""
            objector.case.handler = None
            if text.strip():
                objector.note("decision", text.strip())
            objector.record("taken_back", act.version, handover=back.id, to_tenant=actor.tenant)
        _bring_back(act, snapshot)
    back.save(force_insert=True)
    case.state, case.came_from, case.task = State.S10, "", Task.NONE
    case.seat, case.department, case.unit = Seat.BUREAU, desk.id, desk.unit_id
    case.held_since, case.handler = act.at, None
    act.clocks.start(Kind.K1P, act.at)
    act.custody.tenant_id, act.custody.department_id = actor.tenant, desk.id
    act.custody.save(update_fields=["tenant", "department"])
    return act.record("consented", handover=row.id, back=back.id, content_hash=back.content_hash.hex())


def _bring_back(act: Act, snapshot: delivery.Snapshot) -> None:
    """What was corrected or attached below comes back with the case."""
    filing = delivery.write_filing(snapshot)
    for name, value in snapshot.case.items():
        setattr(act.case, name, value)
    act.case.filing = filing
    act.case.flags = delivery.merged(act.case.flags, snapshot)
    delivery.write_parts(snapshot, act.case.id)


@transaction.atomic
def refuse(actor: Actor, case_id: UUID, *, version: int | None = None, text: str) -> Case:
    """驳回异议 (T11): with reasons; the objector goes on from the state it came from, its clocks untouched."""
    act = begin(actor, case_id, "refuse", version)
    if not text.strip():
        raise Invalid(fields={"text": [_("写明驳回的理由，对方看得见。")]})
    row = _objected(act)
    row.decision, row.decided_at = "refused", act.at
    row.save(update_fields=["decision", "decided_at"])
    act.clocks.stop({Kind.K4S}, act.at, "refuse", handover=row.id)
    act.case.task = Task.NONE
    note = act.own.note("decision", text.strip())
    data: dict[str, Any] = {"handover": row.id}
    if row.to_tenant == actor.tenant:
        act.move(State(act.case.came_from))
        act.case.came_from = ""
        return act.record("refused", **data)
    with act.under(row.to_tenant) as objector:
        _copy_note(objector, note)
        Handover.objects.filter(id=row.id).update(decision="refused", decided_at=act.at)
        objector.case.state, objector.case.came_from = objector.case.came_from, ""
        version_after = act.version
        objector.record("objection_refused", version_after, **data)
    act.case.version = version_after - 1
    return act.record("refused", **data)
