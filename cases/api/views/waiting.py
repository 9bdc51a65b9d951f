"""Reading what waits: arrivals to sign for, papers to decide, what the desk owes, and how many of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import reading
from cases.api.answers import waiting
from cases.api.answers.listed import CaseOut
from cases.api.bodies import queries
from cases.api.names import Names
from cases.api.views.lists import ListView, ReadView, asked_of
from cases.queries import approvals, arrivals, deliveries, worklist, worklist_counts
from cases.queries.asked import Asked
from kernel import paging
from kernel.api import actor_of
from kernel.paging import Page
from tenants.actors import Actor


class Inbox(ListView):
    """By key, soonest due first, as the page 待签收."""

    item = waiting.ArrivedOut

    def page(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Page[Any]:
        after = paging.unwrap(asked["cursor"]) if asked.get("cursor") else ""
        found = arrivals.inbox(actor, after, asked["size"], reading.SHOWN)
        told = deliveries.of(found.cases, actor)
        items: list[Any] = [(case, told[case.id]) for case in found.cases]
        return Page(items, paging.wrap(found.next) if found.next else None)


class Approvals(ReadView):
    """All of them, soonest due first: one person's decisions fit on a page."""

    def get(self, request: Request) -> Response:
        asked_of(request, queries.NoQuery)
        found = approvals.waiting(actor_of(request))
        context = {"request": request, "names": Names.of([one.case for one in found])}
        return Response({"items": waiting.ApprovalOut(found, many=True, context=context).data})


class Tasks(ReadView):
    """Objections and reports to decide, later dates to grant, reports to pass on."""

    def get(self, request: Request) -> Response:
        asked_of(request, queries.NoQuery)
        found = worklist.tasks(actor_of(request), paging.LARGEST_PAGE, reading.SHOWN)
        context = {"request": request, "names": Names.of(found)}
        return Response({"items": CaseOut(found, many=True, context=context).data})


class Counts(ReadView):
    def get(self, request: Request) -> Response:
        asked, actor = asked_of(request, queries.CountsQuery), actor_of(request)
        counted = worklist_counts.counts(actor, Asked(scope=asked["scope"]))
        return self.told(request, waiting.CountsOut, waiting.CountsOut.of(counted, approvals.count(actor)))
