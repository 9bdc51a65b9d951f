"""机构: the offices of the platform, one of them, its first administrator; and what operators changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk import fields
from desk.operator.forms import AdministratorForm, OfficeForm
from desk.operator.requests import OperatorRequest, entries
from kernel.errors import Conflict, Invalid
from tenants import offices, openings, operators
from tenants.administration import first_admins, words
from tenants.administration import offices as acts
from tenants.models import Tenant


@require_GET
def page(request: OperatorRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:60]
    status = request.GET.get("status", "")
    found = offices.listed(text, status, request.GET.get("after") or None)
    context: dict[str, Any] = {
        "rows": found.rows,
        "more": _url(q=text, status=status, after=found.next) if found.next else "",
        "head": offices.stored_head(),
        "flat": bool(text or status),
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "desk/operator/offices_rows.html", context)
    totals = offices.totals()
    context |= {
        "entries": entries(request.path),
        "totals": totals,
        "tabs": [
            {"url": _url(q=text, status=code), "text": label, "count": count, "current": code == status}
            for code, label, count in (
                ("", _("全部"), totals.all),
                (Tenant.Status.READY.value, _("已开通"), totals.ready),
                ("lagging", _("版本落后"), totals.lagging),
                (Tenant.Status.PENDING.value, _("待开通"), totals.pending),
                (Tenant.Status.CLOSED.value, _("已撤销"), totals.closed),
            )
        ],
        "q": text,
        "status": status,
        "clear_url": reverse("operator:offices"),
    }
    return render(request, "desk/operator/offices.html", context)


def _url(**given: str | None) -> str:
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{reverse('operator:offices')}?{query}" if query else reverse("operator:offices")


@require_http_methods(["GET", "POST"])
def new(request: OperatorRequest) -> HttpResponse:
    form = OfficeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = acts.add_one(request.user.pk, form.cleaned_data)
            return HttpResponseRedirect(reverse("operator:batch", args=[batch.pk]))
        except Invalid as error:
            fields.take(form, error)
    context = {"form": form, "entries": entries(request.path)}
    return render(request, "desk/operator/new.html", context, status=422 if form.errors else 200)


@require_POST
def upgrade_all(request: OperatorRequest) -> HttpResponse:
    batch = acts.migrate(request.user.pk)
    return HttpResponseRedirect(reverse("operator:batch", args=[batch.pk]))


@require_POST
def upgrade(request: OperatorRequest, tenant_id: UUID) -> HttpResponse:
    batch = acts.migrate(request.user.pk, tenant_id)
    return HttpResponseRedirect(reverse("operator:batch", args=[batch.pk]))


# --- one office -------------------------------------------------------------------------------------------------------


@require_GET
@never_cache
def one(request: OperatorRequest, tenant_id: UUID) -> HttpResponse:
    return _office(request, tenant_id)


def _office(
    request: OperatorRequest,
    tenant_id: UUID,
    *,
    form: AdministratorForm | None = None,
    handed: first_admins.Handed | None = None,
    error: Conflict | None = None,
) -> HttpResponse:
    found = offices.office(tenant_id)
    tenant = found.tenant
    port = request.get_port()
    plain = "80" if request.scheme == "http" else "443"
    made, _next = operators.acts(tenant=tenant.pk)
    context = {
        "entries": entries(reverse("operator:offices")),
        "office": found,
        "tenant": tenant,
        "address": f"{request.scheme}://{tenant.host}{'' if port == plain else f':{port}'}/" if tenant.host else "",
        "hosts": [domain.domain for domain in tenant.domains.order_by("-is_primary", "domain")],
        "requests": openings.with_offices(offices.requests_of(tenant)),
        "administrators": first_admins.administrators(tenant.pk),
        "settled": first_admins.settled(tenant.pk),
        "form": form or AdministratorForm(),
        "handed": handed,
        "error": error,
        "acts": [_told(act) for act in made[:10]],
    }
    status = error.status if error else 422 if form is not None and form.errors else 200
    return render(request, "desk/operator/office.html", context, status=status)


@require_POST
@never_cache
def appoint(request: OperatorRequest, tenant_id: UUID) -> HttpResponse:
    """The password is in this answer and nowhere else."""
    form = AdministratorForm(request.POST)
    try:
        if form.is_valid():
            handed = first_admins.appoint(request.user.pk, tenant_id, **form.cleaned_data)
            return _office(request, tenant_id, handed=handed)
    except Invalid as error:
        fields.take(form, error)
    except Conflict as error:
        return _office(request, tenant_id, form=form, error=error)
    return _office(request, tenant_id, form=form)


@require_POST
@never_cache
def hand_password(request: OperatorRequest, tenant_id: UUID, user_id: UUID) -> HttpResponse:
    try:
        handed = first_admins.hand_password(request.user.pk, tenant_id, user_id)
    except Conflict as error:
        return _office(request, tenant_id, error=error)
    return _office(request, tenant_id, handed=handed)


# --- what operators did -----------------------------------------------------------------------------------------------


@require_GET
def changes(request: OperatorRequest) -> HttpResponse:
    made, following = operators.acts(request.GET.get("after") or None)
    context = {
        "entries": entries(request.path),
        "acts": [_told(act) for act in made],
        "more": f"{reverse('operator:changes')}?{urlencode({'after': following})}" if following else "",
        "later": bool(request.GET.get("after")),
    }
    return render(request, "desk/operator/changes.html", context)


def _told(act: operators.Act) -> dict[str, Any]:
    change = act.change
    return {
        "at": change.at,
        "kind": words.name(change.kind),
        "by": act.by,
        "office": act.office,
        "office_id": act.office_id,
        "data": words.told(change.data),
    }
