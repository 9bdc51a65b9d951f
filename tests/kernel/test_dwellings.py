"""House and door of a recorded address are hidden wherever they are written; streets, compounds and buildings stay."""

import pytest

from kernel.masking import scrub

FLAT = "澄屿县锦溆街道望湖小区3幢2单元501室"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我住望湖小区3幢2单元501室，电梯停了。", "我住望湖小区3幢*单元***室，电梯停了。"),
        ("我住望湖小区３幢 ２ 单元 ５０１ 室。", "我住望湖小区３幢 * 单元 *** 室。"),
        ("望湖三栋二单元五〇一", "望湖三栋*单元***"),
        ("地址：望湖 3-2-501", "地址：望湖 3-*-***"),
        ("3幢501的住户，5幢501的住户", "3幢***的住户，5幢501的住户"),
        ("501室漏水", "***室漏水"),
        ("望湖小区3幢电梯、2单元门禁", "望湖小区3幢电梯、2单元门禁"),
        ("国发〔2020〕501号，2026年2月501人", "国发〔2020〕501号，2026年2月501人"),
    ],
)
def test_a_flat(said: str, shown: str) -> None:
    assert scrub(said, addresses=[FLAT]) == shown


@pytest.mark.parametrize(
    ("address", "said", "shown"),
    [
        ("望湖村12号", "望湖村十二号门前的路，12号线", "望湖村**号门前的路，12号线"),
        ("望湖村5组12号", "望湖村 5 组 12 号、5组", "望湖村 * 组 ** 号、5组"),
        ("锦溆路88号3幢501", "锦溆路88号3幢501，锦溆路88号有污水", "锦溆路88号3幢***，锦溆路88号有污水"),
        ("锦溆街道锦澜小区 3 号楼", "锦澜小区3号楼电梯", "锦澜小区3号楼电梯"),
        ("锦溆街道", "锦溆街道12号", "锦溆街道12号"),
        ("", "12号", "12号"),
    ],
)
def test_houses_and_what_is_no_door(address: str, said: str, shown: str) -> None:
    assert scrub(said, addresses=[address]) == shown


def test_own_numbers_are_hidden_whatever_they_look_like() -> None:
    passport = "EA 1234-567、ＥＡ１２３４５６７ ea1234567"
    assert scrub(passport, numbers=["EA1234567"]) == "** ****-***、********* *********"
    assert scrub("(0571) 8888 1234 分机 88881234", numbers=["88881234"]).endswith("分机 ********")
    assert scrub("共 12345 元", numbers=["12345"]) == "共 12345 元"
