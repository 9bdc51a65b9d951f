"""队列: what still waits to be heard, what was given up and can be put back, what Celery has before it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from desk.operator.requests import OperatorRequest, entries
from kernel import broker, failures, outbox
from kernel.backlog import backlog as counted
from tenants import openings
from tenants.administration import queues as acts
from tenants.operators import offices_of


@require_GET
def page(request: OperatorRequest) -> HttpResponse:
    parked = outbox.parked()
    known = offices_of({row.schema for row in parked})
    backlog = counted()
    heard = {line.subscriber for line in backlog}
    context = {
        "entries": entries(request.path),
        "backlog": backlog,
        "silent": [name for name in outbox.later_subscribers() if name not in heard],
        "parked": [{"row": row, "office": known.get(row.schema)} for row in parked],
        "parked_count": sum(line.parked for line in backlog),
        "broker": broker.look(),
        "failures": failures.latest(20),
        "openings": openings.waiting(),
    }
    return render(request, "desk/operator/queues.html", context)


@require_POST
def replay(request: OperatorRequest) -> HttpResponse:
    """Parked rows of one subscriber are tried again."""
    acts.put_back(request.user.pk, request.POST.get("subscriber", "")[:60])
    return HttpResponseRedirect(reverse("operator:queues"))
