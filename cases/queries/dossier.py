"""What a case page shows beside its journey: demands with answers, clocks with why, files, people, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import deadlines, policy
from cases.clock_kinds import WINDOWS, Kind
from cases.codes.endings import ADOPTIONS, OUTCOMES
from cases.codes.persons import PERSON_ROLES
from cases.models import Answer, Attachment, Case, Clock, Handover, Notice, Opinion, Petitioner, Proposal
from cases.models.paper import decision
from cases.people import masked
from cases.queries import chips, labels
from cases.queries.hanging import gather
from cases.queries.journey import Journey
from cases.queries.names import Names
from cases.states import State
from kernel.clock import TZ
from kernel.errors import NotFound
from tenants.actors import Actor
from tenants.models.profiles import StartEvent
from tenants.profiles import Profile, profile_by_id


def find(actor: Actor, case_id: UUID) -> Case:
    """A case the actor may know of; NotFound otherwise."""
    case = policy.visible(actor).select_related("filing").filter(id=case_id).first()
    if case is None:
        raise NotFound
    return case


def profile_of(case: Case) -> Profile:
    return profile_by_id(case.profile, case.filing.registered_at.astimezone(TZ).date())


# --- demands ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DemandLine:
    id: UUID
    text: str
    outcome: str = ""
    reply: str = ""
    missing: str = ""


def demands(case: Case) -> list[DemandLine]:
    """Each demand with the signed answer, else the outcome in the draft (still to be approved)."""
    if case.sealed:
        return []
    gather(case, "demands", "opinions")
    signed = {row.demand_id: row for row in _signed_answers(case)}
    drafted = {} if signed else _drafted(case)
    made = []
    for row in case.demands.all():
        answer = signed.get(row.id)
        given: Mapping[str, str] = drafted.get(str(row.id), {})
        outcome = answer.outcome if answer else given.get("outcome", "")
        label = outcome_label(outcome)
        reply = answer.reasons if answer else given.get("reasons", "")
        late = case.state in (State.S50, State.S42) and not outcome
        missing = _("没有这一项的结论，处理意见书不能送审。") if late else ""
        made.append(DemandLine(row.id, row.text, label, reply, missing))
    return made


def outcome_label(code: str) -> str:
    return ADOPTIONS.label(code) if code in ADOPTIONS else OUTCOMES.label(code)


def _signed_answers(case: Case) -> list[Answer]:
    live = [row.id for row in case.opinions.all() if row.status in (Opinion.Status.SIGNED, Opinion.Status.SERVED)]
    return list(Answer.objects.filter(opinion__in=live)) if live else []


def _drafted(case: Case) -> Mapping[str, Mapping[str, str]]:
    written = (Opinion.Status.DRAFT, Opinion.Status.SUBMITTED, Opinion.Status.CHECKED)
    opinion = next((row for row in case.opinions.all() if row.status in written), None)
    found: Mapping[str, Mapping[str, str]] = opinion.body.get("answers", {}) if opinion else {}
    return found


def to_execute(case: Case) -> list[Answer]:
    """What was promised and is not yet shown to be done."""
    rows = Answer.objects.filter(opinion__case=case, opinion__status=Opinion.Status.SERVED, executed_on=None)
    return list(rows.exclude(item="").select_related("demand").order_by("demand__seq"))


# --- clocks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Span:
    marks: list[Mark]
    extended_at: float | None = None
    today_at: float | None = None


@dataclass(frozen=True, slots=True)
class WhyLine:
    label: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    due: datetime
    rows: list[WhyLine]
    span: Span | None = None
    open: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class ClockLine:
    name: str
    chip: chips.Chip
    why: Why | None = None
    note: str = ""
    kind: str = ""


def clocks(journey: Journey, names: Names) -> tuple[list[ClockLine], list[ClockLine]]:
    """Those that run, the shown one first and explained; those that are over."""
    case = journey.case
    profile = profile_of(case)
    running = sorted(journey.running(), key=lambda c: (c.kind != case.due_kind, c.due_raw))
    lines = [
        ClockLine(
            chips.name_of(clock.kind),
            chips.chip(clock.kind, clock.due_raw, journey.at, journey.calendar),
            why(journey, clock, profile, names, first=clock is running[0]),
            kind=clock.kind,
        )
        for clock in running
    ]
    over = [
        ClockLine(chips.name_of(c.kind), chips.Chip("done"), None, _ended(c))
        for c in journey.clocks
        if c.stopped_at is not None
    ]
    return lines, over[::-1]


def _ended(clock: Clock) -> str:
    assert clock.stopped_at is not None
    days = {"on": _md(clock.stopped_at), "due": _md(clock.due_raw)}
    late = deadlines.local_day(clock.stopped_at) > deadlines.local_day(clock.due_raw)
    if clock.kind in WINDOWS:
        return _("限 %(due)s") % days
    return _("%(on)s 完成，限 %(due)s，超期") % days if late else _("%(on)s 完成，限 %(due)s") % days


def _md(moment: datetime) -> str:
    return moment.astimezone(TZ).strftime("%m-%d")


def why(journey: Journey, clock: Clock, profile: Profile, names: Names, *, first: bool) -> Why:
    """为什么是这一天？ with the bar from the start to the last day."""
    assigned = any(c.kind == Kind.K5 for c in journey.running())
    basis = clock.basis or _basis(profile, clock, assigned)
    extension_max = profile.extension_max(assigned=assigned) if clock.kind == Kind.K6 else None
    event = StartEvent(clock.start_event).label if clock.start_event in StartEvent.values else ""
    rows = deadlines.why(
        basis=basis,
        started_at=clock.started_at,
        start_event=str(event),
        length=clock.length,
        unit=clock.unit,
        due=deadlines.Due(clock.due_raw, clock.due_effective, clock.provisional),
        profile_name=profile.name,
        calendar=journey.calendar,
        extension_days=clock.extension_days,
        extension_max=extension_max,
        measured=clock.kind not in WINDOWS,
    )
    lines = [WhyLine(row.label, row.text, row.sub) for row in rows if row.text]
    return Why(clock.due_raw, lines, _span(journey, clock), open=first, provisional=clock.provisional)


def _basis(profile: Profile, clock: Clock, assigned: bool) -> str:
    params = ["K6_assigned", "K6"] if clock.kind == Kind.K6 and assigned else [clock.kind]
    return next((limit.basis for param in params if (limit := profile.limit(param))), "")


def _span(journey: Journey, clock: Clock) -> Span | None:
    """Positions in per cent between the start day and the last day, the extension set off."""
    first, last = deadlines.local_day(clock.started_at), deadlines.local_day(clock.due_raw)
    today = journey.today()
    whole = max((max(last, today) - first).days, 1) * 1.04
    extended = None
    marks = [Mark(1.0, f"{first:%m-%d}")]

    def at(day: date) -> float:
        return min(max((day - first).days / whole * 100, 0), 100)

    if clock.extension_days:
        before = date.fromordinal(last.toordinal() - clock.extension_days)
        extended = at(before)
        marks.append(Mark(extended, f"{before:%m-%d}"))
    elif today > last:
        extended = at(last)
    here = at(today)
    if abs(at(last) - here) > 12:
        marks.append(Mark(at(last), f"{last:%m-%d}"))
    if here > 8 and all(abs(mark.at - here) > 9 for mark in marks):
        marks.append(Mark(here, _("今天")))
    return Span(marks, extended, here)


# --- people and files -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    masked: bool = False


def people(actor: Actor, case: Case) -> list[Fact]:
    """Masked particulars of the main petitioner, and how many others there are."""
    if not policy.may_read_people(actor, case):
        return []
    gather(case, "petitioners")
    rows: list[Petitioner] = list(case.petitioners.all())
    facts: list[Fact] = []
    if case.filing.anonymous:
        facts.append(Fact(_("署名"), _("未署名")))
    for row in rows[:1]:
        seen = masked(row)
        facts.append(Fact(PERSON_ROLES.label(row.role), seen["name"] or "—", masked=True))
        facts += [
            Fact(label, seen[name], masked=True)
            for name, label in (("phone", _("电话")), ("id_number", _("证件号码")), ("address", _("住址")))
            if seen[name]
        ]
    if len(rows) > 1 or case.filing.persons > 1:
        facts.append(Fact(_("其他"), _others(rows, case.filing.persons)))
    if case.filing.confidential:
        facts.append(Fact(_("保密"), _("信访人要求保密")))
    return facts


def _others(rows: list[Petitioner], persons: int) -> str:
    parts = [_("共 %(n)s 人") % {"n": max(persons, len(rows))}]
    for role in ("rep", "cosigner", "agent"):
        count = sum(row.role == role for row in rows)
        if count:
            parts.append(_("%(role)s %(n)s 人") % {"role": PERSON_ROLES.label(role), "n": count})
    return _("，").join(parts)


CLEAR = ("name", "phone", "id_number", "address", "mailing_address")


def clear(found: list[dict[str, str]]) -> list[Fact]:
    """What `unmask` gave, as label and value."""
    words = {
        "phone": _("电话"),
        "id_number": _("证件号码"),
        "address": _("住址"),
        "mailing_address": _("通信地址"),
    }
    facts = []
    for person in found:
        facts.append(Fact(PERSON_ROLES.label(person["role"]), person.get("name", "") or "—"))
        facts += [Fact(label, person[name]) for name, label in words.items() if person.get(name)]
    return facts


@dataclass(frozen=True, slots=True)
class FileLine:
    id: UUID
    name: str
    by: str
    at: datetime
    size: int
    mime: str


def files(actor: Actor, case: Case, names: Names) -> list[FileLine]:
    """Attachments are personal data: for those who may read the people, none else."""
    if not policy.may_read_people(actor, case):
        return []
    rows = list(case.attachments.all())
    names.want(people=[row.added_by for row in rows])
    return [
        FileLine(
            row.id,
            str(row.name),
            _("信访人") if row.origin == "petitioner" else names.person(row.added_by),
            row.added_at,
            row.size,
            row.mime,
        )
        for row in rows
    ]


def file(actor: Actor, case: Case, file_id: UUID) -> Attachment:
    """NotFound: not of this case, or not for this person."""
    found = Attachment.objects.filter(case=case, id=file_id).first()
    if found is None or not policy.may_read_people(actor, case):
        raise NotFound
    return found


# --- proposals and notices --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal: `mine` cannot be decided by oneself; `decides` says whether this person may."""

    id: UUID
    verb: str
    label: str
    by: str
    at: datetime
    fields: dict[str, Any] = field(default_factory=dict)
    mine: bool = False
    decides: bool = False


def proposals(actor: Actor, case: Case, names: Names, decidable: frozenset[str]) -> list[Waiting]:
    rows = sorted((row for row in case.proposals.all() if row.status == "open"), key=lambda row: row.at)
    names.want(people=[row.by for row in rows])
    return [
        Waiting(
            row.id,
            row.verb,
            labels.verb(row.verb),
            names.person(row.by),
            row.at,
            dict(row.fields),
            mine=row.by == actor.user,
            decides=row.verb in decidable and row.by != actor.user,
        )
        for row in rows
    ]


def proposed(case: Case, verb: str) -> Proposal | None:
    found: Proposal | None = Proposal.objects.filter(case=case, verb=verb, status="open").first()
    return found


def unsent(case: Case) -> list[Notice]:
    """The paper of the last decision first: that one stops the notice clocks."""
    gather(case, "notices")
    papers: list[Notice] = list(case.notices.all())
    told = decision(papers)
    return sorted((paper for paper in papers if paper.sent_at is None), key=lambda paper: paper is not told)


def assignment(case: Case) -> Handover | None:
    """The last assignment on the living path whose report is still owed."""
    rows = Handover.objects.filter(case=case, kind=Handover.Kind.ASSIGN, undone_at=None, settled_at=None)
    found: Handover | None = rows.order_by("seq").last()
    return found
