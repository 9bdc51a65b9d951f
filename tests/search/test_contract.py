"""What both backends promise alike: which documents have the words, in which order, how many, and for whom."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import time_machine

from kernel.ids import new_id
from search.embedded import breadth, frequencies, likeness, reach
from search.language import relaxing
from search.language.words import fold
from search.rights import rights_of
from search.shapes import Asked, Own, Query, Raw, Rights, Word
from tests.cases.making import BUREAU, COUNTY, OTHER
from tests.people import actor, tenant
from tests.search.conftest import InElasticsearch, InPostgres
from tests.search.writing import REGISTERED, document

Backend = InPostgres | InElasticsearch
pytestmark = pytest.mark.django_db
DESK, UPPER = (COUNTY, "R3"), (BUREAU, "R3")


def word(text: str, **more: Any) -> Word:
    return Word(fold(text), **more)


def found(backend: Backend, who: tuple[str, str] | Rights, *words: str | Word, **more: Any) -> Raw:
    rights = who if isinstance(who, Rights) else rights_of(actor(*who))
    asked = Asked(**{name: more.pop(name) for name in ("order", "after", "size") if name in more})
    made = tuple(word(one) if isinstance(one, str) else one for one in words)
    return backend.find(rights, Query(words=made, **more), asked)


def ids(raw: Raw) -> set[UUID]:
    cases = {hit.case for hit in raw.hits}
    assert raw.total == len(cases) == len(raw.hits)
    return cases


def test_all_words_must_be_there_wherever_they_stand(backend: Backend) -> None:
    lift = document(COUNTY, "锦澜小区电梯停用", narrative="維修資金，去向不明；A棟12號楼", demands="公示 GB/T 账目")
    smoke = document(COUNTY, "夜市油烟扰民", narrative="电梯间也有油烟", files="附件提到维修资金")
    backend.catch_up()

    def have(*words: str | Word) -> set[UUID]:
        return ids(found(backend, DESK, *words))

    assert have("电梯") == {lift, smoke}
    assert have("电梯停用", "维修资金") == {lift}  # in different texts of the document
    assert have("維修資金") == have("维修资金") == {lift, smoke}  # traditional, and in a file
    assert have("资金去向") == {lift}  # punctuation does not part
    assert have("停用维修") == set()  # but texts do
    assert have("a栋１２号") == have("12号楼") == have("GB/T") == {lift}
    assert have("油") == {smoke}  # a single character
    assert have("电梯停电") == set()  # pairs alone are no proof
    assert have("2号") == set()  # a number is a whole
    assert have(word("停用维修", others=("夜市",))) == {smoke}
    assert have("电梯", word("油烟", excluded=True)) == {lift}
    assert have("电梯", word("电梯间也", excluded=True)) == {lift}
    assert have(word("电梯间也有油", phrase=True)) == {smoke}
    assert have(word("梯停亭用维", least=1)) == {lift}
    assert have(word("电梯停亭用", least=2)) == {lift}
    assert have(word("电梯停亭用", least=3)) == set()
    assert have(Word("夜市 油烟 没有", least=2)) == {smoke}
    assert have() == {lift, smoke}


def test_case_numbers_whole_and_cut(backend: Backend) -> None:
    first = document(COUNTY, "甲", number="990123202608241000183")
    second = document(COUNTY, "乙", number="990123202608242000184")
    backend.catch_up()

    def have(*patterns: str) -> set[UUID]:
        return ids(found(backend, DESK, numbers=patterns))

    assert have("990123202608241000183") == have("99012320260824_000183") == {first}
    assert have("%20260824_000183") == have("%000183") == {first}
    assert have("99012320260824%") == have("%20260824_______") == {first, second}
    assert have("%20260825_000183") == set()
    assert ids(found(backend, DESK, "0184")) == ids(found(backend, DESK, "20260824 0184")) == {second}


@time_machine.travel("2026-11-23T10:00:00+08:00", tick=False)
def test_a_facets_own_choice_does_not_narrow_its_own_counts(backend: Backend) -> None:
    unit, other, now = new_id(), new_id(), datetime(2026, 11, 23, 2, tzinfo=UTC)
    late = document(COUNTY, "电梯", unit=unit, due_raw=now - timedelta(days=20), due_kind="K6")
    soon = document(COUNTY, "电梯", unit=unit, due_raw=now + timedelta(days=3), due_kind="K6", channel="NET")
    window = document(COUNTY, "电梯", unit=other, due_raw=now - timedelta(days=1), due_kind="K9", state="S61")
    done = document(COUNTY, "电梯", unit=other, state="S90", klass="A", registered_at=REGISTERED - timedelta(days=400))
    below = document(OTHER, "电梯", unit=new_id(), place="990124")
    backend.catch_up()

    def facets(raw: Raw) -> Mapping[str, dict[str, int]]:
        return {name: dict(counts) for name, counts in raw.facets.items()}

    raw = found(backend, DESK, "电梯")
    assert ids(raw) == {late, soon, window, done}
    assert facets(raw) == {
        "state": {"S50": 2, "S61": 1, "S90": 1},
        "clock": {"over": 1, "soon": 1, "ok": 1},
        "klass": {"C": 3, "A": 1},
        "office": {COUNTY: 4},
        "department": {str(unit): 2, str(other): 2},
        "channel": {"VISIT": 3, "NET": 1},
    }
    raw = found(backend, DESK, "电梯", chosen={"clock": ("over", "ok"), "department": (str(unit),)})
    assert ids(raw) == {late}
    assert facets(raw)["clock"] == {"over": 1, "soon": 1}
    assert facets(raw)["department"] == {str(unit): 1, str(other): 1}
    assert facets(raw)["state"] == {"S50": 1}
    assert ids(found(backend, DESK, since=date(2026, 3, 1), until=date(2026, 3, 1))) == {late, soon, window}
    assert ids(found(backend, DESK, units=(other,))) == {window, done}
    assert ids(found(backend, UPPER, places=("990124",))) == {below}
    assert facets(found(backend, UPPER, "电梯"))["office"] == {COUNTY: 4, OTHER: 1}
    assert ids(found(backend, DESK, chosen={"state": ("'; --",)})) == set()


def test_best_first_is_by_where_the_word_stands(backend: Backend) -> None:
    places = ("title", "demands", "narrative", "answers", "papers", "files")
    expected = [document(COUNTY, **{place: "电梯停用"}) for place in reversed(places)]
    expected.reverse()
    together = document(COUNTY, narrative="夜市油烟")
    apart = document(COUNTY, narrative="油烟在夜市")
    for _n in range(12):
        document(COUNTY, **dict.fromkeys(places, "征地补偿款没有发放到户"))
    backend.catch_up()
    assert [hit.case for hit in found(backend, DESK, "电梯停用").hits] == expected
    assert [hit.case for hit in found(backend, DESK, "夜市", "油烟").hits] == [together, apart]


@pytest.mark.parametrize("order", ["best", "due", "new"])
def test_pages_go_on_where_the_one_before_ended(backend: Backend, order: str) -> None:
    for code in (COUNTY, COUNTY, OTHER, BUREAU, COUNTY, OTHER, BUREAU):
        document(code, "电梯")  # all alike
    for days in range(5):
        moment = REGISTERED + timedelta(days=days % 3)
        document(COUNTY, "电梯", registered_at=moment, due_raw=moment)
    backend.catch_up()
    whole = found(backend, UPPER, "电梯", order=order)
    paged, after, pages = [], "", 0
    while pages == 0 or after:
        raw = found(backend, UPPER, "电梯", order=order, size=5, after=after)
        assert raw.total == 12
        paged += [hit.case for hit in raw.hits]
        after, pages = raw.after, pages + 1
    assert (pages, paged) == (3, [hit.case for hit in whole.hits])
    assert len(set(paged)) == 12
    assert found(backend, UPPER, "电梯", order=order, size=5, after="'; DROP TABLE x~").total == 12


def test_only_what_the_rights_say_is_found_counted_marked_and_suggested(backend: Backend) -> None:
    unit, section, user = new_id(), new_id(), new_id()
    mine = document(COUNTY, "电梯一号", unit=unit, department=section, papers="内部意见")
    named = document(COUNTY, "电梯二号", unit=unit, department=unit, handler=user)
    elsewhere = document(COUNTY, "电梯三号", unit=new_id(), handler=user)
    gone = document(COUNTY, "电梯四号", unit=unit, department=section, held=False, state="S99")
    document(COUNTY, "电梯五号", unit=unit, department=section, removed=True)
    known = document(OTHER, "电梯六号", offices=[OTHER, BUREAU])
    office = rights_of(actor(*DESK))

    backend.catch_up()
    own = replace(office, below=False, own=Own("unit", (unit,), (unit,), user))
    for rights, expected in (
        (office, {mine, named, elsewhere, gone}),
        (own, {mine, named, gone}),
        (replace(own, own=Own("section", (unit,), (section,), user)), {mine, named, gone}),
        (replace(own, own=Own("section", (unit,), (unit,), new_id())), {named}),
        (replace(own, own=None), set()),
        (rights_of(actor(*UPPER)), {mine, named, elsewhere}),  # held rows, and none the own office has a row of
        (replace(rights_of(actor(*UPPER)), own=None), {mine, named, elsewhere, known}),
        (rights_of(actor(OTHER, "R3")), {known}),
    ):
        raw = found(backend, rights, "电梯")
        assert ids(raw) == expected
        assert sum(count for _value, count in raw.facets.get("state", ())) == len(expected)
        assert {hit.case for hit in backend.suggest(rights, "电梯", 20)} == expected
        assert {hit.case for hit in backend.like(rights, "电梯一号和电梯三号", 20)} <= expected
        assert ids(found(backend, rights)) == expected
        assert ids(found(backend, rights, "内部意见")) <= (expected if rights.schema == office.schema else set())
        shown = {
            text for hit in found(backend, rights, word("意见", others=("电梯",))).hits for _f, text, _s in hit.pieces
        }
        assert ("内部意见" in shown) == (mine in expected and rights.schema == office.schema)


def test_search_as_you_type_knows_titles_and_numbers(backend: Backend) -> None:
    lift = document(COUNTY, "锦澜小区电梯停用", number="990123202608241000183", narrative="夜市")
    backend.catch_up()
    rights = rights_of(actor(*DESK))
    for typed in ("电", "电梯", "锦澜 电梯停", "電梯", "9901232026", "202608241000", "20260824-0183", "小区 2026"):
        hits = backend.suggest(rights, typed, 5)
        assert [hit.case for hit in hits] == [lift], typed
    ((_field, title, spans),) = backend.suggest(rights, "电梯停", 5)[0].pieces
    assert [title[a:b] for a, b in spans] == ["电梯停"]
    for typed in ("夜市", "", "  ", "'", "%", "梯电", ":* | !"):
        assert backend.suggest(rights, typed, 5) == []


def test_like_documents_share_what_tells_most(backend: Backend) -> None:
    text = "锦澜小区三号楼电梯停用三个月，物业公司不维修，老人上下楼困难"
    same = document(COUNTY, "电梯停用三个月无人维修", narrative="锦澜小区物业公司推诿，老人上下楼困难", place="990123")
    near = document(COUNTY, "小区电梯老旧", narrative="物业公司不维修电梯，老人上下楼害怕", place="990199")
    for n in range(8):
        document(COUNTY, f"夜市油烟扰民{n}", narrative="烧烤摊位占道经营，噪声到凌晨")
    backend.catch_up()
    rights = rights_of(actor(*DESK))
    assert [hit.case for hit in backend.like(rights, text, 5)][:2] == [same, near]
    assert [hit.case for hit in backend.like(rights, text, 1)] == [same]
    assert [hit.case for hit in backend.like(rights, text, 5, places=("990199",))] == [near]
    assert backend.like(rights, "'; drop", 5) == backend.like(rights, "", 5) == []


def test_where_very_many_match_those_shown_are_still_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breadth, "MANY", 2)
    expected = {document(COUNTY, "电梯停用", papers="维修资金", registered_at=REGISTERED)}
    expected |= {
        document(code, narrative=f"电梯停用，维修资金{n}") for n in range(4) for code in (COUNTY, BUREAU, OTHER)
    }
    for n in range(5):  # the pairs stand there, the word does not
        document(COUNTY, f"电梯 梯停 停用{n}", narrative="维修 修资 资金")
    for who, mine in ((DESK, 5), (UPPER, 12)):
        seen: list[UUID] = []
        after = ""
        while not seen or after:
            raw = found(InPostgres(), who, "电梯停用", "维修资金", size=2, after=after)
            seen, after = [*seen, *(hit.case for hit in raw.hits)], raw.after
        assert len(seen) == len(set(seen)) == mine
        assert set(seen) <= expected


@pytest.mark.parametrize("order", ["best", "new"])
def test_of_very_many_the_newest_are_looked_at_first(monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    """What the database knows of its columns, 500 documents with the word, is not so: yet none is lost."""
    for name, value in {"MANY": 2, "FEWEST": 2, "NEWEST": 100, "NEAREST": 3, "MORE": 2}.items():
        monkeypatch.setattr(breadth, name, value)
    moments = [datetime(2025, number, 1, tzinfo=UTC) for number in range(1, 13)]
    known = frequencies.Statistics(1000, 1, dict.fromkeys(("电梯", "梯停", "停用"), 0.5), moments)
    monkeypatch.setattr(frequencies, "of", lambda offices: known)
    old = {document(COUNTY, "电梯停用", registered_at=moments[2] + timedelta(n)) for n in range(5)}
    new = {document(COUNTY, narrative="电梯停用", registered_at=moments[10] + timedelta(n)) for n in range(6)}
    for n in range(4):  # the pairs stand there, the word does not
        document(COUNTY, f"电梯 梯停 停用{n}", registered_at=moments[11])
    raw = found(InPostgres(), DESK, "电梯停用", order=order, size=4)
    assert (raw.total, raw.partial, raw.facets["state"]) == (10, True, [("S50", 10)])  # by pairs
    seen = [hit.case for hit in raw.hits]
    while raw.after:
        raw = found(InPostgres(), DESK, "电梯停用", order=order, size=4, after=raw.after)
        seen += [hit.case for hit in raw.hits]
    assert raw.partial
    assert (set(seen[:6]), set(seen[6:]), len(seen)) == (new, old, 11)
    monkeypatch.setattr(breadth, "FEWEST", 11)  # too few are that new: all are looked at
    raw = found(InPostgres(), DESK, "电梯停用", order=order)
    assert (raw.total, raw.partial, {hit.case for hit in raw.hits}) == (15, False, old | new)


@pytest.mark.parametrize("order", ["best", "new"])
def test_of_very_many_that_come_near_those_are_read_that_have_two_rare_pairs(
    order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [datetime(2025, number, 1, tzinfo=UTC) for number in range(1, 13)]
    shares = {"电梯": 0.5, "梯停": 0.5, "停用": 0.5}
    known = frequencies.Statistics(1000, 1, shares, moments)
    monkeypatch.setattr(frequencies, "of", lambda offices: known)
    monkeypatch.setattr(breadth, "READ", 400)
    monkeypatch.setattr(relaxing, "FEW", 3)
    near = {document(COUNTY, "电梯停了，费用未退", registered_at=moments[2]) for _ in range(3)}
    near |= {document(COUNTY, "有人停用，说费用未退", registered_at=moments[10]) for _ in range(3)}
    common = {document(COUNTY, "电梯和停用", registered_at=moments[11]) for _ in range(2)}
    asked = Word("电梯停用费用未退", least=2)
    raw = found(InPostgres(), DESK, asked, order=order, size=4)
    assert (raw.total, raw.partial) == (6, True)
    seen = {hit.case for hit in raw.hits}
    raw = found(InPostgres(), DESK, asked, order=order, size=4, after=raw.after)
    assert (seen | {hit.case for hit in raw.hits}, raw.after, raw.partial) == (near, "", True)
    monkeypatch.setattr(breadth, "READ", 5000)  # little to read: what has two of them, wherever they stand
    raw = found(InPostgres(), DESK, asked, order=order)
    assert ({hit.case for hit in raw.hits}, raw.partial) == (near | common, False)
    for name in shares:
        shares[name] = 1.0
    monkeypatch.setattr(breadth, "READ", 400)  # of common words the newest, where hardly any has the rarest two
    monkeypatch.setattr(relaxing, "FEW", 5)
    new = {document(COUNTY, "电梯停", registered_at=moments[11])}
    raw = found(InPostgres(), DESK, Word("电梯停用", least=2), order=order)
    assert ({hit.case for hit in raw.hits}, raw.partial) == (new | common, True)


@pytest.mark.django_db(transaction=True)
def test_of_a_region_what_is_common_is_known_by_its_offices(owner: "psycopg.Connection[tuple[object, ...]]") -> None:
    for code, title, many in ((COUNTY, "电梯停用", 30), (OTHER, "路灯不亮", 10)):
        for n in range(many):
            document(code, title, registered_at=REGISTERED + timedelta(n))
        owner.execute(f'ANALYZE "{tenant(code).schema_name}".search_document')
    region = frequencies.of(reach.offices(rights_of(actor(*UPPER))))
    assert (region.documents, region.blocks) == (40, 0)
    assert (region.shares["电梯"], region.shares["路灯"]) == pytest.approx((0.75, 0.25))
    assert list(region.moments) == sorted(region.moments)
    assert region.moments[0] == REGISTERED
    office = frequencies.of(reach.offices(rights_of(actor(*DESK))))
    assert (office.documents, office.shares["电梯"], "路灯" in office.shares) == (30, 1.0, False)
    assert office.blocks > 0


def test_of_a_region_the_newest_of_each_office_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "MOST_LOOKED_AT", 2)
    monkeypatch.setattr(likeness, "LEAST", 1)
    title = "锦澜小区三号楼电梯停用三个月"
    made = [document(code, title, registered_at=REGISTERED + timedelta(n)) for code in (COUNTY, OTHER) for n in (0, 1)]
    found = InPostgres().like(rights_of(actor(*UPPER)), f"{title}，老人上下楼困难", 5)
    assert {hit.case for hit in found} == {made[1], made[3]}
