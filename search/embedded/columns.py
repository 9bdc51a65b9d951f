"""What a document holds for the embedded backend: its texts folded, one to a line, and the tokens to find it by.

The order of the lines is the order of ranking: a match counts by the first line it stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from kernel.clock import TZ
from search.language import words

SHARED_LINES = ("title", "demands", "narrative", "answers", "number")
INNER_LINES = ("spot", "papers", "files")  # stand behind the shared ones
HEAD = "^"  # before a token of the title or number, which search as you type asks for; no folded text has it
MONTH = "@"  # before the month of registration, by which the newest of very many are found (breadth); nor has it this


class Columns(NamedTuple):
    """`shared_terms`: what an office above may find; `inner_terms`: that and the inner texts, so that one index answers
    the own office. Lists of lexemes, for array_to_tsvector."""

    folded_title: str
    folded_shared: str
    folded_inner: str
    shared_terms: list[str]
    inner_terms: list[str]


def columns(number: str, spot: str, texts: Mapping[str, str], registered_at: datetime | None = None) -> Columns:
    """`spot` is the place in words; `texts` are by the names of shapes.SHARED and shapes.INNER, as shown."""
    given = {**texts, "number": " ".join(number_forms(number)), "spot": spot}
    shared = words.joined(given.get(name, "") for name in SHARED_LINES)
    inner = words.joined(given.get(name, "") for name in INNER_LINES)
    title = words.fold(given.get("title", ""))
    head = words.tokens(words.joined([title, given["number"]]))
    outer = words.tokens(shared) | {HEAD + token for token in head}
    if registered_at is not None:
        outer.add(month(registered_at.astimezone(TZ)))
    return Columns(
        folded_title=title,
        folded_shared=shared,
        folded_inner=inner,
        shared_terms=sorted(outer),
        inner_terms=sorted(outer | words.tokens(inner)),
    )


def month(day: date) -> str:
    return f"{MONTH}{day:%Y%m}"


def number_forms(number: str) -> tuple[str, ...]:
    """As people write it: whole, without the region, the day and what was counted on it (cases.numbers)."""
    if len(number) < 15:
        return (number,)
    day, count = number[-15:-7], number[-6:]
    return tuple(dict.fromkeys((number, number[-15:], day, count[-4:] if count.startswith("00") else count, count)))
