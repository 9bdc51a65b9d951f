"""The search page: one box, what was understood, hits with their clocks, and what one may narrow down by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kernel.errors import Invalid, Refused, Unavailable
from search import address, cards, facets, gateway, people, saved
from search.embedded import reach
from search.indexing import copying
from search.language import relaxing
from search.pages import saved_panel, tokens
from search.rights import rights_of
from search.shapes import MOST, Asked, Found, Hit, Query, Rights
from tenants.actors import Actor
from tenants.requests import StaffRequest

MOST_LIKE = 3
MOST_DROPPED = 4  # words that are left out one by one where nothing has them all


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    try:
        rights = rights_of(actor)
    except Refused as error:
        return render(request, "search/none.html", {"text": str(error)}, status=403)
    asked = address.read(request.GET)
    if people.is_personal(asked.text):  # it leaves the address, and with it the browser's history
        return redirect(f"{reverse('search:page')}?personal=1")
    if address.is_empty(asked):
        return _page(request, rights, asked, {"begin": True, "personal": "personal" in request.GET})
    try:
        found = gateway.search(actor, asked)
    except Invalid as error:
        return _page(request, rights, asked, {"error": error}, status=422)
    except Unavailable as error:
        return _page(request, rights, asked, {"error": error, "again": address.url(asked)}, status=503)
    shown = _shown(actor, asked, found, _seen(request))
    if request.htmx and asked.after:
        return render(request, "search/hits.html", shown)
    if asked.text and not request.htmx and not asked.after:
        saved.remember(actor, asked.text)
    return _page(request, rights, asked, shown)


@never_cache
@require_GET
def near(request: StaffRequest) -> HttpResponse:
    """What comes near, behind a few hits. Brought after the page itself, which waits for no offer."""
    rights_of(request.actor)
    asked, hits = address.read(request.GET), list[Hit]()
    if asked.text and not people.is_personal(asked.text):
        try:
            hits = gateway.near(request.actor, asked)
        except (Invalid, Unavailable):
            hits = []
    return render(request, "search/near.html", {"cards": cards.of_hits(request.actor, hits)})


def _page(
    request: StaffRequest, rights: Rights, asked: Asked, more: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    context = {"asked": asked, "rights": rights, "may_look": people.may_look(request.actor), **more}
    context["below"] = any(not office.own for office in reach.offices(rights))
    context["tokens"] = tokens.told(request.actor, asked, context["query"]) if "query" in context else []
    if request.htmx:
        context["keep_fields"] = address.pairs(asked)
        response = render(request, "search/found.html", context, status=status)
        response.headers["HX-Push-Url"] = address.url(asked)
        return response
    context |= saved_panel.context(request.actor, asked)
    return render(request, "search/page.html", context, status=status)


def _seen(request: StaffRequest) -> int:
    """How many hits stand above those asked for."""
    told = request.GET.get("seen", "")
    return min(int(told), MOST) if told.isdecimal() and len(told) < 6 else 0


def _shown(actor: Actor, asked: Asked, found: Found, seen: int) -> dict[str, Any]:
    hits = cards.of_hits(actor, found.hits)
    seen += len(found.hits)
    return {
        "query": found.query,
        "cards": hits,
        "first": not asked.after,
        "total": _total(found),
        "left": 0 if found.more else max(found.total - seen, 0),
        "took": f"{found.took_ms / 1000:.2f}",
        "more_url": f"{address.url(asked, after=found.after)}&seen={seen}" if found.after and hits else "",
        "near_url": _near_url(asked, found),
        "orders": _orders(asked),
        "partial": found.partial,
        "facets": facets.groups(actor, found.facets, asked),
        "facet_fields": address.pairs(asked, *facets.titles(), "since", "until"),
        "export_fields": address.pairs(asked),
        "fallen_back": found.fallen_back,
        "lag": copying.late_s(),
        "none": _none(actor, asked, found) if (found.relaxed or not hits) and not asked.after else None,
    }


def _near_url(asked: Asked, found: Found) -> str:
    """ "" where the hits are many, or near themselves, or where nothing would be near but they."""
    few = 0 < found.total < relaxing.FEW and not (asked.after or found.relaxed)
    if not few or relaxing.relaxed(found.query) is None:
        return ""
    return f"{reverse('search:near')}?{urlencode(address.pairs(asked))}"


def _total(found: Found) -> str:
    return f"{found.total:,}{'+' if found.more else ''}"


def _orders(asked: Asked) -> list[dict[str, Any]]:
    words = {"best": _("最相关"), "due": _("到期最早"), "new": _("最新")}
    return [
        {"url": address.url(asked, order=order), "text": text, "current": order == asked.order, "count": None}
        for order, text in words.items()
    ]


def _none(actor: Actor, asked: Asked, found: Found) -> dict[str, Any]:
    """What one may do when nothing has it all: take back what was chosen, or leave out a word."""
    typed = tokens.terms(asked.text)
    looser = []
    if len(typed) > 1:
        for term in typed[:MOST_DROPPED]:
            shorter = replace(asked, text=tokens.without(asked.text, term), size=1)
            try:
                less = gateway.search(actor, shorter)
            except (Invalid, Unavailable):
                break
            if less.total and not less.relaxed:
                looser.append({"term": term, "url": address.url(shorter), "total": _total(less)})
    narrowed = bool(asked.chosen or asked.since or asked.until)
    whole = address.url(Asked(text=asked.text, order=asked.order)) if narrowed and asked.text else ""
    near = [] if found.hits or narrowed else _like(actor, found.query)
    meant = [{"text": text, "url": address.url(asked, text=text)} for text in found.instead]
    start = reverse("search:page")
    return {"text": asked.text, "meant": meant, "looser": looser, "near": near, "whole": whole, "start": start}


def _like(actor: Actor, query: Query) -> list[cards.Card]:
    """Where nothing fits, what reads most like the words; unless a place, a time or the like is asked too."""
    text = " ".join(word.text for word in query.words if not word.excluded)
    if not text or query.notes or replace(query, words=(), told=()) != Query():
        return []
    try:
        return cards.of_hits(actor, gateway.like(actor, text, MOST_LIKE))
    except Unavailable:
        return []
