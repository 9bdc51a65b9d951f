"""Reading down: a case of an office below, read-only and masked; the look is kept in that office, for its auditor.

Never a sealed case, never sideways. No file, no internal note, no paper and no verb but 督办 is offered here.
"""

from __future__ import annotations

from typing import Any
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
from cases.models import Case, Opinion, Petitioner
from cases.numbers import short
from cases.queries import dossier, labels
from cases.queries.journey import Journey
from cases.queries.listing import flags_of
from cases.queries.names import Names
from cases.queries.timeline import Timeline
from cases.states import Class, State
from desk.requests import StaffRequest
from kernel.errors import NotFound
from kernel.masking import scrub
from supervision import orders
from supervision.orders import reading
from tenants import context, finding
from tenants.context import tenant_by_code
from tenants.models import Tenant

LINES = 60
# What another office did inside itself: read and noted there.
INSIDE = frozenset({"read", "noted"})
# What a unit is still writing is its own.
ISSUED = (Opinion.Status.SIGNED, Opinion.Status.SERVED)


@never_cache
@require_GET
def page(request: StaffRequest, office: str, case_id: UUID) -> HttpResponse:
    """NotFound for whatever may not be seen, the same as for what does not exist."""
    tenant = tenant_by_code(office)
    if not policy.reads_below(request.actor, tenant):
        raise NotFound
    with context.use(tenant), transaction.atomic():
        case = Case.objects.select_related("filing").filter(id=case_id, sealed=False).first()
        if case is None or not policy.sees_below(request.actor, tenant, case):
            raise NotFound
        log_access(request.actor, Look.READ_DOWN, case=case.id, office=request.actor.tenant)
        shown = _context(case, tenant)
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


def _context(case: Case, tenant: Tenant) -> dict[str, Any]:
    """Read while in that office: everything is words and values, so that nothing is asked for later."""
    names = Names(tenant.pk)
    journey = Journey(case, tenant.pk, names)
    known = _names(case)
    running, over = dossier.clocks(journey, names)
    issued = Opinion.objects.filter(case=case, status__in=ISSUED).exists()
    demands = [(d, d.outcome if issued else "", d.reply if issued else "") for d in dossier.demands(case)]
    lines = [line for line in Timeline(case, tenant.pk, names, words=False).lines() if line.sort not in INSIDE]
    return {
        "case": case,
        "office": tenant,
        "number": short(case.number),
        "state": State(case.state).label,
        "klass": Class(case.klass).label if case.klass else "",
        "place": finding.place_words(tenant, case.filing.place, ""),
        "flags": flags_of(case, journey.trail),
        "title": scrub(case.title, known),
        "line": journey.line(),
        "steps": list(journey.steps()),
        "hops": journey.hops,
        "returns": journey.returns,
        "text": scrub(case.filing.text, known),
        "demands": [
            {"text": scrub(d.text, known), "outcome": outcome, "reply": scrub(reply, known), "missing": ""}
            for d, outcome, reply in demands
        ],
        "answered": sum(bool(outcome) for _d, outcome, _reply in demands),
        "running": list(running),
        "over": list(over),
        "history": [
            {
                "at": line.at,
                "kind": "event",
                "actor": line.actor,
                "text": line.text,
                "paper": {"title": line.paper.title, "url": ""} if line.paper else None,
                "tail": line.tail,
                "note": line.note,
                "files": [],
            }
            for line in lines[:LINES]
        ],
        "verb": labels.verb("supervise"),
    }


def _names(case: Case) -> list[str]:
    """The names the case knows of: they are hidden in what was written too."""
    people = Petitioner.objects.filter(case=case)
    return [name for person in people if (name := person.particulars.get("name", ""))]
