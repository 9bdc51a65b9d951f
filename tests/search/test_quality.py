"""Figures of quality on known orders, and the judged set itself."""

from collections import Counter
from math import log2

import pytest

from infra.bench import judged
from search import quality


def test_the_best_order_is_worth_one_and_a_hit_lost_costs_its_place() -> None:
    grades = {"a": 2, "b": 1, "c": 0}
    assert quality.ndcg(["a", "b"], grades) == 1
    assert quality.ndcg(["b", "a"], grades) == pytest.approx((1 + 3 / log2(3)) / (3 + 1 / log2(3)))
    assert quality.ndcg(["x", "y"], grades) == 0
    assert quality.ndcg([], {}) == 1
    assert quality.ndcg(["x"] * 10 + ["a"], grades) == 0  # the eleventh is not looked at


def test_recall_asks_for_no_more_than_fits() -> None:
    many = {str(n): 1 for n in range(80)}
    assert quality.recall([str(n) for n in range(50)], many) == 1
    assert quality.recall(["0", "x"], {"0": 2, "1": 1}) == 0.5


def test_means_and_the_share_that_found_nothing() -> None:
    told = quality.judge([(["a"], {"a": 2}), ([], {"a": 2})])
    assert (told.ndcg, told.recall, told.empty, told.queries) == (0.5, 0.5, 0.5, 2)


def test_the_judged_set_is_whole() -> None:
    demo, data = judged.queries("demo"), judged.queries("data")
    assert len(demo) + len(data) >= 80
    assert len({one.id for one in (*demo, *data)}) == len(demo) + len(data)
    assert len(Counter(one.kind for one in (*demo, *data))) >= 12
    assert not any(set(one.best) & set(one.fair) for one in data)


def test_each_query_over_the_demo_has_what_is_sought_and_each_rule_names_one_matter() -> None:
    texts = judged.demo()
    names = {text.key.partition("#")[0] for text in texts}
    for one in judged.queries("demo"):
        assert 2 in one.grades(texts).values(), one.id
        assert "{" not in one.asked(texts)
        for rule in (*one.best, *one.fair):
            matter = rule.partition("@")[0].partition("#")[0]
            assert not matter or sum(name.startswith(matter) for name in names) == 1, (one.id, rule)


def test_row_numbers_stand_for_rows_where_the_real_messages_are_at_hand() -> None:
    texts = {text.key for text in judged.data()}
    named = {key for one in judged.queries("data") for key in (*one.best, *one.fair)}
    assert named <= texts or not texts
