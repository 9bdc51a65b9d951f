"""Rule profiles: what ships, how a place differs, and that a pinned profile never changes (domain §1.1, §5)."""

import uuid
from collections.abc import Iterator
from datetime import date

import pytest

from tenants import profiles
from tenants.models import RuleProfile
from tenants.models.profiles import StartEvent, Unit
from tenants.profile_data import NATION_2005, NATION_2022, PARAMS, PROFILES, Rule, Ruleset
from tenants.profiles import Limit, NoSuchRule, Profile, profile_by_id, profile_for
from tests.deadlines.days import Offices

TODAY = date(2026, 11, 23)
BEFORE = date(2021, 6, 1)

# domain §5, row by row, and §1.1 for 2005.
LIMITS_2022 = {
    "K1": (15, "d", "receipt"),
    "K1r": (15, "d", "delivery"),
    "K1p": (3, "wd", "consent"),
    "K2": (15, "d", "receipt"),
    "K3": (15, "d", "delivery"),
    "K4": (5, "wd", "delivery"),
    "K4s": (3, "wd", "objection"),
    "K5s": (5, "wd", "report"),
    "K6": (60, "d", "acceptance"),
    "K6f": (60, "d", "routing"),
    "K7": (60, "d", "acceptance"),
    "K8": (10, "wd", "acceptance"),
    "K9": (30, "d", "service"),
    "K10": (30, "d", "request"),
    "K11w": (30, "d", "service"),
    "K11": (30, "d", "request"),
    "K12": (2, "h", "discovery"),
    "K13": (10, "wd", "request"),
    "K15": (30, "d", "letter"),
    "K16": (30, "d", "service"),
    "K17": (5, "wd", "receipt"),
    "KI_ordinary": (15, "d", "instruction"),
    "KI_urgent": (7, "d", "instruction"),
    "KI_misdirected": (3, "d", "instruction"),
}


@pytest.fixture
def seeded(db: None) -> Iterator[None]:
    profiles.seed()
    profiles.invalidate()
    yield
    profiles.invalidate()


def limit(profile: Profile, param: str) -> Limit:
    return profile.require(param)


@pytest.mark.parametrize("ruleset", PROFILES, ids=lambda ruleset: ruleset.name)
def test_shipped_rules_are_well_formed(ruleset: Ruleset) -> None:
    params = [rule.param for rule in ruleset.rules]
    assert len(params) == len(set(params))
    for rule in ruleset.rules:
        assert rule.param in PARAMS
        assert rule.unit in Unit.values
        assert rule.start_event in StartEvent.values
        assert rule.basis.partition("：")[2]
        assert len(rule.basis) <= 300


def test_no_local_profile_spans_the_first_day_of_a_national_one() -> None:
    for ruleset in PROFILES:
        first, last = ruleset.effective_from, ruleset.effective_to or date.max
        assert not (first < NATION_2022.effective_from <= last)
        assert first >= NATION_2005.effective_from


def test_every_parameter_is_used_by_a_shipped_profile() -> None:
    assert set(PARAMS) == {rule.param for ruleset in PROFILES for rule in ruleset.rules}


@pytest.mark.usefixtures("seeded")
def test_national_limits_of_2022_are_those_of_the_rule_book() -> None:
    profile = profile_for("", TODAY)
    found = {param: tuple(limit(profile, param)[:3]) for param in LIMITS_2022}
    assert found == LIMITS_2022
    assert profile.extension_max() == 30
    assert profile.number("group_threshold") == 5
    assert profile.representatives_max(8) == 5
    assert profile.count("agents_max") is None
    assert not profile.flag("assign_first_letters")
    assert limit(profile, "K6").article == "《信访工作条例》第三十四条"


@pytest.mark.usefixtures("seeded")
def test_there_was_no_objection_right_in_2005() -> None:
    profile = profile_for("", BEFORE)
    assert profile.name == "国家 2005 年版"
    assert profile.limit("K4") is None
    with pytest.raises(NoSuchRule):
        profile.require("K4")
    assert limit(profile, "K6")[:2] == (60, "d")
    assert limit(profile, "K9")[:2] == (30, "d")


@pytest.mark.usefixtures("seeded")
def test_versions_change_at_midnight_of_2022_05_01() -> None:
    assert profile_for("", date(2022, 4, 30)).limit("K4") is None
    assert profile_for("", date(2022, 5, 1)).limit("K4") is not None
    assert profile_for("", date(1999, 1, 1)).id == profile_for("", date(2005, 5, 1)).id


@pytest.mark.usefixtures("seeded")
def test_a_place_like_zhejiang() -> None:
    profile = profile_for("990200", TODAY)
    assert limit(profile, "K1")[:2] == (5, "wd")
    assert limit(profile, "K3")[:2] == (5, "wd")
    assert limit(profile, "K6")[:3] == (30, "d", "acceptance")
    assert profile.extension_max() == 60
    assert profile.representatives_max(10) == 3
    assert profile.representatives_max(11) == 5
    assert profile.flag("lapse_ground")
    assert limit(profile, "K9") == limit(profile_for("", TODAY), "K9")


@pytest.mark.usefixtures("seeded")
def test_a_place_like_henan() -> None:
    profile = profile_for("990300", TODAY)
    assert limit(profile, "K1")[:2] == (5, "d")
    assert limit(profile, "K4")[:2] == (5, "d")
    assert profile.handling()[:3] == (30, "d", "delivery")
    assert profile.extension_max() == 60
    assert profile.handling(assigned=True)[:2] == (90, "d")
    assert profile.extension_max(assigned=True) == 0


@pytest.mark.usefixtures("seeded")
def test_a_place_like_beijing_knew_objections_before_the_nation_did() -> None:
    profile = profile_for("990400", BEFORE)
    assert limit(profile, "K4")[:2] == (5, "wd")
    assert limit(profile, "K10_take")[:2] == (3, "wd")
    assert profile.count("agents_max") == 2


@pytest.mark.usefixtures("seeded")
def test_a_county_follows_the_place_above_it(office: Offices) -> None:
    province = office("880000")
    prefecture = office("880100", province)
    office("880101", prefecture)
    profiles.seed(
        (
            Ruleset("880000", "省", date(2023, 1, 1), None, (Rule("K1", 9, "d"), Rule("K3", 9, "d"))),
            Ruleset("880100", "市", date(2024, 1, 1), None, (Rule("K1", 4, "d"), Rule("K4", 0, "none"))),
        )
    )
    county = profile_for("880101", TODAY)
    assert (county.name, county.number("K1"), county.number("K3"), county.number("K6")) == ("市", 4, 9, 60)
    assert county.limit("K4") is None
    assert profile_for("880101", date(2023, 6, 1)).number("K1") == 9
    assert profile_for("880101", date(2022, 6, 1)).number("K1") == 15
    assert profile_by_id(county.id).limits == county.limits


@pytest.mark.usefixtures("seeded")
def test_newer_local_version_replaces_the_older_whole(office: Offices) -> None:
    office("880000")
    profiles.seed(
        (
            Ruleset("880000", "旧", date(2023, 1, 1), None, (Rule("K1", 9, "d"), Rule("K3", 9, "d"))),
            Ruleset("880000", "新", date(2024, 1, 1), None, (Rule("K1", 4, "d"),)),
        )
    )
    profile = profile_for("880000", TODAY)
    assert (profile.number("K1"), profile.number("K3")) == (4, 15)


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("place", ["", "990200", "990300", "990400", "no such place"])
@pytest.mark.parametrize("day", [BEFORE, date(2022, 4, 30), date(2022, 5, 1), TODAY])
def test_a_pinned_profile_says_the_same_by_its_id(place: str, day: date) -> None:
    profile = profile_for(place, day)
    assert profile_by_id(profile.id).limits == profile.limits
    assert profile_by_id(profile.id, day).limits == profile.limits


@pytest.mark.usefixtures("seeded")
def test_an_unknown_profile_is_no_rule() -> None:
    with pytest.raises(NoSuchRule):
        profile_by_id(uuid.uuid4())


@pytest.mark.usefixtures("seeded")
def test_seeding_again_changes_nothing() -> None:
    before = sorted(RuleProfile.objects.values_list("id", "name"))
    assert profiles.seed() == 0
    assert sorted(RuleProfile.objects.values_list("id", "name")) == before
