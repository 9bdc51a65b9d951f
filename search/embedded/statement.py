"""One statement a group of offices: who matches within the rights, how many in all and by facet, and the first hits.

A facet's own choice does not narrow its own counts. What stands in the own office already is not found below again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from kernel.clock import TZ, now
from search import clock
from search.embedded import breadth, frequencies, matching, reach
from search.embedded.breadth import Key, Look
from search.embedded.matching import Part
from search.embedded.reach import TABLE, Office
from search.language import words
from search.shapes import FACETS, Order, Own, Query, Rights

VALUES = {
    "state": "state",
    "clock": "clock",
    "klass": "klass",
    "office": "office",
    "department": "unit::text",
    "channel": "channel",
}
_LEVEL = """CASE WHEN state = ANY(%s) THEN '' WHEN due_raw IS NULL THEN 'hold'
 WHEN due_kind = ANY(%s) OR due_raw >= %s THEN 'ok' WHEN due_raw < %s THEN 'over' ELSE 'soon' END"""
_NO_HIT = "NULL::uuid, NULL::timestamptz"


# Of a document what is counted, what is sorted by, and its texts, which are not read before somebody looks into them.
_FACTS = 'office, schema, "case", state, klass, channel, unit, due_raw, registered_at, clock'
_BODY = "shared || coalesce(chr(10) || inside, '')"


def branch(rights: Rights, office: Office, query: Query, look: Look) -> Part:
    """The documents of one office that have the tokens."""
    held = _held(rights, office, query, look)
    at = clock.edges()
    inside = "folded_inner" if office.own else "NULL::text"
    return Part(
        f'SELECT %s::text AS office, %s::text AS schema, "case", state, klass, channel, unit, due_raw, registered_at, '  # noqa: S608
        f"{_LEVEL} AS clock, folded_title AS title, folded_shared AS shared, {inside} AS inside, ctid AS block "
        f"FROM {quoted(office.schema)}.{TABLE} WHERE {held.sql}",
        (
            office.code,
            office.schema,
            list(clock.CLOCKLESS),
            list(clock.QUIET_KINDS),
            at.later,
            at.today,
            *held.values,
        ),
    )


def _held(rights: Rights, office: Office, query: Query, look: Look) -> Part:
    """Rights, filters and tokens."""
    wanted = [Part("NOT removed"), within(rights, office), *_filters(query)]
    if terms := matching.terms(query):
        wanted.append(Part(f"{'inner_terms' if office.own else 'shared_terms'} @@ %s::tsquery", (terms + look.months,)))
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


def _worth(rights: Rights, query: Query, order: Order, *, titles: bool = False) -> Part:
    """In thousandths, so that a page goes on exactly where the one before ended. Freshness is told by the day."""
    if order != "best":
        return Part("0")
    pairs = {pair for word in query.words if word.least for pair in words.needed(word.text)}
    weights = frequencies.weights(frequencies.of(reach.offices(rights)), pairs) if pairs else {}
    score = matching.title_score(query) if titles else matching.score(query, weights)
    days = "greatest(%s::date - registered_at::date, 0)"
    fresh = f"{matching.FRESH}::float8 * exp(-{days} / {matching.FRESH_DAYS}::float8)"
    sql = f"coalesce(round(1000 * ({score.sql} + {fresh})), 0)::bigint"
    return Part(sql, (*score.values, now().astimezone(TZ).date()))


def answer(
    rights: Rights, offices: Sequence[Office], query: Query, order: Order, look: Look, after: Key | None, size: int
) -> Part:
    """Rows of (what, value, n, case, at): how many were looked at, the total, counts of facets, and `size` hits, best
    first. Where all are looked at and these are more than MANY, they are not: nothing but their number is told."""
    chosen = {name: list(query.chosen[name]) for name in FACETS if query.chosen.get(name)}
    branches = [branch(rights, office, query, look) for office in offices]
    every = Part(" UNION ALL ".join(part.sql for part in branches), tuple(v for part in branches for v in part.values))
    matched, seen = _matched(rights, query, order, look, every, guarded=after is None)
    flags = "".join(f", {VALUES[name]} = ANY(%s) AS keep_{name}" for name in chosen)
    counted = f"SELECT state, clock, klass, office, unit, channel, count(*) AS n{flags} FROM matched GROUP BY 1, 2, 3, 4, 5, 6"  # noqa: S608, E501
    texts = [
        f"SELECT 'seen', {seen}, {_NO_HIT}",
        f"SELECT 'total', '', coalesce(sum(n), 0)::bigint, {_NO_HIT} FROM counted WHERE {_kept(chosen)}",  # noqa: S608
    ]
    for name in FACETS:
        value, kept = VALUES[name], _kept([other for other in chosen if other != name])
        texts.append(
            f"SELECT '{name}', {value}, sum(n)::bigint, {_NO_HIT} FROM counted "  # noqa: S608
            f"WHERE {kept} AND {value} <> '' GROUP BY 2"
        )
    hits = _hits(rights, query, order, look, chosen, after, size)
    texts.append(f"({hits.sql})")
    return Part(
        f"WITH {matched.sql}, counted AS MATERIALIZED ({counted}) {' UNION ALL '.join(texts)}",
        (*matched.values, *chosen.values(), *hits.values),
    )


def _matched(rights: Rights, query: Query, order: Order, look: Look, every: Part, *, guarded: bool) -> tuple[Part, str]:
    """The rows that are counted and sorted, and how many were looked at."""
    if not look.reads_all:
        worth = _worth(rights, query, order, titles=True)
        found = f"SELECT *, {worth.sql} AS score FROM ({every.sql}) AS every_office"  # noqa: S608
        return Part(f"matched AS MATERIALIZED ({found})", (*worth.values, *every.values)), _SUM
    worth, sure = _worth(rights, query, order), matching.sure(query)
    values = (*worth.values, *every.values, *sure.values)
    if not (guarded and breadth.is_bounded(query)):
        most = f"LIMIT {2 * breadth.READ}" if look.kind == "near" else ""
        rows = f"SELECT *, {_BODY} AS body FROM ({every.sql} {most}) AS every_office OFFSET 0"  # noqa: S608
        found = f"SELECT {_FACTS}, {worth.sql} AS score FROM ({rows}) AS d WHERE {sure.sql}"  # noqa: S608
        return Part(f"matched AS MATERIALIZED ({found})", values), _SUM
    few = f"SELECT * FROM ({every.sql}) AS every_office LIMIT {breadth.MANY + 1}"  # noqa: S608
    rows = f"SELECT *, {_BODY} AS body FROM few WHERE (SELECT count(*) FROM few) <= {breadth.MANY} OFFSET 0"  # noqa: S608
    found = f"SELECT {_FACTS}, {worth.sql} AS score FROM ({rows}) AS d WHERE {sure.sql}"  # noqa: S608
    sql = f"few AS MATERIALIZED ({few}), matched AS MATERIALIZED ({found})"
    return Part(
        sql, (*every.values, *worth.values, *sure.values)
    ), "(SELECT max(block)::text FROM few), (SELECT count(*) FROM few)"


_SUM = "'', (SELECT coalesce(sum(n), 0)::bigint FROM counted)"


def _kept(names: Sequence[str] | dict[str, list[str]]) -> str:
    return " AND ".join(f"keep_{name}" for name in names) or "TRUE"


def _hits(
    rights: Rights,
    query: Query,
    order: Order,
    look: Look,
    chosen: Mapping[str, list[str]],
    after: Key | None,
    size: int,
) -> Part:
    """Sorted, after the key of the last one seen, and proven."""
    kept = Part(" AND ".join(f"{VALUES[name]} = ANY(%s)" for name in chosen) or "TRUE", tuple(chosen.values()))
    rest, last_by, at = _after(order, after)
    sure = matching.sure(query)
    if look.reads_all:
        sql = (
            f"SELECT 'hit', schema, score, \"case\", {at} FROM matched WHERE {kept.sql} AND {rest.sql} "  # noqa: S608
            f"ORDER BY {last_by} LIMIT {int(size)}"
        )
        return Part(sql, (*kept.values, *rest.values))
    if order != "best":  # one by one, until enough are proven
        sorted_ = f"SELECT * FROM matched WHERE {kept.sql} AND {rest.sql} ORDER BY {last_by} OFFSET 0"  # noqa: S608
        sql = (
            f"SELECT 'hit', schema, score, \"case\", {at} FROM ({sorted_}) AS h, "  # noqa: S608
            f"LATERAL (SELECT {_BODY} AS body OFFSET 0) AS looked WHERE {sure.sql} LIMIT {int(size)}"
        )
        return Part(sql, (*kept.values, *rest.values, *sure.values))
    before, within = look.span
    nearest = (
        f'SELECT * FROM matched WHERE {kept.sql} ORDER BY score DESC, "case" DESC '  # noqa: S608
        f"OFFSET {before} LIMIT {within}"
    )
    worth = _worth(rights, query, order)
    read = f'SELECT schema, "case", registered_at, title, {_BODY} AS body FROM ({nearest}) AS n OFFSET 0'  # noqa: S608
    proven = f'SELECT schema, "case", registered_at, {worth.sql} AS score FROM ({read}) AS d WHERE {sure.sql}'  # noqa: S608
    sql = (
        f"SELECT 'hit', schema, score, \"case\", {at} FROM ({proven}) AS h WHERE {rest.sql} "  # noqa: S608
        f"ORDER BY {last_by} LIMIT {int(size)}"
    )
    return Part(sql, (*worth.values, *kept.values, *sure.values, *rest.values))


def _after(order: Order, after: Key | None) -> tuple[Part, str, str]:
    """What comes after the key, the order, and the moment that is told."""
    if order == "due":
        return _after_due(after), 'due_raw ASC NULLS LAST, "case"', "due_raw"
    column = "score" if order == "best" else "registered_at"
    last = None if after is None else (after.score if order == "best" else after.moment)
    rest = Part("TRUE") if after is None or last is None else Part(f'({column}, "case") < (%s, %s)', (last, after.case))
    return rest, f'{column} DESC, "case" DESC', "registered_at"


def _after_due(after: Key | None) -> Part:
    if after is None:
        return matching.TRUE
    if after.moment is None:
        return Part('due_raw IS NULL AND "case" > %s', (after.case,))
    return Part('(due_raw IS NULL OR (due_raw, "case") > (%s, %s))', (after.moment, after.case))


def ranked(branches: Sequence[Part], most: int) -> Part:
    """The best of branches that give (schema, case, score)."""
    union = " UNION ALL ".join(part.sql for part in branches)
    sql = f'SELECT schema, "case", score FROM ({union}) AS every_office ORDER BY score DESC, "case" DESC'  # noqa: S608
    return Part(f"{sql} LIMIT {int(most)}", tuple(value for part in branches for value in part.values))
