"""岗位: posts given, changed and ended, and the requests that take a second administrator (R19)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from cases.api.answers.listed import NamedOut, OfficeOut, Out
from cases.api.bodies.filings import Body
from cases.api.bodies.handling import Nothing
from cases.api.fields import Code, Day, Text, Uid
from cases.api.office.acts import TAG, WholeList, act, seen
from cases.api.routing import Route, items_of, one
from kernel.errors import NotFound
from tenants.actors import Actor
from tenants.administration import people, posts, roster, tokens
from tenants.models import Membership, PostRequest
from tenants.roles import KNOWN

LONGEST_REASON = 500
Kind = PostRequest.Kind


def codes() -> Any:
    return serializers.ListField(child=serializers.CharField())


class PostHeldOut(Out):
    """`valid_to`: the first day it does not hold any more. `seen`: for the next change."""

    id = serializers.UUIDField()
    department = NamedOut()
    roles = codes()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    seen = serializers.SerializerMethodField()

    def get_seen(self, row: Membership) -> str:
        return posts.mark(row)


class RequestOut(Out):
    """What takes a second administrator. `token`: whose, where another system's token was asked for."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.values)
    status = serializers.ChoiceField(PostRequest.Status.values)
    person = NamedOut(source="user")
    department = NamedOut(allow_null=True)
    roles = codes()
    before = codes()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    token = NamedOut(allow_null=True)
    at = serializers.DateTimeField()


class RequestHereOut(RequestOut):
    """`mine`: the caller may decide it. `reason`: of who did not consent."""

    office = OfficeOut(source="tenant")
    by = NamedOut()
    mine = serializers.BooleanField()
    decided_by = NamedOut(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class GivenOut(Out):
    """The post as it holds; or the request, where a second administrator has to consent."""

    post = PostHeldOut(allow_null=True)
    request = RequestOut(allow_null=True)

    @staticmethod
    def of(made: Membership | PostRequest) -> dict[str, Membership | PostRequest | None]:
        asked = isinstance(made, PostRequest)
        return {"post": None if asked else made, "request": made if asked else None}


class ConsentedOut(Out):
    """`password`: of a reset. `half`: the second half of a token's secret, after the dot. Each is told this once."""

    request = RequestHereOut()
    password = serializers.CharField(allow_null=True)
    half = serializers.CharField(allow_null=True)


class RequestsQuery(Body):
    status = Code(["open", "decided"], required=False, default="open")


class Requests(WholeList):
    """The own office's, and those of lower offices without a second administrator; the latest decided."""

    query = RequestsQuery
    item = RequestHereOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        if asked["status"] == "open":
            return [_told(one.request, mine=one.mine) for one in roster.waiting(actor)]
        return [_told(row) for row in roster.decided(actor)]


def _told(row: PostRequest, *, mine: bool = False) -> PostRequest:
    row.mine = mine  # type: ignore[attr-defined]
    return row


class RolesBody(Body):
    roles = serializers.ListField(child=Code(sorted(KNOWN)), allow_empty=False, max_length=len(KNOWN))
    last_day = Day(required=False, allow_null=True)


class PostBody(RolesBody):
    """设岗."""

    department = Uid()
    valid_from = Day(required=False, allow_null=True)


class ChangePostBody(RolesBody):
    """改岗: the roles and the end as they shall be, over what was `seen`."""

    seen = seen()


class EndPostBody(Body):
    """终止岗位: it holds to the end of `last_day`; none ends it now."""

    last_day = Day(required=False, allow_null=True)


class TurnDownRequestBody(Body):
    """不同意: who asked reads the reason."""

    reason = Text(max_length=LONGEST_REASON)


def change(actor: Actor, *, post_id: UUID, **given: Any) -> dict[str, Membership | PostRequest | None]:
    return GivenOut.of(posts.change(actor, post_id, **given))


def end(actor: Actor, *, post_id: UUID, **given: Any) -> Membership:
    return posts.end(actor, post_id, **given)


def _found(actor: Actor, request_id: UUID) -> PostRequest:
    found = roster.request(actor, request_id)
    if found is None:
        raise NotFound
    return _told(found)


def consent(actor: Actor, *, request_id: UUID) -> dict[str, Any]:
    password = half = None
    match _found(actor, request_id).kind:
        case Kind.RESET:
            _person, password = people.consent_reset(actor, request_id)
        case Kind.TOKEN:
            _token, half = tokens.consent(actor, request_id)
        case _:
            posts.consent(actor, request_id)
    return {"request": _found(actor, request_id), "password": password, "half": half}


def turn_down(actor: Actor, *, request_id: UUID, reason: str) -> PostRequest:
    posts.turn_down(actor, request_id, reason=reason)
    return _found(actor, request_id)


def withdraw(actor: Actor, *, request_id: UUID) -> PostRequest:
    posts.withdraw(actor, request_id)
    return _found(actor, request_id)


POST = "office/posts/<uuid:post_id>"
ONE = "office/requests/<uuid:request_id>"
ROUTES: list[Route] = [
    (
        f"{POST}/change",
        act("change_post", "改岗", "A request where a role takes consent.", change, ChangePostBody, GivenOut),
    ),
    (f"{POST}/end", act("end_post", "终止岗位", "Open work stays.", end, EndPostBody, PostHeldOut)),
    (
        "office/requests",
        one(
            Requests,
            "requests",
            "等同意的",
            "What takes a second administrator, and what was decided last.",
            items_of("Requests", RequestHereOut),
            TAG,
            RequestsQuery,
        ),
    ),
    (
        f"{ONE}/consent",
        act(
            "consent_request",
            "同意",
            "Four eyes: neither who asked nor whom it is about.",
            consent,
            Nothing,
            ConsentedOut,
            once=True,
        ),
    ),
    (
        f"{ONE}/turn_down",
        act("turn_down_request", "不同意", "With a reason.", turn_down, TurnDownRequestBody, RequestHereOut),
    ),
    (
        f"{ONE}/withdraw",
        act("withdraw_request", "撤回请求", "By the office that asked.", withdraw, Nothing, RequestHereOut),
    ),
]
