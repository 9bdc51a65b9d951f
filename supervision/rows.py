"""A matter's ledger row from the rows of its holder's office: a pure function, and the reading that feeds it.

What travels with a case is its filing, its path of hand-overs and a few columns; clocks stay where they ran. So every
column here is made of what the present holder has, whatever office that is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple, TypedDict, TypeVar
from uuid import UUID

from cases import deadlines
from cases.actions.frame import Written
from cases.clock_kinds import NOTICE, TRIAGE, WARN_ONLY, WINDOWS, Kind
from cases.clocks import calendar_of
from cases.codes.endings import Closing
from cases.models import Event, Handover
from cases.states import Path, Seat, State
from kernel import batch
from kernel.clock import TZ
from kernel.models import Model
from supervision.rungs import Running
from tenants.actors import root_of
from tenants.context import tenant_by_id
from tenants.profiles import profile_for

Columns = tuple[Any, ...]
T = TypeVar("T", "Stay", "Ticked")


class CaseFacts(NamedTuple):
    """Of the case and its filing; the names are the columns."""

    id: UUID
    number: str
    version: int
    updated_at: datetime
    klass: str
    path: str
    state: str
    seat: str
    department: UUID
    unit: UUID
    held_since: datetime
    origin: UUID
    important: bool
    urgent: bool
    group: bool
    sealed: bool
    flags: list[str]
    extended_days: int
    sent_back: int
    accepted_at: datetime | None
    notified_at: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    closing_kind: str
    planned_ending: str
    outcome: str
    channel: str
    persons: int
    received_at: datetime
    registered_at: datetime
    place: str
    content_class: str
    litigation: bool
    counted: bool


class Stay(NamedTuple):
    case_id: UUID
    kind: str
    to_tenant: UUID
    to_department: UUID
    seat: str
    at: datetime
    objected_at: datetime | None
    objection_reason: str
    hop: bool
    undone_at: datetime | None
    feedback_due: datetime | None


class Ticked(NamedTuple):
    """A clock that runs or ran."""

    case_id: UUID
    kind: str
    started_at: datetime
    length: int
    extension_days: int
    due_raw: datetime
    stopped_at: datetime | None
    stop_event: str


class Facts(NamedTuple):
    case: CaseFacts
    stays: Sequence[Stay]
    clocks: Sequence[Ticked]


class Pass(TypedDict):
    """A unit had it, and then another from `at` on: `a` before `b`. `days` lost at the first and on the way; `reason`:
    the code of its objection, "" where it was sent on without one."""

    a: str
    b: str
    at: str
    days: float
    reason: str


class Relay(TypedDict):
    """A bureau it was sent to had to send it on by `due` (K1r), or end it: `done`, None while neither has happened."""

    path: str
    unit: str
    due: str
    done: str | None


_OF_FILING = CaseFacts._fields.index("channel")
_CASE = ", ".join(
    [f'c."{name}"' for name in CaseFacts._fields[:_OF_FILING]]
    + [f'f."{name}"' for name in CaseFacts._fields[_OF_FILING:]]
)
# Names of columns only; each over the ids of cases.
PATH = f"SELECT {', '.join(Stay._fields)} FROM cases_handover WHERE case_id = ANY(%s) ORDER BY seq"  # noqa: S608
_CLOCKS = f"SELECT {', '.join(Ticked._fields)} FROM cases_clock WHERE case_id = ANY(%s) ORDER BY started_at, id"  # noqa: S608
_WHOLE = f"SELECT {_CASE} FROM cases_case c JOIN cases_filing f ON f.id = c.filing_id WHERE c.id = ANY(%s)"  # noqa: S608
SENT = frozenset({Handover.Kind.TRANSFER, Handover.Kind.ASSIGN})
TURNED_DOWN = frozenset({State.S44, State.S45, State.S46})
ENDED_SO = frozenset({Closing.DECLINED, Closing.NO_LONGER, Closing.REDIRECTED})


def read(cases: Sequence[UUID], also: str) -> tuple[list[Facts], list[Columns]]:
    """The facts of these cases that the current office has, and the rows of `also` (a statement as `PATH` has them), in
    one call to the server."""
    whole, stays, clocks, more = batch.each((_WHOLE, PATH, _CLOCKS, also), list(cases))
    return [
        Facts(
            case,
            [Stay._make(row) for row in stays if row[0] == case.id],
            [Ticked._make(row) for row in clocks if row[0] == case.id],
        )
        for case in map(CaseFacts._make, whole)
    ], more


def remembered(written: Written, stays: Sequence[Columns]) -> Facts:
    """`read` of one case that was written a moment ago, from what is at hand. `stays`: the rows of `PATH`, where
    they are not."""
    case, filing = written.case, written.case.filing
    known = CaseFacts(
        *(getattr(case, name) for name in CaseFacts._fields[:_OF_FILING]),
        *(getattr(filing, name) for name in CaseFacts._fields[_OF_FILING:]),
    )
    ticked = [_of(Ticked, clock) for clock in sorted(written.clocks, key=lambda clock: (clock.started_at, clock.id))]
    if written.stays is None:
        return Facts(known, [Stay._make(row) for row in stays], ticked)
    return Facts(known, [_of(Stay, stay) for stay in sorted(written.stays, key=lambda stay: stay.seq)], ticked)


def _of(kind: type[T], row: Model) -> T:
    return kind(*(getattr(row, name) for name in kind._fields))


def values(facts: Facts, office: UUID) -> dict[str, Any]:
    """The columns of the row of a matter that `office` holds; not `debts`, `told` and `next_rung_at`."""
    case, stays, clocks = facts
    sent = [stay for stay in stays if stay.kind in SENT]
    by_unit = not sent and case.seat == Seat.UNIT
    notice = _notice(case, clocks)
    reply = _last(clocks, {Kind.K6, Kind.K7})
    due = duty(clocks)
    owed = [stay for stay in sent if stay.kind == Handover.Kind.ASSIGN and stay.undone_at is None]
    return {
        "case": case.id,
        "number": case.number,
        "version": case.version,
        "updated_at": case.updated_at,
        "origin": case.origin,
        "origin_path": tenant_by_id(case.origin).path,
        "origin_unit": case.unit if by_unit else root_of(case.origin),
        "by_unit": by_unit,
        "holder": office,
        "path": tenant_by_id(office).path,
        "unit": case.unit,
        "department": case.department,
        "held_since": case.held_since,
        "channel": case.channel,
        "klass": case.klass,
        "procedure": case.path,
        "content_class": case.content_class,
        "place": case.place,
        "persons": case.persons,
        "repeat": case.state == State.S12 or "repeat" in case.flags,
        "group": case.group,
        "litigation": case.litigation,
        "counted": case.counted,
        "important": case.important,
        "urgent": case.urgent,
        "sealed": case.sealed,
        "state": case.state,
        "seat": case.seat,
        "due_kind": due.kind if due else "",
        "due_raw": due.due_raw if due else None,
        "clocks": running(clocks),
        "received_at": case.received_at,
        "registered_at": case.registered_at,
        "triaged_at": None if by_unit else _triaged(sent, clocks),
        "triage_due": None if by_unit else _triage_due(case),
        "unit_received_at": notice.started_at if notice else None,
        "notice_due": notice.due_raw if notice else None,
        "notified_at": case.notified_at,
        "accepted_at": case.accepted_at,
        "reply_due": reply.due_raw if reply else None,
        "served_at": case.replied_at,
        "feedback_due": owed[-1].feedback_due if owed else None,
        "closed_at": case.closed_at,
        "closing_kind": case.closing_kind,
        "outcome": case.outcome,
        "ground": _ground(case),
        "routed": case.path not in ("", Path.C6) and any(clock.kind in (Kind.K6X, Kind.K6F) for clock in clocks),
        "extended_days": case.extended_days,
        "transfers": len(sent),
        "objections": sum(stay.objected_at is not None for stay in sent),
        "hand_backs": sum(stay.kind == Handover.Kind.RETURN for stay in stays),
        "hops": sum(stay.hop for stay in sent),
        "sent_back": case.sent_back,
        "passes": passes(sent),
        "relays": relays(facts, office),
    }


def running(clocks: Iterable[Ticked]) -> list[Running]:
    return [
        Running(
            kind=clock.kind,
            start=_iso(clock.started_at),
            length=clock.length,
            extension=clock.extension_days,
            due=_iso(clock.due_raw),
        )
        for clock in clocks
        if clock.stopped_at is None
    ]


def debts(facts: Facts, office: UUID) -> list[Running]:
    """What an office that no longer holds the matter still owes on it: to decide, to check, to report."""
    case, path = facts.case, tenant_by_id(office).path
    owed = running(facts.clocks)
    for clock in owed:
        clock["office"], clock["path"] = str(office), path
        clock["unit"], clock["department"] = str(case.unit), str(case.department)
    return owed


def duty(clocks: Iterable[Ticked]) -> Ticked | None:
    """The first duty that can be late."""
    duties = (clock for clock in clocks if clock.stopped_at is None and clock.kind not in WINDOWS | WARN_ONLY)
    return min(duties, key=lambda clock: (clock.due_raw, clock.kind), default=None)


def passes(sent: Sequence[Stay]) -> list[Pass]:
    """Each time a unit had it and then another one, by an objection that was consented to or sent on; each time a
    bureau handed it back and another got it."""
    found = []
    units = pairwise(stay for stay in sent if stay.seat == Seat.UNIT)
    bureaus = pairwise(stay for stay in sent if stay.seat == Seat.BUREAU)
    returned = (pair for pair in bureaus if pair[0].undone_at is not None)
    for one, other in sorted([*units, *returned], key=lambda pair: pair[1].at):
        if one.to_department != other.to_department:
            lost = (other.at - one.at).total_seconds() / 86400
            back = one.objection_reason if one.undone_at else ""
            a, b, days = str(one.to_department), str(other.to_department), round(lost, 1)
            found.append(Pass(a=a, b=b, at=_iso(other.at), days=days, reason=back))
    return found


def relays(facts: Facts, office: UUID) -> list[Relay]:
    """The bureaus below the first, each with a term of its own (K1r) from the path alone: their clocks stayed there.

    One that handed it back with consent owed nothing; `office` has the matter now.
    """
    case, stays, clocks = facts
    sent = [stay for stay in stays if stay.kind in SENT]
    found = []
    for place, stay in enumerate(sent):
        if stay.seat != Seat.BUREAU or stay.undone_at is not None:
            continue
        due = _relay_due(case, stay)
        onward = sent[place + 1].at if place + 1 < len(sent) else None
        if onward is None and stay.to_tenant == office:
            onward = _stopped(clock for clock in clocks if clock.started_at >= stay.at)
        if due is not None:
            path, done = tenant_by_id(stay.to_tenant).path, _iso(onward) if onward else None
            found.append(Relay(path=path, unit=str(root_of(stay.to_tenant)), due=_iso(due), done=done))
    return found


def _relay_due(case: CaseFacts, stay: Stay) -> datetime | None:
    limit = profile_for(tenant_by_id(stay.to_tenant).code, case.registered_at.astimezone(TZ).date()).limit(Kind.K1R)
    if limit is None:
        return None
    return deadlines.due(stay.at, limit.value, limit.unit, calendar_of(stay.to_tenant)).raw


def _iso(moment: datetime) -> str:
    return moment.astimezone(TZ).isoformat()


def _last(clocks: Iterable[Ticked], kinds: set[Kind]) -> Ticked | None:
    return next((clock for clock in reversed(list(clocks)) if clock.kind in kinds), None)


def _notice(case: CaseFacts, clocks: Iterable[Ticked]) -> Ticked | None:
    """The clock of the unit's present receipt: one that was handed back owes no notice."""
    if case.seat != Seat.UNIT:
        return None
    last = _last(clocks, set(NOTICE))
    return None if last is not None and last.stop_event == "consent" else last


def _triaged(sent: Sequence[Stay], clocks: Iterable[Ticked]) -> datetime | None:
    """When a bureau first decided: sent on, or ended at the desk."""
    if sent:
        return sent[0].at
    return _stopped(clocks)


def _stopped(clocks: Iterable[Ticked]) -> datetime | None:
    """When the first clock of triage among them ended."""
    stopped = (clock.stopped_at for clock in clocks if clock.kind in TRIAGE and clock.stopped_at is not None)
    return min(stopped, default=None)


def _triage_due(case: CaseFacts) -> datetime | None:
    """By the rules where it came in: its clock K1 stayed there."""
    code = tenant_by_id(case.origin).code
    limit = profile_for(code, case.registered_at.astimezone(TZ).date()).limit("K1")
    if limit is None:
        return None
    return deadlines.due(case.received_at, limit.value, limit.unit, calendar_of(case.origin)).raw


def is_in_history(case: CaseFacts) -> bool:
    """Was it turned down? The ground stands in its history alone."""
    return case.state in TURNED_DOWN or case.closing_kind in ENDED_SO or case.planned_ending in ENDED_SO


def _ground(case: CaseFacts) -> str:
    """Its code."""
    if not is_in_history(case):
        return ""
    found = Event.objects.filter(case=case.id, kind__in=("declined", "redirected")).order_by("-seq")
    return str(found.values_list("data__ground", flat=True).first() or "")


def plain(value: Any) -> Any:
    """A JSON column as it comes from a bare cursor."""
    return json.loads(value) if isinstance(value, str) else value
