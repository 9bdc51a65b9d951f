"""督办: what waits for this person first (answers to decide or write, proposals), then what runs, soonest due first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.clocks import calendar_of
from cases.codes.orders import TRIGGERS
from cases.queries import chips
from cases.queries.names import Names
from desk import fields
from desk.supervision import words
from desk.supervision.forms import ReasonForm
from kernel.clock import TZ, now, today
from kernel.errors import HuiyinError, NotFound
from supervision import advice as letters
from supervision import orders
from supervision.models import Advice, Order, Proposal
from supervision.orders import reading, rights
from supervision.orders.reading import CaseLine, Row
from tenants.actors import Actor
from tenants.requests import StaffRequest

SHOWN, SHOWN_OVER = reading.SHOWN, 10
Asking = Callable[[Actor], QuerySet[Order]]
ROLES = rights.READS_OF_BODY | rights.READS_OF_SECTION


@dataclass(frozen=True, slots=True)
class Listed:
    """One order on a list."""

    row: Row
    to: str
    sender: str
    url: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: list[Listed]


@dataclass(frozen=True, slots=True)
class Clue:
    """A proposal on the list."""

    id: UUID
    case: CaseLine
    url: str
    to: str
    why: str
    at: Any


@dataclass(frozen=True, slots=True)
class Letter:
    advice: Advice
    to: str
    chip: chips.Chip | None
    url: str


def may_enter(actor: Actor) -> bool:
    return bool(actor.roles & ROLES)


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    if not may_enter(actor):
        return render(request, "desk/supervision/none.html", status=403)
    names = Names(actor.tenant)
    above = rights.above(actor)
    asked: list[Asking] = [reading.to_answer, reading.to_decide, reading.answered_by_us, reading.over]
    asked += [reading.running, reading.of_others] if above else []
    found = {ask: list(ask(actor)[: SHOWN_OVER if ask == reading.over else SHOWN]) for ask in asked}
    every = listed(actor, {order.pk: order for rows in found.values() for order in rows}.values(), names)
    seen = {one.row.order.pk: one for one in every}

    def of(ask: Asking) -> list[Listed]:
        return [seen[order.pk] for order in found.get(ask, ()) if order.pk in seen]

    owed, decide, waiting = of(reading.to_answer), of(reading.to_decide), of(reading.answered_by_us)
    running, others = of(reading.running), of(reading.of_others)
    clues = _clues(actor, names)
    open_letters = _letters(actor, names)
    context = {
        "above": above,
        "issues": bool(orders.instruments(actor)),
        "advises": letters.may_advise(actor),
        "owed": due_groups(owed),
        "owed_n": len(owed),
        "decide": decide,
        "waiting": waiting,
        "running": due_groups(running),
        "running_n": len(running),
        "others": due_groups(others),
        "others_n": len(others),
        "most": SHOWN,
        "clues": clues,
        "clues_n": sum(len(found) for _code, _label, found in clues),
        "letters": open_letters,
        "over": of(reading.over),
        "done": words.done(request.GET.get("done", "")),
        "nothing": not (owed or decide or running or others or waiting or clues or open_letters),
    }
    return render(request, "desk/supervision/home.html", context)


def listed(actor: Actor, found: Iterable[Order], names: Names) -> list[Listed]:
    rows = reading.rows(actor, list(found))
    names.want(departments=[*(r.order.to_department_id for r in rows), *(r.order.department_id for r in rows)])
    return [
        Listed(
            row=row,
            to=names.body(row.order.to_department_id),
            sender=names.body(row.order.department_id),
            url=reverse("desk:order", args=[row.order.pk]),
            kind=row.order.get_instrument_display(),
            state=str(Order.State(row.order.state).label),
        )
        for row in rows
    ]


def due_groups(rows: Sequence[Listed]) -> list[Group]:
    """已超期, 今天到期, 本周到期, 以后; what owes no answer any more comes last."""
    day = today()
    sunday = day + timedelta(days=6 - day.weekday())
    titles = (_("已超期"), _("今天到期"), _("本周到期"), _("以后"), _("已反馈"))
    groups: list[list[Listed]] = [[] for _title in titles]
    for item in rows:
        due = item.row.due.astimezone(TZ).date()
        late = (due >= day) + (due > day) + (due > sunday)
        groups[late if item.row.order.is_owed else 4].append(item)
    return [Group(title, found) for title, found in zip(titles, groups, strict=True) if found]


def _clues(actor: Actor, names: Names) -> list[tuple[str, str, list[Clue]]]:
    """By trigger, in the order of the rule book; a case the reader may not see is not among them."""
    found = list(reading.proposals(actor).select_related(None)[: 2 * SHOWN])
    lines = reading.case_lines(actor, (row.case for row in found))
    names.want(departments=[row.to_department_id for row in found])
    by: dict[str, list[Clue]] = {}
    for row in found:
        if row.case in lines:
            by.setdefault(row.trigger, []).append(clue(row, lines[row.case], names))
    return [(code.code, str(code.label), by[code.code]) for code in TRIGGERS if code.code in by]


def clue(row: Proposal, line: CaseLine, names: Names) -> Clue:
    return Clue(row.pk, line, case_url(line), names.body(row.to_department_id), words.evidence(row.evidence), row.at)


def case_url(line: CaseLine) -> str:
    """The case where the reader may read it: the own page, or read-only in an office below."""
    if line.office:
        return reverse("desk:below", args=[line.office, line.id])
    return reverse("desk:case", args=[line.id])


def _letters(actor: Actor, names: Names) -> list[Letter]:
    rows = list(letters.running(actor).select_related(None)[:SHOWN])
    at, calendar = now(), calendar_of(actor.tenant)
    return [
        Letter(
            advice=row,
            to=advice_to(row, names),
            chip=chips.chip("K15", row.due_raw, at, calendar) if row.state == Advice.State.SENT else None,
            url=reverse("desk:advice", args=[row.pk]),
        )
        for row in rows
    ]


def advice_to(row: Advice, names: Names) -> str:
    return names.body(row.to_department_id) if row.to_department_id else str(row.to_body or "")


@require_http_methods(["GET", "POST"])
def dismiss(request: StaffRequest, proposal_id: UUID) -> HttpResponse:
    """不督办: with a reason, on a page of its own."""
    found = reading.proposals(request.actor).filter(pk=proposal_id).first()
    line = reading.case_lines(request.actor, [found.case]).get(found.case) if found is not None else None
    if found is None or line is None:
        raise NotFound
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            orders.dismiss(request.actor, proposal_id, reason=form.cleaned_data["reason"])
        except HuiyinError as error:
            if not error.fields:
                raise
            fields.take(form, error)
        else:
            return HttpResponseRedirect(reverse("desk:supervision") + "?done=dismiss")
    context = {"form": form, "clue": clue(found, line, Names(request.actor.tenant)), "trigger": found}
    return render(request, "desk/supervision/dismiss.html", context, status=422 if form.errors else 200)
