"""登记簿: the registrations of a period on the screen, on A4 and as a sheet; taking it along leaves a trace (P13)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases import actions
from cases.exports import book as taken
from cases.queries import book
from kernel.clock import today
from tenants.requests import StaffRequest

MOST_PRINTED = 1000


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    if not book.may_read(request.actor):
        return _not_yours(request)
    return _page(request, request.GET)


def _not_yours(request: StaffRequest) -> HttpResponse:
    return render(request, "desk/book_none.html", status=403)


def _page(request: StaffRequest, given: Mapping[str, str], *, whole: bool = False) -> HttpResponse:
    period, faults = _period(given)
    after = given.get("after", "")[:80]
    if faults:
        found = book.Page([])
    elif whole:
        found = book.Page(list(book.all_entries(request.actor, period, MOST_PRINTED)))
        actions.log_access(
            request.actor, "register_printed", rows=len(found.entries), first=period.first, last=period.last
        )
    else:
        found = book.read(request.actor, period, after)
    query = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    more = f"{reverse('desk:book')}?{urlencode({**query, 'after': found.next})}" if found.next else ""
    context = {"found": found, "more": more, "at_desk": request.actor.at_desk}
    if after and request.htmx:
        return render(request, "desk/book_rows.html", context)
    context |= {
        "period": period,
        "faults": faults,
        "first": given.get("first") or query["first"],
        "last": given.get("last") or query["last"],
        "whole": whole,
        "cut": whole and len(found.entries) == MOST_PRINTED,
        "after": after,
        "today": today(),
        "most": MOST_PRINTED,
        "most_exported": taken.MOST_ROWS,
        "this_month": reverse("desk:book"),
        "organ": request.tenant.name,
    }
    return render(request, "desk/book.html", context, status=422 if faults else 200)


def _period(given: Mapping[str, str]) -> tuple[book.Period, dict[str, str]]:
    period, wrong = book.Period.read(given)
    faults = {name: _("日期写成 %(day)s 的样子。") % {"day": today().isoformat()} for name in wrong}
    return period, period.faults() | faults


@require_POST
def printed(request: StaffRequest) -> HttpResponse:
    """The whole period in one table, for the printer."""
    if not book.may_read(request.actor):
        return _not_yours(request)
    return _page(request, request.POST, whole=True)


@require_POST
def export(request: StaffRequest) -> FileResponse | HttpResponse:
    actor = request.actor
    if not book.may_read(actor):
        return _not_yours(request)
    period, faults = _period(request.POST)
    if faults:
        return _page(request, request.POST)
    return taken.export(actor, period)


pages = [
    path("book/", page, name="book"),
    path("book/print/", printed, name="book_print"),
    path("book/export/", export, name="book_export"),
]
