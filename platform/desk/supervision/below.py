"""Reading down: a case of an office below, read-only and masked; the look is kept in that office, for its auditor.

Never a sealed case, never sideways. No file, no internal note, no paper and no verb but 督办 is offered here.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases import policy
from cases.actions import log_access
from cases.codes.accesses import Look
from cases.models import Case
from cases.queries import below
from cases.states import State
from kernel.errors import NotFound
from supervision import orders
from supervision.orders import reading
from tenants import context
from tenants.context import tenant_by_code
from tenants.requests import StaffRequest


@never_cache
@require_GET
def page(request: StaffRequest, office: str, case_id: UUID) -> HttpResponse:
    """NotFound for whatever may not be seen, the same as for what does not exist."""
    tenant = tenant_by_code(office)
    if not policy.reads_below(request.actor, tenant):
        raise NotFound
    with context.use(tenant), transaction.atomic():
        case = below.find(request.actor, tenant, case_id)
        log_access(request.actor, Look.READ_DOWN, case=case.id, office=request.actor.tenant)
        shown = below.shown(case, tenant)
    about = reading.of_case(request.actor, case_id)
    shown |= {
        "orders": [(row, reverse("desk:order", args=[row.pk])) for row in about],
        "issue_url": _issue_url(request, case),
    }
    response = render(request, "desk/supervision/below.html", shown)
    response.headers["Cache-Control"] = "no-store"
    return response


def _issue_url(request: StaffRequest, case: Case) -> str:
    """督办, where the reader may and the case lies here and is open."""
    if case.state == State.S99 or case.closed_at is not None or not orders.instruments(request.actor):
        return ""
    return f"{reverse('desk:order_new')}?case={case.id}"
