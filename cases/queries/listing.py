"""What one row of a list says: from where, held by whom, flags, chip. All rows of a page in four questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

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
        found.append(Flag(pgettext("flag", "督办"), strong=True))
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
        found.append(Flag(pgettext("flag", "交办")))
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
    return state_word(case.task, case.state)


def state_word(task: str, state: str) -> str:
    return str(Task(task).label if task else State(state).label)


TOGETHER = ("sign_for", "allot", "transfer", "assign")  # what is done to many cases at once


def can(actor: Actor, case: Case) -> str:
    """Those of TOGETHER that the actor may do or propose now, apart by blanks; the actions ask again."""
    if case.unit != actor.unit or case.sealed:
        return ""
    return " ".join(verb for verb in TOGETHER if _may(actor, verb, case))


def _may(actor: Actor, verb: str, case: Case) -> bool:
    return any(
        (actor.may_propose(verb) if propose else actor.may(verb))
        and policy.line_for(actor, verb, case, propose=propose) is not None
        for propose in (False, True)
    )


def names_of(
    actor: Actor, cases: Sequence[Case], found: Mapping[UUID, Trail], people: Iterable[UUID | None] = ()
) -> Names:
    """All names that rows of these cases say, and those of `people`."""
    return Names(actor.tenant).want(
        people=[*(case.handler for case in cases), *people],
        departments=[
            *(case.department for case in cases),
            *(t.last.from_department for t in found.values() if t.last),
            *(t.last.to_department for t in found.values() if t.last and t.last.to_tenant != actor.tenant),
        ],
    )


def place_of(case: Case, trail: Trail, names: Names) -> tuple[str, str]:
    """Who holds it, or took it over from this office; and there section and handler."""
    gone = case.state == State.S99 and trail.last is not None
    place = trail.last.to_department if gone and trail.last else case.department
    section = " ".join(part for part in (names.section(place), "" if gone else names.person(case.handler)) if part)
    return names.short_body(place), section


def rows(actor: Actor, cases: Sequence[Case]) -> list[Row]:
    found = trails(cases)
    names = names_of(actor, cases, found)
    at, calendar = now(), calendar_of(actor.tenant)
    word_of, channel, short_name = cache(state_word), cache(CHANNELS.label), cache(chips.short_name_of)

    @cache
    def chip_of(kind: str, due: datetime) -> chips.Chip:
        return chips.chip(kind, due, at, calendar)

    made = []
    for case in cases:
        trail = found[case.id]
        holder, section = place_of(case, trail, names)
        chip = chip_of(case.due_kind, case.due_raw) if case.due_raw else None
        before = trail.last  # who had it: an office, a unit; else the channel by which it came in
        made.append(
            Row(
                id=case.id,
                version=case.version,
                number=short(case.number),
                title=case.title,
                flags=flags_of(case, trail),
                source=names.short_body(before.from_department) if before else channel(case.filing.channel),
                holder=holder,
                section=section,
                state=word_of(case.task, case.state),
                chip=chip if case.closed_at is None else chips.Chip("done"),
                due=case.due_raw,
                due_note=_due_note(case) or short_name(case.due_kind),
                can=can(actor, case),
                closed_at=case.closed_at,
            )
        )
    return made


def _due_note(case: Case) -> str:
    if case.due_provisional:
        return _("暂定")
    return _("已延期") if case.extended_days and case.due_kind == Kind.K6 else ""
