"""Reading: worklists, a case in full, its history, notes and material, departments, codes, drafts, oneself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from cases import actions
from cases.api import codes, printing, reading
from cases.api.answers import history
from cases.api.answers.below import CaseBelowOut
from cases.api.answers.full import CaseInFullOut
from cases.api.answers.listed import CaseOut
from cases.api.bodies import filings, queries
from cases.api.names import Names
from cases.api.schema import CaseSchema
from cases.codes.accesses import Look
from cases.numbers import short
from cases.queries import filed
from cases.reading_down import read_down
from kernel import files, paging
from kernel.api import actor_of, etag
from kernel.errors import Invalid
from kernel.paging import Page
from tenants.actors import Actor


class ReadView(APIView):
    """GET of one thing."""

    conflicts: ClassVar[bool] = False  # True where it says what an act would bring, and the act is not open now
    may_be_away: ClassVar[bool] = False  # True where it asks another service
    metadata_class = None
    schema = CaseSchema()

    def told(self, request: Request, answer: type[BaseSerializer[Any]], found: Any) -> Response:
        body = answer(found, context={"request": request}).data
        version = getattr(found, "version", None)
        return Response(body, headers={"ETag": etag(version)} if isinstance(version, int) else None)


def asked_of(request: Request, query: type[filings.Body]) -> dict[str, Any]:
    """The checked parameters; a misspelt one would silently filter nothing. Raises Invalid."""
    given, many = request.query_params, serializers.ListField
    several = {name for name, field in query._declared_fields.items() if isinstance(field, many)}
    # Plain values: an empty one is not a missing one.
    form = query(data={name: given.getlist(name) if name in several else given[name] for name in given})
    unknown = sorted(set(given) - set(form.fields))
    if unknown:
        raise Invalid(fields={name: [_("没有这个参数。核对名称。")] for name in unknown})
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


class ListView(ReadView):
    """GET of a page by key: `rows` are asked of `reading`, in `ordering`, which ends with a unique column."""

    ordering: ClassVar[Sequence[str]]
    query: ClassVar[type[filings.Body]] = queries.PageQuery
    item: ClassVar[type[BaseSerializer[Any]]]

    def rows(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> QuerySet[Any]:
        raise NotImplementedError

    def page(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Page[Any]:
        rows = self.rows(actor, asked, **where)
        return paging.page(rows, self.ordering, asked.get("cursor") or None, asked["size"])

    def get(self, request: Request, **where: UUID) -> Response:
        asked = asked_of(request, self.query)
        found = self.page(actor_of(request), asked, **where)
        context = {"request": request, "names": Names.of(found.items)}
        return Response({"items": self.item(found.items, many=True, context=context).data, "next": found.next})


class Cases(ListView):
    query = queries.CasesQuery
    item = CaseOut

    def page(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Page[Any]:
        return reading.worklist_page(actor, asked)


class CaseInFull(ReadView):
    def get(self, request: Request, case_id: UUID) -> Response:
        return self.told(request, CaseInFullOut, reading.case(actor_of(request), case_id))


class CaseBelow(ReadView):
    def get(self, request: Request, office: str, case_id: UUID) -> Response:
        return self.told(request, CaseBelowOut, read_down(actor_of(request), office, case_id))


class Events(ListView):
    ordering = ("seq", "id")
    item = history.EventOut

    def rows(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> QuerySet[Any]:
        return reading.events(actor, **where)


class Notes(ListView):
    ordering = ("at", "id")
    item = history.NoteOut

    def rows(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> QuerySet[Any]:
        return reading.notes(actor, **where)


class Attachments(ListView):
    ordering = ("added_at", "id")
    item = history.AttachmentOut

    def rows(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> QuerySet[Any]:
        return reading.attachments(actor, **where)


class Content(ReadView):
    """The bytes of a file, to be saved, never to be run or shown in our name."""

    def get(self, request: Request, case_id: UUID, attachment_id: UUID) -> StreamingHttpResponse:
        actor = actor_of(request)
        found = reading.attachment(actor, case_id, attachment_id)
        pieces = files.stream(found.sha256)
        actions.log_access(actor, Look.FILE_READ, case=case_id, file=attachment_id)
        if found.case.sealed:
            actions.read_sealed(actor, case_id)
        response = StreamingHttpResponse(pieces, content_type=found.mime)
        response.headers["Content-Length"] = str(found.size)
        response.headers["Content-Disposition"] = content_disposition_header(True, str(found.name)) or "attachment"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


class AllContent(ReadView):
    """Every file as one zip, read while it is sent; an event of the case."""

    renderer_classes: Sequence[type[BaseRenderer]] = [printing.ZipRenderer]

    def get(self, request: Request, case_id: UUID) -> StreamingHttpResponse:
        actor = actor_of(request)
        number = short(reading.case(actor, case_id).number)
        pieces = filed.zipped(actor.schema, actions.take_files(actor, case_id))
        response = StreamingHttpResponse(pieces, content_type=printing.ZIP)
        response.headers["Content-Disposition"] = str(content_disposition_header(True, f"{number}.zip"))
        return response


class Departments(ListView):
    ordering = ("pinyin", "id")
    query = queries.DepartmentsQuery
    item = history.DepartmentOut

    def rows(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> QuerySet[Any]:
        return reading.departments(actor, purpose=asked["purpose"], text=asked["text"])


class Codes(ReadView):
    def get(self, request: Request) -> Response:
        actor_of(request)
        return Response({name: history.CodeOut(list(rows), many=True).data for name, rows in codes.LISTS.items()})


class Me(ReadView):
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        return self.told(request, history.MeOut, history.MeOut.of(actor, Names(), reading.my_posts(actor)))


class Drafts(ListView):
    ordering = ("-updated_at", "id")
    item = history.DraftListedOut

    def rows(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> QuerySet[Any]:
        return reading.drafts(actor)


class OneDraft(ReadView):
    def get(self, request: Request, draft_id: UUID) -> Response:
        return self.told(request, history.DraftOut, reading.draft(actor_of(request), draft_id))
