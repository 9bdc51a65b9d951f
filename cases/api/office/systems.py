"""接口令牌 and 事件推送, as the office's administrator lists them (R19). No secret is ever among the answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.answers.listed import NamedOut, Out
from cases.api.office.acts import TAG, WholeList
from cases.api.routing import Route, items_of, one
from tenants.actors import Actor
from tenants.administration import tokens, webhooks
from tenants.models import Webhook


def codes() -> Any:
    return serializers.ListField(child=serializers.CharField())


class TokenOut(Out):
    """`hint`: how its secret begins. Without `agreed_at` a second administrator has still to consent."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    department = NamedOut()
    roles = codes()
    verbs = codes()
    hint = serializers.CharField()
    created_at = serializers.DateTimeField()
    agreed_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class WebhookOut(Out):
    """`kinds` empty: every event. `waiting` and `parked`: deliveries."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    kinds = codes()
    active = serializers.BooleanField()
    failures = serializers.IntegerField()
    rests_until = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField()
    parked = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class Tokens(WholeList):
    """Newest first; those that ended too."""

    item = TokenOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        return tokens.listed(actor)


class Webhooks(WholeList):
    item = WebhookOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> list[Webhook]:
        return [hook for hook, _waiting, _parked in webhooks.listed(actor)]


ROUTES: list[Route] = [
    (
        "office/tokens",
        "tokens",
        one(Tokens, "tokens", "接口令牌", "Keys of other systems.", items_of("Tokens", TokenOut), TAG),
    ),
    (
        "office/webhooks",
        "webhooks",
        one(Webhooks, "webhooks", "事件推送", "Where events go.", items_of("Webhooks", WebhookOut), TAG),
    ),
]
