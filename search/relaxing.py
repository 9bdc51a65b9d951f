"""What is asked instead when nothing has the words as typed: a wrong character, then most of all that was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import ceil

from search import words
from search.shapes import Query, Word

LEVELS = 2


def relaxed(query: Query, level: int) -> Query | None:
    """None where that asks for nothing else. Phrases, numbers and what is left out stay as they are."""
    if level == 1:
        changed = tuple(replace(word, least=_least(word)) for word in query.words)
        return replace(query, words=changed) if any(word.least for word in changed) else None
    plain = [word for word in query.words if _plain(word)]
    text = words.GAP.join(word.text for word in plain)
    needed = words.needed(text)
    if len(needed) < 3:
        return None
    kept = tuple(word for word in query.words if not _plain(word))
    return replace(query, words=(*kept, Word(text, least=max(2, ceil(len(needed) / 2)))))


def _plain(word: Word) -> bool:
    return not (word.phrase or word.excluded)


def _least(word: Word) -> int:
    """One wrong character spoils two pairs; of a long word three fifths will do; a short one must be right."""
    pairs = len(words.needed(word.text))
    if not _plain(word) or pairs < 3:
        return 0
    return 2 if pairs == 3 else pairs - 2 if pairs <= 6 else ceil(pairs * 0.6)


def instead(query: Query, titles: Iterable[str]) -> tuple[str, ...]:
    """What was meant, perhaps: as typed, with the characters that stand in a title one may see."""
    known = [words.fold(title) for title in titles]
    asked = [word.text for word in query.words if _plain(word)]
    meant = [_nearest(text, known) for text in asked]
    if any(asked) and meant != asked:
        return (" ".join(meant),)
    return ()


def _nearest(text: str, titles: list[str]) -> str:
    """The stretch of a title that differs from the word in one character, else the word."""
    if len(text) < 4:
        return text
    for title in titles:
        for at in range(len(title) - len(text) + 1):
            stretch = title[at : at + len(text)]
            if sum(a != b for a, b in zip(stretch, text, strict=True)) == 1:
                return stretch
    return text
