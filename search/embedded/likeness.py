"""Documents like a text: those that share the pairs of characters that tell most, weighed by how few have them.

How many have a pair is what the database keeps as statistics of the column anyway; what is common there tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

from django.db import connection

from kernel.kept import Kept
from search import words
from search.embedded import statement
from search.embedded.matching import Part, lexeme, like
from search.embedded.reach import TABLE, Office
from search.shapes import Rights
from tenants.context import use

MOST_READ, MOST_PAIRS = 1200, 32
COMMON = 0.05  # of all documents: such a pair is no reason to look at one
RAREST = 0.001
SHARE = 0.25  # of the weight a document must have

_COMMON = """
SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_catalog.pg_stats
WHERE schemaname = %s AND tablename = %s AND attname = 'shared_terms'
"""

_frequencies: Kept[str, dict[str, float]] = Kept()


class Telling(NamedTuple):
    pairs: tuple[str, ...]
    weights: tuple[float, ...]


def telling(schema: str, text: str) -> Telling | None:
    """The pairs of the text that tell most; None of a text too short to say anything."""
    plain = words.fold(text[:MOST_READ])
    known = _frequencies.get(schema, lambda: _read(schema))
    weighed = [
        (log(1 / max(known.get(pair, RAREST), RAREST)), pair)
        for pair in words.needed(plain)
        if len(pair) > 1 and known.get(pair, 0) <= COMMON
    ]
    weighed.sort(key=lambda one: -one[0])  # stable: of equals what stands first
    best = weighed[:MOST_PAIRS]
    return Telling(tuple(p for _w, p in best), tuple(w for w, _p in best)) if len(best) > 1 else None


def _read(schema: str) -> dict[str, float]:
    with use(schema), connection.cursor() as cursor:
        cursor.execute(_COMMON, [schema, TABLE])
        found = cursor.fetchone()
    return dict(zip(found[0], found[1], strict=False)) if found and found[0] and found[1] else {}


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
