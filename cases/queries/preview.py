"""What will be so once a case is sent or taken back: the dates of whoever gets it, what goes along, what never does.

Reads only; the actions compute the same from the same rules when it happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import prefetch_related_objects

from cases import deadlines
from cases.clock_kinds import Kind
from cases.deadlines import Due, Remaining
from cases.models import Case, Clock, Handover, Note, Proposal
from cases.people import Known
from cases.states import Class, Seat
from kernel.clock import TZ
from tenants.calendars import Calendar, calendar_for
from tenants.context import tenant_by_id
from tenants.finding import Found, Where
from tenants.models import Custody, Tenant
from tenants.profiles import Limit, Profile, profile_by_id, profile_for


@dataclass(frozen=True, slots=True)
class Start:
    """A clock that would start: its end, how it stands, and the rule; `due` None: it starts later."""

    kind: Kind
    limit: Limit | None
    due: Due | None
    left: Remaining | None


@dataclass(frozen=True, slots=True)
class Luggage:
    """What travels with a case, and how many notes stay (design §4)."""

    demands: int
    files: int
    people: int
    anonymous: bool
    notes: int


def _rules(case: Case, tenant: Tenant, own: Tenant) -> tuple[Profile, Calendar]:
    """The receiver's: pinned by the day of registration, read at the receiver's place (transfers.receive)."""
    day = case.filing.registered_at.astimezone(TZ).date()
    profile = profile_by_id(case.profile, day) if tenant.pk == own.pk else profile_for(tenant.code, day)
    return profile, calendar_for(tenant.code)


def sent_to(
    case: Case, own: Tenant, target: Found, *, at: datetime, feedback_on: date | None = None, klass: str = ""
) -> list[Start]:
    """The clocks of the receiver if the case were delivered now; the last one starts later, at acceptance."""
    tenant = tenant_by_id(target.tenant)
    profile, calendar = _rules(case, tenant, own)
    seat = Seat.BUREAU if target.where == Where.BELOW else Seat.UNIT
    found = [_start(Kind.K3 if seat == Seat.UNIT else Kind.K1R, profile, calendar, at)]
    if profile.has("K4"):
        found.append(_start(Kind.K4, profile, calendar, at))
    if feedback_on is not None:
        due = deadlines.due_on(feedback_on, calendar)
        found.append(Start(Kind.K5, None, due, deadlines.remaining(due.raw, at, calendar)))
    if seat == Seat.UNIT:
        later = profile.limit("K7") if klass == Class.A else profile.handling(assigned=feedback_on is not None)
        found.append(Start(Kind.K7 if klass == Class.A else Kind.K6, later, None, None))
    return found


def taken_back(case: Case, own: Tenant, *, at: datetime) -> Start:
    """K1' at the sender if the objection were granted now."""
    day = case.filing.registered_at.astimezone(TZ).date()
    return _start(Kind.K1P, profile_by_id(case.profile, day), calendar_for(own.code), at)


def objected_stay(case: Case) -> Handover | None:
    """The stay whose objection waits for a decision, on the sender's own row."""
    found: Handover | None = (
        case.handovers.filter(decision="", undone_at=None).exclude(objected_at=None).order_by("seq").last()
    )
    return found


def last_stay(case: Case) -> Handover | None:
    """How the case came to its holder."""
    kinds = [Handover.Kind.TRANSFER, Handover.Kind.ASSIGN]
    found: Handover | None = case.handovers.filter(kind__in=kinds, undone_at=None).order_by("seq").last()
    return found


def proposal(case: Case, *verbs: str) -> Proposal | None:
    """What waits for a second person."""
    found: Proposal | None = case.proposals.filter(status="open", verb__in=verbs).order_by("at").last()
    return found


def objection_words(case: Case, stay: Handover) -> str:
    """What the objector wrote; it travelled to the sender with the objection."""
    note = case.notes.filter(kind="objection", at__gte=stay.objected_at).order_by("at").first()
    return str(note.body) if note is not None else ""


def running(case: Case, *kinds: Kind) -> Clock | None:
    found: Clock | None = case.clocks.filter(stopped_at=None, kind__in=[kind.value for kind in kinds]).first()
    return found


def said_by_petitioner(case: Case) -> tuple[str, list[str]]:
    """Text and demands without the names and numbers of the case's people."""
    prefetch_related_objects([case], "demands", "petitioners")
    known = Known.of(case.petitioners.all())
    return known.hidden(case.filing.text), [known.hidden(demand.text) for demand in case.demands.all()]


def answered_by(case: Case, tenant: Tenant, own: Tenant, *, at: datetime) -> Start:
    """K4s: by when the sender decides on an objection raised now. `tenant` is the sender."""
    profile, calendar = _rules(case, tenant, own)
    return _start(Kind.K4S, profile, calendar, at)


def _start(kind: Kind, profile: Profile, calendar: Calendar, at: datetime) -> Start:
    limit = profile.limit(kind.value)
    if limit is None:
        return Start(kind, None, None, None)
    due = deadlines.due(at, limit.value, limit.unit, calendar)
    return Start(kind, limit, due, deadlines.remaining(due.raw, at, calendar))


def hop_after(case: Case, target: Found) -> int:
    """Which hop (转手, G6) sending it there would be; 0 where it is none."""
    reached = case.handovers.filter(seat=Seat.UNIT).exclude(kind__in=Handover.INSIDE).exists()
    if not reached or target.where == Where.BELOW:
        return 0
    return Custody.objects.values_list("hops", flat=True).get(case=case.id) + 1


def luggage(case: Case) -> Luggage:
    prefetch_related_objects([case], "demands", "petitioners")
    return Luggage(
        demands=len(case.demands.all()),
        files=case.attachments.count(),
        people=len(case.petitioners.all()),
        anonymous=case.filing.anonymous,
        notes=case.notes.exclude(kind__in=Note.TRAVELS).count(),
    )
