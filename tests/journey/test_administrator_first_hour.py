"""An administrator's first hour: the office's page, the tree, a person who signs in with the one-time password, a post
that takes two administrators, a local day. The network goes while the page of the office is written."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from cases import jobs
from cases.integrity import faults
from cases.models import Clock
from tenants.calendars import calendar_for
from tenants.models import Department, Membership, PostRequest
from tests.browsing import Server
from tests.cases.making import COUNTY, at, at_unit, in_days
from tests.journey.persons import PHONE, Person, sitting
from tests.people import actor, department, tenant

HOST = "chengyu.localhost"
FRESH = "a-river-of-quiet-stones"
ADDRESS, HOURS = "澄屿县锦溆路 1 号", "工作日 8:30–12:00，14:00–17:30"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_first_hour(server: Server, chromium: Browser) -> None:
    case_id = at_unit()
    with (
        sitting(chromium, server, actor(COUNTY, "R19")) as admin,
        sitting(chromium, server, actor(COUNTY, "R19", nth=1)) as second,
        sitting(chromium, server, None, PHONE, host=HOST) as newcomer,
    ):
        published(admin)
        department_added(admin)
        department_moved(admin)
        password = invited(admin)
        signed_in(newcomer, password)
        asked(admin)
        granted(second)
        expect(newcomer.go("/worklist/").locator(".topnav")).to_contain_text("工作台")
        newcomer.look("admin-newcomer-works")
        day_added(admin, case_id)
    assert list(faults()) == []


def published(admin: Person) -> None:
    """From the home page by its entry and tab; published only when the network is back, with all that was typed."""
    page = admin.go("/")
    admin.look("admin-home")
    page.locator("a", has_text="本局信息").first.click()
    page.fill("#address", ADDRESS)
    with admin.offline():
        page.fill("#hours", HOURS)
        page.fill("#phone", "0000-1234567")
        admin.keys("Control+Enter")
        expect(page.locator("#notices")).to_contain_text("网络断了")
        expect(page.locator("#hours")).to_have_value(HOURS)
        admin.look("admin-offline")
    expect(page.locator(".main > .notice-box")).to_contain_text("已公布")
    admin.look("admin-published")
    about = admin.go("/about")
    expect(about.locator("main")).to_contain_text(ADDRESS)
    admin.look("admin-about")


def department_added(admin: Person) -> None:
    page = admin.go("/office/")
    admin.look("admin-tree")
    admin.keys("n")
    page.wait_for_url("**/departments/add/")
    page.select_option("[name=parent]", str(department(COUNTY, "住建局").pk))
    page.locator("[name=kind][value=section]").check(force=True)
    page.fill("[name=name]", "住房保障科")
    page.fill("[name=code]", "213")
    admin.look("admin-add")
    admin.keys("Control+Enter")
    expect(page.locator(".notice-box")).to_contain_text("已增设")
    expect(page.locator("h1")).to_contain_text("住房保障科")
    admin.look("admin-added")
    assert Department.objects.get(tenant__code=COUNTY, name="住房保障科").unit_id == department(COUNTY, "住建局").pk


def department_moved(admin: Person) -> None:
    page = admin.go("/office/")
    page.fill("#q", "czk")
    expect(page.locator(".tree-row mark")).to_have_text("村镇科")
    page.locator(".tree-name a", has_text="村镇科").focus()
    admin.keys("m")
    expect(page.locator("h1")).to_have_text("移动：村镇科")
    page.select_option("#to", str(department(COUNTY, "城管局").pk))
    expect(page.locator("#after")).to_contain_text("村镇科在城市管理局下面")
    admin.look("admin-move")
    admin.keys("Control+Enter")
    expect(page.locator(".notice-box")).to_contain_text("已移动")
    admin.look("admin-moved")
    assert department(COUNTY, "村镇科").unit_id == department(COUNTY, "城管局").pk


def invited(admin: Person) -> str:
    page = admin.go("/office/people/")
    admin.look("admin-people")
    page.locator("a", has_text="邀请").first.click()
    page.fill("[name=name]", "林望舒")
    page.fill("[name=username]", "linwangshu")
    page.select_option("[name=department]", str(department(COUNTY, "办信科").id))
    page.check("[name=roles][value=R3]")
    admin.look("admin-invite")
    admin.keys("Control+Enter")
    password = page.locator(".secret").inner_text()
    admin.look("admin-password")
    page.locator("a", has_text="看这个人").click()
    expect(page.locator("h1")).to_have_text("林望舒")
    expect(page.locator("main")).not_to_contain_text(password)
    admin.look("admin-person")
    return password


def signed_in(newcomer: Person, password: str) -> None:
    """On a phone: the one-time password opens the page on which it is changed, and nothing else."""
    page = newcomer.go("/sign-in")
    newcomer.look("admin-sign-in")
    page.fill("[name=login]", "linwangshu")
    page.fill("[name=password]", password)
    newcomer.keys("Enter")
    page.wait_for_url("**/password")
    newcomer.look("admin-must-change")
    newcomer.go("/worklist/")
    assert page.url.endswith("/password")
    page.fill("[name=oldpassword]", password)
    page.fill("[name=password1]", FRESH)
    page.fill("[name=password2]", FRESH)
    newcomer.keys("Enter")
    page.wait_for_url("**/worklist/**")
    newcomer.look("admin-newcomer")


def asked(admin: Person) -> None:
    page = admin.page
    page.locator("a", has_text="改岗").first.click()
    page.check("[name=roles][value=R4]")
    admin.look("admin-change-post")
    admin.keys("Control+Enter")
    expect(page.locator(".notice-box").first).to_contain_text("已提请改岗")
    admin.look("admin-asked")
    assert Membership.objects.get(user__username="linwangshu").roles == ["R3"]
    assert PostRequest.objects.filter(user__username="linwangshu").count() == 1


def granted(second: Person) -> None:
    page = second.go("/office/people/")
    expect(page.locator(".topnav a", has_text="岗位").locator("b")).to_have_text("1")
    page.locator(".topnav a", has_text="岗位").click()
    second.look("admin-waiting")
    page.locator(".requests button", has_text="同意").first.click()
    expect(page.locator(".notice-box").first).to_contain_text("已同意改岗")
    second.look("admin-granted")
    assert sorted(Membership.objects.get(user__username="linwangshu").roles) == ["R3", "R4"]


def day_added(admin: Person, case_id: UUID) -> None:
    """What the day reaches is said before it is saved; the clocks follow in the background."""
    day, before = workday(), objection_over(case_id)
    page = admin.go("/")
    page.locator(".topnav a", has_text="日历").click()
    admin.look("admin-calendar")
    page = admin.go(f"/calendar/?year={day.year}")
    page.fill("[name=first]", day.isoformat())
    page.fill("[name=name]", "建县纪念日")
    page.fill("#id_source", "汐政发〔2026〕8 号")
    admin.keys("Control+Enter")
    expect(page.locator(".reach")).to_contain_text("会重新计算")
    admin.look("admin-day-reaches")
    admin.keys("Control+Enter")
    expect(page.locator(".notice-box").first).to_contain_text("已加入 1 天")
    expect(page.locator(".local-days")).to_contain_text("建县纪念日")
    admin.look("admin-day")
    jobs.recompute_clocks(tenant(COUNTY))
    assert objection_over(case_id) > before


def workday() -> date:
    """The next day on which the nation works."""
    day = in_days(1)
    while not calendar_for(COUNTY).is_workday(day):
        day += timedelta(days=1)
    return day


def objection_over(case_id: UUID) -> datetime:
    with at(actor(COUNTY, "R5", unit="住建局")):
        return Clock.objects.get(case_id=case_id, kind="K4", stopped_at=None).due_raw
