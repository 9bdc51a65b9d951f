"""What a question to search may say; what it means, the function behind it decides."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from cases.actions.registration import LONGEST_DEMAND, LONGEST_TEXT
from cases.api.bodies.filings import MOST_DEMANDS, Body
from cases.api.bodies.queries import PageQuery
from cases.api.fields import Code, Day, Flag, Text, Uid, optional_text
from cases.codes import CHANNELS, CLASSES
from cases.codes.services import UNMASKS
from cases.states import State
from search import address, people, saved
from search.clock import LEVELS


def _any_of(child: Any) -> serializers.ListField:
    return serializers.ListField(child=child, required=False, default=list, max_length=address.MOST_CHOSEN)


class TypedQuery(Body):
    """`q` as typed into the box."""

    q = optional_text(address.LONGEST)

    def validate_q(self, value: str) -> str:
        """A person is not asked for here: what is asked may stand in an address."""
        if people.is_personal(value):
            raise serializers.ValidationError(_("电话和证件号不写在这里。按姓名、证件或电话查另有一项，要选理由。"))
        return value


class AskedBody(TypedQuery):
    """Of a facet any of the values named, of several facets all. Both days belong to it."""

    state = _any_of(Code(State.values))
    clock = _any_of(Code([*LEVELS]))
    klass = _any_of(Code(CLASSES))
    office = _any_of(Text(max_length=12))
    department = _any_of(Uid())
    channel = _any_of(Code(CHANNELS))
    since = Day(required=False)
    until = Day(required=False)
    sort = Code([*address.ORDERS], required=False, default="best")


class SearchQuery(PageQuery, AskedBody):
    """As the page 查询."""


class SoughtBody(Body):
    """按姓名、证件或电话查: whole and exact, for a reason."""

    by = Code(people.By.values)
    value = Text(max_length=people.LONGEST)
    reason = Code(UNMASKS)


class AlikeBody(Body):
    """What is being registered, as far as it is written; a place and a class by name or code. No accusation's words."""

    text = optional_text(LONGEST_TEXT)
    demands = serializers.ListField(
        child=Text(max_length=LONGEST_DEMAND), required=False, default=list, max_length=MOST_DEMANDS
    )
    place = optional_text(80)
    content_class = optional_text(40)


class KeepSearchBody(Body):
    """存为常用查询. With `tells`, later cases are told."""

    name = Text(max_length=saved.LONGEST_NAME)
    tells = Flag(required=False, default=False)
    asked = AskedBody()


class ChangeSearchBody(Body):
    """改名, and whether it tells."""

    name = Text(max_length=saved.LONGEST_NAME)
    tells = Flag()
