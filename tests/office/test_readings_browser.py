"""In Chromium: the auditor filters, takes the log along and has the history checked; the register book and the help
page beside it. Two widths, axe clean, nothing wider than the screen."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from cases import jobs
from cases.models import Verification
from tenants import context
from tests.browsing import PHONE, Server, clean, window
from tests.cases.making import COUNTY, do, register
from tests.people import actor, tenant

pytestmark = [pytest.mark.django_db(transaction=True)]

HOST = "chengyu.localhost"


def test_an_auditors_round(server: Server, chromium: Browser, tmp_path: Path) -> None:
    case = register().case
    sealed = register(klass="B", purpose="02").case
    clerk = actor(COUNTY, "R3")
    do(clerk, "unmask", case.id, reason="repeat")
    do(actor(COUNTY, "R18"), "read_sealed", sealed.id)
    page = window(chromium, server, actor(COUNTY, "R20"))
    page.goto(server.url(HOST))
    expect(page.locator("h1")).to_have_text("查看记录")
    expect(page.locator("table.log tbody tr")).to_have_count(2)
    expect(page.locator("tr.sealed")).to_contain_text("封存件")
    clean(page, PHONE)

    page.select_option("[name=person]", str(clerk.user))
    page.click("text=筛选 >> nth=0")
    expect(page.locator("table.log tbody tr")).to_have_count(1)
    expect(page.locator("table.log")).to_contain_text("核对是否重复")
    assert f"person={clerk.user}" in page.url
    with page.expect_download() as taken:
        page.click("text=导出表格")
    sheet = tmp_path / "log.xlsx"
    taken.value.save_as(sheet)
    assert case.number in [cell for row in load_workbook(sheet).worksheets[0].values for cell in row]
    page.click("text=去掉条件")
    expect(page.locator("table.log tbody")).to_contain_text("导出查看记录")

    page.click("text=变更")
    expect(page.locator("table.log tbody tr")).to_have_count(2)
    clean(page, PHONE)
    page.click("text=核验历史")
    page.click("text=开始核验")
    expect(page.locator("#runs")).to_contain_text("等候后台开始")
    with context.use(tenant(COUNTY)):
        run = Verification.objects.get().run
    jobs.verify_office(str(tenant(COUNTY).pk), str(run))
    expect(page.locator("#runs")).to_contain_text("无误")
    clean(page, PHONE)


def test_the_register_book_and_the_help_page(server: Server, chromium: Browser) -> None:
    case = register().case
    page = window(chromium, server, actor(COUNTY, "R2"))
    page.goto(server.url(HOST, "/book/"))
    expect(page.locator("table.book")).to_contain_text(case.title)
    expect(page.locator("table.book")).not_to_contain_text("赵晚舟")
    clean(page, PHONE)
    page.click("text=打印全期")
    expect(page.locator("[data-print]")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator(".book-acts")).to_be_hidden()
    expect(page.locator("table.book")).to_be_visible()
    page.emulate_media(media="screen")

    page.goto(server.url(HOST, "/help/#K6"))
    expect(page.locator("#K6")).to_be_visible()
    clean(page, PHONE)
    page.goto(server.url(HOST, f"/cases/{case.id}/"))
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#help")).to_contain_text("登记")
    page.keyboard.press("Escape")
    page.focus(".case-state summary")
    page.keyboard.press("Enter")
    expect(page.locator(".case-state details")).to_contain_text("等信访局定去向")
    clean(page, PHONE)
