"""Documents like a text: those that share the pairs of characters that tell most, weighed by how few have them.

What is common among the office's documents tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from search.embedded import frequencies, statement
from search.embedded.frequencies import Statistics
from search.embedded.matching import Part, lexeme, like
from search.embedded.reach import TABLE, Office
from search.language import words
from search.shapes import Rights

MOST_READ, MOST_PAIRS, MOST_WINDOWS = 1200, 24, 48
MOST_LOOKED_AT, LEAST = 1000, 100  # documents of all offices and of each, so that a text of common words costs no more
COMMON = 0.05  # of all documents: such a pair is no reason to look at one
SHARE = 0.25  # of the weight a document must have


class Telling(NamedTuple):
    """`terms`: a tsquery of three characters in a row, any of which is a reason to look."""

    pairs: tuple[str, ...]
    weights: tuple[float, ...]
    terms: str


def telling(known: Statistics, text: str) -> Telling | None:
    """The pairs of the text that tell most; None of a text too short to say anything."""
    plain = words.fold(text[:MOST_READ])
    needed = [pair for pair in words.needed(plain) if len(pair) > 1]
    weights = frequencies.weights(known, needed)
    best = sorted((p for p in needed if known.shares.get(p, 0) <= COMMON), key=lambda p: -weights[p])[:MOST_PAIRS]
    if len(best) < 2:
        return None
    windows = [(one, two) for one, two in pairwise(needed) if one[1:] == two[:1]]
    windows.sort(key=lambda window: -sum(weights[pair] for pair in window))  # stable: of equals what stands first
    rows = windows[:MOST_WINDOWS] or [(pair, pair) for pair in best]
    terms = " | ".join(f"({lexeme(one)} & {lexeme(two)})" for one, two in rows)
    return Telling(tuple(best), tuple(weights[pair] for pair in best), terms)


def most_of_each(offices: int) -> int:
    """How many documents of each of so many offices are looked at."""
    return max(MOST_LOOKED_AT // max(offices, 1), LEAST)


def branch(rights: Rights, office: Office, asked: Telling, places: Sequence[str], most: int) -> Part:
    """Rows of (schema, case, score), of the newest `most` that have a reason to be looked at."""
    within = statement.within(rights, office)
    rows = f"{statement.quoted(office.schema)}.{TABLE}"
    here = " AND place = ANY(%s)" if places else ""
    asks = f"NOT removed AND {within.sql} AND shared_terms @@ %s::tsquery{here}"
    newest = f'SELECT "case", folded_shared FROM {rows} WHERE {asks} ORDER BY registered_at DESC LIMIT {int(most)}'  # noqa: S608
    body = f"SELECT \"case\", folded_shared || '' AS body FROM ({newest}) AS newest"  # noqa: S608
    score = " + ".join(["CASE WHEN body LIKE %s THEN %s::float8 ELSE 0 END"] * len(asked.pairs))
    scored = f'SELECT "case", ({score}) AS score FROM ({body}) AS d OFFSET 0'  # noqa: S608
    return Part(
        f'SELECT %s::text AS schema, "case", score FROM ({scored}) AS s WHERE score >= %s',  # noqa: S608
        (
            office.schema,
            *(value for pair, weight in zip(asked.pairs, asked.weights, strict=True) for value in (like(pair), weight)),
            *within.values,
            asked.terms,
            *([list(places)] if places else []),
            SHARE * sum(asked.weights),
        ),
    )
