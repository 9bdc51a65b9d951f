"""The list of what is to be done: one fixed order (soonest due first), rights first, read by key, counts capped.

Nothing here asks once per row; at any depth a page costs the same (design §8: p50 <= 50 ms at 100,000 cases).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from cases import policy
from cases.deadlines import GRAVE_DAYS, REMIND_DAYS, SERIOUS_DAYS
from cases.models import Case, Filing, Proposal
from cases.queries.asked import SCOPES, TABS, Asked
from cases.queries.chips import QUIET
from cases.states import CLOSED, NOT_HELD, State, Task
from kernel.clock import TZ, now
from tenants.actors import Actor

__all__ = ["Asked"]  # and what stands below

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
        return rows.filter(state__in=sorted(CLOSED), closed_at__gte=recent())
    rows = rows.exclude(state__in=sorted(NOT_HELD))
    if tab == "awaiting":
        return rows.filter(id__in=Proposal.objects.filter(status="open").values("case_id"))
    states = TABS[tab]
    return rows.filter(state__in=sorted(states)) if states else rows


def clock_edges() -> dict[str, datetime]:
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
    edges = clock_edges()
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
    start, tomorrow, monday = due_edges()
    if due is None or due >= monday:
        return "later" if due is None or due >= tomorrow else "today"
    if due < start:
        return "over"
    return "today" if due < tomorrow else "week"


def group_of_key(after: str) -> str:
    """The group of the last row of the stretch before, "" at the beginning."""
    due, last = _read_key(after)
    return "" if last is None else _group_at(due)


def recent() -> datetime:
    """From when on 近期办结 lists what ended; the same all day."""
    return _start_of_today() - timedelta(days=RECENT_DAYS)


def due_edges() -> tuple[datetime, datetime, datetime]:
    start = _start_of_today()
    return start, start + timedelta(days=1), start + timedelta(days=7 - start.weekday())


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


def owed_tasks(actor: Actor) -> tuple[str, ...]:
    """The tasks of the desk that this person decides."""
    return tuple(task.value for task, roles in _DECIDERS.items() if actor.roles & roles) if actor.at_desk else ()


def tasks(actor: Actor, most: int = PAGE, also: Sequence[str] = ()) -> list[Case]:
    """Objections to decide, reports to approve or pass on, later dates to grant: rows of this desk, soonest first."""
    owed = owed_tasks(actor)
    if not owed:
        return []
    rows = policy.visible(actor).filter(sealed=False, task__in=owed).exclude(task="")
    return list(_lean(rows, also).order_by(F("due_raw").asc(nulls_last=True), "id")[:most])
