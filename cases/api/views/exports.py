"""Spreadsheets as the pages give them, and the register book page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import FileResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from cases.api import printing
from cases.api.answers.book import EntryOut
from cases.api.bodies import queries
from cases.api.views.lists import ListView, ReadView, asked_of
from cases.exports import book as book_sheet
from cases.exports import worklist as list_sheet
from cases.queries import book
from cases.queries.asked import Asked
from kernel import paging
from kernel.api import actor_of
from kernel.errors import Invalid, Refused
from kernel.paging import Page
from tenants.actors import Actor


class SheetView(ReadView):
    """An answer in a spreadsheet, whatever else was asked for."""

    renderer_classes: Sequence[type[BaseRenderer]] = [printing.XlsxRenderer]


class ExportWorklist(SheetView):
    def get(self, request: Request) -> FileResponse:
        asked = asked_of(request, queries.TakenQuery)
        sealed = asked.pop("sealed")
        return list_sheet.export(actor_of(request), Asked(**asked), sealed=sealed)


def period_of(asked: dict[str, Any]) -> book.Period:
    usual, _wrong = book.Period.read({})
    given = {name: asked[name] for name in ("first", "last") if asked.get(name)}
    return replace(usual, **given)


class Book(ListView):
    """By key, in the order of registration."""

    query = queries.BookQuery
    item = EntryOut

    def page(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Page[Any]:
        period = period_of(asked)
        if not book.may_read(actor):
            raise Refused
        if faults := period.faults():
            raise Invalid(fields={name: [text] for name, text in faults.items()})
        after = paging.unwrap(asked["cursor"]) if asked.get("cursor") else ""
        found = book.read(actor, period, after, asked["size"])
        return Page(found.entries, paging.wrap(found.next) if found.next else None)


class ExportBook(SheetView):
    def get(self, request: Request) -> FileResponse:
        period = period_of(asked_of(request, queries.PeriodQuery))
        return book_sheet.export(actor_of(request), period)
