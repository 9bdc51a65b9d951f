"""A clerk's morning by keyboard: three filings, five signed for at once, two sent with one letter, an objection
answered. The network goes in the middle of the second filing, and again when the letter is sent."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from cases.integrity import faults
from cases.models import Case, Draft, Handover
from cases.states import State
from tests.browsing import Server
from tests.cases.making import BUREAU, COUNTY, at, do, register, row
from tests.journey.persons import Person, sitting
from tests.people import actor, department

UNIT, OTHER_UNIT = "住建局", "城管局"
NOTE = "两件同一小区，请一并查看现场。"
TOLD = {"reason": "duty", "text": "占道经营归城管局。", "law": "权责清单第 12 项"}

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_clerks_morning(server: Server, chromium: Browser) -> None:
    arrived = [from_the_bureau(f"锦澜小区 {number} 号楼电梯停用") for number in range(1, 6)]
    refused = objected()
    with sitting(chromium, server, actor(COUNTY, "R2")) as clerk:
        three_filings(clerk)
    with sitting(chromium, server, actor(COUNTY, "R3")) as officer:
        five_signed_for(officer)
        assert {row(COUNTY, case_id).state for case_id in arrived} == {State.S10}
        two_sent(officer)
    with sitting(chromium, server, actor(COUNTY, "R4")) as leader:
        answered(leader, refused)
    assert list(faults()) == []


def from_the_bureau(title: str) -> UUID:
    case_id = register(BUREAU, demands=[title]).case.id
    do(actor(BUREAU, "R3"), "transfer", case_id, to_department=department(COUNTY).id)
    return case_id


def objected() -> UUID:
    case_id = register(COUNTY, demands=["清理小区门口的摊点"]).case.id
    do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, UNIT).id)
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields=TOLD)
    proposed = str(department(COUNTY, OTHER_UNIT).id)
    do(actor(COUNTY, "R8", unit=UNIT), "object", case_id, proposed_unit=UUID(proposed), **TOLD)
    return case_id


def three_filings(clerk: Person) -> None:
    """The third is a second one of the same visit: how and where stand there already, nothing about a person does."""
    page, write = clerk.go("/worklist/"), clerk.page.keyboard.type
    clerk.keys("n")
    page.wait_for_url("**/register/")
    clerk.look("clerk-register")
    by_hand(clerk, "赵晚舟", "恢复电梯")
    clerk.keys("Control+Enter")
    expect(page.locator(".receipt")).to_contain_text("查询码")
    clerk.look("clerk-receipt")

    clerk.keys("n")
    page.wait_for_url("**/register/")
    by_hand(clerk, "钱一", "退还物业费", halfway=True)
    expect(page.locator(".receipt")).to_contain_text("查询码")

    again = page.locator(".receipt a", has_text="同批来访")
    again.focus()
    clerk.keys("Enter")
    page.wait_for_url("**/register/?same=*")
    expect(page.locator("[name=channel][value=VISIT]")).to_be_checked()
    expect(page.locator("#name")).to_have_value("")
    expect(page.locator("#place")).to_have_value("澄屿县 锦澜小区")
    clerk.look("clerk-same-visit")
    clerk.keys("Tab")
    write("孙二")
    clerk.keys("Tab", "Tab", "Tab", "Tab", "Tab")
    write("同来的人还说小区门口的路灯坏了两个月。")
    clerk.keys("Tab")
    write("修复路灯")
    clerk.keys("Control+Enter")
    expect(page.locator(".receipt")).to_contain_text("查询码")
    with at(actor(COUNTY, "R2")):
        made = Case.objects.filter(title__in=["恢复电梯", "退还物业费", "修复路灯"])
        assert len(made) == 3
        assert not Draft.objects.exists()


def by_hand(clerk: Person, name: str, demand: str, *, halfway: bool = False) -> None:
    """From the channel, where the page begins, to the demand; `halfway` the network goes and comes back at the end."""
    page, write = clerk.page, clerk.page.keyboard.type
    clerk.keys("ArrowDown", "ArrowDown")
    for words in (name, "13800000016", "3"):
        clerk.keys("Tab")
        write(words)
    clerk.keys("Tab")
    write("cyx")
    clerk.keys("Enter")
    write("锦澜小区")
    clerk.keys("Tab", "Tab")
    if not halfway:
        write("锦澜小区二期 3 号楼电梯从今年 5 月停到现在。")
        clerk.keys("Tab")
        write(demand)
        return
    with clerk.offline():
        write("停梯期间的物业费照收，居民要求退还。")
        clerk.keys("Tab")
        write(demand)
        expect(page.locator("[data-drafted]")).to_contain_text("正在重试")
        clerk.keys("Control+Enter")
        expect(page.locator("#notices")).to_contain_text("网络断了")
        expect(page.locator("#text")).to_have_value("停梯期间的物业费照收，居民要求退还。")
        expect(page.locator("[name=demand]").first).to_have_value(demand)
        clerk.look("clerk-offline")


def five_signed_for(officer: Person) -> None:
    page = officer.go("/worklist/")
    boxes = page.locator("table.worklist tbody tr:not(.group)")
    officer.look("clerk-worklist")
    for number in range(boxes.count()):
        officer.keys("j")
        if "sign_for" in (boxes.nth(number).locator("input[name=case]").get_attribute("data-can") or ""):
            officer.keys("x")
    expect(page.locator("[data-picked-bar]")).to_contain_text("已选 5 件")
    officer.look("clerk-five")
    officer.keys("s")
    expect(page.locator("#list .notice-box")).to_contain_text("已签收 5 件")
    officer.look("clerk-signed")


def two_sent(officer: Person) -> None:
    page = officer.page
    for title in ("锦澜小区 1 号楼", "锦澜小区 2 号楼"):
        page.locator("table.worklist tr", has_text=title).locator("input[name=case]").check()
    expect(page.locator("[data-picked-bar]")).to_contain_text("已选 2 件")
    page.locator("[data-picked-bar] button", has_text="转送…").click()
    page.wait_for_url("**/worklist/together/transfer/")
    page.locator("#to").type("zjj")
    page.wait_for_selector("#units mark")
    officer.keys("ArrowDown")
    page.wait_for_selector("#after .dues .new")
    page.fill("[name=note]", NOTE)
    officer.look("clerk-together")
    with officer.offline():
        officer.keys("Control+Enter")
        page.locator("dialog[open] .btn-primary").click()
        expect(page.locator("#notices")).to_contain_text("网络断了")
        expect(page.locator("[name=note]")).to_have_value(NOTE)
        officer.look("clerk-together-offline")
    expect(page.locator("#state h1")).to_contain_text("转送办了 2 件")
    officer.look("clerk-sent")
    with at(actor(COUNTY, "R3")):
        letters = [one.letter_number for one in Handover.objects.all() if one.letter_text == NOTE]
        assert (len(letters), len(set(letters))) == (2, 1)


def answered(leader: Person, case_id: UUID) -> None:
    """The unit's objection waits at the office's leader; agreed, the case is back and goes to the unit it named."""
    page = leader.go("/worklist/")
    page.locator("table.worklist a", has_text="清理小区门口的摊点").first.click()
    page.wait_for_url("**/cases/**")
    leader.look("clerk-objected")
    page.locator(".actions a", has_text="异议").first.click()
    page.wait_for_url("**/objection/")
    leader.look("clerk-objection")
    leader.keys("Control+Enter")
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url("**/transfer/?to=*")
    page.wait_for_selector("#after .dues .new")
    leader.look("clerk-again")
    page.locator("#after button[data-open=confirm-send]").click()
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url(lambda url: "transfer" not in url)
    assert row(COUNTY, case_id).unit == department(COUNTY, OTHER_UNIT).id
