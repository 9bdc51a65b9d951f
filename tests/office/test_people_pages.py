"""The administrator's pages: what they show, how many questions they ask, and that nothing typed is lost."""

from __future__ import annotations

import logging
import re
from uuid import UUID

import pytest
from django.test import Client

from kernel.clock import today
from kernel.masking import mask_phone
from tenants.administration import posts
from tenants.models import Department, Membership, PostRequest, User
from tenants.pinyin import sort_key
from tests.asking import statements
from tests.people import actor, client_for, department, membership, tenant

COUNTY, OTHER = "990123", "990124"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return client_for(actor(COUNTY, "R19"))


@pytest.fixture
def second() -> Client:
    return client_for(actor(COUNTY, "R19", nth=1))


def clerk() -> User:
    return membership(COUNTY, "R2").user


def url(user: User, act: str = "") -> str:
    return f"/office/people/{user.pk}/{act}"


def invitation(**changes: object) -> dict[str, object]:
    return {
        "name": "林望舒",
        "username": "linwangshu",
        "phone": "13800000016",
        "department": str(department(COUNTY, "办信科").id),
        "roles": ["R3"],
        **changes,
    }


def test_an_invitation_shows_the_password_once_and_no_log_has_it(
    browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = browser.post("/office/people/invite/", invitation())
    text = page.content.decode()
    found = re.search(r'class="secret">([^<]+)<', text)
    assert found is not None
    password = found.group(1)
    person = User.objects.get(username="linwangshu")
    assert person.check_password(password)
    assert "no-store" in page["Cache-Control"]
    assert password not in caplog.text
    assert "13800000016" not in caplog.text
    assert password not in browser.get(url(person)).content.decode()
    again = browser.post("/office/people/invite/", invitation())
    assert again.status_code == 422
    assert "secret" not in again.content.decode()


def test_what_was_typed_stays_with_the_error_at_its_field(browser: Client) -> None:
    page = browser.post("/office/people/invite/", invitation(phone="打电话", last_day="不知道"))
    text = page.content.decode()
    assert page.status_code == 422
    assert 'value="林望舒"' in text
    assert 'value="linwangshu"' in text
    assert 'value="打电话"' in text
    assert 'value="R3" checked' in text
    assert "日期写成 2026-11-23 的样子" in text
    assert not User.objects.filter(username="linwangshu").exists()
    page = browser.post("/office/people/invite/", invitation(phone="打电话"))
    assert "电话只写数字" in page.content.decode()
    page = browser.post("/office/people/invite/", invitation(department=""))
    assert "选择部门。" in page.content.decode()
    page = browser.post("/office/people/invite/", invitation(department="x", roles=["R3", "R99"]))
    assert page.status_code == 422
    page = browser.post("/office/people/invite/", {})
    assert "有 4 处要改" in page.content.decode(), "all of it at once"


def test_an_invitation_to_a_post_that_takes_two_says_so(browser: Client, second: Client) -> None:
    page = browser.post("/office/people/invite/", invitation(roles=["R4"])).content.decode()
    assert "要第二位管理员同意" in page
    person = User.objects.get(username="linwangshu")
    request = PostRequest.objects.get(user=person)
    assert "等候同意" in browser.get(url(person)).content.decode()
    shown = second.get("/office/posts/").content.decode()
    assert "林望舒" in shown
    assert second.post(f"/office/posts/requests/{request.pk}/", {"action": "consent"}).status_code == 302
    assert Membership.objects.filter(user=person, roles=["R4"]).exists()


def test_the_person_s_page_masks_the_phone_and_shows_who_did_what(browser: Client) -> None:
    person = clerk()
    browser.post(url(person, "details/"), {"name": person.name, "phone": "13812345616"})
    page = browser.get(url(person)).content.decode()
    assert mask_phone("13812345616") in page
    assert "13812345616" not in page
    assert "13812345616" in browser.get(url(person, "details/")).content.decode()
    assert "修改人员" in page


def test_one_s_own_page_offers_nothing(browser: Client) -> None:
    mine = User.objects.get(pk=actor(COUNTY, "R19").user)
    page = browser.get(url(mine)).content.decode()
    assert "这是您自己" in page
    for act in ("lock/", "reset/", "leave/", "give/"):
        assert f"{url(mine)}{act}" not in page
    answer = browser.post(url(mine, "lock/"))
    assert answer.status_code == 403
    assert User.objects.get(pk=mine.pk).is_active


def test_a_post_is_given_changed_and_ended_by_page(browser: Client) -> None:
    person, place = clerk(), department(COUNTY, "督查科")
    answer = browser.post(url(person, "give/"), {"department": str(place.id), "roles": ["R13"]})
    assert answer.status_code == 302
    post = Membership.objects.get(user=person, department=place)
    page = browser.get(f"/office/posts/{post.pk}/change/").content.decode()
    assert 'value="R13" checked' in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    answer = browser.post(f"/office/posts/{post.pk}/change/", {"roles": ["R13", "R15"], "seen": seen.group(1)})
    assert answer.status_code == 302
    assert Membership.objects.get(pk=post.pk).roles == ["R13", "R15"]
    assert browser.post(f"/office/posts/{post.pk}/end/", {"when": "now"}).status_code == 302
    assert Membership.objects.get(pk=post.pk).valid_to == today()
    history = browser.get(url(person)).content.decode()
    for word in ("设立岗位", "修改岗位", "结束岗位"):
        assert word in history, word


def test_a_new_password_by_page_for_one_and_with_consent_for_another(browser: Client, second: Client) -> None:
    page = browser.post(url(clerk(), "reset/")).content.decode()
    assert 'class="secret"' in page
    approver = membership(COUNTY, "R4").user
    assert browser.post(url(approver, "reset/")).status_code == 302
    request = PostRequest.objects.get(user=approver, kind="reset")
    assert "重设密码" in second.get("/office/posts/").content.decode()
    page = second.post(f"/office/posts/requests/{request.pk}/", {"action": "consent"}).content.decode()
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found is not None
    assert User.objects.get(pk=approver.pk).check_password(found.group(1))


def test_a_refusal_without_a_reason_keeps_its_place(second: Client) -> None:
    request = posts.give(actor(COUNTY, "R19"), clerk().pk, department=department(COUNTY, "办信科").id, roles=["R4"])
    answer = second.post(f"/office/posts/requests/{request.pk}/", {"action": "turn_down", "reason": " "})
    assert answer.status_code == 422
    assert "写明不同意的理由" in answer.content.decode()
    assert PostRequest.objects.get(pk=request.pk).status == "open"


def test_the_posts_page_names_who_holds_a_role_and_what_it_may(browser: Client) -> None:
    page = browser.get("/office/posts/").content.decode()
    for role in ("R2", "R4", "R18", "R19"):
        assert membership(COUNTY, role).user.name in page
    assert "能办：" in page
    assert "能提请：" in page
    assert "没有人" not in page or "R" in page
    for name in User.objects.filter(memberships__tenant__code=OTHER).values_list("username", flat=True):
        assert name not in page


def test_old_addresses_and_odd_filters_do_no_harm(browser: Client) -> None:
    for query in ("state=x&role=R99&department=nothing", "text=%00", "after=garbage", "department=" + str(UUID(int=0))):
        assert browser.get(f"/office/people/?{query}").status_code in (200, 422), query


# --- ten thousand people ----------------------------------------------------------------------------------------------


def _crowd(count: int) -> None:
    office = tenant(COUNTY)
    places = list(Department.objects.filter(tenant=office))
    given = "沈陆江顾林周叶何方"
    names = [f"{given[n % 9]}{given[n // 9 % 9]}{given[n // 81 % 9]}" for n in range(count)]
    users = [
        User(username=f"crowd-{n}", name=name, pinyin=sort_key(name), password="!") for n, name in enumerate(names)
    ]
    User.objects.bulk_create(users, batch_size=2000)
    rows = [
        Membership(user=user, tenant=office, department=places[n % len(places)], roles=["R6" if n % 3 else "R3"])
        for n, user in enumerate(users)
    ]
    Membership.objects.bulk_create(rows, batch_size=2000)


def _questions(browser: Client, address: str) -> int:
    return statements(lambda: _shown(browser, address))


def _shown(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 200


def test_pages_ask_the_same_questions_for_few_and_for_many(browser: Client) -> None:
    addresses = ("/office/people/", "/office/people/?text=990123", "/office/posts/", "/office/people/?state=left")
    few = [_questions(browser, address) for address in addresses]
    _crowd(400)
    assert [_questions(browser, address) for address in addresses] == few
    assert max(few) <= 18


def test_many_people_are_all_reached(browser: Client) -> None:
    _crowd(2_000)
    seen: list[str] = []
    address = "/office/people/?text=crowd-1&role=R3"
    while address:
        page = browser.get(address).content.decode()
        seen += re.findall(r'class="roster-name">([^<]+)<', page)
        more = re.search(r'hx-get="([^"]+)"', page)
        address = more.group(1).replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == sum(1 for n in range(2_000) if str(n).startswith("1") and n % 3 == 0)
