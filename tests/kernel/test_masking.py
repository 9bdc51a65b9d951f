"""What a masked datum shows, and what free text loses before it is indexed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.masking import mask_address, mask_id, mask_name, mask_phone, scrub

PHONE = "13812345616"
ID_18 = "11010519491231002X"
ID_15 = "110105491231002"
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("赵晚舟", "赵**"),
        ("李四", "李*"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("司马相如", "司马**"),
        ("阿依古丽·买买提", "阿**"),
        ("John Smith", "J**"),
        ("赵", "赵*"),
        ("", ""),
    ],
)
def test_names_keep_the_surname(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        (PHONE, "138 **** **16"),
        ("+86 138-1234-5616", "138 **** **16"),
        ("0531-86012345", "0531 ******45"),
        ("010 86012345", "010 ******45"),
        ("86012345", "******45"),
        ("12345", "****"),
        ("", ""),
    ],
)
def test_phones_keep_head_and_last_two(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(ID_18, "11**************2X"), (ID_15, "11***********02"), ("G1234567", "G1****67"), ("1234567", "*******")],
)
def test_id_numbers_show_no_date_of_birth(number: str, shown: str) -> None:
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("山东省济南市历下区解放路 1 号 2 单元", "山东省济南市历下区****"),
        ("河北省大厂回族自治县某乡某村", "河北省大厂回族自治县****"),
        ("东莞市某镇某街 5 号", "东莞市****"),
        ("解放路 1 号", "****"),
        ("锦溆街道锦澜小区 3 号楼", "****"),
        ("澄屿县锦溆街道锦澜小区 3 号楼", "澄屿县****"),
        ("", ""),
    ],
)
def test_addresses_end_at_the_district(address: str, shown: str) -> None:
    assert mask_address(address) == shown


def _spellings(number: str) -> list[str]:
    return [
        number,
        number.translate(FULL_WIDTH),
        " ".join(number),
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:6]}-{number[6:]}",
        f"{number[:6]}\u200b{number[6:]}",
        number[:4] + "\n" + number[4:],
    ]


@pytest.mark.parametrize("number", [PHONE, ID_18, ID_18.lower(), ID_15, "053186012345", "01086012345"])
def test_numbers_are_found_in_every_spelling(number: str) -> None:
    for written in _spellings(number):
        text = f"本人{written}，请回电。"
        clean = scrub(text)
        assert len(clean) == len(text)
        assert not re.search(r"\d", clean), written
        assert clean.startswith("本人*")
        assert clean.endswith("，请回电。")


def test_a_phone_in_chinese_digits_is_found() -> None:
    assert scrub("电话幺三八零零一三八零零零") == "电话***********"


@pytest.mark.parametrize(
    "text",
    [
        ID_18[:-1] + "1" + PHONE,
        PHONE + PHONE,
        f"{PHONE}{ID_15}",
        f"{ID_18}/{PHONE}",
        f"{PHONE} {PHONE}、{ID_18}",
    ],
)
def test_numbers_run_together_are_all_hidden(text: str) -> None:
    assert not re.search(r"\d", scrub(text))


def test_short_numbers_are_hidden_where_the_text_says_what_they_are() -> None:
    assert scrub("座机：86012345 转 3") == "座机：******** 转 3"
    assert scrub("护照号 E12345678") == "护照号 *********"


def test_mail_and_accounts_are_hidden() -> None:
    said = "邮箱：zhao.wan_zhou@mail.example.cn，QQ 12345678，微信号：zhao_wanzhou8。"
    assert scrub(said) == "邮箱：****.***_****@mail.example.cn，QQ ********，微信号：****_********。"
    assert scrub("写信到 ｚｈａｏ＠example.cn") == "写信到 ****＠example.cn"
    assert scrub("在微信群里说，微信公众号“澄屿发布”") == "在微信群里说，微信公众号“澄屿发布”"


@pytest.mark.parametrize(
    "text",
    [
        "2022 年 5 月 1 日起施行，共 15000 元。",
        "自 2021-12-31 至 2022-01-15 共 15 天",
        "济信〔2022〕123 号",
        "面积 120.5 平方米，单价 13800 元",
        "2021-12-31 2022-01-15 2022-02-28",
        "一二三四五六七",
    ],
)
def test_ordinary_figures_stay(text: str) -> None:
    assert scrub(text) == text


def test_known_names_are_hidden_however_they_are_spaced() -> None:
    assert scrub("赵晚舟、赵 晚 舟、赵·晚舟与李四", ["赵晚舟", "李四"]) == "赵**、赵 * *、赵·**与李*"
    assert scrub("欧阳娜娜说", ["欧阳娜娜"]) == "欧阳**说"
    assert scrub("JOHN smith 来访", ["John Smith"]) == "J*** ***** 来访"


def test_overlapping_names_leave_nothing_of_each_other() -> None:
    assert scrub("李明华", ["李明", "李明华"]) == "李**"
    assert scrub("王王王", ["王王"]) == "王**"


def test_a_name_of_one_character_would_hide_too_much() -> None:
    assert scrub("赵家村", ["赵", ""]) == "赵家村"


@given(st.text(max_size=60), st.sampled_from([PHONE, ID_18, ID_15]), st.text(max_size=60))
def test_no_surrounding_text_saves_a_number(before: str, number: str, after: str) -> None:
    clean = scrub(before + number + after)
    assert len(clean) == len(before + number + after)
    assert clean[len(before) : len(before) + len(number)] == "*" * len(number)


@given(st.text(alphabet="0123456789Xx- 　０１２３４５６７８９，。赵晚舟", max_size=80))
def test_scrubbing_twice_changes_nothing_more(text: str) -> None:
    once = scrub(text, ["赵晚舟"])
    assert len(once) == len(text)
    assert scrub(once, ["赵晚舟"]) == once


@given(st.lists(st.sampled_from([PHONE, ID_18, " ", "-", "，", "0", "1", "2022"]), max_size=12).map("".join))
def test_no_run_of_eleven_like_a_mobile_number_is_left(text: str) -> None:
    assert not re.search(r"1[3-9]\d{9}", scrub(text))
