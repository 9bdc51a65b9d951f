"""Search as you type: the list under the box, and the box in the top bar of every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kernel.errors import Invalid, Refused, Unavailable
from search import address, cards, gateway, people, saved
from search.language import words
from search.rights import rights_of
from search.shapes import Asked
from tenants.actors import Actor
from tenants.requests import StaffRequest

MOST = 6
MOST_EARLIER = 3


@never_cache
@require_GET
def suggest(request: StaffRequest) -> HttpResponse:
    """Options of a listbox: cases by title and number, then one's own earlier searches. Quiet where nothing answers."""
    actor = request.actor
    rights_of(actor)
    text = address.read(request.GET).text
    shown: list[cards.Brief] = []
    if text and not people.is_personal(text):
        try:
            shown = cards.brief(actor, gateway.suggest(actor, text, MOST))
        except (Invalid, Unavailable):
            shown = []
    return render(request, "search/suggested.html", {"cards": shown, "earlier": _earlier(actor, text)})


def _earlier(actor: Actor, text: str) -> list[tuple[str, str]]:
    """Those that begin with or hold what is typed; the latest where nothing is typed yet."""
    wanted = words.fold(text)
    found = [one.text for one in saved.recent(actor) if one.text != text and wanted in words.fold(one.text)]
    return [(earlier, address.url(Asked(text=earlier))) for earlier in found[:MOST_EARLIER]]


def head(request: HttpRequest, values: Mapping[str, Any]) -> SafeString | None:
    """The slot `head`."""
    return render_to_string("search/head.html") if _searches(request) else None


def topbar(request: HttpRequest, values: Mapping[str, Any]) -> SafeString | None:
    """The slot `topbar.search`; the search page has a box of its own."""
    if not _searches(request) or request.path_info == address.url(Asked()):
        return None
    return render_to_string("search/topbar.html")


def _searches(request: HttpRequest) -> bool:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.membership is None:
        return False
    try:
        rights_of(actor)
    except Refused:
        return False
    return True
