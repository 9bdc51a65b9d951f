"""Answers from the documents of the offices themselves: exact, within the rights, for a limited time."""

from __future__ import annotations

import heapq
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from kernel.clock import TZ
from kernel.errors import Unavailable
from search.embedded import breadth, frequencies, likeness, matching, reach, statement, suggesting
from search.embedded.breadth import Key, Look
from search.embedded.matching import Part
from search.embedded.reach import Office
from search.language import marks
from search.shapes import FACETS, INNER, MOST, SHARED, Asked, Order, Query, Raw, RawHit, Rights
from tenants.context import use

TIME_MS = 3000  # for one statement
GROUP = 40  # offices in one statement


@dataclass(slots=True)
class _Seen:
    """What one look found. `block`: of the table, where the last one looked at stands; `most`: hits of the group of
    offices that has most."""

    facets: dict[str, Counter[str]]
    looked: int = 0
    block: int = 0
    total: int = 0
    most: int = 0
    hits: list[tuple[Key, str]] = field(default_factory=list)


class Embedded:
    """The backend of an installation without Elasticsearch, and of the own office while that is down."""

    name = "embedded"

    def find(self, rights: Rights, query: Query, asked: Asked) -> Raw:
        offices, until = reach.offices(rights), time.monotonic() + TIME_MS / 1000
        known = frequencies.of(offices)
        look, after = breadth.read(asked.after, asked.order)
        if after is None:
            look = breadth.first(known, query, asked.order)
        counted = seen = _seen(rights, offices, breadth.narrowed(look, known, query), asked, look, after)
        while after is None and (other := breadth.instead(look, known, query, asked.order, seen.looked, seen.block)):
            look = other
            counted = seen = _seen(rights, offices, breadth.narrowed(look, known, query), asked, look, after)
        hits = [(look, *hit) for hit in seen.hits]
        while len(hits) <= asked.size and (further := breadth.onward(look, asked.order, seen.most)):
            if time.monotonic() > until:
                raise _too_long()
            look = further
            seen = _seen(rights, offices, query, asked, look, None)
            hits += [(look, *hit) for hit in seen.hits]
        page = hits[: asked.size]
        return Raw(
            hits=_told(rights, query, [(schema, key.case) for _look, key, schema in page]),
            total=min(counted.total, MOST),
            facets={name: counts.most_common() for name, counts in counted.facets.items() if counts},
            after=breadth.place(page[-1][0], page[-1][1], asked.order) if len(hits) > asked.size else "",
            partial=look.is_part,
        )

    def suggest(self, rights: Rights, text: str, most: int) -> list[RawHit]:
        begun = suggesting.begun(text)
        if begun is None:
            return []
        found = _ranked(rights, [suggesting.branch(rights, office, begun) for office in reach.offices(rights)], most)
        titles = _texts(rights.schema, found, ("title",))
        return [
            RawHit(schema, case, (marks.title_piece(begun.plain, titles[case]["title"]),))
            for schema, case in found
            if case in titles
        ]

    def like(self, rights: Rights, text: str, most: int, *, places: Sequence[str] = ()) -> list[RawHit]:
        offices = reach.offices(rights)
        telling = likeness.telling(frequencies.of(offices), text)
        if not telling:
            return []
        each = likeness.most_of_each(len(offices))
        branches = [likeness.branch(rights, office, telling, places, each) for office in offices]
        return [RawHit(schema, case) for schema, case in _ranked(rights, branches, most)]


def _seen(
    rights: Rights, offices: Sequence[Office], query: Query, asked: Asked, look: Look, after: Key | None
) -> _Seen:
    seen = _Seen(facets={name: Counter() for name in FACETS})
    found: list[list[tuple[Key, str]]] = []
    for group in _groups(offices):
        hits: list[tuple[Key, str]] = []
        part = statement.answer(rights, group, query, asked.order, look, after, asked.size + 1)
        for what, value, number, case, at in rows(rights, part, by_index=bool(matching.terms(query))):
            if case is not None:
                hits.append((Key(number, at, case), value))
            elif what == "seen":
                seen.looked += number
                seen.block = int((value or "").partition(",")[0].strip("(") or 0)
            elif what == "total":
                seen.total += number
                seen.most = max(seen.most, number)
            else:
                seen.facets[what][value] += number
        found.append(hits)
        if after is None and look.kind == "all" and seen.looked > breadth.MANY and breadth.is_bounded(query):
            break  # too many already
    seen.hits = _first(found, asked.order, asked.size + 1)
    return seen


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
    """Raises Unavailable when the statement takes longer than TIME_MS."""
    nested = connection.in_atomic_block
    try:
        with use(rights.schema), transaction.atomic() if nested else nullcontext(), connection.cursor() as cursor:
            cursor.execute(f"{_limits(by_index)}; {part.sql}{_UNLIMITED if nested else ''}", part.values)
            while cursor.description is None:
                cursor.nextset()
            found: list[tuple[Any, ...]] = cursor.fetchall()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise _too_long() from error
        raise
    return found


def _limits(by_index: bool) -> str:
    """Sent with the statement, as one transaction: nothing of it is left behind, and nobody waits for four answers.

    Where tokens are asked for, never row by row: that would read the tokens of every document."""
    asked = {**_ASKED, "enable_seqscan": "off" if by_index else "on"}
    return "; ".join(f"SET LOCAL {name} = {value}" for name, value in asked.items())


_ASKED = {"statement_timeout": TIME_MS, "jit": "off", "work_mem": "'32MB'"}
# Inside a transaction of somebody else's, which goes on after the statement.
_UNLIMITED = "".join(f"; SET LOCAL {name} TO DEFAULT" for name in (*_ASKED, "enable_seqscan"))


def _too_long() -> Unavailable:
    return Unavailable(_("这次查询太费时，没有查完。多写几个词，或缩小时间和范围再查。"))


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
    own = _texts(rights.schema, [hit for hit in hits if hit[0] == rights.schema], (*SHARED, *INNER))
    far = _texts(rights.schema, [hit for hit in hits if hit[0] != rights.schema], SHARED)
    shown: dict[tuple[str, UUID], Mapping[str, str]] = {}
    for schema, case in hits:
        texts = own if schema == rights.schema else far
        shown[schema, case] = texts.get(case, {})
    return [RawHit(schema, case, marks.pieces(query, shown[schema, case])) for schema, case in hits]


def _texts(schema: str, hits: Sequence[tuple[str, UUID]], fields: Sequence[str]) -> dict[UUID, dict[str, str]]:
    """The texts as shown, in one statement for all schemas, asked from where one is (`schema`)."""
    by_schema: dict[str, list[UUID]] = defaultdict(list)
    for one, case in hits:
        by_schema[one].append(case)
    if not by_schema:
        return {}
    columns = ", ".join(fields)
    texts = [
        f'SELECT "case", {columns} FROM {statement.quoted(one)}.{reach.TABLE} WHERE "case" = ANY(%s)'  # noqa: S608
        for one in by_schema
    ]
    with use(schema), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(texts), list(by_schema.values()))
        return {row[0]: dict(zip(fields, row[1:], strict=True)) for row in cursor.fetchall()}
