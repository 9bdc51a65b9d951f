"""Reading down: a case of an office below, read-only and masked; the look is kept in that office, for its auditor.

Never a sealed case, never sideways. No file, no internal note, no paper and no verb but 督办 is offered here.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.models import Case
from cases.reading_down import read_down
from cases.states import State
from supervision import orders
from supervision.orders import reading
from tenants.requests import StaffRequest


@never_cache
@require_GET
def page(request: StaffRequest, office: str, case_id: UUID) -> HttpResponse:
    """NotFound for whatever may not be seen, the same as for what does not exist."""
    shown = read_down(request.actor, office, case_id)
    about = reading.of_case(request.actor, case_id)
    shown |= {
        "orders": [(row, reverse("desk:order", args=[row.pk])) for row in about],
        "issue_url": _issue_url(request, shown["case"]),
    }
    response = render(request, "desk/supervision/below.html", shown)
    response.headers["Cache-Control"] = "no-store"
    return response


def _issue_url(request: StaffRequest, case: Case) -> str:
    """督办, where the reader may and the case lies here and is open."""
    if case.state == State.S99 or case.closed_at is not None or not orders.instruments(request.actor):
        return ""
    return f"{reverse('desk:order_new')}?case={case.id}"
