"""Words as SQL: tokens for the index, the look into the text that makes sure, and what a match is worth.

Every value is bound, never written into a statement; `body` and `title` are folded texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from search.language import words
from search.shapes import Query, Word

# What the first line of a document that has the word is worth: title, demands, narrative, answers, number; then, in
# the own office, place, papers, files (embedded.columns).
WORTH = "{6,4,3,2,5,3,1,0.6}"
IN_TITLE, REPEATED, TOGETHER, SYNONYM, FRESH, FRESH_DAYS = 3.0, 3.0, 2.0, 0.7, 1.5, 240.0
NEARNESS, USUAL = 30.0, 400.0  # characters: between two words, of a text
NEAR, WHOLE = 8.0, 3.0  # of words of which most will do

_LINE = "array_length(string_to_array(left({text}, strpos({text}, %s)), chr(10)), 1)"


def _number_of(value: float) -> str:
    """As PostgreSQL counts fast: its decimal numbers take ten times as long."""
    return f"{value}::float8"


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


def groups(word: Word) -> Sequence[Sequence[str]]:
    """Of pairs, one of which all are there: at most so many pairs are missing, so in one more group than that none is,
    and whatever has enough passes."""
    if word.together:
        return word.together
    pairs = words.needed(word.text)
    count = len(pairs) - word.least + 1
    return [pairs[n::count] for n in range(min(count, len(pairs)))]


def terms(query: Query) -> str:
    """The tsquery of all that must be there; "" when nothing need be."""
    asked = [_terms(word) for word in query.words if not word.excluded]
    asked += [f"!{lexeme(word.text)}" for word in query.words if word.excluded and words.exact(word.text)]
    asked += [_number(pattern) for pattern in query.numbers if _DIGITS.search(pattern)]
    return " & ".join(asked)


def _terms(word: Word) -> str:
    if word.least:
        return "(" + " | ".join(map(_every, groups(word))) + ")"
    return "(" + " | ".join(_every(words.needed(text)) for text in (word.text, *word.others)) + ")"


_DIGITS = re.compile(r"([^%_]+)([%_]?)")


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


def score(query: Query, weights: Mapping[str, float]) -> Part:
    """What a match is worth, without its freshness. `weights`: of pairs that are common, less than 1."""
    asked = [word for word in query.words if not word.excluded]
    parts = [_relaxed(word, weights) if word.least else _score(word) for word in asked]
    for first, second in pairwise(asked):
        if not (first.least or second.least):
            apart = f"abs(strpos(body, %s) + {len(first.text)} - strpos(body, %s))"
            parts.append(
                Part(f"{_number_of(TOGETHER)} * exp(-{apart} / {_number_of(NEARNESS)})", (first.text, second.text))
            )
    if not parts:
        return NOTHING
    return Part(" + ".join(part.sql for part in parts), tuple(v for part in parts for v in part.values))


def title_score(query: Query) -> Part:
    """What the title alone says of it: where very many match, no other text is read for their order."""
    asked = [word for word in query.words if not word.excluded]
    if not asked:
        return NOTHING
    first = _number_of(float(WORTH.strip("{").partition(",")[0]))
    parts = [_in_title(word, besides=f"{first} + ") for word in asked]
    return Part(" + ".join(part.sql for part in parts), tuple(v for part in parts for v in part.values))


def _in_title(word: Word, *, besides: str = "") -> Part:
    """How much of the title is the word; with `besides` a synonym is worth that too."""
    text, others = word.text, word.others if besides else ()
    share = f"{_number_of(IN_TITLE * len(text))} / greatest(length(title), {len(text)})"
    near = f"WHEN {' OR '.join(['title LIKE %s'] * len(others))} THEN {besides}0 " if others else ""
    return Part(f"CASE WHEN title LIKE %s THEN {besides}{share} {near}ELSE 0 END", tuple(map(like, (text, *others))))


def _score(word: Word) -> Part:
    text = word.text
    worth = [f"coalesce(('{WORTH}'::float[])[{_LINE.format(text='body')}], 0)"]
    worth += [f"coalesce({_number_of(SYNONYM)} * ('{WORTH}'::float[])[{_LINE.format(text='body')}], 0)"] * len(
        word.others
    )
    times = f"((length(body) - length(replace(body, %s, ''))) / {len(text)})::float8"
    share = _in_title(word)
    sql = (
        f"greatest({', '.join(worth)}) + {share.sql} + {_number_of(REPEATED)} * {times} / "
        f"({times} + {_number_of(0.5)} + length(body) / {_number_of(USUAL)})"
    )
    return Part(sql, (text, *word.others, *share.values, text, text))


def _relaxed(word: Word, weights: Mapping[str, float]) -> Part:
    """The share of its pairs, by weight, that the title has and the text has; more where a run stands whole."""
    weighed = {pair: weights.get(pair, 1.0) for pair in words.needed(word.text)}
    total = sum(weighed.values()) or 1.0
    has = " + ".join(f"({{column}} LIKE %s)::int * {_number_of(round(weight, 3))}" for weight in weighed.values())
    whole = [run for run, _han in words.runs(word.text) if len(run) > 2]
    sql = f"{_number_of(NEAR / total)} * ({has.format(column='title')} + {has.format(column='body')})"
    sql += "".join(f" + (body LIKE %s)::int * {_number_of(WHOLE)}" for _run in whole)
    return Part(f"({sql})", (*map(like, weighed), *map(like, weighed), *map(like, whole)))
