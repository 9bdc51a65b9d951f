"""An upper bureau's hour: a county's case has stalled, the alert arrives by itself, an order is issued, the unit
answers with a file, the bureau accepts. Pages and sockets as in the demo."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from cases.integrity import faults
from cases.numbers import brief
from kernel import alerts
from kernel.alerts.models import Receipt
from kernel.clock import as_of, now
from supervision import sweep
from supervision.models import Order, StepFile
from tests.browsing import Server
from tests.cases.making import BUREAU, COUNTY, at_unit, row
from tests.journey.persons import PHONE, Person, sitting
from tests.people import actor
from tests.realtime.conftest import site, valkey  # noqa: F401  fixtures
from tests.realtime.ground import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNIT = "住建局"
PAPER: FilePayload = {"name": "情况说明.txt", "mimeType": "text/plain", "buffer": "登记后漏转经办人。".encode()}


def test_an_upper_bureaus_hour(site: tuple[Server, Live], chromium: Browser) -> None:  # noqa: F811
    server, _live = site
    officer = actor(BUREAU, "R13")
    with sitting(chromium, server, officer) as above, sitting(chromium, server, officer, PHONE) as pocket:
        case_id = stalled(above.go("/wall/"), pocket.go("/wall/"))
        for person in (above, pocket):
            person.look("upper-wall")
        acknowledged(above, pocket)
        order = ordered(above, case_id)
        with sitting(chromium, server, actor(COUNTY, "R5", unit=UNIT), PHONE) as unit:
            replied(unit)
        accepted(above, order)
    assert list(faults()) == []


def stalled(wide: Page, small: Page) -> UUID:
    """Five weeks with the unit that should have decided within fifteen days. Both screens hear it of themselves."""
    for page in (wide, small):
        expect(page.locator("[data-live-text]").first).to_have_text("实时")
        expect(page.locator("#feed")).to_contain_text("没有警示")
    with as_of(now() - timedelta(days=36)):
        case_id = at_unit(unit=UNIT)
    sweep.sweep()
    alerts.relay()
    number = brief(row(COUNTY, case_id).number, BUREAU)
    for page in (wide, small):
        expect(page.locator("#feed li", has_text=number)).to_contain_text("严重")
        expect(page.locator('[data-n="n.serious"]').first).to_have_text("1")
    return case_id


def acknowledged(above: Person, pocket: Person) -> None:
    above.page.click("#feed button")
    expect(above.page.locator("#feed button")).to_have_count(0)
    above.look("upper-acknowledged")
    expect(pocket.go("/wall/").locator("#feed button")).to_have_count(0)
    who = Receipt.objects.exclude(acknowledged_at=None).values_list("user", flat=True)
    assert set(who) == {actor(BUREAU, "R13").user}


def ordered(above: Person, case_id: UUID) -> Order:
    page = above.page
    page.click("#feed li a")
    page.wait_for_url(f"**/region/{COUNTY}/cases/{case_id}/")
    above.look("upper-below")
    page.click(".head .btn-primary")
    page.select_option("#to_department", label=UNIT)
    page.check("input[name=instrument][value=letter]")
    expect(page.locator("#effect")).to_contain_text("督办函，1 件")
    page.fill("#reason", "超期未决定是否受理，请说明原因并限期办理。")
    above.look("upper-issue")
    above.keys("Control+Enter")
    expect(page.locator(".notice-box")).to_contain_text("督办已发出")
    above.look("upper-issued")
    return Order.objects.get()


def replied(unit: Person) -> None:
    page = unit.go("/supervision/")
    unit.look("upper-owed")
    page.click("#owed a")
    page.click("#reply summary")
    page.fill("#reply-text", "登记后漏转经办人，今日已补办。")
    page.set_input_files("#reply input[type=file]", [PAPER])
    unit.look("upper-reply")
    page.click("#reply button[type=submit]")
    expect(page.locator(".notice-box")).to_contain_text("已书面反馈")


def accepted(above: Person, order: Order) -> None:
    page = above.go(f"/supervision/orders/{order.pk}/")
    expect(page.locator(".history")).to_contain_text("情况说明")
    assert StepFile.objects.filter(step__order=order).count() == 1
    above.look("upper-answered")
    page.click("#accept_reply button[type=submit]")
    expect(page.locator(".notice-box")).to_contain_text("反馈已认可")
    above.look("upper-accepted")
