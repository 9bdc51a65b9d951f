"""Registration, sending on and objecting in Chromium: two widths, axe, keys, a draft that survives."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from cases.models import Case, Draft
from tests.browsing import DESKTOP, PHONE, SHOTS, Server, axe, listen, look, window
from tests.cases.making import at, do, register
from tests.people import actor, department

COUNTY, HOST = "990123", "chengyu.localhost"
WIDTHS = (DESKTOP, PHONE)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def signed_in(chromium: Browser, server: Server, role: str, size: tuple[int, int], **where: str) -> Page:
    return window(chromium, server, actor(COUNTY, role, **where), size)


def fill(page: Page) -> None:
    page.check("[name=channel][value=VISIT]")
    page.fill("#name", "赵晚舟")
    page.fill("#phone", "138 0000 0016")
    page.fill("#persons", "3")
    page.fill("#place", "锦溆街道 锦澜小区")
    page.fill(
        "#text",
        "锦澜小区二期 3 号楼电梯从今年 5 月停到现在，楼里有七八个老人下不了楼。维修资金用到哪里去了从来没公示过。",
    )
    page.fill("[name=demand]", "恢复 3 号楼电梯运行")
    page.keyboard.press("Alt+a")
    page.keyboard.type("公示维修资金使用明细")
    page.keyboard.press("Enter")
    page.keyboard.type("退还停梯期间物业费")


def test_registering(server: Server, chromium: Browser, tmp_path: Path) -> None:
    page = signed_in(chromium, server, "R2", WIDTHS[0])
    spoken = listen(page)
    page.goto(server.url(HOST, "/register/"))
    look(page, "register-empty", spoken, also=WIDTHS[1:])
    fill(page)
    page.wait_for_selector("[data-drafted]:has-text('草稿已保存')")
    look(page, "register", spoken, also=WIDTHS[1:])
    page.reload()
    assert page.input_value("#name") == "赵晚舟"
    assert page.locator(".lines [name=demand]").count() == 3
    page.keyboard.press("Tab")
    page.locator(".lines [name=demand]").nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    assert page.locator(".lines [name=demand]").nth(1).input_value() == "退还停梯期间物业费"
    photo = tmp_path / "现场.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 3000)
    page.set_input_files("#upload", str(photo))
    page.wait_for_selector(".file-row")
    wrong = tmp_path / "a.exe"
    wrong.write_bytes(b"MZ" + b"\0" * 50)
    page.set_input_files("#upload", str(wrong))
    page.wait_for_selector(".file-row.refused")
    page.locator(".file-row.refused [data-remove]").click()
    page.locator("details.more > summary").click()
    page.locator("[data-lines=person] [data-add]").click()
    page.fill(".people [name=p_name]", "钱一")
    look(page, "register-more", spoken, said=("422",), also=WIDTHS[1:])  # Chromium reports the refused file itself
    page.fill("#phone", "1380000001")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".error-summary")
    look(page, "register-wrong", spoken, said=("422",), also=WIDTHS[1:])
    assert page.locator(".file-row").count() == 1
    assert page.input_value(".people [name=p_name]") == "钱一"
    page.fill("#phone", "13800000016")
    page.locator(".actbar .btn-primary").dblclick()
    page.wait_for_selector(".receipt dd")
    look(page, "receipt", spoken, also=WIDTHS[1:])
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('huiyin.draft')).length") == 0
    page.emulate_media(media="print")
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / "receipt-print.png"), full_page=True)
    page.emulate_media(media="screen")
    page.locator("a", has_text="登记表").click()
    look(page, "registration", spoken, also=WIDTHS[1:])
    with at(actor(COUNTY, "R2")):
        assert Case.objects.count() == 1
        assert not Draft.objects.exists()


def by_keyboard(page: Page, name: str, demand: str, middle: Callable[[], object] = lambda: None) -> None:
    """From the channel, where the page begins, to the last demand: no mouse, no selector."""
    press, write = page.keyboard.press, page.keyboard.type
    press("ArrowDown"), press("ArrowDown")
    for words in (name, "13800000016", "3"):
        press("Tab")
        write(words)
    press("Tab")
    write("cyx")
    press("Enter")
    write("锦澜小区")
    middle()
    press("Tab"), press("Tab")
    write("锦澜小区二期 3 号楼电梯从今年 5 月停到现在。")
    press("Tab")
    write(demand)
    press("Enter")
    write("公示维修资金使用明细")


def test_three_in_a_row_by_keyboard_alone_one_of_them_through_an_outage(server: Server, chromium: Browser) -> None:
    page = signed_in(chromium, server, "R2", WIDTHS[0])
    page.goto(server.url(HOST, "/register/"))
    by_keyboard(page, "赵晚舟", "恢复电梯")
    assert page.input_value("#place") == "澄屿县 锦澜小区"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".receipt dd")
    page.keyboard.press("n")
    page.wait_for_selector("#register")
    by_keyboard(page, "钱一", "退还物业费", lambda: page.context.set_offline(True))
    page.wait_for_selector("[data-drafted]:has-text('正在重试')")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#notices:has-text('网络断了')")
    assert page.locator(".lines [name=demand]").nth(1).input_value() == "公示维修资金使用明细"
    page.context.set_offline(False)
    page.wait_for_selector(".receipt dd")
    page.keyboard.press("n")
    page.wait_for_selector("#register")
    by_keyboard(page, "孙二", "更换曳引机")
    page.wait_for_timeout(300)
    page.reload()  # within the second before the draft is saved: this tab still has it
    page.wait_for_url("**/register/?draft=*")
    page.wait_for_selector("#register")
    assert page.locator(".lines [name=demand]").nth(1).input_value() == "公示维修资金使用明细"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".receipt dd")
    with at(actor(COUNTY, "R2")):
        assert sorted(case.title for case in Case.objects.all()) == ["恢复电梯", "更换曳引机", "退还物业费"]
        assert {case.filing.place_detail for case in Case.objects.select_related("filing")} == {"锦澜小区"}
        assert not Draft.objects.exists()


def test_scans_are_taken_from_the_folder_the_last_batch_first(
    server: Server, chromium: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "扫描"
    folder.mkdir()
    for number, hours in ((1, 9), (2, 0), (10, 0)):
        scan = folder / f"scan-{number}.pdf"
        scan.write_bytes(b"%PDF-1.7 " + str(number).encode())
        os.utime(scan, (time.time() - hours * 3600 - (10 - number),) * 2)
    (folder / "Thumbs.db").write_bytes(b"x")
    page = signed_in(chromium, server, "R2", WIDTHS[0])
    spoken = listen(page)
    page.goto(server.url(HOST, "/register/"))
    page.set_input_files("#folder", str(folder))
    page.wait_for_selector("[data-folder] legend:has-text('有 3 份')")
    look(page, "register-folder", spoken)
    assert page.locator("[data-folder] input:checked").count() == 2
    page.locator("[data-attach]").click()
    page.wait_for_selector(".file-row:nth-child(2) [data-shape=done]")
    assert page.locator(".file-row > span").all_inner_texts() == ["scan-2.pdf", "scan-10.pdf"]
    page.locator(".file-row [data-up]").nth(1).click()
    assert page.locator(".file-row > span").all_inner_texts() == ["scan-10.pdf", "scan-2.pdf"]
    page.context.set_offline(True)
    page.set_input_files("#upload", str(folder / "scan-1.pdf"))
    page.wait_for_selector(".file-row.refused [data-again]")
    page.context.set_offline(False)
    page.wait_for_selector(".file-row:nth-child(3) [data-shape=done]")


def test_a_session_that_ended_loses_nothing(server: Server, chromium: Browser) -> None:
    page = signed_in(chromium, server, "R2", WIDTHS[0])
    page.goto(server.url(HOST, "/register/"))
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.fill("#text", "写到一半，登录过期")
    page.wait_for_selector("[data-signed-out]:visible")
    assert axe(page) == []
    page.context.add_cookies(kept)
    page.wait_for_selector("[data-drafted]:has-text('草稿已保存')")
    page.wait_for_selector("[data-signed-out]", state="hidden")


@pytest.mark.parametrize("path", ["/register/"])
def test_twice_as_large_it_still_fits(server: Server, chromium: Browser, path: str) -> None:
    """1366 px at 200 %."""
    page = signed_in(chromium, server, "R2", (683, 384))
    spoken = listen(page)
    page.goto(server.url(HOST, path))
    page.focus("#place")
    page.keyboard.type("cy")
    page.wait_for_selector("[role=option]")
    look(page, "register-zoomed", spoken)


def test_a_draft_in_two_windows(server: Server, chromium: Browser) -> None:
    page = signed_in(chromium, server, "R2", WIDTHS[0])
    page.goto(server.url(HOST, "/register/"))
    page.fill("#text", "写到一半")
    page.wait_for_url("**/register/?draft=*")
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#text", "另一个窗口")
    other.wait_for_selector("[data-drafted]:has-text('草稿已保存')")
    other.wait_for_timeout(1800)
    page.fill("#text", "写到一半，又写")
    page.wait_for_selector("[data-stale]:visible")
    assert page.input_value("#text") == "写到一半，又写"
    page.goto(server.url(HOST, "/register/"))
    page.wait_for_url("**/register/?draft=*")  # what this window could not save has become a draft of its own
    page.wait_for_selector("#drafts")
    assert page.input_value("#text") == "写到一半，又写"
    assert axe(page) == []


def test_sending_on(server: Server, chromium: Browser) -> None:
    case = register(COUNTY, text="赵晚舟说电梯停了。" * 6).case
    busy = register(COUNTY).case
    do(actor(COUNTY, "R3"), "transfer", busy.id, to_department=department(COUNTY, "城管局").id)
    page = signed_in(chromium, server, "R3", WIDTHS[0])
    spoken = listen(page)
    page.goto(server.url(HOST, f"/cases/{case.id}/transfer/"))
    look(page, "transfer-empty", spoken, also=WIDTHS[1:])
    page.fill("#to", "zj")
    page.wait_for_selector("#units mark")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#after .dues .new")
    page.fill("#note", "请先电话联系。")
    look(page, "transfer", spoken, also=WIDTHS[1:])
    page.fill("#to", "局")
    page.wait_for_selector("#units tr.off")
    look(page, "transfer-closed-rows", spoken, also=WIDTHS[1:])
    page.check("[name=way][value=assign]")
    page.wait_for_selector("#after :text('交办由局领导批准')")
    look(page, "transfer-assign", spoken, also=WIDTHS[1:])
    page.check("[name=way][value=transfer]")
    page.wait_for_selector("#after button:has-text('转送')")
    page.check("[name=klass][value=B]")
    page.wait_for_selector("#after button:has-text('封存')")
    look(page, "transfer-seal", spoken, also=WIDTHS[1:])
    page.check("[name=klass][value=C]")
    page.wait_for_selector("#after button[data-open=confirm-send]")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("dialog#confirm-send[open]")
    look(page, "transfer-confirm", spoken, also=WIDTHS[1:])
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url(lambda url: "transfer" not in url)
    with at(actor(COUNTY, "R3")):
        assert Case.objects.get(id=case.id).state == "S20"


def test_objecting(server: Server, chromium: Browser) -> None:
    case = register(COUNTY).case
    do(actor(COUNTY, "R3"), "transfer", case.id, to_department=department(COUNTY, "住建局").id)
    clerk = actor(COUNTY, "R5", unit="住建局")
    told = {"reason": "duty", "text": "电梯监管归市场监管局。", "law": "权责清单第 12 项"}
    page = signed_in(chromium, server, "R5", WIDTHS[0], unit="住建局")
    spoken = listen(page)
    page.goto(server.url(HOST, f"/cases/{case.id}/object/"))
    look(page, "object", spoken, also=WIDTHS[1:])
    do(clerk, "propose", case.id, verb="object", fields=told)
    page = signed_in(chromium, server, "R8", WIDTHS[0], unit="住建局")
    spoken = listen(page)
    page.goto(server.url(HOST, f"/cases/{case.id}/object/"))
    look(page, "object-approve", spoken, also=WIDTHS[1:])
    page.keyboard.press("Control+Enter")
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url(lambda url: "object" not in url)
    page = signed_in(chromium, server, "R4", WIDTHS[0])
    spoken = listen(page)
    page.goto(server.url(HOST, f"/cases/{case.id}/objection/"))
    look(page, "objection", spoken, also=WIDTHS[1:])
    page.locator("button", has_text="同意退回").first.click()
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url("**/transfer/")
