"""Keeping, opening, renaming and forgetting one's own searches; what was looked for lately, and letting go of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kernel.errors import Conflict, Invalid
from search import address, saved, telling
from search.pages import saved_panel
from search.rights import rights_of
from search.shapes import Asked
from tenants.requests import StaffRequest


@require_POST
def keep(request: StaffRequest) -> HttpResponse:
    """存为常用查询: hidden fields say the address. What tells is looked at once, so that only later cases are new."""
    actor = request.actor
    rights_of(actor)
    asked, name, tells = address.read(request.POST), request.POST.get("name", ""), request.POST.get("tells") == "1"
    try:
        one = saved.keep(actor, name, address.kept(asked), tells=tells)
    except (Invalid, Conflict) as error:
        return _panel(request, asked, error, {"name": name, "tells": tells})
    telling.watched(one)
    return _panel(request, asked, done=True)


@require_GET
def open_saved(request: StaffRequest, saved_id: UUID) -> HttpResponse:
    """To its address; what was new is known from now on."""
    one = saved.look(request.actor, saved_id)
    return redirect(address.url(address.restored(one.asked)))


@require_POST
def change(request: StaffRequest, saved_id: UUID) -> HttpResponse:
    actor, tells = request.actor, request.POST.get("tells") == "1"
    rights_of(actor)
    try:
        one = saved.change(actor, saved_id, name=request.POST.get("name", ""), tells=tells)
    except Invalid as error:
        return _panel(request, None, error, {"id": saved_id, "name": request.POST.get("name", ""), "tells": tells})
    telling.watched(one)
    return _panel(request, None)


@require_POST
def forget(request: StaffRequest, saved_id: UUID) -> HttpResponse:
    saved.forget(request.actor, saved_id)
    return _panel(request, None)


@require_POST
def forget_recent(request: StaffRequest) -> HttpResponse:
    """All of them."""
    saved.forget_recent(request.actor)
    if request.htmx:
        return render(request, "search/recent.html", saved_panel.of_recent(request.actor))
    return redirect("search:page")


def _panel(
    request: StaffRequest,
    asked: Asked | None,
    error: Invalid | Conflict | None = None,
    typed: dict[str, Any] | None = None,
    *,
    done: bool = False,
) -> HttpResponse:
    """The panel alone; without htmx a page with it."""
    context = saved_panel.of_saved(request.actor, None if done else asked)
    context |= {"error": error, "typed": typed or {}, "fault": _fault(error)}
    template = "search/saved.html" if request.htmx else "search/saved_page.html"
    return render(request, template, context, status=422 if error else 200)


def _fault(error: Invalid | Conflict | None) -> str:
    if error is None:
        return ""
    return next((texts[0] for texts in error.fields.values() if texts), str(error))
