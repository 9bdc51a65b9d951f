"""规则: every parameter with its article and where it comes from; the nearest place counts; nothing can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tenants import profile_words, profiles
from tenants.profile_data import PARAMS, Rule, Ruleset
from tests.cases.making import BUREAU, COUNTY
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db
LOCAL = "《临澜市信访条例》"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What was rolled back must not stay in this process."""
    yield
    profiles.invalidate()


def _local() -> None:
    city = (
        Rule("K1", 5, "wd", "receipt", f"{LOCAL}第二十条：5 个工作日内分流"),
        Rule("K4", 0, "none", "", f"{LOCAL}第二十一条：不设异议"),
        Rule("agents_max", 2, "count", "", f"{LOCAL}第八条：可以委托 1 至 2 名代理人"),
    )
    county = (Rule("K1", 3, "wd", "receipt", "《澄屿县办法》第三条：3 个工作日内分流"),)
    profiles.seed(
        (
            Ruleset(BUREAU, "临澜市 2024 年版", date(2024, 1, 1), None, city),
            Ruleset(COUNTY, "澄屿县 2025 年版", date(2025, 6, 1), None, county),
        )
    )


def _rules(code: str = COUNTY) -> dict[str, profile_words.Rule]:
    found = profile_words.explained(code, date(2026, 11, 23))
    return {rule.param: rule for _title, rules in found.groups for rule in rules}


def test_every_parameter_has_a_group() -> None:
    grouped = [param for _title, params in profile_words.GROUPS for param in params]
    assert sorted(grouped) == sorted(PARAMS)


def test_without_local_rules_all_comes_from_the_nation() -> None:
    page = client_for(actor(COUNTY, "R19")).get("/rules/").content.decode()
    assert "国家 2022 年版" in page
    assert "自收到之日起 15 日" in page
    assert "《信访工作条例》第二十二条" in page
    assert "自受理之日起 60 日" in page
    shown = client_for(actor(COUNTY, "R19")).get("/rules/?show=differing").content.decode()
    assert "没有与国家规定不同的" in shown


def test_the_nearest_place_counts_and_says_where_from() -> None:
    _local()
    rules = _rules()
    assert (rules["K1"].text, rules["K1"].source and rules["K1"].source.own) == ("自收到之日起 3 个工作日", True)
    assert rules["K1"].nation_text == "自收到之日起 15 日"
    above = rules["agents_max"].source
    assert above is not None
    assert (above.place, above.own, rules["agents_max"].text) == ("临澜市信访局", False, "2 人")
    assert rules["agents_max"].nation_text == "没有这项规定"
    assert (rules["K4"].text, rules["K4"].differs) == ("没有这项规定", True)
    assert (rules["K6"].differs, rules["K6"].source and rules["K6"].source.national) == (False, True)
    assert _rules(BUREAU)["K1"].text == "自收到之日起 5 个工作日"


def test_the_page_says_which_version_new_cases_pin_and_what_differs() -> None:
    _local()
    page = client_for(actor(COUNTY, "R19")).get("/rules/").content.decode()
    pinned = page.split("今天登记的件按哪一版")[1].split("</section>")[0]
    assert "澄屿县 2025 年版" in pinned.split("<ol")[0]
    assert [pinned.index(name) for name in ("澄屿县信访局", "临澜市信访局", "国家 2022 年版")] == sorted(
        pinned.index(name) for name in ("澄屿县信访局", "临澜市信访局", "国家 2022 年版")
    )
    assert "国家 2005 年版" in page
    shown = client_for(actor(COUNTY, "R19")).get("/rules/?show=differing").content.decode()
    assert shown.count('class="differs"') == 3
    assert "复查决定" not in shown.split("历次版本")[0]


def test_the_words_agree_with_what_a_case_gets() -> None:
    """The page and the clocks read the same merged rules."""
    _local()
    profile = profiles.profile_for(COUNTY, date(2026, 11, 23))
    for param, rule in _rules().items():
        assert profile.limit(param) == rule.limit
    assert profile.id == profile_words.explained(COUNTY, date(2026, 11, 23)).pinned.layer.id
