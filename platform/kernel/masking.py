"""What a masked datum looks like, and how free text loses the data of persons before it is indexed.

`scrub` keeps the length of the text: positions in it stay valid. It prefers hiding a harmless number to showing a
person's; the source of the number patterns is GB 11643 (ID numbers) and the national numbering plan (phones).
"""

import re
import unicodedata
from collections.abc import Iterable

from kernel import dwellings

STAR = "*"

_COMPOUND = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政
濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马
公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌
微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙
南荣 东里 东宫 仲长 子书 子桑 即墨 达奚 褚师 纳兰 叶赫 完颜 耶律 富察 哥舒 贺兰 尔朱 纥骨
屈突 豆卢 斛律 陆费 范姜
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())


def mask_name(name: str) -> str:
    """赵晚舟 -> 赵**, 欧阳娜娜 -> 欧阳**, 李四 -> 李*; names of other tongues keep their first letter."""
    plain = name.strip()
    if not plain:
        return ""
    kept = _surname_length(plain)
    return plain[:kept] + STAR * (min(len(plain) - kept, 2) or 1)


def _surname_length(name: str) -> int:
    return 2 if len(name) >= 3 and name[:2] in COMPOUND_SURNAMES else 1


def mask_phone(phone: str) -> str:
    """13812345616 -> 138 **** **16; a landline keeps its area code and the last two digits."""
    digits = "".join(ch for ch in unicodedata.normalize("NFKC", phone) if ch.isdigit())
    if not digits:
        return ""
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]} **** **{digits[-2:]}"
    if digits.startswith("0") and len(digits) >= 10:
        area = 3 if digits[1] in "12" else 4
        return f"{digits[:area]} {STAR * (len(digits) - area - 2)}{digits[-2:]}"
    return STAR * max(len(digits) - 2, 4) + (digits[-2:] if len(digits) >= 7 else "")


def mask_id(number: str) -> str:
    """The province stays and the last two places; never a date of birth, whatever kind of paper it is."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).upper()
    if len(plain) < 8:
        return STAR * len(plain)
    return plain[:2] + STAR * (len(plain) - 4) + plain[-2:]


# A 小区 or 社区 is where somebody lives, not a district.
_DISTRICT = re.compile(
    r"^(?P<kept>.{1,40}?(?:自治县|自治旗|新区|开发区|[县旗]|(?<![小社园街片校宿厂矿库景住])区))(?P<rest>.*)$", re.DOTALL
)
_CITY = re.compile(r"^(?P<kept>.{1,20}?(?:自治州|地区|[市州盟省]))(?P<rest>.*)$", re.DOTALL)


def mask_address(address: str) -> str:
    """Down to the county or district, the rest hidden; hidden as a whole when no such part is found."""
    plain = address.strip()
    if not plain:
        return ""
    found = _DISTRICT.match(plain) or _CITY.match(plain)
    return (found["kept"] if found else "") + STAR * 4


# Free text -----------------------------------------------------------------------------------------------------------

_HAN_DIGITS = dict(zip("零〇一二三四五六七八九幺", "001234567891", strict=True))
_SEPARATORS = frozenset("-‐‑‒–—―−_.·•・~/\\()[]{}（）【】")
_DATE = r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID_18 = re.compile(rf"(?=([1-9]\d{{5}}{_DATE}\d{{3}}[\dX]))")
_ID_15 = re.compile(r"(?=([1-9]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}))")
_MOBILE = re.compile(r"(?=(1[3-9]\d{9}))")
_LANDLINE = re.compile(r"(?=(0(?:10|2\d)\d{8}|0[3-9]\d\d\d{7,8}))")
_SAID_PHONE = re.compile(
    r"(?:电话|座机|手机|号码|来电|致电|拨打|tel|phone)[^\d\n]{0,6}(\d[\d\s\-]{5,16}\d)", re.IGNORECASE
)
_SAID_ID = re.compile(r"(?:身份证|证件|户口|护照|通行证)[^\dA-Za-z\n]{0,8}([A-Za-z]{0,2}\d[\dXx\s\-]{5,24}[\dXx])")


SHORTEST_NUMBER = 6  # that is a person's own
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−_.·•・~/\\()\[\]{}（）【】]")
_MAIL = re.compile(r"([A-Za-z0-9][A-Za-z0-9._%+\-]{0,63})@[A-Za-z0-9][A-Za-z0-9.\-]{0,100}\.[A-Za-z]{2,}")
_SAID_ACCOUNT = re.compile(r"(?:微信|QQ|邮箱)(?:号码|号)?[^\dA-Za-z\n]{0,4}([A-Za-z0-9_\-]{5,30})", re.IGNORECASE)


def scrub(text: str, names: Iterable[str] = (), numbers: Iterable[str] = (), addresses: Iterable[str] = ()) -> str:
    """Free text without ID numbers, phone numbers, mail addresses and accounts, without the given names, the given
    numbers (whatever those look like) and the doors of the given addresses, each hidden place a `*`.

    Finds them in full width, in Chinese digits, spaced or hyphenated, run together and overlapping. The surname stays,
    and so do streets and buildings.
    """
    plain = _fold(text)
    hidden = bytearray(len(text))
    for run in _runs(plain):
        _hide_numbers(run, hidden)
    for said in (_SAID_PHONE, _SAID_ID, _SAID_ACCOUNT, _MAIL):
        for match in said.finditer(plain):
            for place in range(*match.span(1)):
                hidden[place] |= plain[place].isalnum()
    squeezed = _squeezed(plain)
    for name in names:
        _hide_name(plain, squeezed, _squeezed(_fold(name)), hidden)
    for number in numbers:
        if len(own := _squeezed(_fold(number))) >= SHORTEST_NUMBER:
            _hide_letters(plain, squeezed, own, 0, hidden)
    for address in addresses:
        if (door := dwellings.door_of(_fold(address))) is not None:
            for first, end in dwellings.places(plain, door):
                hidden[first:end] = b"\x01" * (end - first)
    return "".join(STAR if hide else ch for ch, hide in zip(text, hidden, strict=True))


def _fold(text: str) -> str:
    """NFKC place by place, Western digits, capital X; the same length as the text."""
    return "".join(_fold_char(ch) for ch in text)


def _fold_char(ch: str) -> str:
    if ch.isascii():
        return "X" if ch == "x" else ch
    if unicodedata.category(ch) == "Cf":
        return " "
    value = unicodedata.digit(ch, None)
    if value is not None:
        return str(value)
    folded = unicodedata.normalize("NFKC", ch)
    if len(folded) != 1:
        return ch
    return "X" if folded == "x" else folded


Run = list[tuple[int, str]]


def _runs(plain: str) -> Iterable[Run]:
    """Stretches of digits with at most three separators between two of them, each digit with its place."""
    run: Run = []
    gap = 0
    for place, ch in enumerate(plain):
        digit = ch if ch in "0123456789X" else _HAN_DIGITS.get(ch)
        if digit is not None:
            run.append((place, digit))
            gap = 0
        elif run and (ch.isspace() or ch in _SEPARATORS) and gap < 3:
            gap += 1
        elif run:
            yield run
            run = []
    if run:
        yield run


def _hide_numbers(run: Run, hidden: bytearray) -> None:
    if len(run) < 10:
        return
    digits = "".join(digit for _, digit in run)
    for pattern in (_ID_18, _ID_15, _MOBILE, _LANDLINE):
        for match in pattern.finditer(digits):
            first, last = match.start(1), match.end(1) - 1
            if _whole(run, first, last, strict=pattern is not _MOBILE):
                for place, _ in run[first : last + 1]:
                    hidden[place] = 1


def _whole(run: Run, first: int, last: int, *, strict: bool) -> bool:
    """Unbroken, or groups of digits begin and end where the number does: not a piece cut out of a list of dates.

    For a mobile number one of the two is enough: +86 may stand before it, an extension after it.
    """
    if run[last][0] - run[first][0] == last - first:
        return True
    begins = first == 0 or run[first - 1][0] + 1 < run[first][0]
    ends = last == len(run) - 1 or run[last][0] + 1 < run[last + 1][0]
    return (begins and ends) if strict else (begins or ends)


def _squeezed(plain: str) -> str:
    return _BETWEEN.sub("", plain).lower()


def _hide_name(plain: str, squeezed: str, name: str, hidden: bytearray) -> None:
    if len(name) > 1:
        _hide_letters(plain, squeezed, name, _surname_length(name), hidden)


def _hide_letters(plain: str, squeezed: str, letters: str, kept: int, hidden: bytearray) -> None:
    """Wherever they stand, with up to three separators between two of them, all but the first `kept`."""
    if letters not in squeezed:
        return
    groups = f"{_BETWEEN.pattern}{{0,3}}".join(f"({re.escape(ch)})" for ch in letters)
    for match in re.finditer(f"(?=({groups}))", plain, re.IGNORECASE):
        for number in range(kept, len(letters)):
            hidden[match.start(number + 2)] = 1
