"""Every simple verb on one address: its form in place or as a page of its own; what goes wrong keeps what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from cases import policy
from cases.actions import Registered
from cases.models import Case
from cases.queries import dossier
from cases.queries.journey import Journey
from cases.queries.names import Names
from cases.queries.timeline import Line, Timeline
from desk import acts, fields, origin
from desk.forms import FORMS, VerbForm
from desk.forms.reports import TurnDown
from kernel import idempotency
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused, Stale
from kernel.ids import new_id
from tenants.actors import Actor
from tenants.requests import StaffRequest

MOST_CHANGES = 8


def verb(request: StaffRequest, case_id: UUID, verb: str) -> HttpResponse:
    """GET: the form. POST: the act; `?effect` shows only what would happen."""
    actor: Actor = request.actor
    case = dossier.find(actor, case_id)
    form_class = FORMS.get(verb)
    if form_class is None:
        raise NotFound
    if request.method == "POST":
        if "effect" in request.GET:
            form = _form(form_class, actor, case, request)
            return render(request, "desk/case/effect.html", {"form": form})
        return _act(request, actor, case, form_class)
    try:
        propose = _permit(actor, case, verb)
    except (Refused, Conflict) as error:
        return _refused(request, case, error)
    return _show(request, case, _fresh(form_class, actor, case, propose, request))


def _permit(actor: Actor, case: Case, verb: str) -> bool:
    """True where the person only proposes. A verb with four eyes and nothing proposed is proposed by who may."""
    if verb == TurnDown.verb:
        return False
    try:
        row = policy.require(actor, verb, case)
    except (Refused, Conflict) as error:
        try:
            policy.require(actor, verb, case, propose=True)
        except (Refused, Conflict):
            raise error from None
        return True
    if row.four_eyes:
        waiting = dossier.proposed(case, verb)
        if waiting is None and actor.roles & row.proposers and actor.may_propose(verb):
            return True
    return False


def _fresh(form_class: type[VerbForm], actor: Actor, case: Case, propose: bool, request: StaffRequest) -> VerbForm:
    """An empty form, or one filled with what somebody proposed."""
    initial: dict[str, Any] = {"version": case.version, "token": str(new_id())}
    waiting = None if propose else dossier.proposed(case, form_class.verb)
    if waiting is not None:
        initial |= form_class.from_proposal(waiting.fields)
    if proposal := request.GET.get("proposal"):
        initial["proposal"] = proposal
    return form_class(actor=actor, case=case, propose=propose, initial=initial)


def _form(form_class: type[VerbForm], actor: Actor, case: Case, request: StaffRequest) -> VerbForm:
    propose = request.POST.get("propose") == "1"
    return form_class(request.POST, request.FILES, actor=actor, case=case, propose=propose)


def _act(request: StaffRequest, actor: Actor, case: Case, form_class: type[VerbForm]) -> HttpResponse:
    form = _form(form_class, actor, case, request)
    if not form.is_valid():
        return _show(request, case, form, status=422)
    made: list[Registered] = []

    def call() -> idempotency.Answer:
        result = form.proposed() if form.propose else form.done()
        if isinstance(result, Registered):
            made.append(result)
        return idempotency.Answer(200, {})

    try:
        asked = idempotency.Asked(
            actor.schema, actor.user, form.cleaned_data.get("token") or str(new_id()), request.path, form.same_as()
        )
        answer = idempotency.answer_once(asked, call)
    except Stale as error:
        now_ = dossier.find(actor, case.id)
        changed = _changed(request, now_, form)
        again = request.POST.copy()
        again["version"] = str(now_.version)
        form.data = again
        return _show(request, now_, form, changed=changed, status=error.status)
    except Invalid as error:
        if error.code == "idempotency-key-reused":
            return _done(request, case, form)
        fields.take(form, error)
        return _show(request, case, form, status=error.status)
    except HuiyinError as error:
        if error.fields:
            fields.take(form, error)
        now_ = dossier.find(actor, case.id)
        return _show(request, now_, form, error=error, changed=_changed(request, now_, form), status=error.status)
    if made and not answer.replayed:
        return _code(request, case, made[0])
    return _done(request, case, form)


@dataclass(frozen=True, slots=True)
class Changed:
    """What others did since the form was opened, newest first, and where to see what came of it."""

    lines: list[Line]
    url: str


def _changed(request: StaffRequest, case: Case, form: VerbForm) -> Changed | None:
    seen = form.cleaned_data.get("version")
    if not isinstance(seen, int) or seen >= case.version:
        return None
    actor = request.actor
    readable = policy.may_read_people(actor, case)
    timeline = Timeline(case, actor.tenant, Names(actor.tenant), words=readable, units=actor.units)
    return Changed(timeline.since(seen)[:MOST_CHANGES], origin.case_url(case.id, origin.of(request)))


def _done(request: StaffRequest, case: Case, form: VerbForm) -> HttpResponse:
    """To the case as it now stands; a case that has left this person's view leads to the list."""
    done = f"propose:{form.verb}" if form.propose else form.verb
    came = origin.of(request)
    try:
        dossier.find(request.actor, case.id)
        url = origin.case_url(case.id, came, done=done)
    except NotFound:
        url = came.url if came is not None else reverse("desk:worklist")
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _code(request: StaffRequest, case: Case, made: Registered) -> HttpResponse:
    """The new query code, this once: it is never kept, so this answer is not cached either."""
    items = [
        {"label": _("信访件编号"), "value": made.filing.number},
        {"label": _("查询码"), "value": made.query_code},
    ]
    response = _page(request, case, "desk/case/code.html", {"items": items})
    add_never_cache_headers(response)
    return response


def _refused(request: StaffRequest, case: Case, error: HuiyinError) -> HttpResponse:
    return _page(request, case, "desk/case/refused.html", {"error": error}, status=error.status)


def _show(
    request: StaffRequest,
    case: Case,
    form: VerbForm,
    *,
    changed: Changed | None = None,
    error: HuiyinError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "changed": changed,
        "again": error is None,
        "error": error,
        "url": acts.address(form.verb, case.id),
    }
    return _page(request, case, "desk/case/form.html", context, status=status)


def _page(request: StaffRequest, case: Case, part: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """In place for htmx, which swaps 2xx and 422 only; else a page with the custody line above it."""
    back = origin.case_url(case.id, origin.of(request))
    context = {"case": case, "part": part, "back_url": back, **context}
    if request.htmx:
        return render(request, part, context, status=status if status < 400 else 422)
    names = Names(request.actor.tenant)
    context["line"] = Journey(case, request.actor.tenant, names).line()
    return render(request, "desk/case/act.html", context, status=status)
