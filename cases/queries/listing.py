"""What one row of a list says: from where, held by whom, flags, chip. All rows of a page in four questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from cases import policy
from cases.clock_kinds import Kind
from cases.clocks import calendar_of
from cases.codes.channels import CHANNELS
from cases.codes.orders import SUPERVISED
from cases.models import Case, Handover
from cases.numbers import short
from cases.queries import chips
from cases.queries.names import Names
from cases.states import Class, Seat, State, Task
from kernel.clock import TZ, now
from kernel.errors import Conflict, Refused
from tenants.actors import Actor
from tenants.profiles import profile_by_id


@dataclass(frozen=True, slots=True)
class Flag:
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    version: int
    number: str
    title: str
    flags: list[Flag]
    source: str
    holder: str
    section: str
    state: str
    chip: chips.Chip | None
    due: datetime | None
    due_note: str
    can: str
    closed_at: datetime | None


class Step(NamedTuple):
    """What a list says of one hand-over."""

    case: UUID
    kind: str
    from_department: UUID
    to_department: UUID
    to_tenant: UUID
    undone_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Trail:
    """The last step to the present holder, and what the whole path says."""

    last: Step | Handover | None
    returns: int
    assigned: bool


def trails(cases: Sequence[Case]) -> dict[UUID, Trail]:
    """One question for all rows. A path is short; letters are not read."""
    found: dict[UUID, list[Step]] = {case.id: [] for case in cases}
    rows = Handover.objects.filter(case_id__in=list(found)).exclude(kind__in=Handover.INSIDE)
    for row in rows.order_by("case_id", "seq").values_list(*Step._fields):
        found[row[0]].append(Step(*row))
    return {
        case: Trail(
            steps[-1] if steps else None,
            sum(step.kind == Handover.Kind.RETURN for step in steps),
            any(s.kind == Handover.Kind.ASSIGN and s.undone_at is None and s.settled_at is None for s in steps),
        )
        for case, steps in found.items()
    }


def flags_of(case: Case, trail: Trail | None = None) -> list[Flag]:
    """Facts about the matter, never about a person (pages.md §5)."""
    filing = case.filing
    found: list[Flag] = []
    if SUPERVISED in case.flags:
        found.append(Flag(_("督办"), strong=True))
    if case.urgent:
        found.append(Flag(_("重大紧急"), strong=True))
    if case.important:
        found.append(Flag(_("要信要访")))
    if case.group:
        found.append(Flag(_("群体 %(n)s 人") % {"n": filing.persons}))
    elif filing.joint:
        found.append(Flag(_("联名 %(n)s 人") % {"n": filing.persons}))
    if case.state == State.S12 or "repeat" in case.flags:
        found.append(Flag(_("重复")))
    if trail and trail.assigned:
        found.append(Flag(_("交办")))
    if trail and trail.returns:
        found.append(Flag(_("退回 %(n)s 次") % {"n": trail.returns}))
    if case.sent_back:
        found.append(Flag(_("重办 %(n)s 次") % {"n": case.sent_back}))
    if case.extended_days:
        found.append(Flag(_("已延期 %(n)s 日") % {"n": case.extended_days}))
    if any(flag.startswith("awaiting:") for flag in case.flags):
        found.append(Flag(_("待审批")))
    if case.klass == Class.A:
        found.append(Flag(str(Class.A.label)))
    return found


def triage_flag(case: Case, stays: Sequence[Handover], at: datetime) -> list[Flag]:
    """At a relayed bureau: all bureaus together have had the case for longer than one of them may (profile)."""
    limit = profile_by_id(case.profile, case.filing.registered_at.astimezone(TZ).date()).limit("triage_chain_warn")
    relayed = any(stay.seat == Seat.BUREAU and stay.undone_at is None for stay in stays)
    if limit is None or not relayed or case.seat != Seat.BUREAU or case.state not in (State.S10, State.S20, State.S21):
        return []
    used = (at.astimezone(TZ).date() - case.filing.received_at.astimezone(TZ).date()).days
    if used <= limit.value:
        return []
    return [Flag(_("各级分流已用 %(n)s 日") % {"n": used})]


def state_of(case: Case) -> str:
    """What the list says of the state; of a row with a task what this office owes."""
    if case.task:
        return str(Task(case.task).label)
    return str(State(case.state).label)


TOGETHER = ("sign_for", "allot", "transfer", "assign")  # what is done to many cases at once


def can(actor: Actor, case: Case) -> str:
    """Those of TOGETHER that the actor may do or propose now, apart by blanks; the actions ask again."""
    if case.unit != actor.unit or case.sealed:
        return ""
    return " ".join(verb for verb in TOGETHER if _may(actor, verb, case))


def _may(actor: Actor, verb: str, case: Case) -> bool:
    for propose in (False, True):
        if not (actor.may_propose(verb) if propose else actor.may(verb)):
            continue
        try:
            policy.require(actor, verb, case, propose=propose)
        except (Refused, Conflict):
            continue
        return True
    return False


def rows(actor: Actor, cases: Sequence[Case]) -> list[Row]:
    found = trails(cases)
    names = Names(actor.tenant).want(
        people=[case.handler for case in cases],
        departments=[
            *(case.department for case in cases),
            *(t.last.from_department for t in found.values() if t.last),
            *(t.last.to_department for t in found.values() if t.last and t.last.to_tenant != actor.tenant),
        ],
    )
    at, calendar = now(), calendar_of(actor.tenant)

    @cache
    def chip_of(kind: str, due: datetime) -> chips.Chip:
        return chips.chip(kind, due, at, calendar)

    made = []
    for case in cases:
        trail = found[case.id]
        gone = case.state == State.S99 and trail.last is not None
        place = trail.last.to_department if gone and trail.last else case.department
        section = " ".join(part for part in (names.section(place), "" if gone else names.person(case.handler)) if part)
        chip = chip_of(case.due_kind, case.due_raw) if case.due_raw else None
        made.append(
            Row(
                id=case.id,
                version=case.version,
                number=short(case.number),
                title=case.title,
                flags=flags_of(case, trail),
                source=_source(case, trail, names),
                holder=names.short_body(place),
                section=section,
                state=state_of(case),
                chip=chip if case.closed_at is None else chips.Chip("done"),
                due=case.due_raw,
                due_note=_due_note(case),
                can=can(actor, case),
                closed_at=case.closed_at,
            )
        )
    return made


def _source(case: Case, trail: Trail, names: Names) -> str:
    """Who had it before: an office, a unit, or the channel by which it came in."""
    if trail.last is None:
        return CHANNELS.label(case.filing.channel)
    return names.short_body(trail.last.from_department)


def _due_note(case: Case) -> str:
    if case.due_provisional:
        return _("暂定")
    if case.extended_days and case.due_kind == Kind.K6:
        return _("已延期")
    return chips.short_name_of(case.due_kind)
