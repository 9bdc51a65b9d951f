"""Papers and receipts to read: the same sheets the pages print, as structured text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cases import policy
from cases.api import printing, reading
from cases.api.answers import sheets
from cases.api.bodies import papers as bodies
from cases.api.bodies import queries
from cases.api.views.lists import ReadView, asked_of
from cases.api.views.verbs import PostView
from cases.codes import CHANNELS
from cases.models import Case
from cases.queries import drafting, papers
from kernel.api import actor_of
from kernel.errors import NotFound
from tenants import finding
from tenants.actors import Actor
from tenants.context import tenant_by_id


def _papers(case: Case) -> Iterator[tuple[str, UUID]]:
    """Kind and id of what may have been issued, in the order of `papers.KINDS`."""
    for notice in case.notices.all():
        yield "notice", notice.id
    for opinion in case.opinions.all():
        yield "opinion", opinion.id
        if getattr(opinion, "service", None) is not None:
            yield "service", opinion.id
    for stay in case.handovers.exclude(letter_number=""):
        yield "letter", stay.id
    for report in case.reports.all():
        yield "report", report.id


class Papers(ReadView):
    """What the caller may read of the case's papers."""

    def get(self, request: Request, case_id: UUID) -> Response:
        asked_of(request, queries.NoQuery)
        actor = actor_of(request)
        case = reading.case(actor, case_id)
        rows = []
        for kind, paper in _papers(case) if policy.may_read_people(actor, case) and not case.sealed else ():
            try:
                found = papers.find(actor, case, kind, paper)
            except NotFound:
                continue
            rows.append({"kind": kind, "id": paper, "title": found.title, "number": found.number, "draft": found.draft})
        return Response({"items": sheets.PaperOut(rows, many=True, context={"request": request}).data})


class Paper(ReadView):
    renderer_classes: Sequence[type[BaseRenderer]] = [JSONRenderer, printing.HtmlRenderer]

    def get(self, request: Request, case_id: UUID, kind: str, paper_id: UUID) -> Response:
        asked_of(request, queries.NoQuery)
        actor = actor_of(request)
        case = reading.case(actor, case_id)
        if kind not in papers.KINDS:
            raise NotFound
        found = papers.find(actor, case, kind, paper_id)
        if _as_document(request):
            return Response(printing.printed("paper", request._request, case, sheet=found))
        return self.told(request, sheets.SheetOut, found)


def _as_document(request: Request) -> bool:
    return bool(request.accepted_renderer.format == printing.HtmlRenderer.format)


class PreviewOpinion(PostView):
    """The paper as it would be issued from what is sent; nothing is saved, so nothing is remembered either."""

    body = bodies.PreviewOpinionBody
    answer = sheets.SheetOut
    needs_version: ClassVar[bool] = False
    remembers: ClassVar[bool] = False

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, case_id: UUID) -> Any:
        case = reading.case(actor, case_id)
        policy.require(actor, "draft", case)
        return papers.opinion(case, drafting.typed(case, data["answers"]), tenant_by_id(actor.tenant))


class Receipt(ReadView):
    """Of a case this office registered."""

    renderer_classes: Sequence[type[BaseRenderer]] = [JSONRenderer, printing.HtmlRenderer]

    def get(self, request: Request, case_id: UUID) -> Response:
        asked_of(request, queries.NoQuery)
        actor = actor_of(request)
        case = reading.case(actor, case_id)
        if case.origin != actor.tenant:
            raise NotFound
        if _as_document(request):
            return Response(printing.printed("receipt", request._request, case))
        filing = case.filing
        told = {
            "number": filing.number,
            "received_at": filing.received_at,
            "registered_at": filing.registered_at,
            "channel": filing.channel,
            "channel_label": CHANNELS.label(filing.channel),
            "due": case.due_raw,
            "organ": finding.department_name(actor.unit),
        }
        return self.told(request, sheets.ReceiptOut, told)


class Registration(ReadView):
    """信访登记表 (D1), masked, as the page prints it."""

    renderer_classes: Sequence[type[BaseRenderer]] = [printing.HtmlRenderer]

    def get(self, request: Request, case_id: UUID) -> Response:
        asked_of(request, queries.NoQuery)
        case = reading.case(actor_of(request), case_id)
        if case.sealed:
            raise NotFound
        return Response(printing.printed("registration", request._request, case))


class CaseSheet(ReadView):
    """案卷单, masked; each one handed out is written down."""

    renderer_classes: Sequence[type[BaseRenderer]] = [printing.HtmlRenderer]

    def get(self, request: Request, case_id: UUID) -> Response:
        asked = asked_of(request, queries.SheetQuery)
        case = reading.case(actor_of(request), case_id)
        return Response(printing.printed("case_sheet", request._request, case, history=asked["history"]))
