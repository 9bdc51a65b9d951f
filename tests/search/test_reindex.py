"""An index is made anew beside the one that is searched, while cases change; it may die at any time."""

import threading
from collections.abc import Generator
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from kernel import outbox
from kernel.errors import Conflict, Unavailable
from search import client, gateway
from search.elastic import indices, mapping
from search.elastic.bulk import Copy, bulk
from search.indexing import building, comparing
from search.indexing.models import Build
from search.models import Document
from search.shapes import Asked
from tenants.models import Tenant
from tests.cases.making import BUREAU, COUNTY, OTHER, do, register
from tests.people import actor, department, tenant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("elasticsearch", "small_slices")]

PROVINCE = "990000"
OFFICES = (BUREAU, COUNTY, OTHER)


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SLICE", 2)
    monkeypatch.setattr(building, "AHEAD", 0)


def cases(count: int) -> list[UUID]:
    found = [register(OFFICES[n % 3]).case.id for n in range(count)]
    outbox.drain()
    return found


def whole() -> bool:
    """Is the index that is searched what the documents say?"""
    return not any(difference for code in OFFICES for difference in comparing.differences(tenant(code)))


def searched() -> int:
    indices.refresh(PROVINCE)
    return int(client.work("GET", f"/{indices.read_name(PROVINCE)}/_count")["count"])


def change(case_id: UUID, code: str = COUNTY) -> None:
    do(actor(code, "R3"), "transfer", case_id, to_department=department(code, "住建局").id)


def steps() -> Generator[Build, None, None]:
    yield from building.reindex(PROVINCE)


def test_nothing_is_lost_while_cases_change_and_what_was_found_stays_found() -> None:
    known = cases(9)
    (*_, first) = steps()
    new: list[UUID] = []
    for turn, _build in enumerate(steps()):
        # Behind and before the place reached, in the same and in other offices, changed and new ones.
        if turn < 3:
            change(known[turn * 3 + 1])
            new.append(register(OFFICES[turn]).case.id)
        if turn % 2:
            outbox.drain()
        assert searched() >= len(known)
    outbox.drain()
    assert searched() == len(known) + len(new)
    assert whole()
    second = Build.objects.get(state="live")
    assert indices.live(PROVINCE) == [second.index] != [first.index]
    assert indices.building(PROVINCE) == []
    first.refresh_from_db()
    assert first.state == Build.State.FORMER


def test_changes_from_other_threads_all_arrive() -> None:
    known = cases(12)
    mine = [case for place, case in enumerate(known) if OFFICES[place % 3] == COUNTY]

    def clerk() -> None:
        try:
            for case in mine:
                change(case)
                outbox.deliver()  # while the name moves from one index to the other a change may have to wait
        finally:
            connections.close_all()

    thread = threading.Thread(target=clerk)
    for turn, _build in enumerate(steps()):
        if turn == 0:
            thread.start()
    thread.join()
    outbox.drain()
    assert searched() == len(known)
    assert whole()


def test_copies_of_an_office_that_is_gone_are_surplus_and_break_no_search() -> None:
    (known,) = cases(1)
    list(steps())
    strange = {"schema": "t_999999", "case": str(known), "removed": False, "held": True, "scope": [PROVINCE, BUREAU]}
    copy = Copy(indices.write_name(PROVINCE), f"t_999999:{known}", 1, strange | {"office": "999999", "title": "电梯"})
    assert [said.kind for said in bulk([copy])] == ["heard"]
    indices.refresh(PROVINCE)
    found = gateway.search(actor(BUREAU, "R3"), Asked(text="电梯"))
    assert ("t_999999" in {hit.schema for hit in found.hits}, found.dropped) == (False, 1)
    comparing.nightly()
    assert [(one.schema, one.case, one.kind) for one in comparing.report().shown] == [("t_999999", known, "surplus")]
    with pytest.raises(CommandError):
        call_command("compare_search")
    list(steps())
    comparing.nightly()
    assert not comparing.report().count


def test_who_dies_is_followed_from_the_last_slice() -> None:
    known = cases(9)
    died = steps()
    for _ in range(3):
        left = next(died)
    died.close()
    assert (left.state, left.done) == ("filling", 3)
    assert indices.live(PROVINCE) == []
    change(known[1])
    outbox.drain()
    (begun, *_, build) = steps()
    assert begun.index == build.index == left.index
    assert (build.state, build.done) == ("live", len(known))
    assert whole()


def test_what_is_refused_stops_no_other_and_stands_with_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    known = cases(5)
    whole_source = mapping.source

    def spoilt(document: Document, office: Tenant) -> dict[str, Any]:
        return whole_source(document, office) | ({"unknown": 1} if document.case == known[1] else {})

    monkeypatch.setattr(mapping, "source", spoilt)
    (*_, build) = steps()
    assert (build.state, build.done, build.aside) == ("live", 5, 1)
    outbox.drain()
    assert [row.key for row in outbox.parked()] == [str(known[1])]
    assert searched() == 4


def test_an_index_that_is_short_is_not_put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    cases(3)
    (*_, first) = steps()
    monkeypatch.setattr(building, "count", lambda index: 1)
    with pytest.raises(Conflict):
        list(steps())
    assert indices.live(PROVINCE) == [first.index]
    monkeypatch.undo()
    (*_, second) = steps()
    assert indices.live(PROVINCE) == [second.index]


def test_a_former_index_is_dropped_later(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        (*_, build) = steps()
    assert building.drop_former() == 0
    monkeypatch.setattr(building, "KEPT_FOR", -building.KEPT_FOR)
    assert building.drop_former() == 1
    assert list(client.work("GET", f"/{indices.read_name(PROVINCE)}/_alias")) == [build.index]
    assert sorted(Build.objects.values_list("state", flat=True)) == ["dropped", "live"]


def test_the_commands_say_how_far_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    cases(3)
    call_command("reindex", province=PROVINCE)
    said = capsys.readouterr()
    assert "100% 3/3" in said.err
    assert f"{Build.objects.get().index}：3 件" in said.out
    call_command("compare_search")
    with pytest.raises(CommandError):
        call_command("reindex", province="000000")


def test_only_one_builds_a_province(monkeypatch: pytest.MonkeyPatch) -> None:
    cases(3)
    running = steps()
    next(running)
    refused: list[str] = []

    def second() -> None:
        try:
            next(steps())
        except (Conflict, Unavailable) as error:
            refused.append(error.code)
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    thread.start()
    thread.join()
    assert refused == ["reindex-running"]
    list(running)
