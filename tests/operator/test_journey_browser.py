"""In Chromium: an operator opens offices from a sheet with a broken row, hands over the first administrator, who signs
in on the new host. The owner worker is a process of its own, as in an installation."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, Page, expect

from infra.env import ROOT
from tests.browsing import DESKTOP, PHONE, Server, clean, window
from tests.operator.asking import BROKEN, GOOD, HOST, book, made
from tests.template import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NEW_HOST = "weian.localhost"


@pytest.fixture
def owner_worker(transactional_db: None, database_env: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, str(ROOT / "platform" / "manage.py"), "owner_worker", "--every", "0.2"]
    worker = subprocess.Popen(command, env=os.environ | database_env, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(60)


def cleanly(page: Page) -> None:
    """At both widths."""
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        clean(page)


def operator() -> None:
    """With a password as the web process reads it; the tests' own hasher is not known there."""
    user = made()
    user.password = make_password(PASSWORD, hasher="argon2")
    user.save()


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(url)
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")


def _taken_up(chromium: Browser, server: Server, password: str) -> None:
    """The administrator signs in on the new host, and with a password of their own finds the office."""
    inside = window(chromium, server)
    sign_in(inside, server.url(NEW_HOST, "/sign-in"), "cheng", password)
    expect(inside.locator("h1")).to_have_text("改密码")
    inside.fill("[name=oldpassword]", password)
    for name in ("password1", "password2"):
        inside.fill(f"[name={name}]", "haitang-weian-2026")
    inside.press("[name=password2]", "Enter")
    expect(inside.locator(".office")).to_have_text("苇岸县信访局")
    expect(inside.locator(".topnav")).to_contain_text("日历")
    inside.goto(server.url(NEW_HOST, "/rules/"))
    expect(inside.locator("main")).to_contain_text("国家 2022 年版")


@pytest.mark.usefixtures("owner_worker")
def test_an_operator_adds_an_office_and_hands_it_over(server: Server, chromium: Browser, tmp_path: Path) -> None:
    operator()
    sheet = tmp_path / "region.xlsx"
    sheet.write_bytes(book([GOOD, BROKEN]))
    page = window(chromium, server)
    sign_in(page, server.url(HOST, "/sign-in"), "yunwei", PASSWORD)
    expect(page.locator("h1")).to_have_text("机构")
    cleanly(page)

    page.click("text=用表格开通")
    cleanly(page)
    page.set_input_files("[name=file]", sheet)
    page.click("button:has-text('预览')")
    expect(page.locator("#refused")).to_contain_text("1 行不能办")
    expect(page.locator(".error")).to_contain_text("已被其他单位使用")
    cleanly(page)
    with page.expect_download() as download:
        page.click("text=下载待改的行")
    assert download.value.suggested_filename == "region 待改.xlsx"

    page.click("button:has-text('开始开通 1 个机构')")
    # The page asks on its own until the owner worker is done.
    expect(page.locator("#progress")).to_contain_text("1 个全部办好", timeout=60_000)
    cleanly(page)
    page.click("text=设管理员")
    expect(page.locator("h1")).to_have_text("苇岸县信访局")
    cleanly(page)
    page.fill("[name=name]", "程栖迟")
    page.fill("[name=username]", "cheng")
    # The network goes in the middle of the form: what was typed stays, and goes on its own when it is back.
    page.context.set_offline(True)
    page.click("button:has-text('设立第一位管理员')")
    expect(page.locator("#notices")).to_contain_text("没有保存：网络断了。")
    expect(page.locator("[name=username]")).to_have_value("cheng")
    page.context.set_offline(False)
    password = page.locator(".secret").inner_text()
    cleanly(page)
    page.click("nav >> text=变更记录")
    expect(page.locator("main")).to_contain_text("设立管理员")
    expect(page.locator("main")).not_to_contain_text(password)
    cleanly(page)
    page.click("nav >> text=服务健康")
    expect(page.locator(".health")).to_contain_text("开通进程 正常")
    cleanly(page)

    _taken_up(chromium, server, password)
    # From now on the office runs itself.
    page.goto(server.url(HOST, "/offices/?q=weian"))
    page.click("text=苇岸县信访局")
    expect(page.locator("main")).to_contain_text("已有管理员在任")


def test_the_operators_other_pages_fit(server: Server, chromium: Browser) -> None:
    operator()
    page = window(chromium, server)
    sign_in(page, server.url(HOST, "/sign-in"), "yunwei", PASSWORD)
    expect(page.locator("h1")).to_have_text("机构")
    for path in ("/offices/new/", "/openings/", "/queues/", "/calendar/", "/offices/?status=lagging"):
        page.goto(server.url(HOST, path))
        cleanly(page)
