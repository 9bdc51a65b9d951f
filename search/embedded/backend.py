"""Answers from the documents of the offices themselves: exact, within the rights, for a limited time."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from kernel.clock import TZ
from kernel.errors import Unavailable
from search.embedded import likeness, matching, reach, statement, suggesting
from search.embedded.matching import Part
from search.embedded.reach import Office
from search.embedded.statement import Key
from search.language import marks
from search.shapes import FACETS, INNER, MOST, SHARED, Asked, Order, Query, Raw, RawHit, Rights
from tenants.context import use

TIME_MS = 3000  # for one statement
GROUP = 40  # offices in one statement
MANY = 1000  # documents, of which all texts are read; beyond that counts go by pairs of characters
BROAD = "w"  # how the place in such a list begins


class Embedded:
    """The backend of an installation without Elasticsearch, and of the own office while that is down."""

    name = "embedded"

    def find(self, rights: Rights, query: Query, asked: Asked) -> Raw:
        offices = reach.offices(rights)
        broad = asked.after.startswith(BROAD) if asked.after else _is_broad(rights, offices, query)
        after = _read_key(asked.after.removeprefix(BROAD), asked.order)
        total, facets, found = 0, {name: Counter[str]() for name in FACETS}, list[list[tuple[Key, str]]]()
        for group in _groups(offices):
            branches = [statement.branch(rights, office, query, asked.order, broad=broad) for office in group]
            proven = statement.proof(group, query) if broad else matching.TRUE
            part = statement.answer(branches, query, asked.order, after, asked.size + 1, proven)
            hits: list[tuple[Key, str]] = []
            for what, value, number, case, at in rows(rights, part, by_index=bool(matching.terms(query))):
                if case is not None:
                    hits.append((Key(number, at, case), value))
                elif what == "total":
                    total += number
                else:
                    facets[what][value] += number
            found.append(hits)
        best = _first(found, asked.order, asked.size + 1)
        page = best[: asked.size]
        return Raw(
            hits=_told(rights, query, [(schema, key.case) for key, schema in page]),
            total=min(total, MOST),
            facets={name: counted.most_common() for name, counted in facets.items() if counted},
            after=(BROAD if broad else "") + _key(page[-1][0], asked.order) if len(best) > asked.size else "",
        )

    def suggest(self, rights: Rights, text: str, most: int) -> list[RawHit]:
        begun = suggesting.begun(text)
        if begun is None:
            return []
        found = _ranked(rights, [suggesting.branch(rights, office, begun) for office in reach.offices(rights)], most)
        titles = _texts(found, ("title",))
        return [
            RawHit(schema, case, (marks.title_piece(begun.plain, titles[case]["title"]),))
            for schema, case in found
            if case in titles
        ]

    def like(self, rights: Rights, text: str, most: int, *, places: Sequence[str] = ()) -> list[RawHit]:
        telling = likeness.telling(rights.schema, text)
        if not telling:
            return []
        branches = [likeness.branch(rights, office, telling, places) for office in reach.offices(rights)]
        return [RawHit(schema, case) for schema, case in _ranked(rights, branches, most)]


def _is_broad(rights: Rights, offices: Sequence[Office], query: Query) -> bool:
    """Do so many have the tokens that reading all their texts would take too long? Words with a wrong character are
    never so: their tokens say too little."""
    if not query.words or any(word.least for word in query.words):
        return False
    found = 0
    for group in _groups(offices):
        ((count,),) = rows(rights, statement.counted(rights, group, query, MANY + 1 - found))
        found += count
        if found > MANY:
            return True
    return False


def _groups(offices: Sequence[Office]) -> Iterator[Sequence[Office]]:
    yield from (offices[at : at + GROUP] for at in range(0, len(offices), GROUP))


def _ranked(rights: Rights, branches: Sequence[Part], most: int) -> list[tuple[str, UUID]]:
    """The best of branches that give (schema, case, score)."""
    found: list[tuple[float, UUID, str]] = []
    for at in range(0, len(branches), GROUP):
        part = statement.ranked(branches[at : at + GROUP], most)
        found += [(float(score), case, schema) for schema, case, score in rows(rights, part)]
    found.sort(reverse=True)
    return [(schema, case) for _score, case, schema in found[:most]]


def rows(rights: Rights, part: Part, *, by_index: bool = True) -> list[tuple[Any, ...]]:
    with use(rights.schema), limited(by_index=by_index), connection.cursor() as cursor:
        cursor.execute(part.sql, part.values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@contextmanager
def limited(*, by_index: bool) -> Iterator[None]:
    """Raises Unavailable when a statement takes longer; inside a transaction what is set ends with the block.

    Where tokens are asked for, never row by row: that would read the tokens of every document."""
    asked = {"statement_timeout": TIME_MS, "jit": "off", "work_mem": "'32MB'"}
    if by_index:
        asked["enable_seqscan"] = "off"
    nested = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in asked.items()))
            yield
            if nested:
                cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in asked))
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise Unavailable(_("这次查询太费时，没有查完。多写几个词，或缩小时间和范围再查。")) from error
        raise


def _first(groups: Sequence[Sequence[tuple[Key, str]]], order: Order, size: int) -> list[tuple[Key, str]]:
    """The first of several sorted lists."""
    if len(groups) == 1:
        return list(groups[0])
    far = datetime.max.replace(tzinfo=TZ)
    none = datetime.min.replace(tzinfo=TZ)

    def rank(hit: tuple[Key, str]) -> tuple[object, ...]:
        key = hit[0]
        if order == "due":
            return (key.moment or far, key.case.int)
        return (-(key.score or 0), -key.case.int) if order == "best" else (key.moment or none, key.case.int)

    if order == "new":
        return heapq.nlargest(size, (hit for group in groups for hit in group), key=rank)
    return heapq.nsmallest(size, (hit for group in groups for hit in group), key=rank)


def _told(rights: Rights, query: Query, hits: Sequence[tuple[str, UUID]]) -> list[RawHit]:
    """With the stretches of text that matched: shared ones alone where another office's row was found."""
    own = _texts([hit for hit in hits if hit[0] == rights.schema], (*SHARED, *INNER))
    far = _texts([hit for hit in hits if hit[0] != rights.schema], SHARED)
    shown: dict[tuple[str, UUID], Mapping[str, str]] = {}
    for schema, case in hits:
        texts = own if schema == rights.schema else far
        shown[schema, case] = texts.get(case, {})
    return [RawHit(schema, case, marks.pieces(query, shown[schema, case])) for schema, case in hits]


def _texts(hits: Sequence[tuple[str, UUID]], fields: Sequence[str]) -> dict[UUID, dict[str, str]]:
    """The texts as shown, in one statement for all schemas."""
    by_schema: dict[str, list[UUID]] = defaultdict(list)
    for schema, case in hits:
        by_schema[schema].append(case)
    if not by_schema:
        return {}
    columns = ", ".join(fields)
    texts = [
        f'SELECT "case", {columns} FROM {statement.quoted(schema)}.{reach.TABLE} WHERE "case" = ANY(%s)'  # noqa: S608
        for schema in by_schema
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(texts), list(by_schema.values()))
        return {row[0]: dict(zip(fields, row[1:], strict=True)) for row in cursor.fetchall()}


def _key(key: Key, order: Order) -> str:
    if order == "best":
        return f"{key.score}~{key.case}"
    return f"{key.moment.isoformat() if key.moment else ''}~{key.case}"


def _read_key(after: str, order: Order) -> Key | None:
    """None at the beginning, and for what no page ever ended with."""
    last, _sep, case = after.partition("~")
    try:
        if order == "best":
            return Key(int(last[:18]), None, UUID(case)) if last else None
        moment = datetime.fromisoformat(last.replace(" ", "+")) if last else None
        if moment is not None and moment.tzinfo is None:
            return None
        return Key(None, moment, UUID(case)) if case else None
    except ValueError:
        return None
