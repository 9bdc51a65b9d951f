"""What is like a case or what is being typed: within rights, with its reason; nothing of what is sealed."""

from typing import Any
from uuid import UUID

import pytest

from cases.likeness import Matter
from cases.queries import precedents
from kernel import outbox
from kernel.errors import NotFound
from search import similar
from tenants.actors import Actor
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db

LIFT = "锦澜小区二期的电梯停了三个月，维修资金用到哪里去了没有人说，老人下不了楼。"
LIFT_TOO = "我母亲住锦澜小区二期，电梯停用以后天天爬楼，物业说维修资金批不下来。"
LAMP = "文澜街的路灯坏了一个月，晚上一片漆黑，上学的孩子都不敢走。"


def registered(text: str, **more: Any) -> UUID:
    return making.register(text=text, demands=[text[:20]], place=COUNTY, content_class="080400", **more).case.id


def found(who: Actor, case: UUID) -> list[similar.Similar]:
    with making.at(who) as clerk:
        return similar.of_case(clerk, making.row(COUNTY, case))


def test_a_like_case_is_found_with_the_reason_and_others_are_not() -> None:
    one, other, _lamp = registered(LIFT), registered(LIFT_TOO), registered(LAMP)
    outbox.drain()
    (hit,) = found(actor(COUNTY, "R3"), one)
    assert hit.card.id == other
    assert hit.why.same
    assert hit.why.place
    assert any("锦澜小区二期" in stretch for stretch in hit.why.shared)


def test_a_unit_finds_its_own_alone_and_nobody_what_is_sealed() -> None:
    mine = making.at_unit(text=LIFT, demands=["电梯"], place=COUNTY)
    registered(LIFT_TOO)
    registered(LIFT_TOO, klass="B")
    outbox.drain()
    unit = actor(COUNTY, "R5", unit="住建局")
    assert found(unit, mine) == []
    assert len(found(actor(COUNTY, "R3"), mine)) == 1


def test_an_office_above_finds_what_lies_below() -> None:
    registered(LIFT)
    outbox.drain()
    with making.at(actor(BUREAU, "R3")) as reader:
        (hit,) = similar.of_matter(reader, Matter("", LIFT_TOO))
    assert hit.card.office
    assert "赵晚舟" not in hit.card.title


def test_pages_bring_it_beside_a_case_and_the_form() -> None:
    one, other = registered(LIFT), registered(LIFT_TOO)
    outbox.drain()
    clerk = client_for(actor(COUNTY, "R2"))
    assert f"/cases/{other}/" in clerk.get(f"/search/similar/{one}/").content.decode()
    typed = clerk.post("/search/alike/", {"text": LIFT, "place": "澄屿县", "demand": ["修好电梯"]}).content.decode()
    assert "可能是同一件事" in typed
    sealed = clerk.post("/search/alike/", {"text": LIFT, "accusation": "on"}).content.decode()
    assert "/cases/" not in sealed
    assert f"/search/similar/{one}/" in clerk.get(f"/cases/{one}/").content.decode()
    assert "/search/alike/" in clerk.get("/register/").content.decode()


def test_an_earlier_answer_is_put_forward_whatever_its_class() -> None:
    answered = making.served(text=LIFT, demands=["恢复电梯"], place=COUNTY, content_class="080700")
    again = making.at_unit(text=LIFT_TOO, demands=["恢复电梯"], place=COUNTY, content_class="080400")
    outbox.drain()
    with making.at(actor(COUNTY, "R5", unit="住建局")) as desk:
        earlier = precedents.earlier(desk, making.row(COUNTY, again))
    assert [one.case for one in earlier] == [answered]


def test_who_may_not_see_the_case_learns_nothing() -> None:
    one = registered(LIFT)
    assert client_for(actor(COUNTY, "R5", unit="住建局")).get(f"/search/similar/{one}/").status_code == NotFound.status
