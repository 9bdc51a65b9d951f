"""Words as SQL: tokens for the index, the look into the text that makes sure, and what a match is worth.

Every value is bound, never written into a statement; `body` and `title` are folded texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from search import words
from search.shapes import Query, Word

# What the first line of a document that has the word is worth: title, demands, narrative, answers, number; then, in
# the own office, place, papers, files (embedded.columns).
WORTH = "{6,4,3,2,5,3,1,0.6}"
IN_TITLE, REPEATED, TOGETHER, SYNONYM, FRESH, FRESH_DAYS = 3.0, 0.4, 2.0, 0.7, 1.5, 240.0

_LINE = "array_length(string_to_array(left({text}, strpos({text}, %s)), chr(10)), 1)"


class Part(NamedTuple):
    """A piece of SQL with its values."""

    sql: str
    values: tuple[Any, ...] = ()


TRUE, NOTHING = Part("TRUE"), Part("0")


def lexeme(token: str, *, begun: bool = False) -> str:
    """As tsquery reads it; `begun`: the token may go on."""
    quoted = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'{':*' if begun else ''}"


def _every(tokens: Sequence[str], *, begun: bool = False) -> str:
    last = len(tokens) - 1
    return "(" + " & ".join(lexeme(token, begun=begun and n == last) for n, token in enumerate(tokens)) + ")"


def _any_group(tokens: Sequence[str], least: int) -> str:
    """At most so many are missing, so in one more group than that none is: whatever has enough passes."""
    groups = len(tokens) - least + 1
    return "(" + " | ".join(_every(tokens[n::groups]) for n in range(min(groups, len(tokens)))) + ")"


def terms(query: Query) -> str:
    """The tsquery of all that must be there; "" when nothing need be."""
    asked = [_terms(word) for word in query.words if not word.excluded]
    asked += [f"!{lexeme(word.text)}" for word in query.words if word.excluded and words.exact(word.text)]
    asked += [_number(pattern) for pattern in query.numbers if _DIGITS.search(pattern)]
    return " & ".join(asked)


def _terms(word: Word) -> str:
    if word.least:
        return _any_group(words.needed(word.text), word.least)
    return "(" + " | ".join(_every(words.needed(text)) for text in (word.text, *word.others)) + ")"


_DIGITS = re.compile(r"([^%_]+)(%?)")


def _number(pattern: str) -> str:
    """The forms of a number that a document holds (columns.number_forms); what goes on behind is only begun."""
    runs = _DIGITS.findall(pattern)
    return "(" + " & ".join(lexeme(run, begun=bool(more)) for run, more in runs) + ")"


def like(text: str) -> str:
    """Folded texts have neither of LIKE's signs; a text from anywhere else finds nothing."""
    return f"%{text.replace('%', ' ').replace('_', ' ').replace(chr(92), ' ')}%"


def sure(query: Query) -> Part:
    """What must hold of `body` besides the tokens."""
    parts = [part for word in query.words for part in _sure(word)]
    return Part(" AND ".join(part.sql for part in parts) or "TRUE", tuple(v for part in parts for v in part.values))


def _sure(word: Word) -> list[Part]:
    if word.least:
        pairs = words.needed(word.text)
        return [Part(f"{_present('body', len(pairs))} >= %s", (*map(like, pairs), word.least))]
    texts = [word.text, *(() if word.excluded else word.others)]
    if all(words.exact(text) for text in texts):
        return []
    found = " OR ".join(["body LIKE %s"] * len(texts))
    return [Part(f"{'NOT ' if word.excluded else ''}({found})", tuple(map(like, texts)))]


def _present(column: str, pairs: int) -> str:
    """How many of them the text has."""
    return "(" + " + ".join([f"({column} LIKE %s)::int"] * pairs) + ")"


def score(query: Query) -> Part:
    """What a match is worth, without its freshness."""
    asked = [word for word in query.words if not word.excluded]
    parts = [_relaxed(word) if word.least else _score(word) for word in asked]
    for first, second in pairwise(asked):
        if not (first.least or second.least):
            parts.append(
                Part(f"(CASE WHEN body LIKE %s THEN {TOGETHER} ELSE 0 END)", (like(first.text + second.text),))
            )
    if not parts:
        return NOTHING
    return Part(" + ".join(part.sql for part in parts), tuple(v for part in parts for v in part.values))


def _score(word: Word) -> Part:
    text = word.text
    worth = [f"coalesce(('{WORTH}'::float[])[{_LINE.format(text='body')}], 0)"]
    worth += [f"coalesce({SYNONYM} * ('{WORTH}'::float[])[{_LINE.format(text='body')}], 0)"] * len(word.others)
    sql = (
        f"greatest({', '.join(worth)})"
        f" + CASE WHEN title LIKE %s THEN {IN_TITLE} * {len(text)} / greatest(length(title), {len(text)}) ELSE 0 END"
        f" + {REPEATED} * ln(1 + (length(body) - length(replace(body, %s, ''))) / {len(text)})"
    )
    return Part(sql, (text, *word.others, like(text), text))


def _relaxed(word: Word) -> Part:
    pairs = words.needed(word.text)
    patterns = tuple(map(like, pairs))
    sql = f"(6.0 * {_present('title', len(pairs))} + 6.0 * {_present('body', len(pairs))}) / {len(pairs)}"
    return Part(sql, patterns + patterns)
