"""The list of what is to be done: one fixed order (soonest due first), rights first, read by key, counts capped.

Nothing here asks once per row; at any depth a page costs the same (design §8: p50 <= 50 ms at 100,000 cases).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from cases import policy
from cases.deadlines import GRAVE_DAYS, REMIND_DAYS, SERIOUS_DAYS
from cases.models import Case, Filing, Proposal
from cases.queries.asked import SCOPES, TABS, Asked
from cases.queries.chips import QUIET
from cases.queries.tally import ALL, CAP, EARLIEST, Condition, Count, Counting, one_of
from cases.states import CLOSED, NOT_HELD, State, Task
from kernel.clock import TZ, now
from tenants.actors import Actor

__all__ = ["Asked", "Count"]  # and what stands below

S = State
PAGE = 50
RECENT_DAYS = 90
SIGN_FOR = frozenset({"R3", "R5"})


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the list; `next` is the key to go on from, "" at the end."""

    cases: list[Case]
    next: str = ""


# --- which rows -------------------------------------------------------------------------------------------------------


def known(actor: Actor, *, sealed: bool) -> QuerySet[Case]:
    """Rights first. Accusations stand in a list of their own and are counted nowhere else (P2)."""
    rows = policy.visible(actor).filter(sealed=sealed)
    return rows if actor.at_desk else rows.filter(unit__in=actor.units)


def scopes_of(actor: Actor) -> tuple[str, ...]:
    """A handler sees the own section; whoever sees the whole body may widen to it."""
    return SCOPES if actor.roles & policy.WHOLE_OFFICE else SCOPES[:2]


def in_scope(actor: Actor, scope: str, *, sealed: bool = False) -> QuerySet[Case]:
    rows = known(actor, sealed=sealed)
    if sealed:
        return rows
    if scope == "mine":
        return rows.filter(unit__in=actor.units, handler=actor.user)
    if scope == "department":
        return rows.filter(unit__in=actor.units, department__in=actor.departments)
    return rows


def in_tab(rows: QuerySet[Case], tab: str) -> QuerySet[Case]:
    if tab == "closed":
        return rows.filter(state__in=sorted(CLOSED), closed_at__gte=now() - timedelta(days=RECENT_DAYS))
    rows = rows.exclude(state__in=sorted(NOT_HELD))
    if tab == "awaiting":
        return rows.filter(id__in=Proposal.objects.filter(status="open").values("case_id"))
    states = TABS[tab]
    return rows.filter(state__in=sorted(states)) if states else rows


def _clock_edges() -> dict[str, datetime]:
    """Where each level ends: before `today` late, before `over` seriously, before `serious` gravely."""
    today = _start_of_today()
    return {
        "soon": today + timedelta(days=REMIND_DAYS[0] + 1),
        "today": today,
        "over": today - timedelta(days=SERIOUS_DAYS - 1),
        "serious": today - timedelta(days=GRAVE_DAYS - 1),
    }


def in_clock(rows: QuerySet[Case], clock: str) -> QuerySet[Case]:
    """By the strict date, as the chips say it; windows and warnings count as on time."""
    edges = _clock_edges()
    duty = ~Q(due_kind__in=sorted(QUIET))
    wanted = {
        "hold": Q(due_raw=None),
        "grave": duty & Q(due_raw__lt=edges["serious"]),
        "serious": duty & Q(due_raw__lt=edges["over"], due_raw__gte=edges["serious"]),
        "over": duty & Q(due_raw__lt=edges["today"], due_raw__gte=edges["over"]),
        "soon": duty & Q(due_raw__gte=edges["today"], due_raw__lt=edges["soon"]),
        "ok": Q(due_raw__gte=edges["soon"]) | ~duty & Q(due_raw__isnull=False),
    }
    return rows.filter(wanted[clock]) if clock in wanted else rows


def narrowed(rows: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    if asked.klass:
        rows = rows.filter(klass=asked.klass)
    if asked.place:
        rows = rows.filter(filing__place=asked.place)
    if asked.unit:
        rows = rows.filter(unit=asked.unit)
    if asked.channel:
        rows = rows.filter(filing__channel=asked.channel)
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


def _tab_conditions() -> dict[str, Condition]:
    return {tab: Condition(("state = ANY({})",), (sorted(states),)) if states else ALL for tab, states in TABS.items()}


IN_SPAN = "due_raw >= {} AND due_raw < {}"
LATE = (f"{IN_SPAN} AND due_kind <> ALL({{}})",)


def _clock_conditions() -> dict[str, Condition]:
    """As `in_clock`; both are held to the same numbers by a test."""
    edges = _clock_edges()
    quiet = sorted(QUIET)
    return {
        "hold": Condition(("due_raw IS NULL",)),
        "grave": Condition(LATE, (EARLIEST, edges["serious"], quiet)),
        "serious": Condition(LATE, (edges["serious"], edges["over"], quiet)),
        "over": Condition(LATE, (edges["over"], edges["today"], quiet)),
        "soon": Condition(LATE, (edges["today"], edges["soon"], quiet)),
        "ok": Condition(("due_raw >= {0}", "due_raw < {0} AND due_kind = ANY({1})"), (edges["soon"], quiet)),
    }


def _group_conditions() -> dict[str, Condition]:
    start, tomorrow, monday = _edges()
    week = max(monday, tomorrow)
    return {
        "over": Condition((IN_SPAN,), (EARLIEST, start)),
        "today": Condition((IN_SPAN,), (start, tomorrow)),
        "week": Condition((IN_SPAN,), (tomorrow, week)),
        "later": Condition(("due_raw >= {}", "due_raw IS NULL"), (week,)),
    }


def default_scope(actor: Actor, counted: Mapping[str, Count]) -> str:
    """The own desk first; where nothing lies there, the next wider view that shows something."""
    first = "mine" if "R6" in actor.roles and not actor.roles & policy.WHOLE_OFFICE else "department"
    offered = scopes_of(actor)
    wider = offered[offered.index(first) :]
    return next((scope for scope in wider if counted.get(scope)), wider[-1])


def scope_counts(actor: Actor) -> dict[str, Count]:
    """For who has not said yet which scope to see."""
    conditions = _scope_conditions(actor)
    wanted = {scope: conditions[scope] for scope in scopes_of(actor)}
    return Counting().add(in_tab(in_scope(actor, "office"), "all"), wanted).ask()


def _scope_conditions(actor: Actor) -> dict[str, Condition]:
    """As `in_scope` narrows: one set of rows for all."""
    units, departments = one_of("unit", actor.units), one_of("department", actor.departments)
    return {
        "mine": Condition(("handler = {} AND " + units.texts[0],), (actor.user, *units.values)),
        "department": Condition((f"{departments.texts[0]} AND {units.texts[0]}",), departments.values + units.values),
        "office": ALL,
    }


@dataclass(frozen=True, slots=True)
class Counts:
    """Scopes; tabs within the scope; clocks within scope, tab and filters; due groups within everything asked; what
    the own office owes without holding the case; what waits to be signed for."""

    scopes: dict[str, Count] = field(default_factory=dict)
    tabs: dict[str, Count] = field(default_factory=dict)
    clocks: dict[str, Count] = field(default_factory=dict)
    groups: dict[str, Count] = field(default_factory=dict)
    tasks: int = 0
    inbox: int = 0


def counts(
    actor: Actor, asked: Asked, *, sealed: bool = False, scopes: Mapping[str, Count] = MappingProxyType({})
) -> Counts:
    """All numbers of a page in one statement; `scopes`: what `scope_counts` has said already."""
    scope = in_scope(actor, asked.scope, sealed=sealed)
    tabs = {f"tab:{tab}": condition for tab, condition in _tab_conditions().items()}
    special = {tab: {f"tab:{tab}": tabs.pop(f"tab:{tab}")} for tab in ("awaiting", "closed")}
    asking = Counting()
    asking.add(in_tab(scope, "awaiting"), special["awaiting"]).add(in_tab(scope, "closed"), special["closed"])
    everything = in_tab(scope, "all")
    # Words are looked for row by row: once for the list, not once more for each count.
    if asked.tab != "closed" and not asked.text:
        clocks = {f"clock:{name}": condition for name, condition in _clock_conditions().items()}
        groups = {f"group:{name}": condition for name, condition in _group_conditions().items()}
        if not asked.clock and not asked.after:
            clocks |= groups
        if asked.tab == "all" and not replace(asked, clock="").filtered:
            tabs |= clocks
        else:
            asking.add(narrowed(in_tab(scope, asked.tab), asked), clocks)
        if asked.clock and not asked.after:
            asking.add(in_clock(narrowed(in_tab(scope, asked.tab), asked), asked.clock), groups)
    asking.add(everything, tabs)
    offered = () if sealed else scopes_of(actor)
    beside = {
        f"scope:{name}": condition
        for name, condition in _scope_conditions(actor).items()
        if name in offered and name != asked.scope and name not in scopes
    }
    if actor.roles & SIGN_FOR:
        beside["inbox"] = Condition(("unit = {} AND state = ANY({})",), (actor.unit, [S.S20.value, S.S21.value]))
    if beside:
        same = asked.scope == "office" and not sealed
        asking.add(everything if same else in_tab(in_scope(actor, "office"), "all"), beside)
    owed = None if sealed else _owed(actor)
    if owed is not None:
        asking.add(owed, {"tasks": ALL})
    found = asking.ask()
    found |= {f"scope:{name}": number for name, number in scopes.items()}
    if not sealed:
        found[f"scope:{asked.scope}"] = found["tab:all"]

    def part(prefix: str) -> dict[str, Count]:
        return {name.partition(":")[2]: n for name, n in found.items() if name.startswith(prefix)}

    known = part("scope:")
    return Counts(
        {name: known[name] for name in offered if name in known},
        part("tab:"),
        part("clock:"),
        part("group:"),
        found["tasks"].number if owed is not None else 0,
        min(found["inbox"].number, CAP) if "inbox" in found else 0,
    )


# --- reading ----------------------------------------------------------------------------------------------------------


def rows_of(actor: Actor, asked: Asked, *, sealed: bool = False) -> QuerySet[Case]:
    rows = narrowed(in_tab(in_scope(actor, asked.scope, sealed=sealed), asked.tab), asked)
    return in_clock(rows, asked.clock) if asked.tab != "closed" else rows


def read(actor: Actor, asked: Asked, *, sealed: bool = False, size: int = PAGE, also: Sequence[str] = ()) -> Page:
    """The rows after `asked.after`: one question, the same at any depth."""
    rows = rows_of(actor, asked, sealed=sealed)
    if asked.tab == "closed":
        return _read_closed(rows, asked.after, size, also)
    return stretch(rows, asked.after, size, also)


def stretch(rows: QuerySet[Case], after: str, size: int, also: Sequence[str] = ()) -> Page:
    """Any rows in the order of the list, whatever chose them; `also`: columns of the filing a reader shows besides."""
    found = _stretch(rows, after, size + 1, also)
    return Page(found[:size], _key(found[size - 1]) if len(found) > size else "")


def _lean(rows: QuerySet[Case], also: Sequence[str] = ()) -> QuerySet[Case]:
    """With what a row of a list shows of the filing; the narrative stays where it is."""
    shown = ("channel", "persons", "joint", "place", "place_detail", *also)
    heavy = ("outside", "head_hash")
    return rows.select_related("filing").defer(*heavy, *(f"filing__{name}" for name in _FILING if name not in shown))


_FILING = [f.name for f in Filing._meta.concrete_fields if not f.primary_key]


def _stretch(rows: QuerySet[Case], after: str, size: int, also: Sequence[str] = ()) -> list[Case]:
    """First by (due, id), a range of the index; then what runs no clock."""
    due, last = _read_key(after)
    found: list[Case] = []
    if not after or due is not None:
        dated = rows.filter(due_raw__isnull=False)
        if due is not None and last is not None:
            dated = dated.filter(TupleGreaterThan((F("due_raw"), F("id")), (Value(due), Value(last))))
        found = list(_lean(dated, also).order_by("due_raw", "id")[:size])
        last = None
    if len(found) < size:
        without = rows.filter(due_raw=None)
        if last is not None:
            without = without.filter(id__gt=last)
        found += _lean(without, also).order_by("id")[: size - len(found)]
    return found


def _read_closed(rows: QuerySet[Case], after: str, size: int, also: Sequence[str] = ()) -> Page:
    at, last = _read_key(after)
    if at is not None and last is not None:
        rows = rows.filter(TupleLessThan((F("closed_at"), F("id")), (Value(at), Value(last))))
    found = list(_lean(rows, also).order_by("-closed_at", "-id")[: size + 1])
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


def _owed(actor: Actor) -> QuerySet[Case] | None:
    mine = [task.value for task, roles in _DECIDERS.items() if actor.roles & roles]
    if not (mine and actor.at_desk):
        return None
    return policy.visible(actor).filter(sealed=False, task__in=mine).exclude(task="")


def tasks(actor: Actor, most: int = PAGE, also: Sequence[str] = ()) -> list[Case]:
    """Objections to decide, reports to approve or pass on, later dates to grant: rows of this desk, soonest first."""
    rows = _owed(actor)
    if rows is None:
        return []
    return list(_lean(rows, also).order_by(F("due_raw").asc(nulls_last=True), "id")[:most])
