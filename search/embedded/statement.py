"""One statement a group of offices: who matches within the rights, how many in all and by facet, and the first hits.

A facet's own choice does not narrow its own counts. What stands in the own office already is not found below again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from kernel.clock import TZ, now
from search import clock
from search.embedded import frequencies, matching
from search.embedded.matching import Part
from search.embedded.reach import TABLE, Office
from search.language import words
from search.shapes import FACETS, Order, Own, Query, Rights

_COLUMNS = '"case", state, klass, channel, unit, due_raw, due_kind, registered_at'
VALUES = {
    "state": "state",
    "clock": "clock",
    "klass": "klass",
    "office": "office",
    "department": "unit::text",
    "channel": "channel",
}
_SHOWN = "%s::text AS office, %s::text AS schema, " + _COLUMNS
_LEVEL = """CASE WHEN state = ANY(%s) THEN '' WHEN due_raw IS NULL THEN 'hold'
 WHEN due_kind = ANY(%s) OR due_raw >= %s THEN 'ok' WHEN due_raw < %s THEN 'over' ELSE 'soon' END"""
_NO_HIT = "NULL::uuid, NULL::timestamptz"


class Key(NamedTuple):
    """What a list is sorted by: a number, a moment or neither, then the case."""

    score: int | None
    moment: datetime | None
    case: UUID


def branch(rights: Rights, office: Office, query: Query, order: Order, *, broad: bool = False) -> Part:
    """The documents of one office that match. `broad`: by the tokens alone and worth what their title says, so that no
    text is read; `proof` then looks into those that are shown."""
    held = _held(rights, office, query)
    body = "NULL" if broad else _body(office)
    columns = f"{_COLUMNS}, folded_title AS title, {body} AS body"
    inner = f"SELECT {columns} FROM {_rows(office)} WHERE {held.sql} OFFSET 0"  # noqa: S608
    sure = matching.TRUE if broad else matching.sure(query)
    worth = _worth(rights, query, order, broad)
    at = clock.edges()
    return Part(
        f"SELECT {_SHOWN}, {_LEVEL} AS clock, {worth.sql} AS score FROM ({inner}) AS d WHERE {sure.sql}",  # noqa: S608
        (
            office.code,
            office.schema,
            list(clock.CLOCKLESS),
            list(clock.QUIET_KINDS),
            at.later,
            at.today,
            *worth.values,
            *held.values,
            *sure.values,
        ),
    )


def counted(rights: Rights, offices: Sequence[Office], query: Query, most: int) -> Part:
    """How many have the tokens, up to `most`."""
    held = [_held(rights, office, query) for office in offices]
    pairs = zip(offices, held, strict=True)
    union = " UNION ALL ".join(f"SELECT 1 FROM {_rows(office)} WHERE {part.sql}" for office, part in pairs)  # noqa: S608
    sql = f"SELECT count(*) FROM (SELECT 1 FROM ({union}) AS every_office LIMIT {int(most)}) AS first"  # noqa: S608
    return Part(sql, tuple(value for part in held for value in part.values))


def proof(offices: Sequence[Office], query: Query) -> Part:
    """Whether the text of the row `h` has what its tokens say: asked only of those that are shown."""
    sure = matching.sure(query)
    if sure.sql == matching.TRUE.sql:
        return sure
    cases = " ".join(
        f"WHEN %s THEN (SELECT {sure.sql} FROM (SELECT {_body(office)} AS body FROM {_rows(office)} AS d"  # noqa: S608
        ' WHERE d."case" = h."case" OFFSET 0) AS looked)'
        for office in offices
    )
    return Part(f"CASE h.schema {cases} END", tuple(v for office in offices for v in (office.schema, *sure.values)))


def _rows(office: Office) -> str:
    return f"{quoted(office.schema)}.{TABLE}"


def _body(office: Office) -> str:
    return "folded_shared || chr(10) || folded_inner" if office.own else "folded_shared || ''"


def _held(rights: Rights, office: Office, query: Query) -> Part:
    """Rights, filters and tokens."""
    wanted = [Part("NOT removed"), within(rights, office), *_filters(query)]
    if terms := matching.terms(query):
        wanted.append(Part(f"{'inner_terms' if office.own else 'shared_terms'} @@ %s::tsquery", (terms,)))
    return Part(" AND ".join(part.sql for part in wanted), tuple(value for part in wanted for value in part.values))


def quoted(schema: str) -> str:
    return '"' + schema.replace('"', '""') + '"'


def within(rights: Rights, office: Office) -> Part:
    if office.own:
        return _own(rights.own)
    return Part("held AND NOT %s = ANY(offices)", (rights.code,)) if rights.whole else Part("held")


def _own(own: Own | None) -> Part:
    if own is None:
        return Part("FALSE")
    if own.kind == "all":
        return matching.TRUE
    if own.kind == "unit":
        return Part("unit = ANY(%s)", (list(own.units),))
    mine = "(department = ANY(%s) OR handler = %s AND unit = ANY(%s))"
    return Part(mine, (list(own.departments), own.user, list(own.units)))


def _filters(query: Query) -> list[Part]:
    """What is no facet: nothing is counted without it."""
    found = [Part("number LIKE %s", (pattern,)) for pattern in query.numbers]
    if query.places:
        found.append(Part("place = ANY(%s)", (list(query.places),)))
    if query.units:
        found.append(Part("(unit = ANY(%s) OR department = ANY(%s))", (list(query.units), list(query.units))))
    if query.since is not None:
        found.append(Part("registered_at >= %s", (datetime.combine(query.since, time(), TZ),)))
    if query.until is not None:
        found.append(Part("registered_at < %s", (datetime.combine(query.until, time(), TZ) + timedelta(days=1),)))
    return found


def _worth(rights: Rights, query: Query, order: Order, broad: bool) -> Part:
    """In thousandths, so that a page goes on exactly where the one before ended. Freshness is told by the day."""
    if order != "best":
        return Part("0")
    pairs = {pair for word in query.words if word.least for pair in words.needed(word.text)}
    weights = frequencies.weights(rights.schema, pairs) if pairs else {}
    score = matching.title_score(query) if broad else matching.score(query, weights)
    today = datetime.combine(now().astimezone(TZ).date(), time(), TZ)
    age = "greatest(extract(epoch FROM %s - registered_at) / 86400, 0)"
    fresh = f"{matching.FRESH} * exp(-{age} / {matching.FRESH_DAYS})"
    return Part(f"coalesce(round((1000 * ({score.sql} + {fresh}))::numeric), 0)::bigint", (*score.values, today))


def answer(
    branches: Sequence[Part], query: Query, order: Order, after: Key | None, size: int, proven: Part = matching.TRUE
) -> Part:
    """Rows of (what, value, n, case, at): the total, counts of facets, and `size` hits, best first."""
    chosen = {name: list(query.chosen[name]) for name in FACETS if query.chosen.get(name)}
    flags = "".join(f", {VALUES[name]} = ANY(%s) AS keep_{name}" for name in chosen)
    values: list[Any] = [*chosen.values(), *(value for part in branches for value in part.values)]
    every = _kept(chosen)
    texts = [f"SELECT 'total', '', count(*), {_NO_HIT} FROM matched WHERE {every}"]  # noqa: S608
    for name in FACETS:
        value, kept = VALUES[name], _kept([other for other in chosen if other != name])
        counted = f"SELECT '{name}', {value}, count(*), {_NO_HIT} FROM matched"  # noqa: S608
        texts.append(f"{counted} WHERE {kept} AND {value} <> '' GROUP BY 2")
    hits = _hits(every, order, after)
    rows = f"SELECT 'hit', schema, n, \"case\", at FROM ({hits.sql} OFFSET 0) AS h"  # noqa: S608
    texts.append(f"({rows} WHERE {proven.sql} LIMIT {int(size)})")
    values += [*hits.values, *proven.values]
    union = " UNION ALL ".join(part.sql for part in branches)
    matched = f"SELECT *{flags} FROM ({union}) AS every_office"  # noqa: S608
    return Part(f"WITH matched AS MATERIALIZED ({matched}) {' UNION ALL '.join(texts)}", tuple(values))


def _kept(names: Sequence[str] | dict[str, list[str]]) -> str:
    return " AND ".join(f"keep_{name}" for name in names) or "TRUE"


def _hits(every: str, order: Order, after: Key | None) -> Part:
    """Sorted, after the key of the last one seen."""
    if order == "due":
        where, values = _after_due(after)
        shown, last_by = '0 AS n, "case", due_raw AS at', 'due_raw ASC NULLS LAST, "case"'
    else:
        column = "score" if order == "best" else "registered_at"
        shown, last_by = 'score AS n, "case", registered_at AS at', f'{column} DESC, "case" DESC'
        last = None if after is None else (after.score if order == "best" else after.moment)
        where, values = "", ()
        if after is not None and last is not None:
            where, values = f' AND ({column}, "case") < (%s, %s)', (last, after.case)
    return Part(f"SELECT schema, {shown} FROM matched WHERE {every}{where} ORDER BY {last_by}", values)  # noqa: S608


def _after_due(after: Key | None) -> tuple[str, tuple[Any, ...]]:
    if after is None:
        return "", ()
    if after.moment is None:
        return ' AND due_raw IS NULL AND "case" > %s', (after.case,)
    return ' AND (due_raw IS NULL OR (due_raw, "case") > (%s, %s))', (after.moment, after.case)


def ranked(branches: Sequence[Part], most: int) -> Part:
    """The best of branches that give (schema, case, score)."""
    union = " UNION ALL ".join(part.sql for part in branches)
    sql = f'SELECT schema, "case", score FROM ({union}) AS every_office ORDER BY score DESC, "case" DESC'  # noqa: S608
    return Part(f"{sql} LIMIT {int(most)}", tuple(value for part in branches for value in part.values))
