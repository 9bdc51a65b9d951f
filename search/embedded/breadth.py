"""How much of what has the words is looked at: all texts where they are few, of very many the newest by their titles.

A page says where the next one goes on: by which look, in which part of it, after which hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from kernel.clock import TZ, today
from search.embedded import frequencies
from search.embedded.columns import month
from search.embedded.frequencies import Statistics
from search.embedded.reach import Office
from search.language import words
from search.shapes import Order, Query, Word

MANY = 500  # documents, of which all texts are read; beyond that counts go by pairs of characters
NEWEST = 1000  # about so many are met by a look at the newest
FEWEST = 300  # which, if it meets fewer, reached not far enough
NEAREST, MORE = 100, 1000  # by their titles: whose texts are read for the first page, and for each part after them

# All that match; of very many the newest, then the older ones; all that have the tokens.
Kind = Literal["all", "newest", "older", "broad"]
_SIGNS: dict[str, Kind] = {"n": "newest", "o": "older", "b": "broad"}
_LETTERS = {kind: sign for sign, kind in _SIGNS.items()}
_WHERE = re.compile(r"([nob])(\d{6}|)\.(\d{1,3})_")


class Key(NamedTuple):
    """What a list is sorted by: a number, a moment or neither, then the case."""

    score: int | None
    moment: datetime | None
    case: UUID


class Look(NamedTuple):
    """`since`: the first month of the newest. `part`: of those sorted by their titles (`span`)."""

    kind: Kind = "all"
    since: str = ""
    part: int = 0

    @property
    def span(self) -> tuple[int, int]:
        """How many stand before this part, and how many are in it."""
        return (NEAREST + MORE * (self.part - 1), MORE) if self.part else (0, NEAREST)

    @property
    def months(self) -> str:
        """What a tsquery asks besides the words."""
        if self.kind not in ("newest", "older"):
            return ""
        year, number = int(self.since[:4]), int(self.since[4:])
        end, found = today(), list[str]()
        while (year, number) <= (end.year, end.month):
            found.append(f"'{month(date(year, number, 1))}'")
            year, number = (year, number + 1) if number < 12 else (year + 1, 1)
        return f" & {'!' if self.kind == 'older' else ''}({' | '.join(found)})" if found else ""


def is_bounded(query: Query) -> bool:
    """Are its tokens telling enough to go by? Of words with a wrong character they say too little."""
    return any(not word.excluded for word in query.words) and not any(word.least for word in query.words)


def known(offices: Sequence[Office]) -> Statistics:
    """What the database knows of the documents asked for; of those of several offices it is asked nothing."""
    return frequencies.of(offices[0].schema) if len(offices) == 1 else Statistics()


def first(known: Statistics, query: Query, order: Order) -> Look:
    """What is not known to be common is thought to be rare."""
    if not is_bounded(query):
        return Look()
    expected = known.documents * min(_share(word, known) for word in query.words if not word.excluded)
    return _broad(known, order, expected) if expected > MANY else Look()


def _broad(known: Statistics, order: Order, expected: float) -> Look:
    """Of so many."""
    at = len(known.moments) - 1 - int(len(known.moments) * NEWEST / expected)
    if order == "due" or expected < 1.5 * NEWEST or at <= 0:
        return Look("broad")
    return Look("newest", f"{known.moments[at].astimezone(TZ):%Y%m}")


def _share(word: Word, known: Statistics) -> float:
    """At most this share of the documents has the word or a synonym."""
    texts = (word.text, *word.others)
    return min(sum(min(known.shares.get(token, 0.0) for token in words.needed(text)) for text in texts), 1.0)


def instead(look: Look, known: Statistics, query: Query, order: Order, seen: int, block: int) -> Look | None:
    """What to look at where it turns out that the guess was wrong: `seen` documents stand before and in this block."""
    if look.kind == "newest" and seen < FEWEST:
        return Look("broad")
    if look.kind == "broad" and seen <= MANY:
        return Look()
    if look.kind == "all" and seen > MANY and is_bounded(query):
        return _broad(known, order, seen * max(known.blocks / (block + 1), 1))
    return None


def onward(look: Look, order: Order, counted: int) -> Look | None:
    """The next part, then what is older; `counted`: hits of the look, of the office group that has most."""
    if look.kind == "all":
        return None
    if order == "best" and counted > sum(look.span):
        return look._replace(part=look.part + 1)
    return Look("older", look.since) if look.kind == "newest" else None


def place(look: Look, key: Key, order: Order) -> str:
    head = "" if look.kind == "all" else f"{_LETTERS[look.kind]}{look.since}.{look.part}_"
    if order == "best":
        return f"{head}{key.score}~{key.case}"
    return f"{head}{key.moment.isoformat() if key.moment else ''}~{key.case}"


def read(after: str, order: Order) -> tuple[Look, Key | None]:
    """No key at the beginning, and for what no page ever ended with."""
    found = _WHERE.match(after)
    if found is None:
        return Look(), _key(after, order)
    kind, since = _SIGNS[found[1]], found[2]
    if bool(since) != (kind != "broad") or (since and not "01" <= since[4:] <= "12"):
        return Look(), None
    return Look(kind, since, int(found[3])), _key(after[found.end() :], order)


def _key(text: str, order: Order) -> Key | None:
    last, _sep, case = text.partition("~")
    try:
        if order == "best":
            return Key(int(last[:18]), None, UUID(case)) if last else None
        moment = datetime.fromisoformat(last.replace(" ", "+")) if last else None
        if moment is not None and moment.tzinfo is None:
            return None
        return Key(None, moment, UUID(case)) if case else None
    except ValueError:
        return None
