"""本局信息: what the office makes public, written by its administrator (R19, domain P20)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.answers.listed import Out
from cases.api.bodies import queries
from cases.api.bodies.filings import Body
from cases.api.fields import Text, optional_text
from cases.api.office.acts import TAG, act, both, seen
from cases.api.routing import Route, one
from cases.api.views.lists import ReadView, asked_of
from kernel.api import actor_of
from tenants.actors import Actor
from tenants.administration import office_page
from tenants.administration.ground import require_admin
from tenants.administration.office_page import LONGEST, LONGEST_TEXT
from tenants.models import Tenant


class OfficePageOut(Out):
    """What is empty is said in the words of the regulation."""

    address = serializers.CharField()
    hours = serializers.CharField()
    phone = serializers.CharField()
    mail_address = serializers.CharField()
    online = serializers.CharField()
    procedure = serializers.CharField()
    query_how = serializers.CharField()
    laws = serializers.CharField()
    conveniences = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)
    seen = serializers.SerializerMethodField()

    def get_seen(self, row: Tenant) -> str:
        return office_page.seen(row)


class PublishBody(Body):
    """公布: the page as it shall be, over what was `seen`."""

    address = Text(max_length=LONGEST["address"])
    hours = Text(max_length=LONGEST["hours"])
    phone = Text(max_length=LONGEST["phone"])
    mail_address = optional_text(LONGEST["mail_address"])
    online = optional_text(LONGEST["online"])
    procedure = optional_text(LONGEST_TEXT)
    query_how = optional_text(LONGEST_TEXT)
    laws = optional_text(LONGEST_TEXT)
    conveniences = optional_text(LONGEST_TEXT)
    seen = seen()


class OfficePage(ReadView):
    def get(self, request: Request) -> Response:
        asked_of(request, queries.NoQuery)
        actor = actor_of(request)
        require_admin(actor)
        return self.told(request, OfficePageOut, office_page.fresh(actor.tenant))


def publish(actor: Actor, *, seen: str, **given: Any) -> Tenant:
    return office_page.publish(actor, given=office_page.Published(**given), seen_as=seen)


ROUTES: list[Route] = [
    (
        "office/page",
        both(
            one(OfficePage, "office_page", "本局信息", "What the office makes public.", OfficePageOut, TAG),
            act("publish", "公布本局信息", "At once, for everybody.", publish, PublishBody, OfficePageOut),
        ),
    ),
]
