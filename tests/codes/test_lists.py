"""The code lists (domain §11.5): whole, without doubles, in words, and read back from the exchange."""

import re
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import translation

from cases import codes
from cases.codes import contents, exchange, grounds, persons, purposes, routes
from cases.codes.channels import Channel
from cases.codes.lists import Code, CodeList
from cases.states import Class, State
from cases.states import Path as LegalPath
from kernel.errors import Invalid

LISTS = {name: value for name, value in vars(codes).items() if isinstance(value, CodeList)}


@pytest.mark.parametrize("name", LISTS)
def test_lists_have_a_chinese_label_for_every_code(name: str) -> None:
    entries = list(LISTS[name])
    assert entries
    with translation.override(None):
        for entry in entries:
            assert entry.code
            assert re.search(r"[\u4e00-\u9fff]", str(entry.label)), entry


@pytest.mark.parametrize("name", LISTS)
def test_choices_and_labels_agree_and_labels_read_back(name: str) -> None:
    listed = LISTS[name]
    assert [code for code, _label in listed.choices()] == [entry.code for entry in listed]
    for code, label in listed.choices():
        assert listed.label(code) == str(label)
        assert code in listed
        assert listed.from_exchange(f" {code} ") == code


def test_unknown_codes_of_imported_history_show_as_they_are() -> None:
    assert codes.CHANNELS.label("300") == "300"
    assert codes.CHANNELS.label("") == ""
    assert codes.CHANNELS.from_exchange("300") is None
    assert codes.CHANNELS.from_exchange("来访") == "VISIT"


def test_channel_digits_of_the_filing_number() -> None:
    assert {channel.value: channel.digit for channel in Channel} == {
        "NET": "1",
        "LETTER": "2",
        "VISIT": "3",
        "PHONE": "4",
        "FAX": "5",
    }
    assert all(Channel.of_digit(channel.digit) is channel for channel in Channel)


def test_purpose_suggests_a_class_or_leaves_it_to_the_clerk() -> None:
    suggested = {purpose.label: purposes.class_of(purpose) for purpose in purposes.Purpose}
    assert suggested == {
        "意见建议": Class.A,
        "揭发控告": Class.B,
        "申诉": Class.C,
        "求决": Class.C,
        "咨询": "",
        "其他": "",
    }


def test_seventeen_fields_and_about_110_subjects() -> None:
    listed = codes.CONTENTS
    fields = [code for code in listed if contents.level(code.code) == 1]
    assert len(fields) == 17
    assert 100 <= len(listed) - len(fields) <= 130
    assert listed.label("990000") == "其他"
    for code in listed:
        assert re.fullmatch(r"\d{6}", code.code)
        assert code.parent == contents.parent(code.code)
        assert not code.parent or code.parent in listed
    assert [code.label for code in listed.children("080000")][:2] == [
        "集体土地上房屋拆迁与补偿",
        "国有土地上房屋征收与补偿",
    ]


def test_a_place_adds_a_third_level(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("代码,名称\n080401,电梯停用\n080402,维修资金使用\n", encoding="utf-8")
    contents.content_list.cache_clear()
    with override_settings(HUIYIN_CONTENT_CODES=str(file)):
        assert [code.code for code in contents.content_list().children("080400")] == ["080401", "080402"]
        assert contents.content_list().label("080401") == "电梯停用"
    contents.content_list.cache_clear()


@pytest.mark.parametrize(
    "row", [("0804", "短"), ("080400", "第二级"), ("089901", "没有上级"), ("080401", ""), ("abcdef", "字母")]
)
def test_third_level_rows_that_do_not_fit_are_named(row: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        contents.with_third_level([("080410", "好"), row])
    assert list(refused.value.fields) == ["第 2 行"]


def test_every_ground_has_its_paper_and_five_is_local_only() -> None:
    assert set(grounds.GROUND_RULES) == set(grounds.Ground)
    assert grounds.Ground.N5 not in grounds.NATIONAL_GROUNDS
    for ground, rule in grounds.GROUND_RULES.items():
        assert rule.state in (State.S44, State.S45, State.S46)
        assert ("%(body)s" in str(rule.text)) == rule.needs_body
        assert rule.basis or rule.param, ground


def test_routes_name_known_subjects_and_never_the_petition_procedure() -> None:
    assert len({route.code for route in routes.STATUTORY_ROUTES}) == len(routes.STATUTORY_ROUTES)
    for route in routes.STATUTORY_ROUTES:
        assert route.content == "" or route.content in codes.CONTENTS
        assert route.path != LegalPath.C6
        # C1-C3 run on K6f: no term of ours binds a court or an arbitration body (domain §3.1).
        assert route.length == 0 or route.path in (LegalPath.C4, LegalPath.C5)
    assert [route.code for route in routes.routes_for("070100")] == ["wages", "inspection", "perform"]


def test_lead_words_go_from_the_subject_up_to_its_field() -> None:
    assert routes.lead_word("080500") == "城市管理"
    assert routes.lead_word("080700") == "住房和城乡建设"
    assert routes.lead_word("990000") == ""
    for prefix in routes.LEAD_WORDS:
        assert f"{prefix:0<6}" in codes.CONTENTS


def test_buckets() -> None:
    assert [persons.bucket(n, persons.GROUP_BUCKETS) for n in (5, 10, 11, 100, 101)] == [
        "5-10",
        "5-10",
        "11-20",
        "51-100",
        ">100",
    ]
    assert [persons.bucket(n, persons.REPEAT_BUCKETS) for n in (1, 2, 50, 51)] == ["1", "2-5", "31-50", ">50"]


def test_exchange_names_are_unique_and_within_their_lengths() -> None:
    assert len(exchange.BY_PINYIN) == len(exchange.BY_NAME) == len(exchange.FILING_FIELDS)
    assert not set(exchange.BY_PINYIN) & exchange.REFUSED
    for pinyin, listed in exchange.CODE_LISTS.items():
        assert exchange.BY_PINYIN[pinyin].kind == "code"
        assert listed.field == pinyin


def test_marks_on_persons_are_dropped_unread() -> None:
    known, unread = exchange.received({"zdrybz": "1", "yybz": "1", "XFXS": "来信", "xfmddm": "04", "foo": "x"})
    assert known == {"channel": "LETTER", "purpose": "04"}
    assert unread == {"foo": "x"}


def test_foreign_codes_need_the_sites_own_table() -> None:
    assert exchange.received({"xfxs": "300"}) == ({}, {"xfxs": "300"})
    maps = {"xfxs": {"300": "VISIT"}}
    assert exchange.received({"xfxs": "300"}, maps) == ({"channel": "VISIT"}, {})
    assert exchange.sent({"channel": "VISIT", "text": "甲" * 5000}, maps) == {"xfxs": "300", "tsnr": "甲" * 4000}


def test_accused_are_sent_only_sealed() -> None:
    assert exchange.sent({"accused": "某单位"}) == {}
    assert exchange.sent({"accused": "某单位"}, sealed=True) == {"bfyrhdw": "某单位"}


def test_a_code_with_an_exchange_code_of_its_own() -> None:
    listed = CodeList((Code("A", "甲", exchange="100"), Code("B", "乙")), field="x")
    assert (listed.to_exchange("A"), listed.to_exchange("B")) == ("100", "B")
    assert (listed.from_exchange("100"), listed.from_exchange("甲")) == ("A", "A")
