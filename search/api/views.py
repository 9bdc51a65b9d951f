"""Search under /api/v1: parse, call the function the page calls, answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.bodies.queries import NoQuery
from cases.api.office.acts import WholeList
from cases.api.views.exports import SheetView
from cases.api.views.lists import ReadView, asked_of
from cases.api.views.verbs import PostView
from kernel import paging
from kernel.api import actor_of
from kernel.errors import Invalid
from search import address, cards, exporting, gateway, people, saved, similar, telling
from search.api import answers, bodies
from search.models import SavedSearch
from search.rights import rights_of
from tenants.actors import Actor

MOST_SUGGESTED = 6


class Search(ReadView):
    """A page of hits; the cursor is good for the order it was made for."""

    may_be_away = True

    def get(self, request: Request) -> Response:
        given, actor = asked_of(request, bodies.SearchQuery), actor_of(request)
        rights_of(actor)
        asked = replace(address.restored(given), size=given["size"])
        if address.is_empty(asked):
            raise Invalid(fields={"q": [_("先输入要找的，或者选条件。")]})
        if given.get("cursor"):
            order, _blank, after = paging.unwrap(given["cursor"]).partition(" ")
            if order != asked.order:
                raise paging.stale_cursor()
            asked = replace(asked, after=after)
        found = gateway.search(actor, asked)
        hits = cards.of_hits(actor, found.hits)
        following = paging.wrap(f"{asked.order} {found.after}") if found.after and hits else None
        return self.told(request, answers.FoundOut, answers.FoundOut.of(actor, asked, found, hits, following))


class Near(WholeList):
    """What comes near, to stand behind a few hits."""

    may_be_away = True
    query = bodies.AskedBody
    item = answers.HitOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        rights_of(actor)
        question = address.restored(asked)
        return cards.of_hits(actor, gateway.near(actor, question)) if question.text else []


class Suggest(WholeList):
    """While somebody types: by title and number."""

    may_be_away = True
    query = bodies.TypedQuery
    item = answers.HitOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        rights_of(actor)
        text = address.restored(asked).text
        return cards.of_hits(actor, gateway.suggest(actor, text, MOST_SUGGESTED)) if text else []


class SimilarTo(ReadView):
    may_be_away = True

    def get(self, request: Request, case_id: UUID) -> Response:
        asked_of(request, NoQuery)
        found = similar.beside(actor_of(request), case_id)
        return Response({"items": answers.SimilarOut(found, many=True, context={"request": request}).data})


class Alike(PostView):
    """Posted, so that no address keeps what is being written; it changes nothing."""

    may_be_away = True
    needs_version = False
    remembers = False
    body = bodies.AlikeBody
    answer = answers.AlikeOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None) -> dict[str, Any]:
        return {"items": similar.of_typed(actor, **data)}


class ExportHits(SheetView):
    may_be_away = True

    def get(self, request: Request) -> FileResponse:
        return exporting.export(actor_of(request), address.restored(asked_of(request, bodies.AskedBody)))


class SavedSearches(WholeList):
    item = answers.SavedOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        rights_of(actor)
        return saved.saved(actor)


class Recent(WholeList):
    item = answers.RecentOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        rights_of(actor)
        return saved.recent(actor)


# --- acts -------------------------------------------------------------------------------------------------------------


def seek(actor: Actor, *, by: str, value: str, reason: str) -> dict[str, Any]:
    found = people.find(actor, by=by, value=value, reason=reason)
    return {"items": cards.of_cases(actor, found), "cut": len(found) == people.SHOWN}


def keep(actor: Actor, *, name: str, tells: bool, asked: dict[str, Any]) -> SavedSearch:
    rights_of(actor)
    return telling.watched(saved.keep(actor, name, address.kept(address.restored(asked)), tells=tells))


def change(actor: Actor, saved_id: UUID, *, name: str, tells: bool) -> SavedSearch:
    rights_of(actor)
    return telling.watched(saved.change(actor, saved_id, name=name, tells=tells))
