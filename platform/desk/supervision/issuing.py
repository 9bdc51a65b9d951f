"""发出督办: cases picked from a list or typed by number, to whom, how, by when; what will be so, before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases import deadlines
from cases.clocks import calendar_of
from cases.codes.orders import INSTRUMENTS
from cases.queries.names import Names
from desk import fields
from desk.supervision import home
from desk.supervision.forms import OrderForm, as_uuid, instrument_choices
from kernel.clock import now, today
from kernel.errors import HuiyinError, Refused
from kernel.ids import new_id
from supervision import orders
from supervision.models import Proposal
from supervision.orders import reading
from supervision.orders.reading import CaseLine
from tenants.actors import Actor
from tenants.departments import in_office
from tenants.requests import StaffRequest

MOST = 50


def _allowed(actor: Actor) -> None:
    if not orders.instruments(actor):
        raise Refused(_("督办由信访局的督查专员、审批人或联席会议秘书发出。"))


def _uuids(given: Sequence[str]) -> list[UUID]:
    return [found for text in given[:MOST] if (found := as_uuid(text)) is not None]


def _lines(actor: Actor, given: QueryDict) -> list[CaseLine]:
    """The cases named in the address or the form, those of the proposals among them; only what may be seen."""
    wanted = _uuids(given.getlist("case"))
    wanted += [row.case for row in _proposals(actor, given)]
    found = reading.case_lines(actor, wanted)
    return [found[pk] for pk in dict.fromkeys(wanted) if pk in found]


def _proposals(actor: Actor, given: QueryDict) -> list[Proposal]:
    return list(reading.proposals(actor).filter(pk__in=_uuids(given.getlist("proposal"))))


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    _allowed(request.actor)
    if request.method == "POST":
        return _act(request)
    lines = _lines(request.actor, request.GET)
    clues = _proposals(request.actor, request.GET)
    first: dict[str, Any] = {"token": new_id()}
    mine = orders.instruments(request.actor)
    first["instrument"] = "letter" if "letter" in mine else mine[0]
    first["due"] = orders.usual_due(request.actor, first["instrument"])
    if clues:
        first |= {"basis": clues[0].trigger, "to_department": str(clues[0].to_department_id)}
    return _page(request, lines, OrderForm(initial=first))


def _page(
    request: StaffRequest,
    lines: Sequence[CaseLine],
    form: OrderForm,
    *,
    refusal: HuiyinError | None = None,
    missed: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    _offer(actor, lines, form)
    names = Names(actor.tenant)
    given = request.POST if request.method == "POST" else request.GET
    context = {
        "form": form,
        "lines": [(line, home.case_url(line), names.body(line.unit)) for line in lines],
        "proposals": [row.pk for row in _proposals(actor, given)],
        "none_fits": bool(lines) and not reading.bodies(actor, lines),
        "refusal": refusal,
        "missed": missed,
        **_effect(actor, lines, form["to_department"].value(), form["instrument"].value(), form["due"].value()),
    }
    return render(request, "desk/supervision/issue.html", context, status=status)


def _offer(actor: Actor, lines: Sequence[CaseLine], form: OrderForm) -> None:
    names = Names(actor.tenant)
    bodies = [(str(pk), names.body(pk)) for pk in reading.bodies(actor, lines)]
    bodies = bodies if len(bodies) == 1 else [("", _("选一个单位")), *bodies]
    rest = [(str(d.pk), d.name) for d in in_office(actor.tenant) if d.unit_id == d.pk and d.pk != actor.root]
    form.offer(bodies, instrument_choices(orders.instruments(actor)), rest)


@never_cache
@require_GET
def effect(request: StaffRequest) -> HttpResponse:
    """What will be so, for what is chosen at this moment."""
    _allowed(request.actor)
    given = request.GET
    lines = _lines(request.actor, given)
    found = _effect(request.actor, lines, given.get("to_department"), given.get("instrument"), given.get("due"))
    return render(request, "desk/supervision/effect.html", found)


def _effect(actor: Actor, lines: Sequence[CaseLine], to: Any, instrument: Any, due: Any) -> dict[str, Any]:
    names = Names(actor.tenant)
    target = as_uuid(to) if to else None
    only = reading.bodies(actor, lines)
    if target not in only:
        target = only[0] if len(only) == 1 else None
    day = due if isinstance(due, date) else _day(str(due or ""))
    code = str(instrument or "")
    found: dict[str, Any] = {
        "effect_to": names.body(target) if target else "",
        "effect_kind": INSTRUMENTS.label(code) if code in INSTRUMENTS else "",
        "effect_n": len(lines),
        "effect_due": day,
        "effect_left": None,
    }
    if day is not None and day > today():
        calendar = calendar_of(actor.tenant)
        ends = deadlines.due_on(day, calendar)
        found["effect_left"] = deadlines.remaining(ends.raw, now(), calendar).text
        found["effect_off"] = not calendar.is_workday(day)
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _act(request: StaffRequest) -> HttpResponse:
    actor, given = request.actor, request.POST
    lines = _lines(actor, given)
    action = given.get("action", "issue")
    if action == "add":
        return _add(request, lines)
    if action.startswith("drop:"):
        gone = as_uuid(action.removeprefix("drop:"))
        return _page(request, [line for line in lines if line.id != gone], _kept(given))
    form = OrderForm(given)
    _offer(actor, lines, form)
    if not form.is_valid():
        return _page(request, lines, form, status=422)
    data = form.cleaned_data
    try:
        made = orders.issue(
            actor,
            instrument=data["instrument"],
            to_department=as_uuid(data["to_department"]),
            cases=[line.id for line in lines],
            reason=data["reason"],
            due=data["due"],
            basis=data["basis"],
            partners=_uuids(data["partners"]),
            proposals=[row.pk for row in _proposals(actor, given)],
            order_id=data["token"],
        )
    except HuiyinError as error:
        if error.fields:
            fields.take(form, error)
            return _page(request, lines, form, status=error.status)
        return _page(request, lines, form, refusal=error, status=error.status)
    return HttpResponseRedirect(reverse("desk:order", args=[made.pk]) + "?done=issue")


def _kept(given: QueryDict) -> OrderForm:
    typed: dict[str, Any] = {**given.dict(), "partners": given.getlist("partners")}
    return OrderForm(initial=typed)


def _add(request: StaffRequest, lines: list[CaseLine]) -> HttpResponse:
    """A case by its number, as a list shows it or whole."""
    typed = request.POST.get("number", "").strip()
    found = reading.by_number(request.actor, typed)
    more = reading.case_lines(request.actor, [found]) if found is not None else {}
    if found is None or found not in more:
        missed = _("没有编号为“%(number)s”、可以督办的件。") % {"number": typed} if typed else _("填一个编号。")
        return _page(request, lines, _kept(request.POST), missed=missed, status=422)
    known = {line.id for line in lines}
    return _page(request, lines if found in known else [*lines, more[found]], _kept(request.POST))
