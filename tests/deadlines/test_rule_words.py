"""What a rule says is data; a reader of English gets every text of the profiles that ship in English."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from tenants import rule_words
from tenants.profile_data import PARAMS, PROFILES

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_rule_that_ships_is_known() -> None:
    for profile in PROFILES:
        assert profile.name in rule_words.TEXTS
        for rule in profile.rules:
            article, _colon, says = rule.basis.partition("：")
            found = rule_words.ARTICLE.match(article)
            assert (found["law"] if found else article) in rule_words.TEXTS, article
            assert not says or says in rule_words.TEXTS, says
    assert set(PARAMS.values()) <= rule_words.TEXTS


def test_in_english_no_han_is_left_and_in_chinese_nothing_changes() -> None:
    with translation.override("en"):
        for text in rule_words.TEXTS:
            assert not HAN.search(rule_words.said(text)), text
        assert "34" in rule_words.article("《信访工作条例》第三十四条")
        assert rule_words.said("《某市条例》第三条") == "《某市条例》第三条"
    for profile in PROFILES:
        for rule in profile.rules:
            article, _colon, says = rule.basis.partition("：")
            assert (rule_words.article(article), rule_words.said(says)) == (article, says)


@pytest.mark.parametrize(
    ("han", "number"), [("三", 3), ("十", 10), ("十四", 14), ("二十", 20), ("三十四", 34), ("九十九", 99)]
)
def test_numbers(han: str, number: int) -> None:
    assert rule_words.number(han) == number
