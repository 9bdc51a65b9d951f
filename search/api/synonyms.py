"""近义词 under /api/v1: the office's own, kept by its administrator; what holds from above stands beneath."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.answers.listed import Out
from cases.api.bodies.filings import Body
from cases.api.bodies.handling import Nothing
from cases.api.bodies.queries import NoQuery
from cases.api.fields import Text
from cases.api.office.acts import TAG, act, both
from cases.api.routing import Route, one
from cases.api.views.lists import ReadView, asked_of
from kernel.api import actor_of
from search.language import synonyms
from search.models import Synonym
from tenants.actors import Actor

ONE = "office/synonyms/<uuid:synonym_id>"


def _words() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField())


class SynonymOut(Out):
    """A group: any of its words finds the others."""

    id = serializers.UUIDField()
    words = _words()
    at = serializers.DateTimeField()


class InheritedOut(Out):
    """`office` "": for the whole country."""

    office = serializers.CharField()
    groups = serializers.ListField(child=_words())


class SynonymsOut(Out):
    items = SynonymOut(many=True)
    inherited = InheritedOut(many=True)


class SynonymBody(Body):
    """A group, parted by blanks or commas."""

    words = Text(max_length=300)


class Synonyms(ReadView):
    def get(self, request: Request) -> Response:
        asked_of(request, NoQuery)
        actor = actor_of(request)
        synonyms.require_keeper(actor)
        found = {"items": synonyms.kept(), "inherited": synonyms.inherited(actor.tenant)}
        return self.told(request, SynonymsOut, found)


def add(actor: Actor, *, words: str) -> Synonym:
    return synonyms.write(actor, words=words)


def change(actor: Actor, synonym_id: UUID, *, words: str) -> Synonym:
    return synonyms.write(actor, synonym_id, words=words)


def end(actor: Actor, synonym_id: UUID) -> Synonym:
    return synonyms.end(actor, synonym_id)


ROUTES: list[Route] = [
    (
        "office/synonyms",
        both(
            one(Synonyms, "synonyms", "近义词", "The office's own groups, and those from above.", SynonymsOut, TAG),
            act("add_synonym", "添加近义词", "Words that find one another.", add, SynonymBody, SynonymOut, made=True),
        ),
    ),
    (f"{ONE}/change", act("change_synonym", "修改近义词", "Other words.", change, SynonymBody, SynonymOut)),
    (f"{ONE}/end", act("end_synonym", "停用近义词", "They no longer find one another.", end, Nothing, SynonymOut)),
]
