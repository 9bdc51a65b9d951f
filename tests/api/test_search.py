"""Search by the API: what the page answers, as JSON, within the same rights; persons stand in no address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from cases.codes.accesses import Look
from cases.models import Access
from kernel import outbox
from tenants import context
from tests.api.calling import Caller
from tests.api.client import Api, Problem
from tests.api.tokens import System, issued
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, OTHER
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db
LIFT = "锦澜小区二期的电梯停了三个月，联系人赵晚舟，电话 13812345616。"


@pytest.fixture
def lifts() -> list[UUID]:
    """Three of the county about one lift, and one that is sealed."""
    made = [making.register(text=LIFT, demands=["恢复电梯运行"], place=COUNTY).case.id for _n in range(3)]
    making.register(text=LIFT, klass="B", purpose="02")
    outbox.drain()
    return made


def api(code: str, role: str, unit: str = "") -> Api:
    return Api(client_for(actor(code, role, unit=unit)))


def ids(items: list[dict[str, Any]]) -> set[UUID]:
    return {UUID(item["id"]) for item in items}


def test_pages_follow_one_another_and_no_case_comes_twice(lifts: list[UUID]) -> None:
    clerk = api(COUNTY, "R3")
    for sort in ("best", "due", "new"):
        found = list(clerk.every("search", q="电梯 停", size=1, sort=sort))
        assert (len(found), ids(found)) == (3, set(lifts))
    first = clerk.search(q="电梯 停", size=1)
    assert (first["total"], first["more"]) == (3, False)
    with pytest.raises(Problem) as refused:
        clerk.search(q="电梯 停", size=1, sort="due", cursor=first["next"])
    assert (refused.value.status, refused.value.code) == (422, "cursor")


def test_facets_narrow_down_and_say_their_words(lifts: list[UUID]) -> None:
    clerk = api(COUNTY, "R3")
    making.do(actor(COUNTY, "R3"), "transfer", lifts[0], to_department=making.department(COUNTY, "住建局").id)
    outbox.drain()
    found = clerk.search(q="电梯", state=["S20", "S99"])
    (states,) = (one for one in found["facets"] if one["name"] == "state")
    assert all(value["text"] for value in states["values"])
    assert {value["value"] for value in states["values"] if value["chosen"]} == {"S20", "S99"}
    assert ids(clerk.search(state=[states["values"][0]["value"]])["items"]) <= set(lifts)
    for wrong in ({"state": "S1"}, {"since": "2026-13-01"}, {"colour": "red"}, {"size": 0}, {}):
        problem = Caller(actor(COUNTY, "R3")).get("search", **wrong)
        assert problem.status_code == 422, wrong


def test_what_lies_below_is_masked_and_other_offices_find_nothing(lifts: list[UUID]) -> None:
    above = api(BUREAU, "R3").search(q="联系人 电梯")
    assert ids(above["items"]) == set(lifts)
    assert {item["office"] for item in above["items"]} == {COUNTY}
    assert "晚舟" not in str(above)
    assert "12345616" not in str(above)
    opened = api(BUREAU, "R3").case_below(office=COUNTY, case_id=lifts[0])
    assert opened["text"].startswith("锦澜小区二期的电梯停了三个月，联系人赵**，电话 ***")
    with context.use(context.tenant_by_code(COUNTY)):
        assert Access.objects.filter(kind=Look.READ_DOWN, case=lifts[0]).count() == 1
    for code, office in ((COUNTY, COUNTY), (OTHER, COUNTY), (BUREAU, OTHER), (BUREAU, "nowhere")):
        assert Caller(actor(code, "R3")).get(f"below/{office}/{lifts[0]}").status_code == 404
    assert api(OTHER, "R3").search(q="电梯")["items"] == []
    assert api(COUNTY, "R5", "城管局").search(q="电梯")["items"] == []
    assert api(COUNTY, "R5", "城管局").suggest(q="电梯")["items"] == []
    with pytest.raises(Problem) as refused:
        api(COUNTY, "R20").search(q="电梯")
    assert refused.value.status == 403


def test_a_person_is_asked_for_by_post_with_a_reason_and_each_time_written_down(lifts: list[UUID]) -> None:
    who, clerk = actor(COUNTY, "R3"), api(COUNTY, "R3")
    for number in ("13812345616", "１３８ 1234 5616"):
        for ask in (clerk.search, clerk.suggest, clerk.search_near):
            with pytest.raises(Problem) as refused:
                ask(q=f"电梯 {number}")
            assert list(refused.value.fields) == ["q"]
    found = clerk.search_people(by="name", value="赵晚舟", reason="identify")
    assert set(lifts) <= ids(found["items"])
    with context.use(who.schema):
        access = Access.objects.filter(kind=Look.PERSON_SOUGHT).latest("at")
    assert (access.data["reason"], "赵晚舟" in str(access.data)) == ("identify", False)
    refused_answer = Caller(who).post("search/people", {"by": "name", "value": "赵晚舟", "reason": ""})
    assert refused_answer.status_code == 422
    assert Caller(who).get("search/people", by="name", value="赵晚舟").status_code == 405


def test_another_system_reads_by_its_scope(lifts: list[UUID]) -> None:
    reader = System(COUNTY, issued(COUNTY, "R3", "read")[1])
    assert reader.get("search", q="电梯").json()["total"] == 3
    assert len(reader.get(f"cases/{lifts[0]}/similar").json()["items"]) == 2
    assert reader.post("search/alike", {"text": LIFT}).status_code == 200
    person = {"by": "name", "value": "赵晚舟", "reason": "identify"}
    for path, body in (("search/people", person), ("search/saved", {"name": "电梯", "asked": {"q": "电梯"}})):
        refused = reader.post(path, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "token-scope")
    sees = System(COUNTY, issued(COUNTY, "R3", "read", "unmask")[1])
    assert sees.post("search/people", person).json()["items"]
    writer = System(COUNTY, issued(COUNTY, "R3", "register")[1])
    assert writer.get("search", q="电梯").status_code == 403
    assert writer.post("search/alike", {"text": LIFT}).status_code == 403


def test_what_is_like_says_why_and_nobody_sees_it_through_a_case_of_others(lifts: list[UUID]) -> None:
    clerk = api(COUNTY, "R3")
    found = clerk.similar(case_id=lifts[0])["items"]
    assert {UUID(one["case"]["id"]) for one in found} == set(lifts[1:])
    assert all(one["why"]["same"] and one["why"]["shared"] for one in found)
    typed = clerk.search_alike(text="锦澜小区二期电梯停了三个月，没有人修", demands=["恢复电梯运行"])
    assert {UUID(one["case"]["id"]) for one in typed["items"]} == set(lifts)
    with pytest.raises(Problem) as refused:
        api(OTHER, "R3").similar(case_id=lifts[0])
    assert refused.value.status == 404


def test_synonyms_are_kept_by_the_administrator() -> None:
    keeper = api(COUNTY, "R19")
    made = keeper.add_synonym(words="升降机、电梯")
    assert (made["words"], keeper.synonyms()["items"][0]["id"]) == (["升降机", "电梯"], made["id"])
    assert keeper.change_synonym(synonym_id=made["id"], words="升降机 电梯 直梯")["words"][-1] == "直梯"
    assert keeper.synonyms()["inherited"][-1]["office"] == ""
    with pytest.raises(Problem) as refused:
        keeper.add_synonym(words="电梯")
    assert list(refused.value.fields) == ["words"]
    keeper.end_synonym(synonym_id=made["id"])
    assert keeper.synonyms()["items"] == []


def test_a_search_is_kept_opened_changed_and_forgotten(lifts: list[UUID]) -> None:
    clerk = api(COUNTY, "R3")
    made = clerk.keep_search(name="电梯", tells=True, asked={"q": "电梯", "sort": "new"})
    assert (made["asked"]["q"], made["asked"]["sort"], made["fresh"]) == ("电梯", "new", 0)
    assert made["looked_at"] is not None
    changed = clerk.change_search(saved_id=made["id"], name="停梯", tells=False)
    assert [one["name"] for one in clerk.saved_searches()["items"]] == ["停梯"] == [changed["name"]]
    assert clerk.look_at_search(saved_id=made["id"])["id"] == made["id"]
    with pytest.raises(Problem) as refused:
        Api(client_for(actor(COUNTY, "R3", nth=1))).forget_search(saved_id=made["id"])
    assert refused.value.status == 404
    clerk.forget_search(saved_id=made["id"])
    client_for(actor(COUNTY, "R3")).get("/search/", {"q": "路灯"})
    assert [one["text"] for one in clerk.recent_searches()["items"]] == ["路灯"]
    clerk.forget_recent_searches()
    assert clerk.recent_searches()["items"] == []
    assert clerk.saved_searches()["items"] == []
    with pytest.raises(Problem) as refused:
        clerk.keep_search(name="人", asked={"q": "13812345616"})
    assert list(refused.value.fields) == ["asked.q"]
