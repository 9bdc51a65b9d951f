"""Where in the texts of a document the words stand, as one reads it: both backends show their hits by this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from search.language import words
from search.shapes import Query, Word

Span = tuple[int, int]
Piece = tuple[str, str, tuple[Span, ...]]

ORDER = ("demands", "narrative", "answers", "papers", "files")  # which pieces are shown first
SHOWN = 2  # besides the title
WIDTH, BEFORE = 120, 30  # characters of a piece, and how many of them before what matched
STRETCH, OVERLAP = 2000, 80  # a long text is gone through in stretches


def pieces(query: Query, texts: Mapping[str, str]) -> tuple[Piece, ...]:
    """The title, whole, and up to two stretches of other texts: those with words not seen yet come first."""
    asked = [word for word in query.words if not word.excluded]
    sought = {text: word for word in asked for text in _sought(word)}
    found: list[Piece] = []
    missing = set(asked)
    if title := texts.get("title", ""):
        spans, met = _spans(title, sought)
        found.append(("title", title, spans))
        missing -= met
    rest: list[tuple[Piece, bool]] = []
    for field in ORDER:
        news = sum(new for _piece, new in rest)
        if news >= SHOWN or (not missing and len(rest) >= SHOWN):
            break
        if piece := _piece(field, texts.get(field, ""), sought):
            rest.append((piece[0], bool(piece[1] & missing)))
            missing -= piece[1]
    rest.sort(key=lambda one: not one[1])
    return (*found, *(piece for piece, _new in rest[:SHOWN]))


def title_piece(words_asked: Iterable[str], title: str) -> Piece:
    """For search as you type: what was typed, folded, in the title."""
    sought = {text: Word(text) for text in words_asked}
    return "title", title, _spans(title, sought)[0]


def _sought(word: Word) -> Iterator[str]:
    """What to look for in a folded text: the word and its synonyms; of one with a wrong character its pairs."""
    yield from (word.text, *word.others)
    if word.least:
        yield from (pair for pair in words.needed(word.text) if len(pair) > 1)


def _spans(text: str, sought: Mapping[str, Word]) -> tuple[tuple[Span, ...], set[Word]]:
    """Every place, touching ones as one, and which words stand there."""
    met = _met(text, sought)
    return _merged(met), {word for _start, _end, word in met}


def _met(text: str, sought: Mapping[str, Word]) -> list[tuple[int, int, Word]]:
    plain = words.folded(text)
    found: list[tuple[int, int, Word]] = []
    for wanted, word in sought.items():
        at = plain.text.find(wanted)
        while at >= 0:
            found.append((plain.places[at], plain.places[at + len(wanted) - 1] + 1, word))
            at = plain.text.find(wanted, at + len(wanted))
    return found


def _merged(met: Iterable[tuple[int, int, Word]]) -> tuple[Span, ...]:
    return tuple(words.merged((start, end) for start, end, _word in met))


class _Best(NamedTuple):
    piece: Piece
    met: set[Word]


def _piece(field: str, text: str, sought: Mapping[str, Word]) -> _Best | None:
    """The stretch of the text with most words in it; None where none stands."""
    best: _Best | None = None
    every = len(set(sought.values()))
    for stretch in _stretches(text):
        met = _met(stretch, sought)
        for cut, kept, (first, last) in _cuts(stretch, _merged(met)):
            here = {word for start, end, word in met if first <= start and end <= last}
            if best is None or len(here) > len(best.met):
                best = _Best((field, cut, kept), here)
        if best is not None and len(best.met) == every:
            break
    return best


def _stretches(text: str) -> Iterator[str]:
    yield from (text[at : at + STRETCH + OVERLAP] for at in range(0, len(text), STRETCH))


def _cuts(text: str, spans: tuple[Span, ...]) -> Iterator[tuple[str, tuple[Span, ...], Span]]:
    """The text around each match that no earlier cut shows, with the places in it, and from where to where it goes."""
    shown = -1
    for start, _end in spans:
        if start < shown:
            continue
        first = max(0, start - BEFORE)
        last = shown = min(len(text), first + WIDTH)
        kept = tuple((max(a, first) - first, min(b, last) - first) for a, b in spans if a < last and b > first)
        before, after = "…" if first > 0 else "", "…" if last < len(text) else ""
        moved = tuple((a + len(before), b + len(before)) for a, b in kept)
        yield before + text[first:last].replace("\n", " ").replace("\r", " ") + after, moved, (first, last)


def cut(text: str, spans: tuple[Span, ...]) -> tuple[str, tuple[Span, ...]]:
    """At most one stretch of the text, the first match in it."""
    if len(text) <= WIDTH + 2:
        return text, spans
    shown, places, _whole = next(_cuts(text, spans or ((0, 0),)))
    return shown, places
