"""transfer, assign, allot, sign_for: custody moves at delivery, in one transaction over both offices (G5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import delivery, importing, numbers, policy
from cases.actions.copies import copies
from cases.actions.frame import Act, Side, able_to_take, begin, destination, locked
from cases.clock_kinds import TRIAGE, Kind
from cases.clocks import end_of
from cases.models import Case, Filing, Handover
from cases.states import Seat, State, Task
from kernel import batch, files
from kernel.clock import TZ
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from tenants import context
from tenants.actors import Actor
from tenants.models import Department, Membership
from tenants.profiles import profile_for

HOPS_THAT_WARN = 3
HOPS_AT_MOST = 4
LATEST_FEEDBACK_DAYS = 366


def transfer(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    to_department: UUID,
    letter_text: str = "",
    copy_to: Sequence[UUID] = (),
    letter_of: UUID | None = None,
) -> Case:
    """转送 (T3, T3r): to a unit of the own office (K3, K4) or a bureau below (K1r, K4); D4.

    `letter_of`: a hand-over the actor made today to the same receiver, whose letter names this case too (集中转送).
    """
    return _sent(actor, case_id, version, "transfer", to_department, Letter(letter_text, copy_to, of=letter_of))


def assign(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    to_department: UUID,
    feedback_on: date,
    letter_text: str = "",
    copy_to: Sequence[UUID] = (),
    letter_of: UUID | None = None,
) -> Case:
    """交办 (T4): as transfer, with a date by which the receiver must report back (K5); D5. 集中交办 by `letter_of`."""
    letter = Letter(letter_text, copy_to, feedback_on, letter_of)
    return _sent(actor, case_id, version, "assign", to_department, letter)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter says beyond the case itself."""

    text: str
    copy_to: Sequence[UUID]
    feedback_on: date | None = None
    of: UUID | None = None


class FilesNotThere(Conflict):
    """Files of the case are not in the receiver's store; nothing was changed."""

    def __init__(self, office: str, missing: frozenset[str]) -> None:
        super().__init__(_("发出时有人刚附上材料。再点一次，材料会一起移送。"), code="files-moved")
        self.office, self.missing = office, missing


def _sent(actor: Actor, case_id: UUID, version: int | None, verb: str, to_department: UUID, letter: Letter) -> Case:
    """Files are copied outside the transaction, by content hash; under the lock it is seen whether all are there."""
    try:
        return _send(actor, case_id, version, verb, to_department, letter)
    except FilesNotThere as wanted:
        for sha in wanted.missing:
            files.copy(sha, source=actor.schema, target=wanted.office)
    return _send(actor, case_id, version, verb, to_department, letter)


@transaction.atomic
def _send(actor: Actor, case_id: UUID, version: int | None, verb: str, to_department: UUID, letter: Letter) -> Case:
    # Neither the own desk nor the receiver is locked by a hand-over.
    places = batch.Ask(Department, "id", [actor.root, to_department])
    act = begin(actor, case_id, verb, version, also=(places, *delivery.asked(case_id)))
    found, *hanging = act.found
    departments = {row.id: row for row in found}
    case, desk = act.case, departments[actor.root]
    if verb == "transfer" and policy.must_assign(case) and not importing.active():
        raise Invalid(fields={"way": [_("本地规定初次来信一律交办：方式改为“交办”，写明反馈日期。")]})
    target = able_to_take(departments.get(to_department), act.at)
    seat = _seat(act, target)
    _check_feedback(act, letter.feedback_on)
    copy_to = copies(act, letter.copy_to, target)
    parts = delivery.parts_of(hanging)
    hop = _hop(act, parts.handovers, seat, target)
    kind = Handover.Kind.ASSIGN if verb == "assign" else Handover.Kind.TRANSFER
    act.clocks.stop(TRIAGE | {Kind.K4}, act.at, verb)
    case.handler = None
    row = Handover(
        id=new_id(),
        case=case,
        seq=max((stay.seq for stay in parts.handovers), default=0) + 1,
        kind=kind,
        from_tenant=actor.tenant,
        from_department=case.department,
        to_tenant=target.tenant_id,
        to_department=target.id,
        seat=seat,
        at=act.at,
        by=actor.user,
        letter_text=letter.text.strip() or None,
        copy_to=copy_to,
        feedback_due=end_of(letter.feedback_on) if letter.feedback_on else None,
        hop=hop,
    )
    act.custody.hops += int(hop)
    data: dict[str, Any] = {"handover": row.id, "to_tenant": target.tenant_id, "to_department": target.id, "hop": hop}
    if copy_to:
        data["copy_to"] = copy_to
    state = State.S21 if verb == "assign" else State.S20
    event = "assigned" if verb == "assign" else "transferred"
    if target.tenant_id == actor.tenant:
        act.move(state)
        snapshot = delivery.seal(case, parts)
        row.content_hash = snapshot.content_hash
        row.letter_number = _letter_number(act, desk, row, letter)
        act.own.rows.append(row)
        take(act.own, target, seat)
        start_for_receiver(act.own, row, seat)
        act.custody.department_id = target.id
        data["content_hash"] = snapshot.content_hash.hex()
        return act.record(event, custody=act.custody, stays=[*parts.handovers, row], **data)
    _check_files(parts, target)
    row.letter_number = _letter_number(act, desk, row, letter)
    return _deliver(act, parts, row, target, state, event, data)


def _deliver(
    act: Act,
    parts: delivery.Parts,
    row: Handover,
    target: Department,
    state: State,
    event: str,
    data: dict[str, Any],
) -> Case:
    """Two offices: the sender's row becomes the tombstone, the receiver's row is written or revived."""
    case = act.case
    case.state = State.S99
    snapshot = delivery.seal(case, parts)
    row.content_hash = snapshot.content_hash
    act.own.rows.append(row)
    act.custody.tenant_id, act.custody.department_id = target.tenant_id, target.id
    act.record(event, custody=act.custody, content_hash=snapshot.content_hash.hex(), **data)
    receive(act, snapshot, row, target, state)
    return case


def receive(act: Act, snapshot: delivery.Snapshot, row: Handover, target: Department, state: State) -> None:
    """In the receiver's schema, same transaction: filing, case, people, files, path, clocks, first event."""
    with context.use(target.tenant):
        former = locked(act.case.id) if _was_with(target.tenant_id, snapshot, row) else None
        if former:
            case, filing = former[0], delivery.write_filing(snapshot)
        else:
            case = Case(id=act.case.id, head_hash=act.case.head_hash, version=act.case.version)
            filing = delivery.made(Filing, snapshot.filing)
        side = Side(act.actor, target.tenant_id, case, act.at, former[1] if former else None)
        side.known = act.own.known
        for name, value in snapshot.case.items():
            setattr(case, name, value)
        case.filing = filing
        case.flags = delivery.merged(case.flags, snapshot)
        case.state, case.came_from = state, ""
        day = filing.registered_at.astimezone(TZ).date()
        case.profile = profile_for(target.tenant.code, day).id
        take(side, target, Seat(row.seat))
        incoming = delivery.made(Handover, delivery.columns(row))
        start_for_receiver(side, incoming, Seat(row.seat))
        version = act.case.version
        data: dict[str, Any] = {
            "handover": row.id,
            "from_tenant": row.from_tenant,
            "from_department": row.from_department,
            "content_hash": snapshot.content_hash.hex(),
            "from_head": bytes(act.case.head_hash).hex(),
        }
        if row.copy_to:
            data["copy_to"] = row.copy_to
        case.version, case.updated_at, case.reason = version, act.at, ""
        if not former:
            case.head_hash = bytes(act.case.head_hash)
            side.arrive("received", delivery.arriving(snapshot, incoming), **data)
        else:
            delivery.write_parts(snapshot, case.id)
            Handover.objects.bulk_create([incoming], ignore_conflicts=True)  # before it is told that the case is here
            side.record("received", version, **data)


def _was_with(tenant: UUID, snapshot: delivery.Snapshot, row: Handover) -> bool:
    """Has the case been with that office? The path tells, and it is whole at whoever holds the case."""
    stays = (stay for stay in snapshot.handovers if stay["id"] != row.id)
    return tenant == snapshot.case["origin"] or any(
        tenant in (stay["from_tenant"], stay["to_tenant"]) for stay in stays
    )


def _check_files(parts: delivery.Parts, target: Department) -> None:
    office = target.tenant.schema_name
    missing = {row.sha256 for row in parts.attachments if not files.exists(row.sha256, office=office)}
    if missing:
        raise FilesNotThere(office, frozenset(missing))


def take(side: Side, target: Department, seat: Seat) -> None:
    case = side.case
    case.seat, case.department, case.unit = seat, target.id, target.unit_id
    case.held_since, case.task, case.handler = side.at, Task.NONE, None


def start_for_receiver(side: Side, row: Handover, seat: Seat) -> None:
    """The receiver's clocks start at delivery, not at sign-for (design §4)."""
    side.clocks.start(Kind.K3 if seat == Seat.UNIT else Kind.K1R, row.at)
    side.clocks.start(Kind.K4, row.at)
    if row.feedback_due is not None:
        day = row.feedback_due.astimezone(TZ).date()
        basis = row.letter_number or _("交办函")
        side.clocks.start_until(Kind.K5, row.at, day, handover=row.id, basis=basis, event="letter")


def _seat(act: Act, target: Department) -> Seat:
    own = act.own.tenant
    root = target.parent_id is None
    if target.tenant_id == own.id:
        if root or target.unit_id == act.actor.root:
            text = _("这是本局自己。要交给本局科室，用“分派”。")
            raise Invalid(fields={"to_department": [text]})
        if target.id != target.unit_id:
            raise Invalid(fields={"to_department": [_("转给单位，不直接转给单位的科室；由单位自己分派。")]})
        return Seat.UNIT
    if not target.tenant.path.startswith(own.path + "/"):
        text = _("不能向上级或其他地区转送。确需上级处理的，请报请上级信访局。")
        raise Invalid(fields={"to_department": [text]})
    if not root:
        text = _("下级的单位由下级信访局转送。请转送 %(name)s。") % {"name": target.tenant.name}
        raise Invalid(fields={"to_department": [text]})
    # Imported history names no unit: the place's root department acts as the unit (domain §7).
    return Seat.UNIT if importing.active() else Seat.BUREAU


def _check_feedback(act: Act, feedback_on: date | None) -> None:
    if feedback_on is None:
        return
    today = act.at.astimezone(TZ).date()
    days = (feedback_on - today).days
    if days < 1:
        raise Invalid(fields={"feedback_on": [_("反馈日期要在今天之后。")]})
    if days > LATEST_FEEDBACK_DAYS:
        raise Invalid(fields={"feedback_on": [_("反馈日期最远一年。核对年份。")]})


def _hop(act: Act, past: Sequence[Handover], seat: Seat, target: Department) -> bool:
    """转手 (G6): a hand-over after the first that reached a unit. From the fifth on only a common superior."""
    reached = [stay.to_tenant for stay in past if stay.seat == Seat.UNIT and stay.kind not in Handover.INSIDE]
    if not reached or seat != Seat.UNIT:
        return False
    if act.custody.hops >= HOPS_AT_MOST:
        own = act.own.tenant.path
        held = {context.tenant_by_id(tenant).path for tenant in [*reached, target.tenant_id]}
        if not all(path == own or path.startswith(own + "/") for path in held):
            text = _("这件已转手 %(n)d 次，只能由共同的上级信访局转送。请报请上级指定。") % {"n": act.custody.hops}
            raise Conflict(text, code="too-many-hops")
    return True


def _letter_number(act: Act, desk: Department, row: Handover, letter: Letter) -> str:
    """Its own, or that of the letter it is sent with. Numbers have no gaps: taken last."""
    if letter.of is None:
        word = "交" if row.kind == Handover.Kind.ASSIGN else "转"
        return numbers.paper_number(desk, act.own.tenant, word, act.at)
    midnight = act.at.astimezone(TZ).replace(hour=0, minute=0, second=0, microsecond=0)
    alike = Handover.objects.filter(kind=row.kind, by=row.by, from_tenant=row.from_tenant, at__gte=midnight)
    first = alike.filter(id=letter.of, to_department=row.to_department).first()
    if first is None:
        raise Invalid(fields={"letter_of": [_("不能并入这份函：不是您今天发给同一单位的同类函。")]})
    number: str = first.letter_number
    return number


def _next_seq(case: Case) -> int:
    last = Handover.objects.filter(case=case).order_by("-seq").values_list("seq", flat=True).first()
    return (last or 0) + 1


@transaction.atomic
def allot(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    to_department: UUID,
    handler: UUID | None = None,
) -> Case:
    """分派 (T8a): inside one office, state and clocks kept; taking back is allotting to the desk."""
    act = begin(actor, case_id, "allot", version)
    case, target = act.case, destination(to_department, act.at)
    if target.tenant_id != actor.tenant or (target.unit_id) != case.unit:
        raise Invalid(fields={"to_department": [_("只能分派给本单位的科室。交给别的单位，用“转送”。")]})
    if target.id == case.department and handler == case.handler:
        raise Conflict(_("已经在这个科室，由这个人办。"))
    if handler is not None and not _works_in(handler, target, act.at.date()):
        raise Invalid(fields={"handler": [_("这个人不在%(name)s。") % {"name": target.name}]})
    if target.id != case.department:
        Handover(
            case=case,
            seq=_next_seq(case),
            kind=Handover.Kind.ALLOT,
            from_tenant=actor.tenant,
            from_department=case.department,
            to_tenant=actor.tenant,
            to_department=target.id,
            seat=case.seat,
            at=act.at,
            by=actor.user,
        ).save(force_insert=True)
        case.held_since = act.at
    before = case.department
    case.department, case.handler = target.id, handler
    act.custody.department_id = target.id
    act.custody.save(update_fields=["department"])
    return act.record("allotted", from_department=before, to_department=target.id, handler=handler)


def _works_in(user: UUID, department: Department, on: date) -> bool:
    return Membership.objects.alive(on).filter(user_id=user, department=department).exists()


@transaction.atomic
def sign_for(actor: Actor, case_id: UUID, *, version: int | None = None, promised_on: date | None = None) -> Case:
    """签收 (T8, T8r): who and when; the clocks have been running since delivery."""
    act = begin(actor, case_id, "sign_for", version, stays=True)
    today = act.at.astimezone(TZ).date()
    if promised_on is not None and not 0 <= (promised_on - today).days <= LATEST_FEEDBACK_DAYS:
        raise Invalid(fields={"promised_on": [_("预告日期从今天起，最远一年。")]})
    row = act.own.path[-1]
    row.signed_at, row.signed_by, row.promised_on = act.at, actor.user, promised_on
    act.own.change(row, "signed_at", "signed_by", "promised_on")
    act.move(State.S30 if act.case.seat == Seat.UNIT else State.S10)
    return act.record("signed_for", stays=act.own.stays, handover=row.id, promised_on=promised_on)
