"""An administrator's way in Chromium: invite, the first sign-in, a post that takes two, the second administrator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tenants.administration import posts
from tenants.models import Membership, PostRequest, User
from tests.browsing import DESKTOP, PHONE, Server, listen, look, window
from tests.people import actor, department, membership, tenant

COUNTY, HOST = "990123", "chengyu.localhost"
WIDTHS = (DESKTOP, PHONE)
FRESH = "a-river-of-quiet-stones"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_the_invitation_to_the_second_consent(server: Server, chromium: Browser) -> None:
    place = str(department(COUNTY, "办信科").id)
    page = window(chromium, server, actor(COUNTY, "R19"))
    page.goto(server.url(HOST, "/office/people/"))
    page.click("text=邀请")
    page.fill("[name=name]", "林望舒")
    page.fill("[name=username]", "linwangshu")
    page.select_option("[name=department]", place)
    page.check("[name=roles][value=R3]")
    page.keyboard.press("Control+Enter")
    password = page.inner_text(".secret >> nth=0")
    page.click("text=看这个人")
    assert page.inner_text("h1") == "林望舒"

    person = window(chromium, server, size=PHONE)
    person.goto(server.url(HOST, "/sign-in"))
    person.fill("[name=login]", "linwangshu")
    person.fill("[name=password]", password)
    person.press("[name=password]", "Enter")
    person.wait_for_url("**/password")
    person.goto(server.url(HOST, "/worklist/"))
    assert person.url.endswith("/password"), "the one-time password opens nothing else"
    person.fill("[name=oldpassword]", password)
    person.fill("[name=password1]", FRESH)
    person.fill("[name=password2]", FRESH)
    person.click("main button.btn-primary")
    person.wait_for_url("**/worklist/**")

    page.click("text=改岗")
    page.check("[name=roles][value=R4]")
    page.click("main button.btn-primary")
    page.wait_for_selector("text=已提请改岗")
    assert Membership.objects.get(user__username="linwangshu").roles == ["R3"]

    other = window(chromium, server, actor(COUNTY, "R19", nth=1))
    other.goto(server.url(HOST, "/office/people/"))
    assert other.inner_text(".topnav a:has-text('岗位') b") == "1"
    other.goto(server.url(HOST, "/office/posts/"))
    other.click("button:has-text('同意') >> nth=0")
    other.wait_for_selector("text=已同意改岗")
    assert sorted(Membership.objects.get(user__username="linwangshu").roles) == ["R3", "R4"]

    page.goto(server.url(HOST, f"/office/people/{User.objects.get(username='linwangshu').pk}/"))
    page.click("button:has-text('锁定')")
    page.click("dialog[open] button.btn-primary")
    page.wait_for_selector("text=已锁定，各处登录都已退出")
    person.goto(server.url(HOST, "/worklist/"))
    assert "/sign-in" in person.url, "the lock ended that sign-in at once"


def look_at_both(page: Page, name: str, spoken: list[str], *, said: tuple[str, ...] = ()) -> None:
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        look(page, name, spoken, said=said)


def test_each_page_is_clean_at_both_widths(server: Server, chromium: Browser) -> None:
    clerk = membership(COUNTY, "R2")
    posts.give(actor(COUNTY, "R19", nth=1), clerk.user_id, department=department(COUNTY, "办信科").id, roles=["R4"])
    posts.give(actor(COUNTY, "R19"), clerk.user_id, department=department(COUNTY, "综合科").id, roles=["R9"])
    one = f"/office/people/{clerk.user_id}/"
    pages = {
        "people": "/office/people/",
        "people-never": "/office/people/?state=never",
        "people-none": "/office/people/?text=nobody",
        "invite": "/office/people/invite/",
        "import": "/office/people/import/",
        "person": one,
        "details": f"{one}details/",
        "give": f"{one}give/",
        "leave": f"{one}leave/",
        "change": f"/office/posts/{clerk.pk}/change/",
        "end": f"/office/posts/{clerk.pk}/end/",
        "posts": "/office/posts/",
    }
    page = window(chromium, server, actor(COUNTY, "R19"))
    spoken = listen(page)
    for name, address in pages.items():
        page.goto(server.url(HOST, address))
        look_at_both(page, f"office-{name}", spoken)
    page.goto(server.url(HOST, "/office/people/invite/"))
    page.click("main button.btn-primary")
    page.wait_for_selector(".error-summary")
    look_at_both(page, "office-invite-errors", spoken, said=("422",))
    page.goto(server.url(HOST, one))
    page.click("button:has-text('重设密码')")
    look_at_both(page, "office-reset", spoken)
    page.click("dialog[open] button.btn-primary")
    page.wait_for_selector(".secret")
    look_at_both(page, "office-password", spoken)
    page.goto(server.url(HOST, "/office/people/import/"))
    page.set_input_files(
        "[name=file]",
        {
            "name": "人员.csv",
            "mimeType": "text/csv",
            "buffer": "用户名,姓名,部门,角色\nlin-a,林甲,办信科,R3\nlin-b,林乙,没有,R3\n".encode(),
        },
    )
    page.click("main button.btn-primary")
    look_at_both(page, "office-import-plan", spoken)
    page.click("main button.btn-primary")
    page.wait_for_selector("text=导入完")
    look_at_both(page, "office-import-done", spoken)


@pytest.mark.parametrize("size", WIDTHS)
def test_another_post_is_one_click_or_key_away(server: Server, chromium: Browser, size: tuple[int, int]) -> None:
    person = membership(COUNTY, "R3").user
    place = department(COUNTY, "物业管理科")
    Membership.objects.create(user=person, tenant=tenant(COUNTY), department=place, roles=["R6"])
    assert not PostRequest.objects.filter(user=person).exists()
    page = window(chromium, server, actor(COUNTY, "R3"), size)
    page.goto(server.url(HOST, "/worklist/?tab=closed"))
    page.focus(".menu > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab") if "办信科" in page.inner_text(":focus") else None
    assert "物业管理科" in page.inner_text(":focus")
    page.keyboard.press("Enter")
    page.wait_for_url("**/worklist/?tab=closed")
    page.click(".menu > summary")
    assert "物业管理科" in page.inner_text(".menu [aria-current]")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
