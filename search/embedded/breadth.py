"""How much of what has the words is looked at: all texts where they are few, of very many the newest by their titles;
of what only comes near, what has two telling pairs of characters.

A page says where the next one goes on: by which look, in which part of it, after which hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import combinations
from math import sqrt
from typing import Literal, NamedTuple
from uuid import UUID

from kernel.clock import TZ, today
from search.embedded import matching
from search.embedded.columns import month
from search.embedded.frequencies import Statistics
from search.language import relaxing, words
from search.shapes import Order, Query, Word

MANY = 500  # documents, of which all texts are read; beyond that counts go by pairs of characters
NEWEST = 1000  # about so many are met by a look at the newest
FEWEST = 300  # which, if it meets fewer, reached not far enough
NEAREST, MORE = 100, 1000  # by their titles: whose texts are read for the first page, and for each part after them

READ = 1500  # about so many texts are read of what only comes near, and twice as many at most
MOST_RARE, WIDER = 40, 8  # pairs of pairs

# All that match; of very many the newest, then the older ones; all that have the tokens; the likeliest to come near.
Kind = Literal["all", "newest", "older", "broad", "near"]
_SIGNS: dict[str, Kind] = {"n": "newest", "o": "older", "b": "broad", "r": "near"}
_LETTERS = {kind: sign for sign, kind in _SIGNS.items()}
_WHERE = re.compile(r"([nobr])(\d{6}|)\.(\d{1,3})_")


class Key(NamedTuple):
    """What a list is sorted by: a number, a moment or neither, then the case."""

    score: int | None
    moment: datetime | None
    case: UUID


class Look(NamedTuple):
    """`since`: the first month of the newest; of those near "" means of any age. `part`: of those sorted by their
    titles (`span`); of those near 1 where more common pairs do."""

    kind: Kind = "all"
    since: str = ""
    part: int = 0

    @property
    def span(self) -> tuple[int, int]:
        """How many stand before this part, and how many are in it."""
        return (NEAREST + MORE * (self.part - 1), MORE) if self.part else (0, NEAREST)

    @property
    def reads_all(self) -> bool:
        """Of the documents it meets."""
        return self.kind in ("all", "near")

    @property
    def is_part(self) -> bool:
        """Does what it meets leave something out?"""
        return self.kind in ("newest", "older", "near")

    @property
    def months(self) -> str:
        """What a tsquery asks besides the words."""
        if not self.since:
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


def first(known: Statistics, query: Query, order: Order) -> Look:
    """What is not known to be common is thought to be rare."""
    if not is_bounded(query):
        return _near(known, query)
    expected = known.documents * min(_share(word, known) for word in query.words if not word.excluded)
    return _broad(known, order, expected) if expected > MANY else Look()


def _near(known: Statistics, query: Query) -> Look:
    """Exactly what comes near, where that is little to read; else those that have two pairs that are rare together."""
    word = next((one for one in query.words if one.least), None)
    read_all = word is None or sum(_expected(known, group) for group in matching.groups(word)) <= READ
    return Look() if read_all else Look("near")


def _nearer_to_now(known: Statistics, query: Query) -> Look | None:
    """Where hardly any has two that are rare together: the newest of those that have two more common ones."""
    fewest = sum(
        _expected(known, two) for word in query.words if word.least for two in _together(known, word, wider=True)
    )
    since = _since(known, fewest, READ) if fewest > READ else ""
    return Look("near", since, part=1) if since else None


def narrowed(look: Look, known: Statistics, query: Query) -> Query:
    """The question as this look asks it."""
    if look.kind != "near":
        return query
    wider = bool(look.part)
    asked = (replace(one, together=_together(known, one, wider=wider)) if one.least else one for one in query.words)
    return replace(query, words=tuple(asked))


def _together(known: Statistics, word: Word, *, wider: bool = False) -> tuple[tuple[str, str], ...]:
    """Pairs of the pairs that tell something: all that are rare, and of the others, the rarest first, as many as are
    little to read; `wider`: some more of them. Of equals those that stand side by side."""
    telling = [pair for pair in words.needed(word.text) if relaxing.tells(pair)]
    both = sorted(combinations(telling, 2), key=lambda two: (_expected(known, two), two[0][1:] != two[1][:1]))
    rare = [two for two in both if not _expected(known, two)]
    kept, likely = rare[:MOST_RARE], 0.0
    for place, two in enumerate(both[len(rare) :]):
        likely += _expected(known, two)
        if likely > READ and kept and not (wider and place < WIDER):
            break
        kept.append(two)
    return tuple(kept)


def _expected(known: Statistics, tokens: Sequence[str]) -> float:
    """Documents that have all of them: between what the rarest has and what chance would leave of it."""
    shares = sorted(known.shares.get(token, 0.0) for token in tokens)
    return known.documents * shares[0] * sqrt(shares[1] if len(shares) > 1 else 1.0)


def _broad(known: Statistics, order: Order, expected: float) -> Look:
    """Of so many."""
    since = _since(known, expected, NEWEST)
    return Look("broad") if order == "due" or expected < 1.5 * NEWEST or not since else Look("newest", since)


def _since(known: Statistics, expected: float, wanted: int) -> str:
    """The month from which on there are about so many; "" where that is all."""
    at = len(known.moments) - 1 - int(len(known.moments) * wanted / expected)
    return f"{known.moments[at].astimezone(TZ):%Y%m}" if at > 0 else ""


def _share(word: Word, known: Statistics) -> float:
    """At most this share of the documents has the word or a synonym."""
    texts = (word.text, *word.others)
    return min(sum(min(known.shares.get(token, 0.0) for token in words.needed(text)) for text in texts), 1.0)


def instead(look: Look, known: Statistics, query: Query, order: Order, seen: int, block: int) -> Look | None:
    """What to look at where it turns out that the guess was wrong: `seen` documents stand before and in this block."""
    if look.kind == "near" and not look.part and seen < relaxing.FEW:
        return _nearer_to_now(known, query)
    if look.kind == "newest" and seen < FEWEST:
        return Look("broad")
    if look.kind == "broad" and seen <= MANY:
        return Look()
    if look.kind == "all" and seen > MANY and is_bounded(query):
        return _broad(known, order, seen * max(known.blocks / (block + 1), 1))
    return None


def onward(look: Look, order: Order, counted: int) -> Look | None:
    """The next part, then what is older; `counted`: hits of the look, of the office group that has most."""
    if look.reads_all:
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
    dated = {"newest": True, "older": True, "broad": False}.get(kind, bool(since))
    if bool(since) != dated or (since and not "01" <= since[4:] <= "12"):
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
