"""What a writer picks from: articles to cite, standard wording, what the unit answered before on the same subject."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.answers import picking
from cases.api.bodies import queries
from cases.api.views.lists import ReadView, asked_of
from cases.api.views.preparing import inside
from cases.codes.contents import above
from cases.models import Wording
from cases.queries import precedents, wordings
from kernel.api import actor_of
from tenants import laws


class Articles(ReadView):
    """By words; without any those usual for the case's subject."""

    def get(self, request: Request, case_id: UUID) -> Response:
        asked = asked_of(request, queries.TargetsQuery)
        actor, case = inside(request, case_id)
        found, _total = laws.articles(actor.tenant, asked["text"], above(case.filing.content_class))
        return Response({"items": picking.ArticleToCiteOut(found, many=True, context={"request": request}).data})


class Earlier(ReadView):
    def get(self, request: Request, case_id: UUID) -> Response:
        asked_of(request, queries.NoQuery)
        actor, case = inside(request, case_id)
        found = precedents.earlier(actor, case)
        return Response({"items": picking.EarlierOut(found, many=True, context={"request": request}).data})


class Wordings(ReadView):
    """The own unit's first."""

    def get(self, request: Request) -> Response:
        asked_of(request, queries.NoQuery)
        found = wordings.for_writers(actor_of(request).unit, *Wording.Kind.values)
        return Response({"items": picking.WordingToUseOut(found, many=True, context={"request": request}).data})
