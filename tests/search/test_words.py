"""How words are compared, and the way back from what was compared to what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language import marks, words
from search.shapes import Query, Word

TEXTS = st.text(st.sampled_from("ab12 ,，。電梯楼號ＡÉ́ 　*½ﬁ㍻①㎡-/\n"), max_size=30)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Ａ棟 12 號！", "a栋12号"),
        ("澄嶼縣　信訪局", "澄屿县信访局"),
        ("GB/T 1-2", "gb t 1 2"),
        ("维修，资金。", "维修资金"),
        ("赵** 138 **** **16", "赵138 16"),
        ("①㎡", "1m2"),
        ("%_'\\", ""),
    ],
)
def test_full_width_traditional_and_punctuation_make_no_difference(typed: str, plain: str) -> None:
    assert words.fold(typed) == plain


@given(TEXTS)
def test_folding_is_done_once_and_leads_back(text: str) -> None:
    plain = words.folded(text)
    assert plain.text == words.fold(text) == words.fold(plain.text)
    assert len(plain.places) == len(plain.text)
    assert plain.places == sorted(plain.places)
    for place, char in zip(plain.places, plain.text, strict=True):
        assert char == words.GAP or char in words.fold(text[place])


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_contains_a_word_has_its_tokens(before: str, word: str, after: str) -> None:
    asked, held = words.fold(word), words.fold(f"{before} {word} {after}")
    assert set(words.needed(asked)) <= words.tokens(held) or asked not in held.split(words.GAP)


def test_han_is_found_by_pairs_and_other_runs_whole() -> None:
    assert words.needed("a栋12号楼电梯") == ["a", "栋", "12", "号楼", "楼电", "电梯"]
    assert words.tokens("电梯") == {"电", "梯", "电梯"}
    assert words.exact("电梯")
    assert words.exact("12")
    assert not words.exact("电梯停")
    assert not words.exact("a栋")
    assert not words.exact("1 1")


def test_marks_stand_where_the_shown_text_has_the_word() -> None:
    texts = {"title": "錦瀾小區 電梯，停用", "narrative": "甲" * 300 + "維修資金去向不明" + "乙" * 300}
    title, narrative = marks.pieces(Query(words=(Word("电梯停用"), Word("维修资金"))), texts)
    assert [title[1][a:b] for a, b in title[2]] == ["電梯，停用"]
    assert [narrative[1][a:b] for a, b in narrative[2]] == ["維修資金"]
    assert len(narrative[1]) <= marks.WIDTH + 2


def test_a_match_across_two_stretches_of_a_long_text_is_shown() -> None:
    text = "甲" * (marks.STRETCH - 2) + "维修资金" + "乙" * 50
    pieces = marks.pieces(Query(words=(Word("维修资金"),)), {"files": text})
    assert [(field, shown[a:b]) for field, shown, spans in pieces for a, b in spans] == [("files", "维修资金")]
