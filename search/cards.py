"""What a hit says: title with its marks, holder, clock, where the words stand.

A page's statements do not grow with its hits: those of an office are read together, in that office.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases import policy
from cases.clocks import calendar_of
from cases.codes.endings import OUTCOMES
from cases.models import Case
from cases.numbers import short
from cases.queries import below, chips, listing
from cases.queries.names import Names
from cases.states import State
from kernel import written
from kernel.clock import TZ, now
from search.places import place_names
from search.shapes import Hit
from tenants import context
from tenants.actors import Actor
from tenants.models import Tenant

_MARK = re.compile(r"(</?mark>)")


@dataclass(frozen=True, slots=True)
class Card:
    """`office` names the office below in which it lies, "" in the own one, as `at` says its code; there it opens
    read-only and logged. `stage` is the code of the state."""

    id: UUID
    url: str
    number: str
    full_number: str
    title: SafeString
    flags: Sequence[listing.Flag]
    place: str
    state: str
    holder: str
    section: str
    office: str
    chip: chips.Chip | None
    due: datetime | None
    due_note: str
    days: int | None  # from registration to its end
    registered: datetime
    pieces: Sequence[tuple[str, SafeString]]
    stage: str
    at: str = ""

    @property
    def plain_title(self) -> str:
        return unescape(_MARK.sub("", self.title))


def of_hits(actor: Actor, hits: Sequence[Hit]) -> list[Card]:
    """In the order of the hits. What can no longer be read is left out."""
    made: dict[tuple[str, UUID], Card] = {}
    of: dict[str, list[Hit]] = {}
    for hit in hits:
        of.setdefault(hit.schema, []).append(hit)
    for schema, those in of.items():
        pieces = {hit.case: hit.pieces for hit in those}
        if schema == actor.schema:
            found = list(policy.visible(actor).filter(id__in=list(pieces), sealed=False).select_related("filing"))
            cards = of_cases(actor, found, pieces)
        else:
            cards = _below(actor, context.tenant_by_schema(schema), pieces)
        made |= {(schema, card.id): card for card in cards}
    return [made[key] for hit in hits if (key := (hit.schema, hit.case)) in made]


@dataclass(frozen=True, slots=True)
class Brief:
    """A line of the list under the box."""

    url: str
    number: str
    title: SafeString
    state: str
    office: str


def brief(actor: Actor, hits: Sequence[Hit]) -> list[Brief]:
    """One statement an office; a title below is the index's, which is masked."""
    found: dict[tuple[str, UUID], tuple[Case, Tenant]] = {}
    for schema in dict.fromkeys(hit.schema for hit in hits):
        office, ids = context.tenant_by_schema(schema), [hit.case for hit in hits if hit.schema == schema]
        with context.use(office):
            own = schema == actor.schema
            rows = policy.visible(actor) if own else Case.objects.all()
            for case in rows.filter(id__in=ids, sealed=False).only("id", "number", "title", "state", "sealed"):
                if own or policy.sees_below(actor, office, case):
                    found[schema, case.id] = case, office
    made = []
    for hit in hits:
        if pair := found.get((hit.schema, hit.case)):
            case, office = pair
            marked = next((text for field, text in hit.pieces if field == "title"), escape(""))
            made.append(
                Brief(
                    url=reverse("desk:case", args=[case.id])
                    if hit.own
                    else reverse("desk:below", args=[office.code, case.id]),
                    number=short(case.number),
                    title=_title(case.title, hit.pieces) if hit.own else marked,
                    state=str(State(case.state).label),
                    office="" if hit.own else office.name,
                )
            )
    return made


Pieces = Mapping[UUID, Sequence[tuple[str, SafeString]]]


def of_cases(actor: Actor, cases: Sequence[Case], pieces: Pieces | None = None) -> list[Card]:
    """Rows of the own office."""
    places = place_names(case.filing.place for case in cases)
    return [
        Card(
            id=case.id,
            url=reverse("desk:case", args=[case.id]),
            number=row.number,
            full_number=case.number,
            title=_title(case.title, given),
            flags=row.flags,
            place=case.filing.place_detail or places.get(case.filing.place, case.filing.place),
            state=_state(case, row.state),
            holder=row.holder,
            section=row.section,
            office="",
            chip=_chip(case, row.chip),
            due=None if case.closed_at else row.due,
            due_note=row.due_note,
            days=_days(case),
            registered=case.filing.registered_at,
            pieces=_sources(given),
            stage=case.state,
        )
        for row, case in zip(listing.rows(actor, cases), cases, strict=True)
        for given in [(pieces or {}).get(case.id, ())]
    ]


def _below(actor: Actor, office: Tenant, pieces: Pieces) -> list[Card]:
    with context.use(office):
        rows = Case.objects.filter(id__in=list(pieces), sealed=False).select_related("filing")
        cases = [case for case in rows if policy.sees_below(actor, office, case)]
        titles = below.titles(cases)
        facts = [(case, case.filing, listing.flags_of(case)) for case in cases]
    names = Names(actor.tenant).want(departments=[case.department for case in cases])
    places = place_names(filing.place for _case, filing, _flags in facts)
    calendar, at = calendar_of(actor.tenant), now()
    return [
        Card(
            id=case.id,
            url=reverse("desk:below", args=[office.code, case.id]),
            number=short(case.number),
            full_number=case.number,
            title=_title(titles[case.id], pieces[case.id]),
            flags=flags,
            place=places.get(filing.place, filing.place),
            state=_state(case, str(State(case.state).label)),
            holder=names.body(case.department),
            section=names.section(case.department),
            office=office.name,
            chip=_chip(case, chips.chip(case.due_kind, case.due_raw, at, calendar) if case.due_raw else None),
            due=None if case.closed_at else case.due_raw,
            due_note=chips.short_name_of(case.due_kind),
            days=_days(case),
            registered=filing.registered_at,
            pieces=_sources(pieces[case.id]),
            stage=case.state,
            at=office.code,
        )
        for case, filing, flags in facts
    ]


def _state(case: Case, word: str) -> str:
    if case.closed_at is not None and case.outcome:
        return _("%(state)s（%(outcome)s）") % {"state": word, "outcome": OUTCOMES.label(case.outcome)}
    return word


def _chip(case: Case, chip: chips.Chip | None) -> chips.Chip | None:
    return chips.Chip("done", text=f"{written.local(case.closed_at):%Y-%m-%d}") if case.closed_at else chip


def _days(case: Case) -> int | None:
    if case.closed_at is None:
        return None
    return max((case.closed_at.astimezone(TZ).date() - case.filing.registered_at.astimezone(TZ).date()).days, 0)


# --- where the words stand --------------------------------------------------------------------------------------------


def _sources(pieces: Iterable[tuple[str, SafeString]]) -> list[tuple[str, SafeString]]:
    """What was found outside the title, each with the name of the text it stands in."""
    names = {
        "narrative": _("原文"),
        "demands": _("诉求"),
        "answers": _("处理意见"),
        "papers": _("文书"),
        "files": _("材料"),
    }
    return [(names[field], text) for field, text in pieces if field in names]


def _title(title: str, pieces: Iterable[tuple[str, SafeString]]) -> SafeString:
    """As the reader may see it, marked where the index says: an index knows titles masked, and keeps their length."""
    marked = next((text for field, text in pieces if field == "title"), "")
    parts, at, written_out = _MARK.split(marked), 0, []
    if len(unescape(_MARK.sub("", marked))) != len(title):
        return escape(title)
    for part in parts:
        if _MARK.fullmatch(part):
            written_out.append(part)
        else:
            size = len(unescape(part))
            written_out.append(escape(title[at : at + size]))
            at += size
    return mark_safe("".join(written_out))  # noqa: S308  each piece is escaped
