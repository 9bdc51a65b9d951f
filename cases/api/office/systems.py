"""接口令牌 and 事件推送, kept by the administrator (R19). A secret is told by the act that makes it, never again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework import serializers

from cases.api.answers.listed import NamedOut, Out
from cases.api.bodies.filings import Body
from cases.api.bodies.handling import Nothing
from cases.api.bodies.queries import PageQuery
from cases.api.fields import Code, Day, Flag, Text, Uid
from cases.api.office.acts import TAG, WholeList, act, both
from cases.api.routing import Route, items_of, one, paged
from cases.api.views.lists import ListView
from cases.webhooks import collecting, sending
from cases.webhooks.payload import KINDS
from tenants.actors import Actor
from tenants.administration import tokens, webhooks
from tenants.models import ApiToken, Delivery, Webhook
from tenants.models.token import MACHINE_ROLES

LONGEST_NAME, LONGEST_URL, MOST_VERBS = 40, 300, 100


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


class AskedTokenOut(Out):
    """`half`: the first half of the secret, told this once; the second is told to who consents. Joined by a dot."""

    token = TokenOut()
    half = serializers.CharField()


class AddedWebhookOut(Out):
    """`secret`: what requests are signed with, told this once."""

    webhook = WebhookOut()
    secret = serializers.CharField()


class DeliveryOut(Out):
    """One event for one receiver. `error`: a code; `answer_status`: what the receiver answered."""

    id = serializers.UUIDField()
    event = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.ChoiceField(Delivery.Status.values)
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    tried_at = serializers.DateTimeField(allow_null=True)
    answer_status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()


class ReplayedOut(Out):
    count = serializers.IntegerField()


class Tokens(WholeList):
    """Newest first; those that ended too."""

    item = TokenOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        return tokens.listed(actor)


class Webhooks(WholeList):
    item = WebhookOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> list[Webhook]:
        return [hook for hook, _waiting, _parked in webhooks.listed(actor)]


class DeliveriesQuery(PageQuery):
    status = Code([*Delivery.Status.values], required=False, default="")


class Deliveries(ListView):
    """Newest first."""

    ordering = ("-id",)
    query = DeliveriesQuery
    item = DeliveryOut

    def rows(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Any:
        return webhooks.deliveries(actor, webhooks.one(actor, where["webhook_id"]), asked["status"])


class AskTokenBody(Body):
    """`verbs`: read, verbs, propose:verb. It ends with the day `expires_on`."""

    name = Text(max_length=LONGEST_NAME)
    department = Uid()
    role = Code([*MACHINE_ROLES])
    verbs = serializers.ListField(child=Text(max_length=40), allow_empty=False, max_length=MOST_VERBS)
    expires_on = Day()


class AddWebhookBody(Body):
    """`kinds` empty: every event."""

    name = Text(max_length=LONGEST_NAME)
    url = Text(max_length=LONGEST_URL)
    kinds = serializers.ListField(child=Code([*KINDS]), required=False, default=list, max_length=len(KINDS))


class SwitchBody(Body):
    active = Flag()


class ReplayBody(Body):
    """One delivery; none: everything parked."""

    delivery = Uid(required=False, allow_null=True)


def ask_token(
    actor: Actor, *, name: str, department: UUID, role: str, verbs: list[str], expires_on: date
) -> dict[str, Any]:
    token, half = tokens.ask(actor, name=name, department=department, roles=[role], verbs=verbs, expires_on=expires_on)
    return {"token": token, "half": half}


def revoke_token(actor: Actor, *, token_id: UUID) -> ApiToken:
    return tokens.revoke(actor, token_id)


def _hook(actor: Actor, webhook: UUID) -> Webhook:
    return next(hook for hook, _waiting, _parked in webhooks.listed(actor) if hook.pk == webhook)


def add_webhook(actor: Actor, **given: Any) -> dict[str, Any]:
    hook, secret = webhooks.add(actor, known=KINDS, **given)
    transaction.on_commit(collecting.forget)
    return {"webhook": _hook(actor, hook.pk), "secret": secret}


def switch_webhook(actor: Actor, *, webhook_id: UUID, active: bool) -> Webhook:
    webhooks.switch(actor, webhook_id, active=active)
    transaction.on_commit(collecting.forget)
    return _hook(actor, webhook_id)


def remove_webhook(actor: Actor, *, webhook_id: UUID) -> None:
    webhooks.remove(actor, webhook_id)
    transaction.on_commit(collecting.forget)


def replay_webhook(actor: Actor, *, webhook_id: UUID, delivery: UUID | None = None) -> dict[str, int]:
    count = webhooks.replay(actor, webhook_id, delivery)
    transaction.on_commit(sending.nudge)
    return {"count": count}


def ping(actor: Actor, *, webhook_id: UUID) -> Delivery:
    return sending.ping(actor, webhook_id)


ONE = "office/webhooks/<uuid:webhook_id>"
ROUTES: list[Route] = [
    (
        "office/tokens",
        both(
            one(Tokens, "tokens", "接口令牌", "Keys of other systems.", items_of("Tokens", TokenOut), TAG),
            act(
                "ask_token",
                "提请接口令牌",
                "Of no use until a second administrator consents; half of the secret, told once.",
                ask_token,
                AskTokenBody,
                AskedTokenOut,
                made=True,
                once=True,
            ),
        ),
    ),
    (
        "office/tokens/<uuid:token_id>/revoke",
        act("revoke_token", "撤销接口令牌", "From now on.", revoke_token, Nothing, TokenOut),
    ),
    (
        "office/webhooks",
        both(
            one(Webhooks, "webhooks", "事件推送", "Where events go.", items_of("Webhooks", WebhookOut), TAG),
            act(
                "add_webhook",
                "增加接收地址",
                "With the secret its requests are signed with, told once.",
                add_webhook,
                AddWebhookBody,
                AddedWebhookOut,
                made=True,
                once=True,
            ),
        ),
    ),
    (
        f"{ONE}/deliveries",
        paged(Deliveries, "deliveries", "推送记录", "What was sent to one receiver, newest first.", TAG),
    ),
    (
        f"{ONE}/switch",
        act("switch_webhook", "暂停或恢复推送", "What waits goes on waiting.", switch_webhook, SwitchBody, WebhookOut),
    ),
    (
        f"{ONE}/ping",
        act("ping_webhook", "试一次推送", "What the receiver answered.", ping, Nothing, DeliveryOut, apart=True),
    ),
    (
        f"{ONE}/remove",
        act("remove_webhook", "移除接收地址", "Nothing is sent there any more.", remove_webhook, Nothing),
    ),
    (
        f"{ONE}/replay",
        act("replay_webhook", "重新推送", "One delivery, or all parked.", replay_webhook, ReplayBody, ReplayedOut),
    ),
]
