"""A double click makes one filing; of two clerks at once one wins and the other is told, and nothing is lost."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from cases import actions, history
from cases.integrity import faults
from cases.models import Case, Draft, Event, Handover
from kernel.errors import Conflict, HuiyinError, Refused, Stale
from tenants import context
from tenants.actors import Actor
from tests.cases.making import COUNTY, at, register, row
from tests.people import actor, client_for, department, tenant

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, started together; what it returned or raised."""
    gate = threading.Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[place] = work()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def acting(who: Actor, verb: str, case: Case, **fields: Any) -> Callable[[], Any]:
    def work() -> Any:
        with context.use(who.schema):
            return getattr(actions, verb)(who, case.id, **fields)

    return work


def test_a_double_click_on_the_page_is_one_filing() -> None:
    clerk = actor(COUNTY, "R2")
    form = {
        **{"action": "register", "once": str(uuid4()), "channel": "VISIT", "persons": "1"},
        **{"text": "电梯停用", "name": "赵晚舟", "demand": ["修好"]},
    }
    browsers = [client_for(clerk) for _ in range(4)]
    answers = at_once(*(lambda b=browser: b.post("/register/", form) for browser in browsers))
    assert [answer.status_code for answer in answers] == [302] * 4, answers
    assert len({answer.url for answer in answers}) == 1
    with at(clerk):
        assert Case.objects.count() == 1


def test_a_page_that_is_left_and_the_one_after_it_save_one_draft() -> None:
    clerk = actor(COUNTY, "R2")
    form = {"channel": "VISIT", "persons": "1", "text": "电梯停用", "name": "赵晚舟", "demand": ["修好"]}
    browsers = [client_for(clerk) for _ in range(4)]
    answers = at_once(*(lambda b=browser: b.post("/register/draft/", form) for browser in browsers))
    assert len({answer.json()["draft"] for answer in answers}) == 1
    with at(clerk):
        assert Draft.objects.count() == 1


def test_a_double_call_of_the_api_is_one_filing_and_one_answer() -> None:
    clerk = actor(COUNTY, "R2")
    callers = [client_for(clerk) for _ in range(4)]
    sent = {"channel": "VISIT", "text": "电梯停用", "demands": ["修好"]}
    headers = {"Idempotency-Key": uuid4().hex}

    def call(caller: Any) -> Any:
        return caller.post("/api/v1/cases", sent, content_type="application/json", headers=headers)

    answers = at_once(*(lambda c=caller: call(c) for caller in callers))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    with at(clerk):
        assert Case.objects.count() == 1


def test_two_clerks_send_one_case_to_two_units() -> None:
    case = register().case
    first, second = actor(COUNTY, "R3"), actor(COUNTY, "R3", nth=1)
    targets = [department(COUNTY, name).id for name in ("住建局", "城管局")]
    found = at_once(
        acting(first, "transfer", case, version=case.version, to_department=targets[0], letter_text="甲"),
        acting(second, "transfer", case, version=case.version, to_department=targets[1], letter_text="乙"),
    )
    won = [item for item in found if isinstance(item, Case)]
    lost = [item for item in found if isinstance(item, HuiyinError)]
    assert (len(won), len(lost)) == (1, 1), found
    assert isinstance(lost[0], Stale | Conflict | Refused)
    assert row(COUNTY, case.id).department == targets[found.index(won[0])]
    with context.use(tenant(COUNTY)):
        assert Handover.objects.count() == 1
        assert [event.kind for event in Event.objects.order_by("seq")] == ["registered", "transferred"]
        assert list(history.verify()) == []
    assert list(faults()) == []


def test_the_one_who_is_behind_is_told_so_and_may_do_it_again() -> None:
    case = register().case
    first, second = actor(COUNTY, "R3"), actor(COUNTY, "R3", nth=1)
    found = at_once(
        acting(first, "note", case, version=case.version, text="甲的备注"),
        acting(second, "note", case, version=case.version, text="乙的备注"),
    )
    behind = [item for item in found if isinstance(item, Stale)]
    assert len(behind) == 1
    assert "还在" in str(behind[0])
    loser, words = ((first, "甲的备注"), (second, "乙的备注"))[found.index(behind[0])]
    acting(loser, "note", case, version=row(COUNTY, case.id).version, text=words)()
    with context.use(tenant(COUNTY)):
        notes = {str(note.body) for note in row(COUNTY, case.id).notes.all()}
        assert notes == {"甲的备注", "乙的备注"}
        assert list(history.verify()) == []


def test_without_a_version_many_at_once_all_come_in_turn() -> None:
    case = register().case
    people = [actor(COUNTY, "R3"), actor(COUNTY, "R3", nth=1), actor(COUNTY, "R2"), actor(COUNTY, "R4")]
    found = at_once(*(acting(who, "note", case, text=f"第{place}") for place, who in enumerate(people)))
    assert all(isinstance(item, Case) for item in found), found
    with context.use(tenant(COUNTY)):
        assert [event.seq for event in Event.objects.order_by("seq")] == [1, 2, 3, 4, 5]
        assert list(history.verify()) == []
    assert row(COUNTY, case.id).version == case.version + 4
