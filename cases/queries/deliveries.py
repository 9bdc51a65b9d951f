"""What came with a case that waits to be signed for: the sender, the letter, the files, the dates that already run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from cases import policy
from cases.clock_kinds import Kind
from cases.clocks import calendar_of
from cases.models import Attachment, Case, Clock, Handover
from cases.queries import chips
from cases.queries.names import Names
from kernel.clock import now
from tenants.actors import Actor


@dataclass(frozen=True, slots=True)
class Delivery:
    office: str
    kind: str
    at: datetime
    letter: str
    number: str
    copies: list[str]
    feedback: datetime | None
    files: int
    dues: list[tuple[str, datetime, chips.Chip]]
    may_object: bool


def of(cases: Sequence[Case], actor: Actor) -> dict[UUID, Delivery]:
    """Four questions for all of them: stays, clocks, numbers of files, names."""
    ids = [case.id for case in cases]
    stays: dict[UUID, Handover] = {}
    rows = Handover.objects.filter(case_id__in=ids).exclude(kind__in=Handover.INSIDE)
    for row in rows.order_by("case_id", "seq"):
        stays[row.case_id] = row
    clocks: dict[UUID, list[Clock]] = {case: [] for case in ids}
    for clock in Clock.objects.filter(case_id__in=ids, stopped_at=None).order_by("due_raw"):
        clocks[clock.case_id].append(clock)
    counted = dict(Attachment.objects.filter(case_id__in=ids).values_list("case_id").annotate(n=Count("id")))
    places = [place for stay in stays.values() for place in (stay.from_department, *stay.copy_to)]
    names = Names(actor.tenant).want(departments=places)
    at, calendar = now(), calendar_of(actor.tenant)
    found = {}
    for case in cases:
        stay = stays.get(case.id)
        running = clocks[case.id]
        window = next((clock for clock in running if clock.kind == Kind.K4), None)
        found[case.id] = Delivery(
            office=names.body(stay.from_department) if stay else "",
            kind=str(Handover.Kind(stay.kind).label) if stay else "",
            at=stay.at if stay else case.held_since,
            letter=str(stay.letter_text or "") if stay and policy.may_read_people(actor, case) else "",
            number=stay.letter_number if stay else "",
            copies=[names.body(place) for place in stay.copy_to] if stay else [],
            feedback=stay.feedback_due if stay else None,
            files=counted.get(case.id, 0),
            dues=[(chips.name_of(c.kind), c.due_raw, chips.chip(c.kind, c.due_raw, at, calendar)) for c in running],
            may_object=window is not None and at <= window.due_effective and _objects(actor, case),
        )
    return found


def letter_number(actor: Actor, handover: UUID) -> str:
    """Of a letter the actor sent; "" of anybody else's."""
    rows = Handover.objects.filter(id=handover, by=actor.user)
    return rows.values_list("letter_number", flat=True).first() or ""


def _objects(actor: Actor, case: Case) -> bool:
    return any(row.verb == "object" for row, _propose in policy.available(actor, case))
