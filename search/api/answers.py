"""What the API says of cases that were found: as their cards on the page, in codes where there are such."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.answers.listed import Out
from cases.states import State
from search import address, facets, saved
from search.cards import Card
from search.indexing import copying
from search.models import SavedSearch
from search.shapes import FACETS, Asked, Found
from tenants.actors import Actor


def _texts() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField())


class PieceOut(Out):
    """Where the words stand: which text, and the stretch of it, escaped for HTML, with <mark>."""

    text = serializers.CharField()
    html = serializers.CharField()


class HitOut(Out):
    """`office`: the code of the lower office that has it, "" for the own one. `level`: how its clock stands; `days`
    until its end, where it has one."""

    id = serializers.UUIDField()
    office = serializers.CharField()
    number = serializers.CharField()
    short_number = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(State.values)
    state_label = serializers.CharField()
    place = serializers.CharField()
    holder = serializers.CharField()
    section = serializers.CharField()
    flags = _texts()
    level = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)
    registered_at = serializers.DateTimeField()
    days = serializers.IntegerField(allow_null=True)
    pieces = PieceOut(many=True)

    def to_representation(self, instance: Card) -> dict[str, Any]:
        same = {name: getattr(instance, name) for name in ("id", "place", "holder", "section", "due", "days")}
        return super().to_representation(
            {
                **same,
                "office": instance.at,
                "number": instance.full_number,
                "short_number": instance.number,
                "title": instance.plain_title,
                "state": instance.stage,
                "state_label": instance.state,
                "flags": [flag.text for flag in instance.flags],
                "level": instance.chip.level if instance.chip else "",
                "registered_at": instance.registered,
                "pieces": [{"text": name, "html": str(html)} for name, html in instance.pieces],
            }
        )


class ValueOut(Out):
    """One may narrow down by it; `count` hits have it."""

    value = serializers.CharField()
    text = serializers.CharField()
    count = serializers.IntegerField()
    chosen = serializers.BooleanField()


class FacetOut(Out):
    name = serializers.ChoiceField(FACETS)
    title = serializers.CharField()
    values = ValueOut(many=True)


class UnderstoodOut(Out):
    """What was recognised in `q`: 编号, 地点, 单位, 时间."""

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class FoundOut(Out):
    """`more`: there are more than `total`; `partial`: it and the facets are of a part alone. `relaxed`: nothing has
    all the words, these come near; `instead`: words that may have been meant. `own_office_only`: the rest of the region
    does not answer now. `behind_s`: seconds a change waits to be found, where it is worth saying."""

    items = HitOut(many=True)
    next = serializers.CharField(allow_null=True)
    total = serializers.IntegerField()
    more = serializers.BooleanField()
    partial = serializers.BooleanField()  # type: ignore[assignment]
    relaxed = serializers.BooleanField()
    instead = _texts()
    understood = UnderstoodOut(many=True)
    notes = _texts()
    facets = FacetOut(many=True)
    own_office_only = serializers.BooleanField()
    behind_s = serializers.IntegerField()

    @staticmethod
    def of(actor: Actor, asked: Asked, found: Found, hits: list[Card], following: str | None) -> dict[str, Any]:
        same = {name: getattr(found, name) for name in ("total", "more", "partial", "relaxed", "instead")}
        groups = facets.groups(actor, found.facets, asked)
        return {
            **same,
            "items": hits,
            "next": following,
            "understood": [{"label": label, "value": value} for label, value in found.query.told],
            "notes": found.query.notes,
            "facets": [{"name": one.name, "title": one.title, "values": [*one.options, *one.others]} for one in groups],
            "own_office_only": found.fallen_back,
            "behind_s": copying.late_s(),
        }


class LikenessOut(Out):
    """`words` 0 to 1; `shared`: stretches that both have; `same`: perhaps one matter."""

    words = serializers.FloatField()
    place = serializers.BooleanField()
    content = serializers.BooleanField()
    shared = _texts()
    same = serializers.BooleanField()


class SimilarOut(Out):
    """Nothing is linked by it: a person compares and confirms."""

    case = HitOut(source="card")
    why = LikenessOut()


class AlikeOut(Out):
    items = SimilarOut(many=True)


class RecentOut(Out):
    """What one looked for lately, on the page."""

    text = serializers.CharField()
    at = serializers.DateTimeField()


class SoughtOut(Out):
    """`cut`: there may be more than these."""

    items = HitOut(many=True)
    cut = serializers.BooleanField()


class QuestionOut(Out):
    """As `search` takes it."""

    q = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    sort = serializers.ChoiceField(address.ORDERS)
    state, clock, klass, office, department, channel = (_texts() for _facet in FACETS)


class SavedOut(Out):
    """常用查询. `fresh`: how many cases are new to it, where it tells of them."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    tells = serializers.BooleanField()
    fresh = serializers.IntegerField()
    looked_at = serializers.DateTimeField(allow_null=True)
    asked = QuestionOut()

    def to_representation(self, instance: SavedSearch) -> dict[str, Any]:
        same = {name: getattr(instance, name) for name in ("id", "name", "tells", "looked_at")}
        asked = address.restored(instance.asked)
        question: dict[str, Any] = {"q": asked.text, "since": asked.since, "until": asked.until, "sort": asked.order}
        question |= {facet: list(asked.chosen.get(facet, ())) for facet in FACETS}
        return super().to_representation({**same, "fresh": saved.fresh(self.actor, instance), "asked": question})
