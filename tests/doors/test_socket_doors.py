"""The one socket, like the routes: who passes, and what each then hears. Streams are derived from the post, so the
wrong department is one that hears other streams."""

import pytest
from django.conf import settings

from realtime.admission import NO_RIGHT, NOT_SIGNED_IN, Refused, Visitor, admit
from tenants import context
from tenants.actors import Actor
from tenants.middleware import SESSION_POST, SESSION_TENANT
from tenants.models import User
from tenants.streams import confidential_stream, department_stream, streams_of, user_stream
from tests.cases.making import BUREAU, COUNTY, OTHER
from tests.people import actor, client_for, department, tenant

pytestmark = pytest.mark.django_db

WALLS = {"R2", "R3", "R4", "R9", "R13", "R14", "R15", "R17"}
ROLES = [f"R{number}" for number in range(2, 22)]
UNIT = frozenset({"R5", "R6", "R7", "R8"})


def knock(cookie: str, host: str = "chengyu.localhost", origin: str = "") -> Visitor:
    return admit(host, origin or f"http://{host}", {settings.SESSION_COOKIE_NAME: cookie} if cookie else {})


def cookie_of(who: Actor) -> str:
    return str(client_for(who).cookies[settings.SESSION_COOKIE_NAME].value)


def code(cookie: str, host: str = "chengyu.localhost", origin: str = "") -> int | None:
    with pytest.raises(Refused) as refused:
        knock(cookie, host, origin)
    return refused.value.code


@pytest.mark.parametrize("role", ROLES)
def test_who_passes(role: str) -> None:
    who = actor(COUNTY, role, section="物业管理科" if role == "R6" else "")
    cookie = cookie_of(who)
    assert code("") == NOT_SIGNED_IN
    assert code(cookie, "tinglan.localhost") == NOT_SIGNED_IN, "a cookie of another office"
    assert code(cookie, "localhost") is None, "the operator's host has no socket"
    assert code(cookie, origin="http://tinglan.localhost") is None
    visitor = knock(cookie)
    assert visitor.streams == tuple(streams_of(who))
    assert visitor.streams[0] == user_stream(who.user)
    assert visitor.walls == ((f"wall.{COUNTY}",) if role in WALLS else ())
    others = [department_stream(department(code).pk) for code in (BUREAU, OTHER)]
    assert not set(others) & set(visitor.streams)
    confidential = confidential_stream(tenant(COUNTY).pk)
    assert (confidential in visitor.streams) == (role == "R18")


def test_no_post_in_this_office() -> None:
    client = client_for(actor(OTHER, "R3"))
    session = client.session
    session[SESSION_TENANT], session[SESSION_POST] = str(context.tenant_by_code(COUNTY).pk), ""
    session.save()
    assert code(client.cookies[settings.SESSION_COOKIE_NAME].value) == NO_RIGHT


def test_the_operator_is_nobody_in_an_office() -> None:
    who = actor(COUNTY, "R4")
    cookie = cookie_of(who)
    User.objects.filter(pk=who.user).update(is_operator=True)
    assert code(cookie) == NO_RIGHT


def test_behind_one_port_the_origin_is_the_host_and_in_a_demo_the_port_of_the_pages(settings: object) -> None:
    cookie = cookie_of(actor(COUNTY, "R3"))
    assert code(cookie, "chengyu.localhost:8001", "http://chengyu.localhost:8000") is None
    settings.REALTIME_PORT, settings.WEB_PORT = 8001, 8000  # type: ignore[attr-defined]
    assert knock(cookie, "chengyu.localhost:8001", "http://chengyu.localhost:8000")
    assert code(cookie, "chengyu.localhost:8001", "http://chengyu.localhost:8001") is None
    assert code(cookie, "chengyu.localhost:8001", "http://tinglan.localhost:8000") is None
