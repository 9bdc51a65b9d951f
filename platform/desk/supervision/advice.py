"""Advice letters (三项建议, D22): one to write, one to read and answer; the list stands on the page 督办."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.clocks import calendar_of
from cases.queries import chips
from cases.queries.names import Names
from desk import fields
from desk.supervision import home, words
from desk.supervision.forms import AdoptForm, AdviceForm, FollowForm, Plain, as_uuid
from kernel.clock import now
from kernel.errors import HuiyinError, Invalid, NotFound, Refused, Stale
from kernel.ids import new_id
from supervision import advice as letters
from supervision.models import Advice
from supervision.orders import reading
from tenants.actors import Actor
from tenants.departments import desks_below, in_office
from tenants.models import Tenant
from tenants.requests import StaffRequest

MOST = 300
FORMS: dict[str, type[Plain]] = {"answer_advice": AdoptForm, "follow_up": FollowForm, "close_advice": Plain}


def _bodies(actor: Actor, office: Tenant) -> list[tuple[str, str]]:
    """The own units and the desks of the offices below."""
    own = [(str(d.pk), d.name) for d in in_office(actor.tenant) if d.unit_id == d.pk and d.pk != actor.root]
    return [("", _("不在平台上")), *own, *((str(d.pk), d.name) for d in desks_below(office)[:MOST])]


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    if not letters.may_advise(actor):
        raise Refused(_("建议书由信访局的督查专员或审批人发出。"))
    form = AdviceForm(request.POST or None, initial={"token": new_id(), "due": letters.usual_due(actor)})
    form.choose("to_department", _bodies(actor, request.tenant))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = _advise(actor, form)
            except HuiyinError as error:
                fields.take(form, error)
                status = error.status
            else:
                return HttpResponseRedirect(reverse("desk:advice", args=[made.pk]) + "?done=advise")
    return render(request, "desk/supervision/advise.html", {"form": form}, status=status)


def _advise(actor: Actor, form: AdviceForm) -> Advice:
    data = form.cleaned_data
    cases = []
    for typed in str(data["numbers"] or "").split():
        found = reading.by_number(actor, typed)
        if found is None:
            raise Invalid(fields={"numbers": [_("没有编号为“%(number)s”的件。") % {"number": typed}]})
        cases.append(found)
    return letters.advise(
        actor,
        kind=data["kind"],
        text=data["text"],
        to_department=as_uuid(data["to_department"]) if data["to_department"] else None,
        to_body=data["to_body"],
        cases=cases,
        due=data["due"],
        advice_id=data["token"],
    )


@never_cache
@require_GET
def page(request: StaffRequest, advice_id: UUID) -> HttpResponse:
    return _page(request, letters.find(request.actor, advice_id))


def _page(
    request: StaffRequest,
    row: Advice,
    *,
    bad: tuple[str, Plain] | None = None,
    refusal: HuiyinError | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    names = Names(actor.tenant)
    lines = reading.case_lines(actor, row.cases, titles=True)
    owed = row.state == Advice.State.SENT
    context: dict[str, Any] = {
        "advice": row,
        "kind": row.get_kind_display(),
        "state": row.get_state_display(),
        "adopted": row.get_adopted_display() if row.adopted else "",
        "to": home.advice_to(row, names),
        "sender": names.body(row.department_id),
        "answered_by": names.person(row.answered_by),
        "chip": chips.large("K15", row.due_raw, now(), calendar_of(row.tenant_id)) if owed else None,
        "cases": [(lines[pk], home.case_url(lines[pk])) for pk in row.cases if pk in lines],
        "notes": [(note, names.body(note.department), names.person(note.by)) for note in row.notes.order_by("-id")],
        "acts": _acts(actor, row, bad),
        "refusal": refusal,
        "change": {"text": "", "url": request.path} if stale else None,
        "done": words.done(request.GET.get("done", "")),
    }
    return render(request, "desk/supervision/advice.html", context, status=status)


def _acts(actor: Actor, row: Advice, bad: tuple[str, Plain] | None) -> list[dict[str, Any]]:
    made = []
    for count, verb in enumerate(letters.acts(actor, row)):
        fresh = FORMS[verb](initial={"version": row.version}, auto_id=f"{verb}-%s")
        failed = bad is not None and bad[0] == verb
        made.append(
            {
                "verb": verb,
                "text": words.verb(verb),
                "effect": words.effect(verb) if verb in ("reply",) else "",
                "form": bad[1] if bad is not None and failed else fresh,
                "url": reverse("desk:advice_step", args=[row.pk, verb]),
                "primary": count == 0,
                "open": count == 0 or failed,
            }
        )
    return made


@never_cache
@require_POST
def step(request: StaffRequest, advice_id: UUID, verb: str) -> HttpResponse:
    row = letters.find(request.actor, advice_id)
    if verb not in FORMS:
        raise NotFound
    form = FORMS[verb](request.POST, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return _page(request, row, bad=(verb, form), status=422)
    try:
        getattr(letters, verb)(request.actor, advice_id, **form.cleaned_data)
    except Stale:
        return _page(request, letters.find(request.actor, advice_id), bad=(verb, form), stale=True, status=412)
    except HuiyinError as error:
        if error.fields:
            fields.take(form, error)
            return _page(request, row, bad=(verb, form), status=error.status)
        return _page(request, letters.find(request.actor, advice_id), refusal=error, status=error.status)
    return HttpResponseRedirect(reverse("desk:advice", args=[advice_id]) + f"?done={verb}")
