"""From the list to a case and along it; what changed meanwhile; the case sheet; a place for every verb."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from cases import actions
from cases.models import Access
from cases.transitions import VERBS
from desk import acts
from kernel.clock import now
from tenants import context
from tests.cases.making import COUNTY, at_unit, do, investigated, register
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db

HTMX = {"headers": {"hx-request": "true"}}


def three() -> list[UUID]:
    """At the desk, the earliest due first."""
    return [register(received_at=now() - timedelta(days=days)).case.id for days in (6, 4, 2)]


def beside(page: str) -> dict[str, str]:
    found = re.findall(r'<a rel="(prev|next)" href="([^"]*)"', page)
    return {way: re.search(r"/cases/([^/]+)/", url)[1] for way, url in found}  # type: ignore[index]


@pytest.fixture
def clerk() -> Client:
    return client_for(actor(COUNTY, "R3"))


def test_a_case_opened_from_the_list_knows_the_one_before_and_after(clerk: Client) -> None:
    first, second, third = three()
    came = {"referer": "http://chengyu.localhost/worklist/?scope=office"}
    page = clerk.get(f"/cases/{second}/", headers=came).content.decode()
    assert beside(page) == {"prev": str(first), "next": str(third)}
    assert 'data-back="/worklist/?scope=office"' in page
    following = re.search(r'rel="next" href="([^"]*)"', page)
    assert following is not None
    page = clerk.get(following[1].replace("&amp;", "&")).content.decode()
    assert beside(page) == {"prev": str(second)}
    assert "列表最后一件" in page
    assert '<a href="/worklist/?scope=office">工作台</a>' in page


def test_the_neighbours_are_those_of_the_list_as_it_was_narrowed(clerk: Client) -> None:
    first, second, third = three()
    do(actor(COUNTY, "R3"), "transfer", second, to_department=actor(COUNTY, "R5", unit="住建局").unit)
    page = clerk.get(f"/cases/{first}/", {"back": "/worklist/?scope=office&tab=triage"}).content.decode()
    assert beside(page) == {"next": str(third)}
    page = clerk.get(f"/cases/{second}/", {"back": "/worklist/?scope=office&tab=sign"}).content.decode()
    assert beside(page) == {}


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/worklist/", "//elsewhere.example", "/account", "javascript:x"]
)
def test_no_other_address_is_ever_gone_back_to(clerk: Client, back: str) -> None:
    page = clerk.get(f"/cases/{three()[0]}/", {"back": back}).content.decode()
    assert beside(page) == {}
    assert 'data-back=""' in page
    assert not re.search(r'href="(https?:)?//', page)
    assert 'href="javascript:' not in page


def test_after_an_act_the_list_is_still_known(clerk: Client) -> None:
    first, second, _third = three()
    here = f"http://chengyu.localhost/cases/{first}/?back=%2Fworklist%2F%3Fscope%3Doffice"
    form = clerk.get(f"/cases/{first}/note/", **HTMX).content.decode()
    given = dict(re.findall(r'<input type="hidden" name="(version|token)" value="([^"]*)"', form))
    answer = clerk.post(
        f"/cases/{first}/note/", given | {"text": "催要台账。"}, headers={"hx-request": "true", "hx-current-url": here}
    )
    page = clerk.get(answer.headers["HX-Redirect"]).content.decode()
    assert beside(page) == {"next": str(second)}


def test_who_came_second_reads_what_changed_and_by_whom() -> None:
    case_id = investigated()
    handler = actor(COUNTY, "R6", unit="住建局")
    browser = client_for(handler)
    form = browser.get(f"/cases/{case_id}/contact/", **HTMX).content.decode()
    given = dict(re.findall(r'<input type="hidden" name="(version|token)" value="([^"]*)"', form))
    do(actor(COUNTY, "R5", unit="住建局"), "note", case_id, text="已约明天现场。")
    answer = browser.post(
        f"/cases/{case_id}/contact/", given | {"way": "phone", "text": "电话打通，说明进展。"}, **HTMX
    )
    page = answer.content.decode()
    assert "有人先改了这件。" in page
    assert "已约明天现场。" in page
    assert "电话打通，说明进展。" in page
    assert 'hx-select="#now"' in page
    assert "，再决定要不要记录联系。" in page


def test_a_step_that_is_no_longer_possible_says_what_happened_instead() -> None:
    case_id = at_unit()
    clerk = actor(COUNTY, "R5", unit="住建局")
    browser = client_for(clerk)
    form = browser.get(f"/cases/{case_id}/sign_for/", **HTMX).content.decode()
    given = dict(re.findall(r'<input type="hidden" name="(version|token)" value="([^"]*)"', form))
    do(clerk, "sign_for", case_id)
    page = browser.post(f"/cases/{case_id}/sign_for/", given, **HTMX).content.decode()
    assert "状态下不能办这一步" in page
    assert "有人先改了这件。" in page
    assert "签收" in page


def test_the_filters_of_the_history_show_what_there_is_and_stay_in_the_address() -> None:
    case_id = investigated()
    browser = client_for(actor(COUNTY, "R6", unit="住建局"))
    page = browser.get(f"/cases/{case_id}/?back=/worklist/").content.decode()
    tabs = re.findall(r'hx-push-url="([^"]*)"[^>]*>([^<]+)</a>', page)
    assert [text for _url, text in tabs] == ["全部", "流转", "告知与送达", "联系"]
    assert all("back=%2Fworklist%2F" in url for url, _text in tabs)
    browser.post(f"/cases/{case_id}/people/", {"reason": "contact"})
    part = browser.get(f"/cases/{case_id}/?part=history&history=reads", **HTMX).content.decode()
    assert "查看个人信息" in part
    assert "转送" not in re.sub(r"<h2>.*?</h2>", "", part)


def test_a_chain_that_was_tampered_with_is_said() -> None:
    case_id = investigated()
    who = actor(COUNTY, "R6", unit="住建局")
    with context.use(context.tenant_by_code(COUNTY)):
        from cases import history
        from cases.models import Case, Event

        case = Case.objects.get(id=case_id)
        events = list(Event.objects.filter(case=case).order_by("seq"))
        assert history.holds(case, events)
        events[1].data = {**events[1].data, "x": 1}
        assert not history.holds(case, events)
        assert not history.holds(case, events[1:])
    assert "链式校验完整" in client_for(who).get(f"/cases/{case_id}/").content.decode()


def test_the_case_sheet_is_masked_logged_and_prints_what_was_asked_for() -> None:
    case_id = investigated()
    browser = client_for(actor(COUNTY, "R6", unit="住建局"))
    page = browser.get(f"/cases/{case_id}/sheet/").content.decode()
    for words in ("信访事项案卷单", "现由", "诉求 1", "办理期限", "联系信访人（电话", "赵**"):
        assert words in page, words
    assert "赵晚舟" not in page
    part = browser.get(f"/cases/{case_id}/sheet/?history=moves").content.decode()
    assert "联系信访人（电话" not in part
    assert "经过（流转）" in part
    with context.use(context.tenant_by_code(COUNTY)):
        assert list(Access.objects.filter(case=case_id).values_list("kind", flat=True)) == ["sheet_printed"] * 2


def test_every_verb_of_the_table_has_its_place_and_its_action() -> None:
    case_id = UUID(int=1)
    elsewhere = {"register", "unmask"}  # a page of its own, and the panel of the petitioner
    assert {verb for verb in VERBS - elsewhere if acts.address(verb, case_id) is None} == set()
    assert {verb for verb in VERBS if not hasattr(actions, verb)} == set()
