"""In Chromium: the tree by keys and by dragging, a section moved, a unit ceased, two widths, axe clean, print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from cases import jobs
from tests.browsing import PHONE, Server, clean, window
from tests.cases.making import COUNTY, at_unit, row
from tests.people import actor, department, tenant

pytestmark = [pytest.mark.django_db(transaction=True)]

HOST = "chengyu.localhost"


def test_a_section_moves_and_a_unit_ceases_by_keyboard(server: Server, chromium: Browser) -> None:
    case_id = at_unit()
    page = window(chromium, server, actor(COUNTY, "R19"))
    page.goto(server.url(HOST, "/office/"))
    clean(page, PHONE)
    page.locator(".tree-name a", has_text="住房和城乡建设局").focus()
    page.keyboard.press("ArrowLeft")  # folds
    expect(page.locator(".tree-name a", has_text="村镇科")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".tree-name a", has_text="村镇科")).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator("h1")).to_have_text("移动：村镇科")
    page.locator("#to").focus()
    page.select_option("#to", str(department(COUNTY, "城管局").pk))
    expect(page.locator("#after")).to_contain_text("村镇科在城市管理局下面")
    clean(page, PHONE)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice-box")).to_contain_text("已移动")
    assert department(COUNTY, "村镇科").unit_id == department(COUNTY, "城管局").pk

    page.goto(server.url(HOST, f"/office/departments/{department(COUNTY, '住建局').pk}/cease/"))
    page.select_option("#successor", str(department(COUNTY, "城管局").pk))
    expect(page.locator("#after")).to_contain_text("在办 1 件由城市管理局接着办")
    clean(page, PHONE)
    page.locator(".panel-foot .btn-primary").press("Enter")
    expect(page.locator("#confirm-cease")).to_be_visible()
    clean(page, PHONE)
    page.locator("#confirm-cease .btn-primary").press("Enter")
    expect(page.locator(".ending")).to_contain_text("还有 1 件在移交")
    clean(page, PHONE)
    jobs.succeed(tenant(COUNTY))
    expect(page.locator(".ending")).to_contain_text("全部由承接的一方接着办")
    assert row(COUNTY, case_id).unit == department(COUNTY, "城管局").pk
    page.goto(server.url(HOST, "/office/"))
    page.locator(".tree-gone summary").press("Enter")
    expect(page.locator(".tree-gone")).to_contain_text("由城市管理局承接")
    clean(page, PHONE)


def test_a_row_is_dragged_to_where_it_may_hang(server: Server, chromium: Browser) -> None:
    page = window(chromium, server, actor(COUNTY, "R19"))
    page.goto(server.url(HOST, "/office/"))
    section = page.locator(".tree-row", has_text="村镇科")
    section.drag_to(page.locator(".tree-row", has_text="办信科"))
    expect(page).to_have_url(re.compile("/office/$"))  # not there
    section.drag_to(page.locator(".tree-row", has_text="城市管理局"))
    expect(page.locator("h1")).to_have_text("移动：村镇科")
    expect(page.locator("#to")).to_have_value(str(department(COUNTY, "城管局").pk))


def test_what_is_typed_narrows_the_tree(server: Server, chromium: Browser) -> None:
    page = window(chromium, server, actor(COUNTY, "R19"))
    page.goto(server.url(HOST, "/office/"))
    page.fill("#q", "czk")
    expect(page.locator(".tree-said")).to_contain_text("找到 1 个")
    expect(page.locator(".tree-row mark")).to_have_text("村镇科")
    clean(page, PHONE)
    page.fill("#q", "无此局")
    expect(page.locator("#tree .blank")).to_contain_text("没有符合“无此局”的机构")
    clean(page, PHONE)


def test_forms_and_the_public_page_fit(server: Server, chromium: Browser) -> None:
    page = window(chromium, server, actor(COUNTY, "R19"))
    page.goto(server.url(HOST, "/office/departments/add/"))
    page.click("button.btn-primary")
    expect(page.locator(".error-summary")).to_contain_text("写名称")
    clean(page, PHONE)
    page.goto(server.url(HOST, f"/office/departments/{department(COUNTY, '住建局').pk}/"))
    clean(page, PHONE)
    page.goto(server.url(HOST, f"/office/departments/{department(COUNTY, '住建局').pk}/change/"))
    clean(page, PHONE)
    page.goto(server.url(HOST, "/office/page/"))
    page.fill("#address", "澄屿县锦溆路 1 号")
    page.fill("#hours", "工作日 8:30–12:00，14:00–17:30")
    page.fill("#phone", "0000-1234567")
    page.fill("#conveniences", "每月 15 日局长接访\n2 路公交到县府站")
    page.press("#phone", "Control+Enter")
    expect(page.locator(".notice-box")).to_contain_text("已公布")
    clean(page, PHONE)
    public = window(chromium, server)
    public.goto(server.url(HOST, "/about"))
    expect(public.locator("main")).to_contain_text("锦溆路 1 号")
    clean(public, PHONE)
    public.emulate_media(media="print")
    expect(public.locator(".about-acts")).to_be_hidden()
