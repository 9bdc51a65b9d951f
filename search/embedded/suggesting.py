"""Search as you type: titles and numbers that have all words typed, the last of which may be unfinished."""

from __future__ import annotations

from typing import NamedTuple

from search.embedded import matching, statement
from search.embedded.columns import HEAD
from search.embedded.matching import Part
from search.embedded.reach import TABLE, Office
from search.language import words
from search.shapes import Rights

MOST_WORDS, LONGEST = 8, 60


class Begun(NamedTuple):
    """`plain` are the words, folded; `terms` a tsquery, in which the last run of letters or digits may go on."""

    plain: tuple[str, ...]
    terms: str


def begun(text: str) -> Begun | None:
    """None where nothing is asked yet."""
    plain = tuple(word for piece in text[:LONGEST].split()[:MOST_WORDS] if (word := words.fold(piece)))
    if not plain:
        return None
    asked = []
    for number, word in enumerate(plain):
        needed = words.needed(word)
        last = number == len(plain) - 1 and not words.is_han(word[-1])
        asked += [matching.lexeme(HEAD + token, begun=last and n == len(needed) - 1) for n, token in enumerate(needed)]
    return Begun(plain, " & ".join(asked))


def branch(rights: Rights, office: Office, asked: Begun) -> Part:
    """Rows of (schema, case, score)."""
    within = statement.within(rights, office)
    field = "inner_terms" if office.own else "shared_terms"
    met = " AND ".join(["(folded_title LIKE %s OR number LIKE %s)"] * len(asked.plain))
    score = " + ".join(["CASE WHEN strpos(folded_title, %s) = 1 THEN 2 ELSE 1 END"] * len(asked.plain))
    days = "extract(epoch FROM now() - registered_at)::float8 / 86400"
    fresh = f"{matching.FRESH}::float8 * exp(-{days} / {matching.FRESH_DAYS}::float8)"
    rows = f"{statement.quoted(office.schema)}.{TABLE}"
    asks = f"NOT removed AND {within.sql} AND {field} @@ %s::tsquery AND {met}"
    return Part(
        f'SELECT %s::text AS schema, "case", {score} + {fresh} AS score FROM {rows} WHERE {asks}',  # noqa: S608
        (
            office.schema,
            *asked.plain,
            *within.values,
            asked.terms,
            *(pattern for word in asked.plain for pattern in (matching.like(word), _number(word))),
        ),
    )


def _number(word: str) -> str:
    """Its digits in their order; nothing of a word that has none."""
    return f"%{word.replace(words.GAP, '%')}%" if word.replace(words.GAP, "").isdecimal() else ""
