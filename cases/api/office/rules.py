"""规则: which limits bind here, by which article, inherited from whom (R19); read only, as on the page."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.answers.listed import Out
from cases.api.bodies import queries
from cases.api.office.acts import TAG
from cases.api.routing import Route, one
from cases.api.views.lists import ReadView, asked_of
from kernel.api import actor_of
from kernel.clock import today
from tenants import profile_words
from tenants.administration.calendar_days import place_of
from tenants.administration.ground import require_admin
from tenants.profile_words import Explained


class LayerOut(Out):
    """Rules of one place, from a day to a day. `national`: the nation's own."""

    place = serializers.CharField()
    name = serializers.CharField(source="layer.title")
    first = serializers.DateField(source="layer.first")
    last = serializers.DateField(source="layer.last", allow_null=True)
    own = serializers.BooleanField()
    national = serializers.BooleanField()


class RuleOut(Out):
    """`value` in `unit`, counted from `start_event`; null: no such limit here. `national`: what the nation says."""

    param = serializers.CharField()
    title = serializers.CharField()
    value = serializers.IntegerField(source="limit.value", default=None, allow_null=True)
    unit = serializers.CharField(source="limit.unit", default=None, allow_null=True)
    start_event = serializers.CharField(source="limit.start_event", default=None, allow_null=True)
    basis = serializers.CharField(source="limit.told", default=None, allow_null=True)
    text = serializers.CharField()
    national = serializers.CharField(source="nation_text")
    differs = serializers.BooleanField()
    from_place = serializers.CharField(source="source.place", default=None, allow_null=True)


class RuleGroupOut(Out):
    title = serializers.CharField()
    rules = RuleOut(many=True)


class RulesOut(Out):
    """`pinned`: the version a case registered on `day` keeps. `layers`: all that take part, the nearest first."""

    day = serializers.DateField()
    pinned = LayerOut()
    layers = LayerOut(source="sources", many=True)
    groups = serializers.SerializerMethodField()

    @staticmethod
    def get_groups(found: Explained) -> Any:
        rows = [{"title": str(title), "rules": rules} for title, rules in found.groups]
        return RuleGroupOut(rows, many=True).data


class Rules(ReadView):
    def get(self, request: Request) -> Response:
        asked_of(request, queries.NoQuery)
        actor = actor_of(request)
        require_admin(actor)
        return self.told(request, RulesOut, profile_words.explained(place_of(actor), today()))


ROUTES: list[Route] = [
    ("office/rules", one(Rules, "rules", "规则", "Limits that bind here, and why.", RulesOut, TAG)),
]
