"""送达: the form with what service will bring, the address for a reason, and the way to the paper (T26, D20)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cases import actions, policy
from cases.codes.services import Unmask
from cases.models import Case, Opinion
from cases.numbers import short
from cases.queries import chips, dossier, papers, serving
from cases.queries.journey import Journey
from cases.queries.names import Names
from cases.states import Class
from desk import fields
from desk.forms.serving import ServeForm
from kernel.clock import today
from kernel.errors import Conflict, HuiyinError, Invalid, Stale
from tenants.context import tenant_by_id
from tenants.requests import StaffRequest

__all__ = ["address", "serve"]


def _open(request: StaffRequest, case_id: UUID) -> tuple[Case, Opinion]:
    """A case whose signed opinion this person may serve now."""
    case = dossier.find(request.actor, case_id)
    back = reverse("desk:case", args=[case_id])
    try:
        policy.require(request.actor, "serve", case)
    except Conflict as error:
        raise Conflict(str(error), way_on=back) from None
    opinion = serving.to_serve(case)
    if opinion is None or case.planned_ending:
        raise Conflict(_("没有等待送达的意见书。"), way_on=back)
    return case, opinion


@never_cache
@require_http_methods(["GET", "POST"])
def serve(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """`?received_on=` by htmx answers only what service on that day would bring."""
    case, opinion = _open(request, case_id)
    if request.method == "GET":
        if request.htmx:
            shown = {"effect": serving.effect(request.actor, case, opinion, _day(request, opinion)), "case": case}
            return render(request, "desk/serving/effect.html", shown)
        form = ServeForm(initial={"version": case.version, "received_on": today(), "signed": "1"})
        return _page(request, case, opinion, form)
    form = ServeForm(request.POST)
    if not form.is_valid():
        return _page(request, case, opinion, form, status=422)
    try:
        actions.serve(request.actor, case_id, **form.values())
    except Stale as error:
        data = request.POST.copy()
        data["version"] = str(case.version)
        form.data = data
        return _page(request, case, opinion, form, stale=True, status=error.status)
    except Invalid as error:
        if "refused" in error.fields:
            error.fields["signed"] = error.fields.pop("refused")
        fields.take(form, error)
        return _page(request, case, opinion, form, status=error.status)
    except HuiyinError as error:
        return _page(request, case, opinion, form, error=error, status=error.status)
    return HttpResponseRedirect(reverse("desk:paper", args=[case_id, "service", opinion.id]))


def _day(request: StaffRequest, opinion: Opinion) -> date:
    """What was typed as the day of receipt, within what is possible."""
    given = request.GET.get("received_on") or request.POST.get("received_on", "")
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return today()
    return min(day, today())


def _page(
    request: StaffRequest,
    case: Case,
    opinion: Opinion,
    form: ServeForm,
    *,
    stale: bool = False,
    error: HuiyinError | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    journey = Journey(case, actor.tenant, Names(actor.tenant))
    clock = journey.shown_clock()
    here = reverse("desk:case", args=[case.id])
    context = {
        "case": case,
        "number": short(case.number),
        "opinion": opinion,
        "suggestion": case.klass == Class.A,
        "title": _("建议答复函") if case.klass == Class.A else _("信访事项处理意见书"),
        "form": form,
        "chip": chips.large(clock.kind, clock.due_raw, journey.at, journey.calendar) if clock else None,
        "effect": serving.effect(actor, case, opinion, _day(request, opinion)),
        "people": dossier.people(actor, case),
        "address_url": reverse("desk:serve_address", args=[case.id]),
        "reasons": [(Unmask.SERVE.value, Unmask.SERVE.label)],
        "sheet": papers.find(actor, case, "opinion", opinion.id),
        "organ": papers.organ,
        "office": tenant_by_id(actor.tenant),
        "stale": {"url": here} if stale else None,
        "error": error,
    }
    return render(request, "desk/serving/page.html", context, status=status)


@never_cache
@require_POST
def address(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Name, phone and address in clear, for service alone; an event tells who looked and why (T38)."""
    case, opinion = _open(request, case_id)
    found = actions.unmask(request.actor, case_id, reason=Unmask.SERVE)
    context: dict[str, Any] = {"clear": dossier.clear(found), "case": case, "opinion": opinion}
    template = "desk/serving/address.html" if request.htmx else "desk/serving/address_page.html"
    return render(request, template, context | {"number": short(case.number)})
