"""The main job as people do it: bureau, county, unit and leaders, each in a browser of their own, to the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from cases import actions, history
from cases.integrity import faults
from cases.models import Case
from cases.states import State
from kernel.clock import as_of, now, today
from tenants import context
from tenants.actors import Actor
from tests.browsing import DESKTOP, PHONE, Server
from tests.cases.making import BUREAU, COUNTY, in_days, row
from tests.journey.persons import Person, sitting
from tests.people import actor, tenant

UNIT = "住建局"
TITLE = "恢复 3 号楼电梯运行"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def act(person: Person, case_id: UUID, verb: str, /, *, look: bool = False, **fields: str) -> None:
    """Opens the verb's form on the case page, fills it in and does it."""
    page = person.go(f"/cases/{case_id}/")
    expect(page.locator("dl.custody")).to_be_visible()
    button = page.locator(".actions a", has_text=verb).first
    if not button.is_visible():
        page.locator(".actions summary").click()
    button.click()
    form = page.locator("#act form")
    expect(form).to_be_visible()
    for name, value in fields.items():
        _fill(page, name, value)
    if look:
        person.look(verb)
    form.locator(".actbar .btn-primary").click()
    page.wait_for_url("**/cases/*/?done=*")


def _fill(page: Page, name: str, value: str) -> None:
    field = page.locator(f"#act [name={name}]")
    if field.first.get_attribute("type") == "radio":
        page.locator(f"#act [name={name}][value='{value}']").check(force=True)
    elif field.first.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


@contextmanager
def people(chromium: Browser, server: Server) -> Iterator[dict[str, Person]]:
    """The leader signs on a phone; everybody else sits at an old monitor."""
    crew = {
        "clerk": (actor(BUREAU, "R2"), DESKTOP),
        "officer": (actor(BUREAU, "R3"), DESKTOP),
        "approver": (actor(BUREAU, "R4"), PHONE),
        "county": (actor(COUNTY, "R3"), DESKTOP),
        "unit": (actor(COUNTY, "R5", unit=UNIT), DESKTOP),
        "handler": (actor(COUNTY, "R6", unit=UNIT), DESKTOP),
        "head": (actor(COUNTY, "R7", unit=UNIT), PHONE),
        "leader": (actor(COUNTY, "R8", unit=UNIT), PHONE),
    }
    with ExitStack() as stack:
        yield {name: stack.enter_context(sitting(chromium, server, who, size)) for name, (who, size) in crew.items()}


def test_a_petition_goes_down_and_comes_back_answered(server: Server, chromium: Browser) -> None:
    with people(chromium, server) as who:
        case_id = registered(who["clerk"])
        assigned(who["officer"], who["approver"], case_id)
        sent_on(who["county"], case_id)
        taken_up(who["unit"], who["handler"], case_id)
        answered(who["handler"], case_id)
        approved(who["head"], who["leader"], case_id)
        served(who["unit"], case_id)
        reported(who, case_id)
    county = tenant(COUNTY)
    with as_of(now() + timedelta(days=60)), context.use(county):
        assert actions.close(Actor.system(county), case_id).closing_kind == "explained"
        assert list(history.verify()) == []
    assert list(faults()) == []


def registered(clerk: Person) -> UUID:
    page = clerk.go("/register/")
    clerk.look("empty")
    page.check("[name=channel][value=VISIT]")
    page.fill("#name", "赵晚舟")
    page.fill("#phone", "138 0000 0016")
    page.fill("#text", "锦澜小区二期 3 号楼电梯从今年 5 月停到现在，楼里有七八个老人下不了楼。")
    page.fill("[name=demand]", TITLE)
    page.locator(".actbar .btn-primary").click()
    expect(page.locator(".receipt")).to_contain_text("查询码")
    clerk.look("receipt")
    with context.use(tenant(BUREAU)):
        return Case.objects.get().id


def assigned(officer: Person, approver: Person, case_id: UUID) -> None:
    """The triage officer proposes, the approver assigns, on a phone."""
    page = officer.go(f"/cases/{case_id}/transfer/")
    page.check("[name=klass][value=C]")
    page.fill("#to", "澄屿")
    page.wait_for_selector("#units mark")
    page.check("[name=way][value=assign]")
    page.keyboard.press("Escape")
    page.locator("#to").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#after .dues .new")
    page.fill("[name=feedback_on]", in_days(40).isoformat())
    officer.look("assign")
    page.locator("#after button", has_text="送领导审批").click()
    page.wait_for_url(f"**/cases/{case_id}/**")
    assert row(BUREAU, case_id).flags == ["awaiting:assign"]
    page = approver.go("/approvals/")
    page.locator(".main a", has_text=TITLE).first.click()
    expect(page.locator(".approve-bar")).to_be_visible()
    approver.look("approve-assign")
    with page.expect_navigation():
        page.locator(".approve-bar .btn-primary").click()
    assert row(BUREAU, case_id).state == State.S99
    assert row(COUNTY, case_id).state == State.S21


def sent_on(county: Person, case_id: UUID) -> None:
    page = county.go("/inbox/")
    expect(page.locator(".main")).to_contain_text(TITLE)
    county.look("inbox")
    act(county, case_id, "签收")
    page = county.go(f"/cases/{case_id}/transfer/")
    page.fill("#to", "住房")
    page.wait_for_selector("#units mark")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#after .dues .new")
    county.look("send-on")
    page.locator("#after .panel-foot .btn-primary").click()
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url(lambda url: "transfer" not in url)
    assert row(COUNTY, case_id).state == State.S20


def taken_up(unit: Person, handler: Person, case_id: UUID) -> None:
    who = actor(COUNTY, "R6", unit=UNIT)
    act(unit, case_id, "签收")
    act(unit, case_id, "受理", look=True)
    act(unit, case_id, "告知", way="1")
    act(unit, case_id, "分派", handler=f"{who.department}:{who.user}")
    act(handler, case_id, "联系", way="phone", text="已说明办理程序和期限。")
    assert row(COUNTY, case_id).state == State.S50
    handler.look("taken-up")


def answered(handler: Person, case_id: UUID) -> None:
    page = handler.go(f"/cases/{case_id}/opinion/")
    page.locator("#d1 label", has_text="解释说明").click()
    page.fill("#d1-facts", "经现场查看，曳引机损坏，维修资金不足。")
    page.fill("#d1-reasons", "维修方案已公示，待业主表决后动用维修资金。")
    page.fill("#d1-law", "《住宅专项维修资金管理办法》第二十二条")
    expect(page.locator("[data-todo]")).to_contain_text("都写齐了")
    expect(page.locator("[data-drafted]")).to_contain_text("已存")
    handler.look("opinion")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*/?done=submit")
    assert row(COUNTY, case_id).state == State.S58


def approved(head: Person, leader: Person, case_id: UUID) -> None:
    for person, word in ((head, "核稿"), (leader, "签发")):
        page = person.go("/approvals/")
        page.locator(".main a", has_text=TITLE).first.click()
        expect(page.locator("article.paper").first).to_be_visible()
        person.look("approve")
        with page.expect_navigation():
            page.locator(".approve-bar button", has_text=word).click()
    assert row(COUNTY, case_id).state == State.S60


def served(unit: Person, case_id: UUID) -> None:
    page = unit.go(f"/cases/{case_id}/serve/")
    page.locator("[name=way][value='0']").check(force=True)
    page.fill("[name=received_on]", today().isoformat())
    page.locator("[name=signed][value='1']").check(force=True)
    unit.look("serve")
    page.locator(".actbar .btn-primary").click()
    page.wait_for_url("**/papers/service/**")
    assert row(COUNTY, case_id).state == State.S61


def reported(who: dict[str, Person], case_id: UUID) -> None:
    words = {"facts": "电梯停用属实。", "handling": "现场查看，公示方案。", "attitude": "表示理解。"}
    for person in (who["unit"], who["leader"]):
        page = person.go(f"/cases/{case_id}/report/")
        for name, value in words.items():
            page.fill(f"[name={name}]", value)
        person.look("report")
        with page.expect_navigation():
            page.locator(".actbar .btn-primary").click()
    assert row(COUNTY, case_id).task == "forward"
    for person, word in ((who["county"], "转报"), (who["approver"], "审核通过")):
        page = person.go(f"/cases/{case_id}/report/")
        person.look("decide")
        with page.expect_navigation():
            page.locator("button", has_text=word).first.click()
    assert row(COUNTY, case_id).state == State.S61
    assert row(BUREAU, case_id).task == ""
