"""人员: who works in the office, and what its administrator does about one of them (R19). Phones are masked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.answers.listed import NamedOut, Out
from cases.api.bodies.filings import Body
from cases.api.bodies.handling import Nothing
from cases.api.bodies.queries import PageQuery
from cases.api.fields import Code, Day, Text, Uid, optional_text
from cases.api.office.acts import TAG, act, both, seen
from cases.api.office.posts import GivenOut, PostBody, PostHeldOut, RequestOut
from cases.api.routing import Route, one, paged
from cases.api.views.lists import ListView, ReadView
from cases.queries import open_work
from kernel.api import actor_of
from kernel.masking import mask_phone
from kernel.paging import Page
from tenants.actors import Actor
from tenants.administration import people, posts, roster
from tenants.models import Membership, PostRequest, User
from tenants.roles import KNOWN


class PersonListedOut(Out):
    """`waiting`: requests not decided."""

    id = serializers.UUIDField(source="user.id")
    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.name")
    active = serializers.BooleanField(source="user.is_active")
    last_login = serializers.DateTimeField(source="user.last_login", allow_null=True)
    posts = PostHeldOut(many=True)
    waiting = RequestOut(many=True)


class PersonHereOut(Out):
    """`over`: posts that ended. `kept_by`: the office that keeps the account, where it is another. `work`: open cases.

    `takes_two`: a new password needs a second administrator.
    """

    id = serializers.UUIDField(source="user.id")
    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.name")
    phone = serializers.SerializerMethodField()
    active = serializers.BooleanField(source="user.is_active")
    last_login = serializers.DateTimeField(source="user.last_login", allow_null=True)
    must_change_password = serializers.BooleanField(source="user.must_change_password")
    posts = PostHeldOut(many=True)
    over = PostHeldOut(many=True)
    requests = RequestOut(many=True)
    elsewhere = serializers.ListField(child=serializers.CharField())
    kept_by = serializers.CharField(allow_null=True)
    own = serializers.BooleanField()
    takes_two = serializers.BooleanField()
    work = serializers.SerializerMethodField()
    seen = serializers.SerializerMethodField()

    def get_phone(self, row: roster.Person) -> str:
        return mask_phone(str(row.user.phone or ""))

    def get_work(self, row: roster.Person) -> int:
        return sum(open_work.by_unit(row.user.pk).values())

    def get_seen(self, row: roster.Person) -> str:
        return people.mark(row.user)


class InvitedOut(Out):
    """`password` is told this once; null for who has an account. `request`: where the post waits for consent."""

    person = NamedOut()
    password = serializers.CharField(allow_null=True)
    request = serializers.UUIDField(allow_null=True)


class PeopleQuery(PageQuery):
    """`state` here: with a post now or to come; never: never signed in; locked; left: without any post."""

    state = Code([*roster.STATES], required=False, default="here")
    text = optional_text(60)
    department = Uid(required=False)
    role = Code(sorted(KNOWN), required=False, default="")


class People(ListView):
    """By sound."""

    query = PeopleQuery
    item = PersonListedOut

    def page(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Page[Any]:
        cursor, size = asked.pop("cursor", ""), asked.pop("size")
        found = roster.people(actor, roster.Asked(**asked), cursor, size)
        return Page(found.people, found.next)


class OnePerson(ReadView):
    def get(self, request: Request, user_id: UUID) -> Response:
        return self.told(request, PersonHereOut, roster.person(actor_of(request), user_id))


class InviteBody(PostBody):
    """邀请, with the first post."""

    username = Text(max_length=60)
    name = Text(max_length=40)
    phone = optional_text(24)


class DetailsBody(Body):
    """改资料. What is signed keeps the name it was signed with."""

    name = Text(max_length=40)
    phone = optional_text(24)
    seen = seen()


class LeaveBody(Body):
    """离岗: `last_day` none: now. `to`: the colleague who takes over the open work; none: its section."""

    last_day = Day(required=False, allow_null=True)
    to = Uid(required=False, allow_null=True)


class HandOverBody(Body):
    """移交在办件, of somebody who has left."""

    to = Uid(required=False, allow_null=True)


def invite(actor: Actor, **given: Any) -> dict[str, Any]:
    made = people.invite(actor, **given)
    return {"person": made.person, "password": made.password, "request": made.request and made.request.pk}


def details(actor: Actor, *, user_id: UUID, seen: str, **given: Any) -> roster.Person:
    people.change_details(actor, user_id, seen=seen, **given)
    return roster.person(actor, user_id)


def lock(actor: Actor, *, user_id: UUID) -> roster.Person:
    people.lock(actor, user_id)
    return roster.person(actor, user_id)


def unlock(actor: Actor, *, user_id: UUID) -> roster.Person:
    people.unlock(actor, user_id)
    return roster.person(actor, user_id)


def reset(actor: Actor, *, user_id: UUID) -> dict[str, Any]:
    made = people.reset_password(actor, user_id)
    person = User(pk=user_id, name=roster.names([user_id]).get(user_id, ""))
    if isinstance(made, PostRequest):
        return {"person": person, "password": None, "request": made.pk}
    return {"person": person, "password": made, "request": None}


def give(actor: Actor, *, user_id: UUID, **given: Any) -> dict[str, Membership | PostRequest | None]:
    return GivenOut.of(posts.give(actor, user_id, **given))


def leave(actor: Actor, *, user_id: UUID, **given: Any) -> roster.Person:
    people.leave(actor, user_id, **given)
    return roster.person(actor, user_id)


def hand_over(actor: Actor, *, user_id: UUID, **given: Any) -> roster.Person:
    people.hand_over(actor, user_id, **given)
    return roster.person(actor, user_id)


ONE = "office/people/<uuid:user_id>"
OUT = PersonHereOut
ROUTES: list[Route] = [
    (
        "office/people",
        both(
            paged(People, "office_people", "人员", "Who works in the office, by sound.", TAG),
            act(
                "invite",
                "邀请人员",
                "A new person with the first post; a one-time password, told once.",
                invite,
                InviteBody,
                InvitedOut,
                made=True,
                once=True,
            ),
        ),
    ),
    (ONE, one(OnePerson, "office_person", "一个人", "Posts, requests, open work.", OUT, TAG)),
    (f"{ONE}/change_details", act("change_details", "改资料", "Name and phone.", details, DetailsBody, OUT)),
    (f"{ONE}/lock", act("lock", "锁定账号", "Every sign-in ends.", lock, Nothing, OUT)),
    (f"{ONE}/unlock", act("unlock", "解锁账号", "The password is the old one.", unlock, Nothing, OUT)),
    (
        f"{ONE}/reset_password",
        act(
            "reset_password",
            "重设密码",
            "A one-time password, told once; or a request, where the person's posts take two.",
            reset,
            Nothing,
            InvitedOut,
            once=True,
        ),
    ),
    (
        f"{ONE}/give_post",
        act("give_post", "设岗", "A post, or a request where a role takes consent.", give, PostBody, GivenOut),
    ),
    (f"{ONE}/leave", act("leave", "离岗", "All posts end; open work is handed over.", leave, LeaveBody, OUT)),
    (f"{ONE}/hand_over", act("hand_over", "移交在办件", "Of somebody who has left.", hand_over, HandOverBody, OUT)),
]
