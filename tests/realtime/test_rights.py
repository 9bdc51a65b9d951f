"""Who holds a socket, and for how long: the same person, post, host and session a page would ask for."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus

from kernel import push
from kernel.clock import today
from realtime import transport
from tenants import context
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.models import Membership, User
from tenants.streams import department_stream, streams_of, user_stream
from tests.cases.making import COUNTY, OTHER
from tests.people import actor, client_for
from tests.realtime.ground import WAIT_S, Live, Socket, as_person, cookie, opened, tell

ENVIRONMENT = {"REALTIME_RECHECK_S": "2", "REALTIME_LOOK_S": "300"}
HERE, THERE = "chengyu.localhost", "tinglan.localhost"


def refused(live: Live, **how: Any) -> int:
    """The handshake's status."""
    with pytest.raises(InvalidStatus) as found, opened(live, **how):
        pass
    return found.value.response.status_code


def code(live: Live, **how: Any) -> int:
    with opened(live, **how) as socket, pytest.raises(ConnectionClosed) as gone:
        socket.recv(WAIT_S)
    assert gone.value.rcvd is not None
    return gone.value.rcvd.code


@pytest.mark.parametrize(
    "how",
    [
        {"origin": f"http://{THERE}"},
        {"origin": f"http://{HERE}.example.org"},
        {"origin": f"http://{HERE}:81"},
        {"origin": f"ftp://{HERE}"},
        {"origin": "null"},
        {"origin": None},
        {"host": "nowhere.localhost"},
        {"host": "localhost"},
        {"host": "example.org"},
    ],
    ids=str,
)
def test_a_foreign_page_or_host_gets_no_socket_and_no_reason(live: Live, how: dict[str, Any]) -> None:
    assert refused(live, **{**as_person(actor(COUNTY, "R3")), **how}) == 403


def test_another_address_is_no_socket(live: Live) -> None:
    who = as_person(actor(COUNTY, "R3"))
    assert refused(live, **{**who, "path": "/ws/other"}) == 403
    assert refused(live, **{**who, "path": f"/ws?{who['cookie']}"}) == 403


def test_who_is_not_signed_in_here_is_told_so(live: Live) -> None:
    assert code(live, host=HERE) == 4401
    assert code(live, host=HERE, cookie=f"{settings.SESSION_COOKIE_NAME}=0123456789abcdef") == 4401
    assert code(live, host=HERE, cookie=cookie(actor(OTHER, "R3"))) == 4401, "a cookie of another office"


def test_who_has_no_post_or_must_change_the_password_gets_nothing(live: Live) -> None:
    user = User.objects.create_user("nobody-here", "无岗")
    client = Client(headers={"host": HERE})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["tenant"] = str(context.tenant_by_code(COUNTY).pk)
    session.save()
    without = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    assert code(live, host=HERE, cookie=without) == 4403
    who = actor(COUNTY, "R9")
    User.objects.filter(pk=who.user).update(must_change_password=True)
    assert code(live, **as_person(who)) == 4403


def test_a_stranger_hears_nothing_of_a_stream_that_is_named(live: Live) -> None:
    clerk, stranger = actor(COUNTY, "R3"), actor(OTHER, "R3")
    theirs = department_stream(clerk.department)
    reader, spy = Socket(live, clerk), Socket(live, stranger, {theirs: {"epoch": "", "last": 0}})
    assert set(spy.words[0]["streams"]) == set(streams_of(stranger))
    tell([theirs])
    tell([user_stream(stranger.user)])
    reader.until_alerts(1)
    assert [item["stream"] for item in spy.until_alerts(1)] == [user_stream(stranger.user)]
    spy.say({"type": "seen", "ids": [reader.alerts[0]["id"]]})
    spy.ack()
    reader.close()
    spy.close()


@pytest.mark.parametrize("word", ["", "{", "[]", '{"type": "subscribe"}', '{"type": "seen", "ids": ["x"]}', b"\x00"])
def test_a_word_that_is_none_ends_the_socket(live: Live, word: str | bytes) -> None:
    reader = Socket(live, actor(COUNTY, "R2"))
    reader.socket.send(word)
    assert reader.closed() == 4400


def test_a_person_holds_six_sockets(live: Live) -> None:
    who = actor(COUNTY, "R4")
    held = [Socket(live, who) for _number in range(6)]
    assert code(live, **as_person(who)) == 4429
    for reader in held:
        reader.close()


def test_a_flood_of_words_ends_the_socket(live: Live) -> None:
    reader = Socket(live, actor(COUNTY, "R14"))
    with suppress(ConnectionClosed):
        for _number in range(200):
            reader.ack()
    assert reader.closed() == 4429


def leave(who: Actor) -> None:
    Membership.objects.filter(pk=who.membership).update(valid_from=today(), valid_to=today())


def move(who: Actor) -> None:
    Membership.objects.filter(pk=who.membership).update(roles=["R13"])


def sign_out(who: Actor) -> None:
    Session.objects.filter(expire_date__isnull=False).delete()


def lock(who: Actor) -> None:
    User.objects.filter(pk=who.user).update(is_active=False)


def new_password(who: Actor) -> None:
    user = User.objects.get(pk=who.user)
    user.set_password("another-one-2026")
    user.save()


PEOPLE: list[dict[str, Any]] = [
    {"section": "执法科", "nth": 0},
    {"section": "物业管理科", "nth": 0},
    {"section": "村镇科", "nth": 0},
    {"section": "市容科", "nth": 0},
    {"section": "市容科", "nth": 1},
]
ENDS = [(leave, 4403), (move, 4401), (sign_out, 4401), (lock, 4401), (new_password, 4401)]


@pytest.mark.parametrize(("end", "expected"), ENDS, ids=[end.__name__ for end, _code in ENDS])
def test_a_right_that_ends_closes_the_socket_though_nobody_says_so(
    live: Live, end: Callable[[Actor], None], expected: int
) -> None:
    """Found by asking again; nothing is told after that."""
    who = actor(COUNTY, "R6", **PEOPLE[ENDS.index((end, expected))])
    reader = Socket(live, who)
    tell([user_stream(who.user)])
    reader.until_alerts(1)
    end(who)
    assert reader.closed() == expected
    tell([user_stream(who.user)])
    assert len(reader.alerts) == 1


def test_who_signs_out_is_cut_off_at_once(live: Live) -> None:
    """By the page, which says so; another browser of the same person goes on."""
    who = actor(COUNTY, "R15")
    client, other = client_for(who), Socket(live, who)
    name = settings.SESSION_COOKIE_NAME
    mine = Socket(live, who, cookie=f"{name}={client.cookies[name].value}")
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push, "_transport", lambda group, body: (said.append(group), transport.publish(group, body)))
        client.post("/sign-out")
    tell([user_stream(who.user)])
    assert said == [f"auth.{who.user}"]
    assert mine.closed() == 4401
    assert not mine.alerts
    other.until_alerts(1)
    other.close()


@pytest.mark.parametrize("kind", ["person.locked", "post.ended", "post.changed", "password.issued"])
def test_what_an_administrator_changes_is_said_after_the_commit(live: Live, kind: str) -> None:
    who = actor(COUNTY, "R19")
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push, "_transport", lambda group, body: said.append(group))
        with transaction.atomic():
            record(who.user, who.tenant, kind, who.user)
            assert not said
    assert said == [f"auth.{who.user}"]
