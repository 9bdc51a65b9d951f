"""Several posts without signing out, and where each role of domain §2.2 begins its day."""

from __future__ import annotations

import pytest
from django.test import Client

from desk import navigation
from tenants.models import Membership
from tenants.roles import KNOWN
from tests.cases.making import COUNTY, register
from tests.people import actor, client_for, department, membership, tenant

pytestmark = pytest.mark.django_db

LATER = ("R10", "R11", "R12", "R17", "R21")


@pytest.mark.parametrize("role", sorted(KNOWN))
def test_every_role_lands_on_a_page_that_is_there(role: str) -> None:
    browser = client_for(actor(COUNTY, role, unit="住建局" if role in ("R5", "R6", "R7", "R8", "R9") else ""))
    page = browser.get("/", follow=True)
    assert page.status_code == 200, role
    text = page.content.decode()
    assert ("还没有开通" in text) == (navigation.home([role]) is None), role


@pytest.mark.parametrize("role", LATER)
def test_a_role_whose_page_comes_later_is_told_what_it_will_be(role: str) -> None:
    page = client_for(actor(COUNTY, role)).get("/").content.decode()
    assert "这个岗位的页面还没有开通" in page
    assert "/account" in page


@pytest.fixture
def two() -> tuple[Client, Membership, Membership]:
    """A clerk at the desk who is also a unit's handler; the client works from the first post."""
    person = membership(COUNTY, "R3").user
    unit = Membership.objects.create(
        user=person, tenant=tenant(COUNTY), department=department(COUNTY, "物业管理科"), roles=["R6"]
    )
    return client_for(actor(COUNTY, "R3")), membership(COUNTY, "R3"), unit


def switch(browser: Client, post: Membership, page: str = "") -> str:
    answer = browser.post("/posts", {"membership": str(post.pk), **({"next": page} if page else {})})
    assert answer.status_code == 302
    return str(answer.url)


def test_the_page_stays_where_the_other_post_has_it_too(two: tuple[Client, Membership, Membership]) -> None:
    browser, desk, unit = two
    page = browser.get("/worklist/?scope=mine").content.decode()
    assert f'name="membership" value="{unit.pk}"' in page
    assert 'name="next" value="/worklist/?scope=mine"' in page
    assert switch(browser, unit, "/worklist/?scope=mine") == "/worklist/?scope=mine"
    assert browser.session["membership"] == str(unit.pk)
    assert switch(browser, desk, "/account") == "/account"


def test_a_page_the_other_post_has_not_gives_way_to_its_home(two: tuple[Client, Membership, Membership]) -> None:
    browser, desk, unit = two
    case = register().case
    assert switch(browser, unit, f"/cases/{case.id}/") == "/", "the unit's handler does not see it"
    assert switch(browser, desk, f"/cases/{case.id}/") == f"/cases/{case.id}/"
    assert switch(browser, unit, "/register/") == "/"
    assert switch(browser, unit, "https://elsewhere.example/") == "/"
    assert switch(browser, unit) == "/"


def test_a_post_that_ended_meanwhile_cannot_be_chosen(two: tuple[Client, Membership, Membership]) -> None:
    browser, desk, unit = two
    Membership.objects.filter(pk=unit.pk).update(valid_to=unit.valid_from)
    assert switch(browser, unit, "/account") == "/posts"
    assert browser.session["membership"] == str(desk.pk)


def test_no_post_is_offered_where_there_is_only_one() -> None:
    page = client_for(actor(COUNTY, "R2")).get("/account").content.decode()
    assert 'name="membership"' not in page
