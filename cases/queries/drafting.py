"""What somebody who drafts or approves an opinion must see beside it: contacts, notes, why it came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases import policy
from cases.clock_kinds import NOTICE
from cases.codes.endings import ADOPTIONS, GATES, OUTCOMES, Adoption, Outcome
from cases.codes.services import CONTACTS
from cases.models import Case, Clock, Event, Note, Opinion
from cases.queries.hanging import gather
from cases.queries.names import Names
from cases.states import Class
from kernel.clock import now

RETURNS = frozenset({"sent_back", "report_returned", "report_sent_back"})
CURRENT = (Opinion.Status.DRAFT, Opinion.Status.SUBMITTED, Opinion.Status.CHECKED)


@dataclass(frozen=True, slots=True)
class Written:
    """Something a person wrote about the case."""

    at: datetime
    by: str
    text: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class SentBack:
    at: datetime
    by: str
    gates: str
    reason: str
    times: int


def current(case: Case) -> Opinion | None:
    """The opinion in the making."""
    found: Opinion | None = Opinion.objects.filter(case=case, status__in=CURRENT).first()
    return found


def latest(case: Case) -> Opinion | None:
    found: Opinion | None = Opinion.objects.filter(case=case).exclude(status=Opinion.Status.SUPERSEDED).last()
    return found


def typed(case: Case, answers: dict[str, dict[str, str]]) -> Opinion:
    """An unsaved opinion with what stands in the form: for what is missing, and for the preview."""
    row = current(case)
    kind = "D26" if case.klass == Class.A else "D16"
    body: dict[str, Any] = {"answers": answers, "overall": ""}
    return Opinion(
        case=case,
        kind=row.kind if row is not None else kind,
        status=row.status if row is not None else Opinion.Status.DRAFT,
        version=row.version if row is not None else 0,
        department=case.department,
        body=body,
        written_by=row.written_by if row is not None else case.unit,
        written_at=row.written_at if row is not None else now(),
    )


def outcomes(case: Case, present: set[str]) -> list[tuple[str, str]]:
    """The conclusions of R 32, or R 29 for a suggestion; PARTIAL, known in some places only, where it is in use."""
    if case.klass == Class.A:
        return [(code.value, ADOPTIONS.label(code.value)) for code in Adoption]
    known = [Outcome.SUPPORT, Outcome.EXPLAIN, Outcome.REJECT]
    if Outcome.PARTIAL in present:
        known.insert(1, Outcome.PARTIAL)
    return [(code.value, OUTCOMES.label(code.value)) for code in known]


class Told:
    """What was said and remarked on a case, and why it came back; events and notes are each read once."""

    def __init__(self, case: Case, names: Names) -> None:
        self.case, self.names = case, names
        gather(case, "events", "notes")
        told = {"contacted", *RETURNS}
        self._events: list[Event] = [event for event in case.events.all() if event.kind in told]
        self._back = next((event for event in reversed(self._events) if event.kind in RETURNS), None)
        reason = self._back.id if self._back is not None else None
        self._notes: list[Note] = [
            note
            for note in case.notes.all()
            if note.kind in ("contact", "remark") or (reason is not None and note.event == reason)
        ]
        back = [self._back.actor] if self._back is not None else []
        names.want(people=[*back, *(note.author for note in self._notes)])

    def sent_back(self) -> SentBack | None:
        """The last time it came back: from approval (T24), or with the report to be redone (T28c)."""
        event = self._back
        if event is None:
            return None
        note = next((note for note in self._notes if note.event == event.id), None)
        gates = event.data.get("gates") or [event.data.get("gate", "")]
        return SentBack(
            at=event.happened_at,
            by=self.names.person(event.actor),
            gates=_("、").join(GATES.label(gate) for gate in gates if gate),
            reason=str(note.body) if note is not None else "",
            times=self.case.sent_back,
        )

    def contacts(self) -> list[Written]:
        """Oldest first, with the way each was made; those of offices before come as words only."""
        events = {event.id: event for event in self._events if event.kind == "contacted"}
        found = []
        for note in self._of("contact"):
            event = events.get(note.event) if note.event else None
            way = CONTACTS.label(str(event.data.get("way", ""))) if event is not None else ""
            found.append(self._written(note, way if way != "none" else _("没有联系上")))
        return found

    def remarks(self) -> list[Written]:
        """Internal notes of this office, newest first; those of other bodies' people are not here."""
        return [self._written(note) for note in reversed(self._of("remark"))]

    def _of(self, kind: str) -> list[Note]:
        return [note for note in self._notes if note.kind == kind]

    def _written(self, note: Note, way: str = "") -> Written:
        return Written(note.at, self.names.person(note.author), str(note.body), way)


def route_of(case: Case) -> str:
    """Who will check and sign (T25c, T25)."""
    if policy.important(case):
        return _("主要负责人 签发")
    return _("办公室主任 核稿 → 分管领导 签发")


def notice_sent(clocks: Iterable[Clock]) -> bool:
    return not any(clock.kind in NOTICE and clock.stopped_at is None for clock in clocks)
