"""Drafting, approving, serving and reporting in Chromium: two widths, axe, keys, what is typed survives."""

from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.models import Handover, Notice, Opinion, Report
from tests.browsing import DESKTOP, PHONE, SHOTS, Server, listen, look, window
from tests.cases import making
from tests.cases.making import COUNTY, do
from tests.people import actor

HOST, UNIT = "chengyu.localhost", "住建局"
PETITION = {
    "text": "锦澜小区二期 3 号楼电梯今年 5 月停用至今，老人下楼困难。维修资金用到哪里去了，从来没有公示过。",
    "demands": ["恢复 3 号楼电梯运行", "公开 2023 年以来住宅专项维修资金使用明细", "退还停梯期间的物业服务费"],
}
FACTS = "3 号楼电梯自 2026 年 5 月 11 日停用，曳引机与门锁装置损坏。"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def signed_in(
    chromium: Browser, server: Server, role: str, size: tuple[int, int], *, nth: int = 0, code: str = COUNTY
) -> Page:
    unit = UNIT if role in ("R5", "R6", "R7", "R8", "R9") else ""
    return window(chromium, server, actor(code, role, unit=unit, nth=nth), size)


def begun() -> UUID:
    """Two of three demands are answered."""
    case_id = making.investigated(unit=UNIT, **PETITION)
    given = making.answers(COUNTY, case_id)
    last = list(given)[-1]
    given[last] = {"facts": FACTS}
    do(actor(COUNTY, "R6", unit=UNIT), "draft", case_id, answers=given)
    return case_id


def test_an_opinion_is_drafted_and_submitted_by_keys(server: Server, chromium: Browser) -> None:
    case_id = begun()
    page = signed_in(chromium, server, "R6", DESKTOP)
    spoken = listen(page)
    page.goto(server.url(HOST, f"/cases/{case_id}/opinion/"))
    expect(page.locator("[data-todo]")).to_contain_text("还差 3 项才能送审")
    look(page, "opinion", spoken, also=[PHONE])
    page.locator("[data-todo] a", has_text="没有结论").click()
    page.locator("#d3 label", has_text="解释说明").click()
    page.fill("#d3-reasons", "合同没有单列电梯费，已说明计费构成。")
    page.fill("#d3-law", "《物业管理条例》第三十五条")
    expect(page.locator("[data-todo]")).to_contain_text("都写齐了")
    expect(page.locator("[data-outcome=d3]")).to_contain_text("解释说明")
    expect(page.locator("[data-drafted]")).to_contain_text("已存")
    look(page, "opinion-whole", spoken, also=[PHONE])
    page.locator("h1").click()
    page.keyboard.press("p")
    expect(page.locator("[data-paper] .paper")).to_contain_text("三、关于退还停梯期间的物业服务费。")
    look(page, "opinion-preview", spoken, also=[PHONE])
    page.keyboard.press("Escape")
    expect(page.locator("#d3-law")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*/?done=submit")
    assert making.row(COUNTY, case_id).state == "S58"


def test_two_writers_keep_what_each_typed(server: Server, chromium: Browser) -> None:
    case_id = begun()
    url = server.url(HOST, f"/cases/{case_id}/opinion/")
    size = DESKTOP
    one = signed_in(chromium, server, "R6", size)
    two = signed_in(chromium, server, "R6", size, nth=1)
    one.goto(url)
    two.goto(url)
    expect(two.locator(".main")).to_contain_text("刚存过这份草稿")
    one.fill("#d3-reasons", "甲写的答复")
    expect(one.locator("[data-drafted]")).to_contain_text("已存")
    one.wait_for_timeout(1200)
    two.fill("#d3-reasons", "乙写的答复")
    expect(two.locator("[data-stale]")).to_contain_text("别人刚存过这份草稿")
    two.locator("[data-stale] summary").click()
    expect(two.locator("[data-stale]")).to_contain_text("甲写的答复")
    assert two.input_value("#d3-reasons") == "乙写的答复"
    if SHOTS:
        two.screenshot(path=str(Path(SHOTS) / "opinion-stale.png"))
    two.locator("button", has_text="用我写的").click()
    two.wait_for_load_state()
    assert two.input_value("#d3-reasons") == "乙写的答复"
    expect(two.locator("[data-stale]")).to_be_empty()


def test_what_was_typed_while_the_server_was_away_is_saved_later(server: Server, chromium: Browser) -> None:
    case_id = begun()
    page = signed_in(chromium, server, "R6", DESKTOP)
    page.goto(server.url(HOST, f"/cases/{case_id}/opinion/"))
    page.route("**/opinion/draft/", lambda route: route.abort())
    page.fill("#d3-reasons", "断网时写的")
    expect(page.locator("[data-drafted]")).to_contain_text("还没存上")
    page.unroute("**/opinion/draft/")
    expect(page.locator("[data-drafted]")).to_contain_text("已存")
    page.reload()
    assert page.input_value("#d3-reasons") == "断网时写的"


def test_papers_are_checked_signed_and_served(server: Server, chromium: Browser) -> None:
    """On a phone, as leaders do; each page is looked at on a desk too."""
    size = PHONE
    given = {"item": "更换曳引机，检验合格后启用", "execute_by": "2027-03-15"}
    first = making.submitted(unit=UNIT, given=given, **PETITION)
    second = making.submitted(unit=UNIT)
    third = making.investigated(unit=UNIT)
    fields = {"days": 15, "reason": "曳引机需原厂供货"}
    do(actor(COUNTY, "R6", unit=UNIT), "propose", third, verb="extend", fields=fields)
    page = signed_in(chromium, server, "R7", size)
    spoken = listen(page)
    page.goto(server.url(HOST, "/approvals/"))
    look(page, "approvals", spoken, also=[DESKTOP])
    page.locator(".waiting a").first.click()
    expect(page.locator(".approve-bar")).to_be_visible()
    look(page, "approve-check", spoken, also=[DESKTOP])
    bar = page.locator(".approve-bar .btn-primary").bounding_box()
    assert bar is not None
    assert bar["height"] >= 44
    assert bar["y"] + bar["height"] <= size[1]
    page.locator(".approve-bar .btn-primary").click()
    expect(page.locator(".main")).to_contain_text("已核稿")
    page.locator(".approve-bar a", has_text="退回重办").click()
    page.locator("#send-back button").click()
    expect(page.locator(".error-summary")).to_contain_text("至少选一关")
    look(page, "approve-send-back", [], also=[DESKTOP])
    page = signed_in(chromium, server, "R9", size)
    spoken = listen(page)
    page.goto(server.url(HOST, "/approvals/"))
    page.locator(".waiting a").first.click()
    expect(page.locator(".main")).to_contain_text("延期后到")
    look(page, "approve-extend", spoken, also=[DESKTOP])
    done = [case for case in (first, second) if _status(case) == "checked"]
    assert len(done) == 1
    if done == [second]:
        do(actor(COUNTY, "R7", unit=UNIT), "check", first)
    do(actor(COUNTY, "R8", unit=UNIT), "sign", first)
    _served(signed_in(chromium, server, "R5", size), server.url(HOST, f"/cases/{first}/serve/"))
    assert making.row(COUNTY, first).state == "S65"


def _served(page: Page, url: str) -> None:
    spoken = listen(page)
    page.goto(url)
    look(page, "serve", spoken, also=[DESKTOP])
    page.locator("details.reveal summary").click()
    page.locator("details.reveal button").click()
    expect(page.locator(".reveal-shown")).to_contain_text("赵晚舟")
    page.locator("label", has_text="当面").click()
    page.locator(".choices label", has_text="拒收").click()
    page.locator("#serve .btn-primary").click()
    expect(page.locator(".error-summary")).to_contain_text("写明见证人")
    page.fill("#id_witness", "社区 李主任")
    look(page, "serve-error", [], also=[DESKTOP])
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/papers/service/*/")
    look(page, "paper-service", [], also=[DESKTOP])


def _status(case_id: UUID) -> str:
    with making.at(actor(COUNTY, "R7", unit=UNIT)):
        return Opinion.objects.get(case_id=case_id).status


def test_a_report_is_read_and_every_paper_prints(server: Server, chromium: Browser) -> None:
    case_id = making.reported(UNIT)
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        papers = {
            "opinion": Opinion.objects.get(case_id=case_id).id,
            "notice": Notice.objects.get(case_id=case_id).id,
            "letter": Handover.objects.filter(case_id=case_id).exclude(letter_number="").first().id,  # type: ignore[union-attr]
            "report": Report.objects.get(case_id=case_id).id,
        }
    page = signed_in(chromium, server, "R4", DESKTOP, code=making.BUREAU)
    spoken = listen(page)
    page.goto(server.url("linlan.localhost", f"/cases/{case_id}/report/"))
    look(page, "report-decide", spoken, also=[PHONE])
    page = signed_in(chromium, server, "R5", DESKTOP)
    spoken = listen(page)
    for kind, paper in papers.items():
        page.goto(server.url(HOST, f"/cases/{case_id}/papers/{kind}/{paper}/"))
        look(page, f"paper-{kind}", spoken, also=[PHONE])
        page.emulate_media(media="print")
        assert page.locator(".paper").is_visible()
        assert not page.locator(".topbar").is_visible()
        assert not page.locator(".paper-acts").is_visible()
        if SHOTS:
            page.pdf(path=str(Path(SHOTS) / f"{kind}.pdf"), prefer_css_page_size=True)
        page.emulate_media(media="screen")
