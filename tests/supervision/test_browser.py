"""In Chromium: a clue becomes an order, the unit answers on a phone, the bureau accepts; axe and both widths."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from cases.models import Case
from supervision import triggers
from supervision.models import LedgerRow
from tests.browsing import PHONE, Server, clean, window
from tests.cases.making import BUREAU, COUNTY, at_unit, row
from tests.people import actor
from tests.supervision.ordering import UNIT, desk, officer, order

pytestmark = [pytest.mark.django_db(transaction=True)]

HOST, ABOVE = "chengyu.localhost", "linlan.localhost"


def _clue() -> Case:
    case = at_unit()
    LedgerRow.objects.filter(case=case).update(objections=2)
    triggers.propose_all()
    return row(COUNTY, case)


def test_from_the_clue_to_the_accepted_answer(server: Server, chromium: Browser) -> None:
    case = _clue()
    bureau = window(chromium, server, officer())
    bureau.goto(server.url(HOST, "/worklist/"))
    bureau.keyboard.press("g")
    bureau.keyboard.press("d")
    expect(bureau.locator("#clues")).to_contain_text("异议 2 次")
    clean(bureau)
    bureau.click("#clues .btn:has-text('督办')")
    bureau.check("input[name=instrument][value=urge]")
    expect(bureau.locator("#effect")).to_contain_text("催办，1 件")
    clean(bureau)
    bureau.click("button[value=issue]")
    expect(bureau.locator(".error-summary")).to_contain_text("理由")
    assert bureau.is_checked("input[name=instrument][value=urge]")
    bureau.fill("#reason", "两次退回，请说明由谁办理。")
    bureau.keyboard.press("Control+Enter")
    expect(bureau.locator(".notice-box")).to_contain_text("督办已发出")
    clean(bureau)

    unit = window(chromium, server, desk(), PHONE)
    unit.goto(server.url(HOST, "/supervision/"))
    expect(unit.locator("[aria-current=page]")).to_have_text(re.compile("督办 *1"))
    clean(unit)
    unit.click("#owed a")
    unit.click("#reply summary")
    unit.fill("#reply-text", "由物业科办理，本周答复。")
    clean(unit)
    unit.click("#reply button[type=submit]")
    expect(unit.locator(".notice-box")).to_contain_text("已书面反馈")
    unit.goto(server.url(HOST, f"/cases/{case.id}/"))
    expect(unit.locator(".flag-strong")).to_have_text("督办")
    expect(unit.locator("#history")).to_contain_text("催办：书面反馈")

    bureau.reload()
    bureau.click("#accept_reply button[type=submit]")
    expect(bureau.locator(".notice-box")).to_contain_text("反馈已认可")
    bureau.click("text=看函")
    expect(bureau.locator("article.paper")).to_contain_text("催办函")
    clean(bureau)


def test_the_office_above_reads_down_and_orders(server: Server, chromium: Browser) -> None:
    case = _clue()
    order(case.id)
    above = window(chromium, server, actor(BUREAU, "R4"), PHONE)
    above.goto(server.url(ABOVE, f"/region/{COUNTY}/cases/{case.id}/"))
    expect(above.locator(".notice-box")).to_contain_text("只读")
    expect(above.locator("#orders")).to_contain_text("督办函")
    clean(above)
    above.click(".head .btn-primary")
    expect(above.locator("#to_department")).to_contain_text(UNIT)
    clean(above)
