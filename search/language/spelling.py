"""A wrong character: a word that no visible document has, but for one of its characters, is read as what they have.

Told from documents within the rights alone, so that it gives nothing away; Elasticsearch need not be asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from search.embedded import reach, statement
from search.embedded.backend import rows
from search.embedded.matching import Part, lexeme, like
from search.embedded.reach import TABLE, Office
from search.language import words
from search.shapes import Query, Rights, Word

SHORTEST, LONGEST = 3, 8
READ = 40  # documents that are looked at
OFFICES = 40


def corrected(rights: Rights, query: Query) -> Query | None:
    """With what was meant, perhaps, beside what was typed; None where nothing is likelier."""
    offices = reach.offices(rights)[:OFFICES]
    if not offices:
        return None
    changed = tuple(_corrected(rights, offices, word) for word in query.words)
    return replace(query, words=changed) if changed != query.words else None


def _corrected(rights: Rights, offices: Sequence[Office], word: Word) -> Word:
    text = word.text
    if word.phrase or word.excluded or not SHORTEST <= len(text) <= LONGEST or not all(map(words.is_han, text)):
        return word
    if rows(rights, _union([_having(rights, office, text) for office in offices], 1)):
        return word
    seen = Counter[str]()
    patterns = [re.compile(f"{text[:n]}[^{text[n]}\\s]{text[n + 1 :]}") for n in range(len(text))]
    for (body,) in rows(rights, _union([_nearly(rights, office, text) for office in offices], READ)):
        seen.update({found[0] for pattern in patterns for found in pattern.finditer(body)})
    likely = [stretch for stretch, _count in seen.most_common() if all(map(words.is_han, stretch))]
    return replace(word, others=(*word.others, likely[0])) if likely else word


def _having(rights: Rights, office: Office, text: str) -> Part:
    asked = " & ".join(lexeme(pair) for pair in words.needed(text))
    return _rows(rights, office, "'' AS body", asked, Part("body LIKE %s", (like(text),)))


def _nearly(rights: Rights, office: Office, text: str) -> Part:
    """All but one of its characters, in their order."""
    kept = [(text[:n], text[n + 1 :]) for n in range(len(text))]
    groups = (" & ".join(lexeme(token) for part in parts if part for token in words.needed(part)) for parts in kept)
    asked = " | ".join(f"({group})" for group in groups)
    near = Part(
        "(" + " OR ".join(["body LIKE %s"] * len(kept)) + ")",
        tuple(f"%{before}_{after}%" for before, after in kept),
    )
    return _rows(rights, office, "body", asked, near)


def _rows(rights: Rights, office: Office, shown: str, asked: str, sure: Part) -> Part:
    within = statement.within(rights, office)
    field = "inner_terms" if office.own else "shared_terms"
    body = "folded_shared || chr(10) || folded_inner" if office.own else "folded_shared"
    table = f"{statement.quoted(office.schema)}.{TABLE}"
    held = f"NOT removed AND {within.sql} AND {field} @@ %s::tsquery"
    inner = f"SELECT {body} AS body FROM {table} WHERE {held} OFFSET 0"  # noqa: S608
    return Part(f"SELECT {shown} FROM ({inner}) AS d WHERE {sure.sql}", (*within.values, asked, *sure.values))  # noqa: S608


def _union(parts: list[Part], most: int) -> Part:
    union = " UNION ALL ".join(part.sql for part in parts)
    sql = f"SELECT body FROM ({union}) AS every_office LIMIT {most}"  # noqa: S608
    return Part(sql, tuple(value for part in parts for value in part.values))


def meant(query: Query, corrected: Query) -> tuple[str, ...]:
    """As one would type it."""
    pairs = zip(query.words, corrected.words, strict=True)
    texts = [new.text if new == old else new.others[-1] for old, new in pairs if not old.excluded]
    return (" ".join(texts),)
