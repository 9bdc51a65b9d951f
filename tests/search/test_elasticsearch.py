"""What the backend over Elasticsearch does besides answering: revisions, one that is refused, names of indexes."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command

from kernel.errors import Unavailable
from kernel.outbox import HEARD, Verdict
from search import client
from search.elastic import indices, mapping
from search.elastic.backend import Elastic
from search.elastic.bulk import Copy, bulk
from search.shapes import Asked, Own, Query, Rights, Word

pytestmark = pytest.mark.usefixtures("elasticsearch")

PROVINCE = "990000"
NOBODY = UUID(int=0)
COUNTY = Rights(
    tenant=NOBODY,
    schema="t_990123",
    code="990123",
    province=PROVINCE,
    own=Own("all", (), (), NOBODY),
    below=False,
)
ASKED = Query(words=(Word("电梯"),))


def copied(case: UUID, revision: int, name: str = "", **changes: Any) -> Copy:
    source = {"schema": COUNTY.schema, "case": str(case), "removed": False, "title": "电梯停用", "held": True} | changes
    return Copy(name or indices.write_name(PROVINCE), mapping.key(COUNTY.schema, case), revision, source)


def live() -> str:
    index = indices.create(PROVINCE)
    indices.swap(PROVINCE, index)
    return index


def found(rights: Rights = COUNTY) -> list[UUID]:
    indices.refresh(PROVINCE)
    return [hit.case for hit in Elastic().find(rights, ASKED, Asked(order="new")).hits]


def test_of_two_revisions_the_greater_stays_whichever_came_first() -> None:
    live()
    case = uuid4()
    assert bulk([copied(case, 3, title="水管"), copied(case, 2), copied(case, 3)]) == [HEARD] * 3
    assert found() == []
    assert bulk([copied(case, 4)]) == [HEARD]
    assert found() == [case]
    assert bulk([copied(case, 6, removed=True), copied(case, 5)]) == [HEARD] * 2
    assert found() == []


def test_one_that_cannot_be_kept_is_set_aside_alone() -> None:
    live()
    first, last = uuid4(), uuid4()
    said = bulk(
        [
            copied(first, 1),
            copied(uuid4(), 1, surprise="?"),
            copied(uuid4(), 1, indices.write_name("110000")),
            copied(last, 1),
        ]
    )
    assert said[0] == said[3] == HEARD
    assert said[1] == Verdict("aside", "strict_dynamic_mapping_exception")
    assert said[2] == Verdict("again", "index_not_found_exception")
    assert set(found()) == {first, last}
    assert indices.live("110000") == []


def test_an_index_is_built_beside_the_live_one_and_takes_its_place_at_once() -> None:
    with pytest.raises(Unavailable):
        Elastic().find(COUNTY, ASKED, Asked())
    first = live()
    before, since = uuid4(), uuid4()
    bulk([copied(before, 1)])
    second = indices.create(PROVINCE)
    assert (indices.live(PROVINCE), indices.building(PROVINCE)) == ([first], [second])
    bulk([copied(since, 1), copied(since, 1, indices.build_name(PROVINCE))])
    bulk([copied(before, 1, indices.build_name(PROVINCE))])
    assert set(found()) == {before, since}
    assert indices.swap(PROVINCE, second) == [first]
    assert (indices.live(PROVINCE), indices.building(PROVINCE)) == ([second], [])
    indices.drop(first)
    indices.drop(first)
    assert set(found()) == {before, since}


def test_rights_stand_around_every_question() -> None:
    live()
    own, below, mine, had = uuid4(), uuid4(), uuid4(), uuid4()
    common: dict[str, Any] = {
        "scope": [PROVINCE, "990100"],
        "office": "990124",
        "schema": "t_990124",
        "narrative": "电梯",
    }
    bulk(
        [
            copied(own, 1, schema="t_990100", unit=str(NOBODY), scope=[PROVINCE, "990100"]),
            copied(below, 1, **common),
            copied(uuid4(), 1, **common | {"held": False}),
            copied(had, 1, **common | {"offices": ["990124", "990100"]}),
            copied(uuid4(), 1, **common | {"title": "", "narrative": "", "files": "电梯"}),
            copied(uuid4(), 1, **common | {"scope": [PROVINCE, "990200"]}),
            copied(mine, 1, schema="t_990100", handler=str(uuid4()), unit=str(uuid4())),
        ]
    )
    office = replace(COUNTY, schema="t_990100", code="990100", below=True)
    assert set(found(office)) == {own, below, mine}
    assert set(found(replace(office, below=False))) == {own, mine}
    assert found(replace(office, own=Own("unit", (NOBODY,), (), NOBODY), below=False)) == [own]
    assert set(found(replace(office, own=None))) == {below, had}  # it stands in no row of the own office one sees
    assert found(replace(office, own=None, below=False)) == []
    assert Elastic().suggest(replace(office, own=None, below=False), "电梯", 5) == []
    assert Elastic().like(replace(office, own=None, below=False), "电梯停用三个月", 5) == []
    assert {hit.case for hit in Elastic().like(office, "电梯停用三个月", 5)} == {own, below, mine}
    answer = Elastic().find(replace(office, own=None), ASKED, Asked())
    assert answer.facets["office"] == [("990124", 2)]


@pytest.mark.parametrize("order", ["best", "due", "new"])
def test_pages_go_on_where_the_one_before_ended(order: Any) -> None:
    live()
    cases = {uuid4() for _ in range(7)}
    dates = [None, "2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"]
    rows = [{"due_raw": at, "registered_at": at} if (at := dates[n % 4]) else {} for n in range(7)]
    bulk([copied(case, 1, **row) for case, row in zip(sorted(cases), rows, strict=True)])
    indices.refresh(PROVINCE)
    seen: list[UUID] = []
    after = ""
    for _page in range(4):
        raw = Elastic().find(COUNTY, ASKED, Asked(order=order, size=2, after=after))
        seen += [hit.case for hit in raw.hits]
        after = raw.after
    assert len(seen) == 7
    assert set(seen) == cases
    assert (after, raw.total) == ("", 7)
    for wrong in ("[1]", "[NaN, 2]", "[1e999, 2]", '["x", "y"]', f'[{2**70}, "{seen[0]}"]', "{"):
        assert Elastic().find(COUNTY, ASKED, Asked(order=order, size=2, after=wrong)).total == 7


def test_the_probe_says_what_there_is_and_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    index = live()
    call_command("search_probe")
    said = capsys.readouterr().out
    assert f"{index}: " in said
    assert "loads; 东城 城街 街道 道拆 拆迁 迁补 补偿 偿a a栋 栋12 12号" in said
    assert indices.building("probe") == []


def test_a_question_that_is_wrong_says_nothing_against_the_server() -> None:
    with pytest.raises(client.Rejected, match="parsing_exception"):
        client.ask("POST", "/_search", {"query": {"no_such_thing": {}}})
    assert client.breaker.allows()  # the server is well
