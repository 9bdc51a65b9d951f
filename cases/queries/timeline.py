"""What happened to a case, in lines a clerk reads: events of this office, stays elsewhere, and what people wrote."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import history
from cases.models import Case, Event, Handover, Note, Notice, Opinion
from cases.queries import labels
from cases.queries.hanging import gather
from cases.queries.names import Names
from kernel.clock import TZ

FILTERS = ("all", "moves", "papers", "contacts", "approvals", "files", "changes", "notes", "reads")
PAPERS = frozenset({"notified", "served", "signed", "extended"})
MOVES = frozenset(
    {
        "registered",
        "received",
        "transferred",
        "assigned",
        "allotted",
        "handed_over",
        "signed_for",
        "objected",
        "objection_received",
        "consented",
        "taken_back",
        "succeeded",
        "refused",
        "objection_refused",
        "stay",
        "reported",
        "report_received",
        "report_forwarded",
        "report_approved",
        "report_accepted",
        "report_sent_back",
        "report_returned",
        "closed",
    }
)
APPROVALS = frozenset(
    {
        *("proposed", "turned_down", "submitted", "checked", "signed", "sent_back", "extended", "decision"),
        *("deferral_asked", "deferral_declined", "deferral_granted", "report_approved", "report_accepted"),
        *("report_sent_back", "report_returned"),
    }
)
CHANGES = frozenset({"completed", "corrected", "code_reissued", "sealed", "recomputed", "extended", "deferred"})
SORTS: dict[str, frozenset[str]] = {
    "moves": MOVES,
    "approvals": APPROVALS,
    "changes": CHANGES,
    "contacts": frozenset({"contacted"}),
    "files": frozenset({"attached"}),
    "reads": frozenset({"read"}),
}
# The same fact as the line before it, seen from another office of the path.
SILENT = frozenset({"report_delivered", "report_resumed", "proposal_decided"})
INTERNAL = frozenset({"remark"})
SHOWN = ("events", "handovers", "notices", "opinions", "proposals", "attachments")


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class File:
    title: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `kind`: event, paper (served on the petitioner) or note (never travels)."""

    at: datetime
    kind: str
    sort: str
    actor: str
    text: str
    paper: Paper | None = None
    tail: str = ""
    files: list[File] = field(default_factory=list)
    note: str = ""


class Timeline:
    """All lines of one case, newest first; names, papers and files are read together, not line by line."""

    def __init__(
        self,
        case: Case,
        here: UUID,
        names: Names,
        *,
        words: bool,
        units: Collection[UUID] = (),
    ) -> None:
        """`words` False leaves out what people typed: for those who may not read the petitioner's data.

        `units`: whose page it is, with those it succeeded. Remarks of another unit are not for it: they never travel.
        """
        self.case, self.here, self.names, self.words = case, here, names, words
        gather(case, *SHOWN, *(("notes",) if words else ()))
        self._chain: list[Event] = list(case.events.all())
        self.events = self._chain[::-1]
        self.notes: list[Note] = list(case.notes.all()) if words else []
        self.handovers: dict[str, Handover] = {str(row.id): row for row in case.handovers.all()}
        self.papers: dict[str, Notice] = {str(row.id): row for row in case.notices.all()}
        self.opinions: dict[str, Opinion] = {str(row.id): row for row in case.opinions.all()}
        self.proposals = {str(row.id): row for row in case.proposals.all()}
        self.files = {row.sha256: row for row in case.attachments.all()}
        self._by_event = {note.event: note for note in self.notes if note.event}
        self._want()
        if units:
            self.events = [row for row in self.events if row.kind != "noted" or self._of(row.department, units)]
            self.notes = [row for row in self.notes if row.kind not in INTERNAL or self._of(row.department, units)]

    def _want(self) -> None:
        stays = self.handovers.values()
        self.names.want(
            people=[
                *(event.actor for event in self.events),
                *(event.data.get("handler") for event in self.events),
                *(note.author for note in self.notes),
                *(stay.by for stay in stays),
            ],
            departments=[
                *(event.department for event in self.events),
                *(note.department for note in self.notes),
                *(event.data.get(name) for event in self.events for name in ("from_department", "to_department")),
                *(place for stay in stays for place in (stay.from_department, stay.to_department)),
                *(stay.proposed_unit for stay in stays),
                *(place for stay in stays for place in stay.copy_to),
            ],
        )

    def _of(self, department: UUID, units: Collection[UUID]) -> bool:
        found = self.names.department(department)
        return found is not None and found.unit_id in units

    def lines(self, wanted: str = "all") -> list[Line]:
        made = [*self._from_events(), *self._from_stays(), *self._loose_notes()]
        made.sort(key=lambda line: line.at, reverse=True)
        return [line for line in made if shown(line, wanted)]

    def since(self, version: int) -> list[Line]:
        """What others did after the case had this version, newest first: looks change nothing and are left out."""
        known = self.events
        self.events = [row for row in known if row.version > version and row.kind != "read"]
        made = list(self._from_events())
        self.events = known
        return made

    def intact(self) -> bool:
        """Does the chain of this case's events hold, from its beginning to the head the row keeps?"""
        return history.holds(self.case, self._chain)

    # --- sources --------------------------------------------------------------------------------------------------

    def _from_events(self) -> Iterable[Line]:
        for event in self.events:
            if event.kind in SILENT:
                continue
            text, note = self._say(event)
            own = self._by_event.get(event.id)
            if own is not None:
                note = "\n".join(part for part in (note, _body(own)) if part)
            paper, tail = self._paper(event)
            kind = "paper" if event.kind in ("notified", "served") else "note" if event.kind == "noted" else "event"
            yield Line(
                at=event.happened_at,
                kind=kind,
                sort="noted" if event.kind == "noted" else event.kind,
                actor=self._who(event.department, event.actor, event.tenant),
                text=text,
                paper=paper,
                tail=tail,
                files=self._attached(event),
                note=note,
            )

    def _from_stays(self) -> Iterable[Line]:
        """Steps of the path that happened in offices whose history is not kept here."""
        told = {str(event.data.get("handover") or "") for event in self.events}
        told |= {str(event.data.get("back") or "") for event in self.events}
        for key, stay in self.handovers.items():
            if key in told or stay.kind == Handover.Kind.ALLOT:
                continue
            yield Line(
                at=stay.at,
                kind="event",
                sort="stay",
                actor=self.names.body(stay.from_department),
                text=labels.STAY[stay.kind]() % {"to": self.names.body(stay.to_department)},
                note=labels.letter(stay.letter_number, self._copies(stay)),
            )

    def _loose_notes(self) -> Iterable[Line]:
        """What travelled along: written in another office, whose events stayed there."""
        known = {event.id for event in self.events}
        for note in self.notes:
            if note.event in known:
                continue
            yield Line(
                at=note.at,
                kind="note" if note.kind in INTERNAL else "event",
                sort="contacted" if note.kind == "contact" else "noted" if note.kind in INTERNAL else note.kind,
                actor=self._who(note.department, note.author, None),
                text=labels.NOTE.get(note.kind, labels.NOTE["remark"])(),
                note=_body(note),
            )

    # --- words ----------------------------------------------------------------------------------------------------

    def _who(self, department: UUID, person: UUID, tenant: UUID | None) -> str:
        """县住建局 秦望舒: the body and the person; at one's own body the person alone."""
        body = self.names.body(department)
        name = self.names.person(person)
        own = tenant == self.here and self.names.department(department) is not None
        own = own and getattr(self.names.department(department), "unit_id", None) == self.case.unit
        return name if own else " ".join(part for part in (body, name) if part)

    def _say(self, event: Event) -> tuple[str, str]:
        """The line and its small second line."""
        data = event.data
        build = labels.EVENT.get(event.kind)
        values = {name: self._value(name, value) for name, value in data.items()}
        if stay := self.handovers.get(str(data.get("handover") or "")):
            values.setdefault("to", self.names.body(stay.to_department))
            values.setdefault("from", self.names.body(stay.from_department))
            values.setdefault("letter", stay.letter_number)
            values["copies"] = self._copies(stay)
            values.setdefault("proposed", self.names.body(stay.proposed_unit) if stay.proposed_unit else "")
        if place := data.get("to_department"):
            values["to"] = self._place(place)
        if event.kind == "succeeded":
            values["from"] = self._place(data["from_department"])
        if build is None:
            return event.kind, ""
        return build(_Blank(values))

    def _copies(self, stay: Handover) -> str:
        return _("、").join(self.names.full(place) for place in stay.copy_to)

    def _place(self, department: str) -> str:
        found = self.names.department(department)
        if found is None:
            return ""
        if found.unit_id == self.case.unit or found.tenant_id == self.here:
            return self.names.section(department) or self.names.body(department)
        return self.names.body(department)

    def _value(self, name: str, value: Any) -> str:
        if name == "handler":
            return self.names.person(value)
        if name in ("received_at", "sent_at", "due"):
            return _day(value)
        if name == "proposal":
            found = self.proposals.get(str(value))
            return self.names.person(found.by) if found else ""
        return labels.code(name, value)

    def _paper(self, event: Event) -> tuple[Paper | None, str]:
        notice = self.papers.get(str(event.data.get("notice") or ""))
        if notice is not None:
            title = labels.titled(Notice.Kind(notice.kind).label, notice.number)
            tail = (
                _("已告知信访人") if event.kind == "notified" else _("已拟，待告知") if notice.sent_at is None else ""
            )
            return Paper(title, "notice", notice.id), tail
        opinion = self.opinions.get(str(event.data.get("opinion") or ""))
        if opinion is not None and opinion.number and event.kind in ("signed", "served"):
            kind = dict(Opinion._meta.get_field("kind").flatchoices).get(opinion.kind, "")
            tail = _("已送达信访人") if event.kind == "served" else ""
            return Paper(labels.titled(kind, opinion.number), "opinion", opinion.id), tail
        return None, ""

    def _attached(self, event: Event) -> list[File]:
        if event.kind != "attached":
            return []
        rows = [self.files[sha] for sha in event.data.get("files", ()) if sha in self.files]
        return [File(str(row.name), row.id) for row in rows]


class _Blank(dict[str, str]):
    """A value the event does not name is simply not said."""

    def __missing__(self, key: str) -> str:
        return ""


def shown(line: Line, wanted: str) -> bool:
    if wanted == "papers":
        return line.kind == "paper" or line.sort in PAPERS
    if wanted == "notes":
        return line.kind == "note"
    return wanted == "all" or line.sort in SORTS[wanted]


def _body(note: Note) -> str:
    """A correction keeps its reason and what it replaced; the page shows the reason, the old values stay sealed."""
    text = str(note.body)
    if note.kind != "change":
        return text
    try:
        reason = str(json.loads(text).get("reason", ""))
    except ValueError:
        return ""
    return _("理由：%(text)s") % {"text": reason} if reason else ""


def _day(value: Any) -> str:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    day: date = found.astimezone(TZ).date() if found.tzinfo else found.date()
    return day.isoformat()
