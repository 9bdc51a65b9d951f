"""What the auditor (R20) reads: who looked at what, who changed what, by number and code, never by title or name.

P2: of a sealed case only kind and time are told. Whoever narrows by person, department or number is not shown even
that, since the narrowing would say the rest. Newest first, read by key; each filter has an index of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import merge
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Value
from django.db.models.fields.tuple_lookups import TupleLessThan
from django.utils.translation import gettext as _

from cases.actions.verifying import AUDITORS
from cases.codes.accesses import LOOKS
from cases.models import Access, Case, Event
from cases.queries import event_names
from cases.queries.event_names import READ
from cases.queries.readings_lines import Line, Told, Writer
from cases.transitions import SEALED_ROLES
from kernel.clock import TZ
from tenants.actors import Actor
from tenants.models import Change, Department, Membership, User

__all__ = [
    "ADMINISTRATION",
    "TABS",
    "Asked",
    "Line",
    "Page",
    "administered",
    "all_lines",
    "departments",
    "kinds",
    "may_read",
    "people",
    "read",
    "sees_sealed",
]

PAGE = 50
TABS = ("views", "changes")
ADMINISTRATION = "administration"
MOST_CASES = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says: `kind` is an event's, a look's, an act of administration's or ADMINISTRATION."""

    tab: str = "views"
    kind: str = ""
    person: UUID | None = None
    department: UUID | None = None
    first: date | None = None
    last: date | None = None
    number: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        tab = given.get("tab", "")
        return cls(
            tab=tab if tab in TABS else TABS[0],
            kind=given.get("kind", "")[:40],
            person=_uuid(given.get("person", "")),
            department=_uuid(given.get("department", "")),
            first=_date(given.get("first", "")),
            last=_date(given.get("last", "")),
            number=given.get("number", "").strip()[:40],
        )

    def address(self) -> dict[str, str]:
        named = {"tab": "" if self.tab == TABS[0] else self.tab, "kind": self.kind, "number": self.number}
        days = {"first": self.first, "last": self.last, "person": self.person, "department": self.department}
        return {name: str(value) for name, value in {**named, **days}.items() if value}

    def faults(self) -> dict[str, str]:
        """What cannot be asked so, by field."""
        if self.first and self.last and self.first > self.last:
            return {"last": _("截止日期早于起始日期。改其中一个。")}
        return {}

    @property
    def filtered(self) -> bool:
        return any((self.kind, self.person, self.department, self.first, self.last, self.number))

    @property
    def narrows(self) -> bool:
        """Says whose or which: what is sealed is not among the answers."""
        return any((self.person, self.department, self.number))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str = ""


def may_read(actor: Actor) -> bool:
    return bool(actor.roles & AUDITORS)


def sees_sealed(actor: Actor) -> bool:
    return actor.at_desk and bool(actor.roles & SEALED_ROLES)


# --- what can be asked for ------------------------------------------------------------------------------------------


def people(tenant: UUID) -> list[tuple[str, str]]:
    """Everybody who ever had a post here, by sound."""
    rows = User.objects.filter(memberships__tenant=tenant).order_by("pinyin", "id").distinct()
    return [(str(id_), f"{name} {login}") for id_, name, login in rows.values_list("id", "name", "username")]


def departments(tenant: UUID) -> list[tuple[str, str]]:
    """Each body with its sections under it, those that ceased too."""
    rows = Department.objects.filter(tenant=tenant).values_list("id", "name", "unit_id", "unit__name", "unit__parent")
    ordered = sorted(rows, key=lambda row: (row[4] is not None, row[3], row[0] != row[2], row[1]))
    return [(str(id_), name if id_ == unit else f"{of} · {name}") for id_, name, unit, of, _root in ordered]


def kinds(tab: str) -> list[tuple[str, str]]:
    """Of the tab, each with its name: looks, or what changes a case."""
    if tab == "views":
        return [(READ, event_names.name(READ)), *((look.code, str(look.label)) for look in LOOKS)]
    return event_names.changes()


def administered(tenant: UUID) -> list[str]:
    """The kinds of administration this office has had."""
    rows = Change.objects.filter(tenant=tenant).order_by("kind").values_list("kind", flat=True).distinct()
    return list(rows)


# --- reading ----------------------------------------------------------------------------------------------------------


def read(actor: Actor, asked: Asked, after: str = "", size: int = PAGE) -> Page:
    """The lines after `after`, newest first; the same cost at any depth."""
    found = _together(actor, asked, after, size + 1)
    shown = Writer(actor, hide=not sees_sealed(actor)).lines(found[:size])
    return Page(shown, found[size - 1].key if len(found) > size else "")


def all_lines(actor: Actor, asked: Asked, most: int, step: int = 500) -> Iterator[Line]:
    """For an export: page by page, at most so many."""
    after, left = "", most
    while left > 0:
        page = read(actor, asked, after, min(step, left))
        yield from page.lines
        left -= len(page.lines)
        after = page.next
        if not after:
            return


def _together(actor: Actor, asked: Asked, after: str, size: int) -> list[Told]:
    """The newest of each source, in one order."""
    sources = [[Told.of(row) for row in _stretch(rows, at, after, size)] for rows, at in _sources(actor, asked)]
    return list(merge(*sources, key=lambda told: (told.at, told.id), reverse=True))[:size]


def _stretch(rows: QuerySet[Any], at: str, after: str, size: int) -> Iterable[Any]:
    moment, last = _read_key(after)
    if moment is not None and last is not None:
        rows = rows.filter(TupleLessThan((F(at), F("id")), (Value(moment), Value(last))))
    return rows.order_by(f"-{at}", "-id")[:size]


def _read_key(after: str) -> tuple[datetime | None, UUID | None]:
    at, _sep, row = after.partition("~")
    try:
        return datetime.fromisoformat(at.replace(" ", "+")), UUID(row)
    except ValueError:
        return None, None


def _sources(actor: Actor, asked: Asked) -> Iterator[tuple[QuerySet[Any], str]]:
    places = _places(actor, asked)
    cases = _cases(actor, asked)
    hide = asked.narrows and not sees_sealed(actor)
    if asked.tab == "views":
        if asked.kind in ("", READ):
            yield _events(asked, places, cases, hide).filter(kind=READ), "recorded_at"
        if asked.kind in ("", *LOOKS_):
            yield _looks(asked, places, cases, hide), "at"
        return
    if asked.kind == "" or asked.kind in EVENTS:
        rows = _events(asked, places, cases, hide)
        yield (rows.filter(kind=asked.kind) if asked.kind else rows.exclude(kind=READ)), "recorded_at"
    if not asked.number and (asked.kind in ("", ADMINISTRATION) or "." in asked.kind):
        yield _administration(actor, asked, places), "at"


LOOKS_ = tuple(look.code for look in LOOKS)
EVENTS = frozenset({*event_names.VERB_OF, *event_names.CAME}) - {READ}


def _within(rows: QuerySet[Any], asked: Asked, at: str) -> QuerySet[Any]:
    if asked.first:
        rows = rows.filter(**{f"{at}__gte": datetime.combine(asked.first, time(), TZ)})
    if asked.last:
        rows = rows.filter(**{f"{at}__lt": datetime.combine(asked.last, time(), TZ) + timedelta(days=1)})
    return rows


def _events(asked: Asked, places: list[UUID] | None, cases: list[UUID] | None, hide: bool) -> QuerySet[Event]:
    rows = _within(Event.objects.defer("prev_hash", "hash"), asked, "recorded_at")
    if asked.person:
        rows = rows.filter(actor=asked.person)
    if places is not None:
        rows = rows.filter(department__in=places)
    if cases is not None:
        rows = rows.filter(case__in=cases)
    return rows.exclude(case__sealed=True) if hide else rows


def _looks(asked: Asked, places: list[UUID] | None, cases: list[UUID] | None, hide: bool) -> QuerySet[Access]:
    rows = _within(Access.objects.all(), asked, "at")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.person:
        rows = rows.filter(by=asked.person)
    if places is not None:
        rows = rows.filter(department__in=places)
    if cases is not None:
        rows = rows.filter(case__in=cases)
    if hide:
        rows = rows.exclude(case__in=Case.objects.filter(sealed=True).values("id")).exclude(data__sealed=True)
    return rows


def _administration(actor: Actor, asked: Asked, places: list[UUID] | None) -> QuerySet[Change]:
    """What an administrator did bears no post: a department means whoever has or had one there."""
    rows = _within(Change.objects.filter(tenant=actor.tenant), asked, "at")
    if "." in asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.person:
        rows = rows.filter(by=asked.person)
    if places is not None:
        rows = rows.filter(by__in=Membership.objects.filter(department__in=places).values("user"))
    return rows


def _places(actor: Actor, asked: Asked) -> list[UUID] | None:
    """The department and what lies beneath it; None where none is asked for."""
    if asked.department is None:
        return None
    beneath = Q(id=asked.department) | Q(unit=asked.department) | Q(parent=asked.department)
    return list(Department.objects.filter(beneath, tenant=actor.tenant).values_list("id", flat=True))


def _cases(actor: Actor, asked: Asked) -> list[UUID] | None:
    """Cases of the number, whole or as a list shows it: 20260824-0183; None where none is asked for."""
    if not asked.number:
        return None
    rows = Case.objects.all() if sees_sealed(actor) else Case.objects.filter(sealed=False)
    exact = list(rows.filter(number=asked.number).values_list("id", flat=True))
    if exact:
        return exact
    day, hyphen, count = asked.number.rpartition(" ")[2].partition("-")
    if not (hyphen and len(day) == 8 and day.isdigit() and count.isdigit()):
        return []
    short = rows.filter(number__contains=day, number__endswith=count.zfill(6))
    return list(short.values_list("id", flat=True)[:MOST_CASES])
