"""The list of what is to be done: one fixed order (soonest due first), rights first, read by key, counts capped.

Nothing here asks once per row; at any depth a page costs the same (design §8: p50 <= 50 ms at 100,000 cases).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from cases import policy
from cases.chips import QUIET
from cases.deadlines import GRAVE_DAYS, REMIND_DAYS, SERIOUS_DAYS
from cases.models import Case, Proposal
from cases.states import CLOSED, NOT_HELD, Class, State, Task
from kernel.clock import TZ, now
from tenants.actors import Actor

S = State
PAGE = 50
CAP = 999
RECENT_DAYS = 90
LONGEST_TEXT = 60

TABS: dict[str, frozenset[State]] = {
    "all": frozenset(),
    "triage": frozenset({S.S10, S.S14}),
    "sign": frozenset({S.S20, S.S21}),
    "notice": frozenset({S.S30, S.S44, S.S45, S.S46}),
    "handling": frozenset({S.S40, S.S42, S.S50, S.S51, S.S52, S.S53}),
    "approval": frozenset({S.S58}),
    "serve": frozenset({S.S60}),
    "window": frozenset({S.S61, S.S65, S.S70, S.S71, S.S72, S.S80, S.S81, S.S82}),
    "route": frozenset({S.S41, S.S43}),
    "objection": frozenset({S.S24, S.S26}),
    "report": frozenset({S.S88}),
    "awaiting": frozenset(),
    "closed": frozenset(CLOSED),
}
SCOPES = ("mine", "department", "office")
CLOCKS = ("grave", "serious", "over", "soon", "ok", "hold")
GROUPS = ("over", "today", "week", "later")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list says. `before`: the last row seen, "" for the first page."""

    scope: str = ""
    tab: str = "all"
    clock: str = ""
    klass: str = ""
    place: str = ""
    unit: UUID | None = None
    text: str = ""
    after: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """Whatever stands in the address; what is not known counts as not asked."""

        def one(name: str, known: Sequence[str] | Mapping[str, Any], default: str = "") -> str:
            value = given.get(name, "")
            return value if value in known else default

        return cls(
            scope=one("scope", SCOPES),
            tab=one("tab", TABS, "all"),
            clock=one("clock", CLOCKS),
            klass=one("class", Class.values),
            place=given.get("place", "")[:12].replace("\x00", ""),
            unit=_uuid(given.get("unit", "")),
            text=given.get("text", "").replace("\x00", "").strip()[:LONGEST_TEXT],
            after=given.get("after", "")[:80],
        )

    @property
    def filtered(self) -> bool:
        return bool(self.clock or self.klass or self.place or self.unit or self.text)

    def with_(self, **changes: Any) -> Asked:
        return replace(self, after="", **changes)

    def address(self) -> dict[str, str]:
        """The parameters of this list's own address, without those that say nothing."""
        pairs = {
            "scope": self.scope,
            "tab": "" if self.tab == "all" else self.tab,
            "clock": self.clock,
            "class": self.klass,
            "place": self.place,
            "unit": str(self.unit) if self.unit else "",
            "text": self.text,
        }
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Count:
    """`999+` costs as much as 999."""

    number: int

    def __str__(self) -> str:
        return f"{CAP}+" if self.number > CAP else str(self.number)

    def __bool__(self) -> bool:
        return self.number > 0


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the list; `next` is the key to go on from, "" at the end."""

    cases: list[Case]
    next: str = ""
    groups: dict[str, Count] = field(default_factory=dict)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# --- which rows -------------------------------------------------------------------------------------------------------


def _known(actor: Actor, *, sealed: bool) -> QuerySet[Case]:
    """Rights first. Accusations stand in a list of their own and are counted nowhere else (P2)."""
    rows = policy.visible(actor).filter(sealed=sealed)
    return rows if actor.at_desk else rows.filter(unit=actor.unit)


def scopes_of(actor: Actor) -> tuple[str, ...]:
    """A handler sees the own section; whoever sees the whole body may widen to it."""
    return SCOPES if actor.roles & policy.WHOLE_OFFICE else SCOPES[:2]


def in_scope(actor: Actor, scope: str, *, sealed: bool = False) -> QuerySet[Case]:
    rows = _known(actor, sealed=sealed)
    if sealed:
        return rows
    if scope == "mine":
        return rows.filter(unit=actor.unit, handler=actor.user)
    if scope == "department":
        return rows.filter(unit=actor.unit, department=actor.department)
    return rows


def in_tab(rows: QuerySet[Case], tab: str) -> QuerySet[Case]:
    if tab == "closed":
        return rows.filter(state__in=sorted(CLOSED), closed_at__gte=now() - timedelta(days=RECENT_DAYS))
    rows = rows.exclude(state__in=sorted(NOT_HELD))
    if tab == "awaiting":
        return rows.filter(id__in=Proposal.objects.filter(status="open").values("case_id"))
    states = TABS[tab]
    return rows.filter(state__in=sorted(states)) if states else rows


def in_clock(rows: QuerySet[Case], clock: str) -> QuerySet[Case]:
    """By the strict date, as the chips say it; windows and warnings count as on time."""
    today = _start_of_today()
    ends = {days: today - timedelta(days=days) for days in (0, SERIOUS_DAYS - 1, GRAVE_DAYS - 1)}
    duty = ~Q(due_kind__in=sorted(QUIET))
    if clock == "hold":
        return rows.filter(due_raw=None)
    if clock == "grave":
        return rows.filter(duty, due_raw__lt=ends[GRAVE_DAYS - 1])
    if clock == "serious":
        return rows.filter(duty, due_raw__lt=ends[SERIOUS_DAYS - 1], due_raw__gte=ends[GRAVE_DAYS - 1])
    if clock == "over":
        return rows.filter(duty, due_raw__lt=ends[0], due_raw__gte=ends[SERIOUS_DAYS - 1])
    soon = today + timedelta(days=REMIND_DAYS[0] + 1)
    if clock == "soon":
        return rows.filter(duty, due_raw__gte=today, due_raw__lt=soon)
    if clock == "ok":
        return rows.filter(Q(due_raw__gte=soon) | (~duty & Q(due_raw__isnull=False)))
    return rows


def _narrowed(rows: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    if asked.klass:
        rows = rows.filter(klass=asked.klass)
    if asked.place:
        rows = rows.filter(filing__place=asked.place)
    if asked.unit:
        rows = rows.filter(unit=asked.unit)
    if asked.text:
        rows = rows.filter(_words(asked.text))
    return rows


def _words(text: str) -> Q:
    """Part of the title; digits with a hyphen are a short number: 20260824-0183."""
    day, hyphen, number = text.partition("-")
    if hyphen and day.isdigit() and number.isdigit() and len(day) == 8:
        return Q(number__contains=day) & Q(number__endswith=number.zfill(6))
    if text.isdigit() and len(text) >= 4:
        return Q(number__contains=text) | Q(title__icontains=text)
    found = Q()
    for word in text.split():
        found &= Q(title__icontains=word)
    return found


def _start_of_today() -> datetime:
    return datetime.combine(now().astimezone(TZ).date(), time(), TZ)


def group_of(case: Case) -> str:
    return _group_at(case.due_raw)


def _group_at(due: datetime | None) -> str:
    """已超期, 今天到期, 本周到期 (to Sunday), 以后; what runs no clock comes last."""
    start, tomorrow, monday = _edges()
    if due is None or due >= monday:
        return "later" if due is None or due >= tomorrow else "today"
    if due < start:
        return "over"
    return "today" if due < tomorrow else "week"


def group_of_key(after: str) -> str:
    """The group of the last row of the stretch before, "" at the beginning."""
    due, last = _read_key(after)
    return "" if last is None else _group_at(due)


def _edges() -> tuple[datetime, datetime, datetime]:
    start = _start_of_today()
    return start, start + timedelta(days=1), start + timedelta(days=7 - start.weekday())


# --- counting ---------------------------------------------------------------------------------------------------------


def counts(wanted: Mapping[str, QuerySet[Case]]) -> dict[str, Count]:
    """Every count in one statement, each of them capped."""
    if not wanted:
        return {}
    parts: list[str] = []
    parameters: list[Any] = []
    for rows in wanted.values():
        inner, given = rows.order_by().values("pk")[: CAP + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({inner}) AS counted)")
        parameters += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)  # noqa: S608  made by the ORM, values apart
        found = cursor.fetchone()
    assert found is not None
    return {name: Count(int(number)) for name, number in zip(wanted, found, strict=True)}


@dataclass(frozen=True, slots=True)
class Counts:
    scopes: dict[str, Count]
    tabs: dict[str, Count]
    clocks: dict[str, Count]


def default_scope(actor: Actor, counted: Mapping[str, Count]) -> str:
    """The own desk first; where nothing lies there, the next wider view that shows something."""
    first = "mine" if "R6" in actor.roles and not actor.roles & policy.WHOLE_OFFICE else "department"
    offered = scopes_of(actor)
    wider = offered[offered.index(first) :]
    return next((scope for scope in wider if counted.get(scope)), wider[-1])


def scope_counts(actor: Actor) -> dict[str, Count]:
    return counts({scope: in_tab(in_scope(actor, scope), "all") for scope in scopes_of(actor)})


def other_counts(actor: Actor, asked: Asked, *, sealed: bool = False) -> tuple[dict[str, Count], dict[str, Count]]:
    """Tabs within the scope; clocks within scope, tab and filters."""
    scope = in_scope(actor, asked.scope, sealed=sealed)
    wanted = {f"tab:{tab}": in_tab(scope, tab) for tab in TABS}
    if asked.tab != "closed":
        rows = _narrowed(in_tab(scope, asked.tab), asked)
        wanted |= {f"clock:{clock}": in_clock(rows, clock) for clock in CLOCKS}
    found = counts(wanted)
    tabs = {name.removeprefix("tab:"): n for name, n in found.items() if name.startswith("tab:")}
    return tabs, {name.removeprefix("clock:"): n for name, n in found.items() if name.startswith("clock:")}


# --- reading ----------------------------------------------------------------------------------------------------------


def rows_of(actor: Actor, asked: Asked, *, sealed: bool = False) -> QuerySet[Case]:
    rows = _narrowed(in_tab(in_scope(actor, asked.scope, sealed=sealed), asked.tab), asked)
    return in_clock(rows, asked.clock) if asked.tab != "closed" else rows


def read(actor: Actor, asked: Asked, *, sealed: bool = False, size: int = PAGE) -> Page:
    """The rows after `asked.after`, with the counts of the due groups on the first page."""
    rows = rows_of(actor, asked, sealed=sealed)
    if asked.tab == "closed":
        return _read_closed(rows, asked.after, size)
    groups: dict[str, Count] = {}
    if not asked.after:
        start, tomorrow, monday = _edges()
        groups = counts(
            {
                "over": rows.filter(due_raw__lt=start),
                "today": rows.filter(due_raw__gte=start, due_raw__lt=tomorrow),
                "week": rows.filter(due_raw__gte=tomorrow, due_raw__lt=monday),
                "later": rows.filter(Q(due_raw__gte=monday) | Q(due_raw=None)),
            }
        )
    found = _stretch(rows, asked.after, size + 1)
    more = len(found) > size
    return Page(found[:size], _key(found[size - 1]) if more else "", groups)


def _stretch(rows: QuerySet[Case], after: str, size: int) -> list[Case]:
    """First by (due, id), a range of the index; then what runs no clock."""
    due, last = _read_key(after)
    found: list[Case] = []
    if not after or due is not None:
        dated = rows.filter(due_raw__isnull=False)
        if due is not None and last is not None:
            dated = dated.filter(TupleGreaterThan((F("due_raw"), F("id")), (Value(due), Value(last))))
        found = list(dated.select_related("filing").order_by("due_raw", "id")[:size])
        last = None
    if len(found) < size:
        without = rows.filter(due_raw=None)
        if last is not None:
            without = without.filter(id__gt=last)
        found += without.select_related("filing").order_by("id")[: size - len(found)]
    return found


def _read_closed(rows: QuerySet[Case], after: str, size: int) -> Page:
    at, last = _read_key(after)
    if at is not None and last is not None:
        rows = rows.filter(TupleLessThan((F("closed_at"), F("id")), (Value(at), Value(last))))
    found = list(rows.select_related("filing").order_by("-closed_at", "-id")[: size + 1])
    return Page(found[:size], _key(found[size - 1], closed=True) if len(found) > size else "")


def _key(case: Case, *, closed: bool = False) -> str:
    moment = case.closed_at if closed else case.due_raw
    return f"{moment.isoformat() if moment else ''}~{case.id}"


def _read_key(after: str) -> tuple[datetime | None, UUID | None]:
    at, _sep, row = after.partition("~")
    try:
        return (datetime.fromisoformat(at.replace(" ", "+")) if at else None), (UUID(row) if row else None)
    except ValueError:
        return None, None


# --- what the own office owes without holding the case ---------------------------------------------------------------

_DECIDERS: dict[Task, frozenset[str]] = {
    Task.OBJECTION: frozenset({"R4"}),
    Task.REPORT: frozenset({"R4"}),
    Task.DEFER: frozenset({"R4"}),
    Task.FORWARD: frozenset({"R3"}),
}


def tasks(actor: Actor, most: int = PAGE) -> list[Case]:
    """Objections to decide, reports to approve or pass on, later dates to grant: rows of this desk, soonest first."""
    if not actor.at_desk:
        return []
    mine = [task.value for task, roles in _DECIDERS.items() if actor.roles & roles]
    if not mine:
        return []
    rows = policy.visible(actor).filter(sealed=False, task__in=mine).exclude(task="")
    return list(rows.select_related("filing").order_by(F("due_raw").asc(nulls_last=True), "id")[:most])


def to_sign_for(actor: Actor) -> QuerySet[Case]:
    """What lies before this body and has not been signed for."""
    rows = _known(actor, sealed=False).filter(unit=actor.unit)
    return rows.filter(state__in=[S.S20, S.S21]).exclude(state__in=sorted(NOT_HELD))


def inbox(actor: Actor, after: str = "", size: int = PAGE) -> Page:
    found = _stretch(to_sign_for(actor), after, size + 1)
    return Page(found[:size], _key(found[size - 1]) if len(found) > size else "")


def waiting_to_sign_for(actor: Actor) -> int:
    """The number beside 待签收 in the top bar."""
    if not actor.roles & frozenset({"R3", "R5"}):
        return 0
    return counts({"n": to_sign_for(actor)})["n"].number
