"""Documents like a text: those that share the pairs of characters that tell most, weighed by how few have them.

What is common among the office's documents tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from search import words
from search.embedded import frequencies, statement
from search.embedded.matching import Part, lexeme, like
from search.embedded.reach import TABLE, Office
from search.shapes import Rights

MOST_READ, MOST_PAIRS = 1200, 32
COMMON = 0.05  # of all documents: such a pair is no reason to look at one
SHARE = 0.25  # of the weight a document must have


class Telling(NamedTuple):
    pairs: tuple[str, ...]
    weights: tuple[float, ...]


def telling(schema: str, text: str) -> Telling | None:
    """The pairs of the text that tell most; None of a text too short to say anything."""
    plain = words.fold(text[:MOST_READ])
    known = frequencies.shares(schema)
    pairs = [pair for pair in words.needed(plain) if len(pair) > 1 and known.get(pair, 0) <= COMMON]
    weighed = [(weight, pair) for pair, weight in frequencies.weights(schema, pairs).items()]
    weighed.sort(key=lambda one: -one[0])  # stable: of equals what stands first
    best = weighed[:MOST_PAIRS]
    return Telling(tuple(p for _w, p in best), tuple(w for w, _p in best)) if len(best) > 1 else None


def branch(rights: Rights, office: Office, asked: Telling, places: Sequence[str]) -> Part:
    """Rows of (schema, case, score)."""
    within = statement.within(rights, office)
    rows = f"{statement.quoted(office.schema)}.{TABLE}"
    here = " AND place = ANY(%s)" if places else ""
    asks = f"NOT removed AND {within.sql} AND shared_terms @@ %s::tsquery{here}"
    body = f"SELECT \"case\", folded_shared || '' AS body FROM {rows} WHERE {asks} OFFSET 0"  # noqa: S608
    score = " + ".join(["CASE WHEN body LIKE %s THEN %s ELSE 0 END"] * len(asked.pairs))
    scored = f'SELECT "case", ({score})::float AS score FROM ({body}) AS d OFFSET 0'  # noqa: S608
    return Part(
        f'SELECT %s::text AS schema, "case", score FROM ({scored}) AS s WHERE score >= %s',  # noqa: S608
        (
            office.schema,
            *(value for pair, weight in zip(*asked, strict=True) for value in (like(pair), weight)),
            *within.values,
            " | ".join(lexeme(pair) for pair in asked.pairs),
            *([list(places)] if places else []),
            SHARE * sum(asked.weights),
        ),
    )
