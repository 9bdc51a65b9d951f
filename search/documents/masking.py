"""What of a text may stand in a document: the data of persons hidden, nothing unseen in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cases.models import Petitioner
from cases.people import Known
from kernel.masking import STAR
from search.language import words

STRANGERS = Known()
# Bank cards: 16 to 19 digits in one piece, or in fours.
_CARD = re.compile(r"(?<!\d)(?:\d{16,19}|\d{4}([ \-])\d{4}\1\d{4}\1\d{4}(?:\1?\d{1,3})?)(?![\dXx])")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[\s\n]*")


def plain(text: str) -> str:
    """One line after the other, no two spaces in a row, nothing unseen."""
    return _LINES.sub("\n", _SPACES.sub(" ", _UNSEEN.sub("", text.replace("\r\n", "\n")))).strip()


def known_of(people: Iterable[Petitioner]) -> Known:
    """As `masked` wants them."""
    return Known.of(people, words.simplified)


def masked(text: str, known: Known = STRANGERS) -> str:
    """Without ID, phone and card numbers, and without what is known of people: names, numbers, the doors they live
    behind; each hidden character a star. Traditional characters hide nobody."""
    if not text:
        return ""
    without_cards = _CARD.sub(lambda card: re.sub(r"\d", STAR, card[0]), plain(str(text)))
    scrubbed = known.hidden(words.simplified(without_cards))
    return "".join(STAR if seen == STAR else ch for ch, seen in zip(without_cards, scrubbed, strict=True))
