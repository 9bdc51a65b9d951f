"""What people type is understood, and whatever is not stays a word."""

from datetime import date

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from search.language import dates, numbers, relaxing
from search.language.dates import Span
from search.language.query import tokens, understand
from search.shapes import Asked, Query, Word
from tenants.organisation import add_department
from tests.cases.making import BUREAU, COUNTY
from tests.people import department, tenant

NOW = "2026-11-23T10:00:00+08:00"
TODAY = date(2026, 11, 23)  # a Monday


def asked(text: str, code: str = COUNTY) -> Query:
    return understand(tenant(code), Asked(text=text))


def texts(text: str, code: str = COUNTY) -> list[str]:
    return [word.text for word in asked(text, code).words]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2025-", Span(date(2025, 1, 1), None)),
        ("2025-03", Span(date(2025, 3, 1), date(2025, 3, 31))),
        ("2025年3月", Span(date(2025, 3, 1), date(2025, 3, 31))),
        ("2025年", Span(date(2025, 1, 1), date(2025, 12, 31))),
        ("2024/2/29", Span(date(2024, 2, 29), date(2024, 2, 29))),
        ("2025-03-05..2025-04", Span(date(2025, 3, 5), date(2025, 4, 30))),
        ("2025-03至2025-05", Span(date(2025, 3, 1), date(2025, 5, 31))),
        ("~2025-06-30", Span(None, date(2025, 6, 30))),
        ("2025-06以前", Span(None, date(2025, 6, 30))),
        ("本月", Span(date(2026, 11, 1), date(2026, 11, 30))),
        ("上周", Span(date(2026, 11, 16), date(2026, 11, 22))),
        ("上个月", Span(date(2026, 10, 1), date(2026, 10, 31))),
        ("本季度", Span(date(2026, 10, 1), date(2026, 12, 31))),
        ("上季度", Span(date(2026, 7, 1), date(2026, 9, 30))),
        ("去年", Span(date(2025, 1, 1), date(2025, 12, 31))),
        ("近30天", Span(date(2026, 10, 25), TODAY)),
        ("最近三个月", Span(date(2026, 8, 26), TODAY)),
        ("last 7 days", Span(date(2026, 11, 17), TODAY)),
    ],
)
def test_times(text: str, span: Span) -> None:
    assert dates.span(text, TODAY) == span


def test_a_month_alone_is_the_latest_where_a_time_is_asked() -> None:
    assert dates.span("3月", TODAY, asked=True) == Span(date(2026, 3, 1), date(2026, 3, 31))
    assert dates.span("12月5日", TODAY, asked=True) == Span(date(2025, 12, 5), date(2025, 12, 5))
    assert dates.span("3月", TODAY) is None


@pytest.mark.parametrize("text", ["2025", "2025-13", "2025-02-30", "9999年99月", "..", "~", "12-05", "2025-2024"])
def test_no_times(text: str) -> None:
    assert dates.span(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "said", "pattern"),
    [
        ("990123202608241000183", False, "990123202608241000183"),
        ("20260824-0183", False, "%20260824_000183"),
        ("990123 20260824-0183", True, "99012320260824_000183"),
        ("202608241000183", False, "%202608241000183"),
        ("202608240183", False, "%20260824_000183"),
        ("20261399183", False, ""),
        ("99012320260824", False, "99012320260824%"),
        ("20260824", True, "%20260824_______"),
        ("183", True, "%000183"),
        ("20260824", False, ""),
        ("183", False, ""),
        ("13800000016", False, ""),
        ("20261399-0183", False, ""),
    ],
)
def test_numbers(text: str, said: bool, pattern: str) -> None:
    assert numbers.pattern(text, asked=said) == pattern


def test_quotes_minus_and_prefixes() -> None:
    found = [tuple(token) for token in tokens('电梯，停用 “维修 资金” -油烟 －“广场 舞” 编号：183 时间: 2025- "没关')]
    assert found == [
        ("电梯", "", False, False),
        ("停用", "", False, False),
        ("维修 资金", "", True, False),
        ("油烟", "", False, True),
        ("广场 舞", "", True, True),
        ("183", "number", False, False),
        ("2025-", "time", False, False),
        ("没关", "", True, False),
    ]


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_what_is_recognised_is_told_and_the_rest_are_words() -> None:
    add_department(tenant(COUNTY), "锦溆街道办事处", code="31")
    query = asked("电梯停用 維修資金 地点:锦溆 时间:2025- 单位：住建局 编号:20260824-0183 -油烟")
    assert [(word.text, word.excluded) for word in query.words] == [
        ("电梯停用", False),
        ("维修资金", False),
        ("锦溆街道", False),
        ("油烟", True),
    ]
    assert query.words[2].others == ("锦溆",)
    assert query.since == date(2025, 1, 1)
    assert query.numbers == ("%20260824_000183",)
    assert query.units == (department(COUNTY, "住建局").id,)
    assert dict(query.told) == {
        "地点": "锦溆街道",
        "时间": "2025-01-01 起",
        "单位": "住房和城乡建设局",
        "编号": "20260824-0183",
    }
    assert [word.text for word in asked("锦溆街道电梯").words] == ["锦溆街道", "电梯"]
    assert asked("jinxu 油烟").words[0] == Word("锦溆街道", others=("锦溆",))
    assert asked("jsju").words == (Word("jsju"),)  # letters alone are no name
    assert asked("zhufanghechengxiangjiansheju").words[0].others == ("住房和城乡建设局", "住建局")
    assert asked("地点:jx").words[0].text == asked("地點：錦漵").words[0].text == "锦溆街道"


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_places_are_those_of_the_region_and_units_may_be_many() -> None:
    assert asked("地点:澄屿", BUREAU).places == ("990123",)
    assert asked("chengyuxian 电梯", BUREAU).places == ("990123",)
    assert asked("990123", BUREAU).places == ("990123",)
    assert set(asked("地点:临澜市", BUREAU).places) == {"990100", "990123", "990124"}
    assert asked("澄屿县 电梯", BUREAU).places == ("990123",)
    assert asked("地点:汀岚县").places == ("990124",)  # beside: a matter of the own office may lie there
    assert texts("地点:临澜市") == ["临澜市"]
    found = {department(code, "城管局").id for code in (BUREAU, COUNTY, "990124")}
    assert set(asked("单位:城管局", BUREAU).units) == found
    assert set(asked("单位:cgj").units) == {department(COUNTY, "城管局").id}


@pytest.mark.django_db
def test_what_is_not_understood_stays_a_word() -> None:
    assert texts("时间:很久以前 编号:甲 单位:没有的局 地点: A&B:c") == ["很久以前", "甲", "没有的局", "a b c"]
    assert (texts("地点:"), asked("地点:").notes) == ([], ("冒号后面还没有写。",))
    said = asked("单位:zjj 地点:火星 编号:甲 时间:2026-13").notes
    assert [note.partition("，")[0] for note in said] == [
        "没有叫“火星”的地点",
        "“甲”不像编号",
        "“2026-13”不像时间",
    ]
    assert asked("甲" * 250).notes == ("写得太长，只按前 200 个字查。",)
    assert asked("甲 乙 丙 丁 戊 己 庚 辛 壬 癸 子 丑 寅").notes == ("词太多，只按前 12 个词查。",)
    assert texts("% _ ' \\ -- () & | ! :*") == []
    assert texts("电梯 電梯 “电梯”") == ["电梯", "电梯"]  # once as a word, once as a phrase


@pytest.mark.django_db
def test_synonyms_stand_beside_a_word_never_beside_a_phrase() -> None:
    word, phrase = asked("讨薪 “讨薪”").words
    assert "欠薪" in word.others
    assert phrase == Word("讨薪", phrase=True)


class Anything(TestCase):
    @settings(max_examples=150, deadline=None)
    @given(st.text(st.sampled_from("编号地点单位时间:：“”\"「-－ \n\x00年月2025.~至本周电梯a'%\\();锦𠀀"), max_size=24))
    def test_nothing_raises(self, text: str) -> None:
        asked(text)


def test_what_comes_near_has_a_share_of_what_was_said() -> None:
    query = Query(words=(Word("地铁工地夜里施工"), Word("油烟"), Word("原话", phrase=True)))
    near = relaxing.relaxed(query)
    assert near is not None
    assert near.words == (Word("原话", phrase=True), Word("地铁工地夜里施工 油烟", least=3))
    assert relaxing.relaxed(Query(words=(Word("电梯"),))) is None
    assert relaxing.relaxed(Query(words=(Word("火星"), Word("没有的")))) is None  # in every text
    assert relaxing.relaxed(Query(numbers=("%000183",))) is None
    assert relaxing.is_sentence(query)
    assert not relaxing.is_sentence(Query(words=(Word("维修资金"), Word("电梯停用三个月", phrase=True))))
