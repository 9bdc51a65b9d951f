"""A leader between two meetings, on a phone: three papers one after the other, the network gone in the middle of a
reason."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from cases.integrity import faults
from cases.models import Event
from cases.states import State
from tests.browsing import Server
from tests.cases.making import COUNTY, at, at_unit, do, row, submitted
from tests.journey.persons import PHONE, sitting
from tests.people import actor

UNIT = "住建局"
TOLD = {"reason": "duty", "text": "电梯监管归市场监管局。", "law": "权责清单第 12 项"}
REASON = "第一项只写了结论，停梯期间的费用怎么算要写明。"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_three_papers_one_by_one(server: Server, chromium: Browser) -> None:
    strange = at_unit(demands=["检验 3 号楼电梯"])
    do(actor(COUNTY, "R5", unit=UNIT), "propose", strange, verb="object", fields=TOLD)
    good, thin = submitted(demands=["恢复 3 号楼电梯运行"]), submitted(demands=["退还停梯期间的物业费"])
    for case_id in (good, thin):
        do(actor(COUNTY, "R7", unit=UNIT), "check", case_id)

    with sitting(chromium, server, actor(COUNTY, "R8", unit=UNIT), PHONE) as leader:
        page, bar = leader.go("/approvals/"), leader.page.locator(".approve-bar")
        expect(page.locator(".waiting li")).to_have_count(3)
        leader.look("phone-list")

        page.locator(".waiting a").first.click()
        expect(page.locator(".head h1")).to_contain_text("检验 3 号楼电梯")
        expect(page.locator(".crumbs")).to_contain_text("第 1 件，共 3 件")
        leader.look("phone-proposal")
        bar.locator("button", has_text="批准").click()
        expect(page.locator(".notice-box")).to_contain_text("已批准")

        expect(page.locator(".head h1")).to_contain_text("恢复 3 号楼电梯运行")
        leader.look("phone-sign")
        bar.locator("button", has_text="签发").click()
        expect(page.locator(".notice-box")).to_contain_text("已签发")

        expect(page.locator(".head h1")).to_contain_text("退还停梯期间的物业费")
        bar.locator("a", has_text="退回重办").click()
        page.check("#send-back [name=gates][value=policy]")
        reason = page.locator("#send-back [name=reason]")
        reason.type(REASON[:10])
        with leader.offline():
            reason.type(REASON[10:])
            page.locator("#send-back button").click()
            expect(page.locator("#notices")).to_contain_text("网络断了")
            expect(reason).to_have_value(REASON)
            leader.look("phone-offline")
        expect(page.locator(".notice-box")).to_contain_text("已退回重办")
        expect(page.locator(".head h1")).to_have_text("待签发")
        expect(page.locator(".main")).to_contain_text("没有等您签发的件")
        leader.look("phone-done")

    assert [row(COUNTY, case_id).state for case_id in (strange, good, thin)] == [State.S24, State.S60, State.S50]
    with at(actor(COUNTY, "R8", unit=UNIT)):
        assert [event.data["gates"] for event in Event.objects.filter(case_id=thin, kind="sent_back")] == [["policy"]]
    assert list(faults()) == []
