"""The numbers of the worklist: scopes, tabs, clocks and due groups, all in one statement over one set of rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cases import policy
from cases.queries.asked import TABS, Asked
from cases.queries.chips import QUIET
from cases.queries.tally import ALL, CAP, EARLIEST, Condition, Count, Counting, one_of
from cases.queries.worklist import (
    SIGN_FOR,
    clock_edges,
    due_edges,
    in_clock,
    in_scope,
    in_tab,
    narrowed,
    owed_tasks,
    recent,
    scopes_of,
)
from cases.states import CLOSED, NOT_HELD, State
from tenants.actors import Actor


def _listed(states: Collection[State]) -> str:
    """Literals: an index of the open or the closed is found only by what stands in the text."""
    return f"state IN ({', '.join(repr(state.value) for state in sorted(states))})"


OPEN = f"NOT {_listed(NOT_HELD)}"
AWAITING = f"{OPEN} AND id IN (SELECT case_id FROM cases_proposal WHERE status = 'open')"  # noqa: S608  constants of this file
RECENT = f"{_listed(CLOSED)} AND closed_at >= {{}}"


def _open(conditions: Mapping[str, Condition], prefix: str) -> dict[str, Condition]:
    """Of open cases alone."""
    return {
        f"{prefix}:{name}": Condition(tuple(f"{OPEN} AND {text}" for text in found.texts), found.values)
        for name, found in conditions.items()
    }


def _tab_conditions() -> dict[str, Condition]:
    """As `in_tab` narrows: one set of rows for all."""
    states = {tab: Condition(("state = ANY({})",), (sorted(found),)) if found else ALL for tab, found in TABS.items()}
    own = {
        "tab:awaiting": Condition((AWAITING,)),
        "tab:closed": Condition((RECENT,), (recent(),)),
    }
    return _open(states, "tab") | own


IN_SPAN = "due_raw >= {} AND due_raw < {}"
LATE = (f"{IN_SPAN} AND due_kind <> ALL({{}})",)


def _clock_conditions() -> dict[str, Condition]:
    """As `in_clock`; both are held to the same numbers by a test."""
    edges = clock_edges()
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
    start, tomorrow, monday = due_edges()
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
    wanted, asking = _tab_conditions(), Counting()
    # Words are looked for row by row: once for the list, not once more for each count.
    if asked.tab != "closed" and not asked.text:
        clocks = _open(_clock_conditions(), "clock")
        groups = _open(_group_conditions(), "group")
        if not asked.clock and not asked.after:
            clocks |= groups
        if asked.tab == "all" and not replace(asked, clock="").filtered:
            wanted |= clocks
        else:
            asking.add(narrowed(in_tab(scope, asked.tab), asked), clocks)
        if asked.clock and not asked.after:
            asking.add(in_clock(narrowed(in_tab(scope, asked.tab), asked), asked.clock), groups)
    offered = () if sealed else scopes_of(actor)
    scoped = {
        name: condition
        for name, condition in _scope_conditions(actor).items()
        if name in offered and name != asked.scope and name not in scopes
    }
    beside = _open(scoped, "scope")
    if actor.roles & SIGN_FOR:
        signed = Condition(("unit = {} AND state = ANY({})",), (actor.unit, [State.S20.value, State.S21.value]))
        beside |= _open({"inbox": signed}, "waiting")
    owed = () if sealed else owed_tasks(actor)
    if owed:
        beside["tasks"] = Condition(("task <> '' AND task = ANY({})",), (list(owed),))
    if asked.scope == "office" and not sealed:
        wanted |= beside
    elif beside:
        asking.add(in_scope(actor, "office"), beside)
    asking.add(scope, wanted)
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
        found["tasks"].number if owed else 0,
        min(found["waiting:inbox"].number, CAP) if "waiting:inbox" in found else 0,
    )
