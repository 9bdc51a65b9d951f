"""What of a text may stand in a document: the data of persons hidden, nothing unseen in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kernel.masking import STAR, scrub

SHORTEST = 6  # of a number that is a person's own
# Bank cards: 16 to 19 digits in one piece, or in fours.
_CARD = re.compile(r"(?<!\d)(?:\d{16,19}|\d{4}([ \-])\d{4}\1\d{4}\1\d{4}(?:\1?\d{1,3})?)(?![\dXx])")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[\s\n]*")


def plain(text: str) -> str:
    """One line after the other, no two spaces in a row, nothing unseen."""
    return _LINES.sub("\n", _SPACES.sub(" ", _UNSEEN.sub("", text.replace("\r\n", "\n")))).strip()


def masked(text: str, names: Iterable[str] = (), numbers: Iterable[str] = ()) -> str:
    """Without ID, phone and card numbers, the given names and the given numbers, whatever those look like; each hidden
    character a star."""
    if not text:
        return ""
    for number in numbers:
        if len(number) >= SHORTEST:
            text = text.replace(number, STAR * len(number))
    without_cards = _CARD.sub(lambda card: re.sub(r"\d", STAR, card[0]), plain(str(text)))
    return scrub(without_cards, names)
