"""Counts on a page: capped, so that none costs more than it says, and all in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from cases.models import Case
from kernel.kept import Kept
from kernel.schema import search_path

CAP = 999
EARLIEST = "-infinity"
# What a condition may name.
COLUMNS = ("id", "state", "due_raw", "due_kind", "unit", "department", "handler", "task", "closed_at")
CASTS: dict[type, str] = {list: "text[]", UUID: "uuid"}


@dataclass(frozen=True, slots=True)
class Condition:
    """Texts of which at most one holds for a row; in each `{}` stand the values: moments, ids, or lists of words.

    Conditions that differ in their values alone are planned once.
    """

    texts: tuple[str, ...]
    values: tuple[datetime | str | UUID | Sequence[str] | Sequence[UUID], ...] = ()


def one_of(column: str, ids: Sequence[UUID]) -> Condition:
    """One value is looked up in an index as it stands; several are a list."""
    return (
        Condition((f"{column} = {{}}",), (ids[0],))
        if len(ids) == 1
        else Condition((f"{column} = ANY({{}})",), (list(ids),))
    )


@dataclass(frozen=True, slots=True)
class Count:
    """`999+` costs as much as 999."""

    number: int

    def __str__(self) -> str:
        return f"{CAP}+" if self.number > CAP else str(self.number)

    def __bool__(self) -> bool:
        return self.number > 0


# What was more than CAP is not counted again for a minute: where thousands lie, 999+ says the same as before.
_more: Kept[tuple[str, ...], bool] = Kept()


class Counting:
    """Many capped counts in one statement: a few sets of rows, each compiled once, under plain conditions on them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._given: list[Any] = []
        self._names: list[list[str]] = []
        self._keys: dict[str, tuple[str, ...]] = {}
        self._known: dict[str, Count] = {}

    def add(self, rows: QuerySet[Case], wanted: Mapping[str, Condition]) -> Counting:
        columns = rows.order_by().values(*COLUMNS)
        inner, given = columns.query.sql_with_params()
        which = (search_path(), inner, repr(given))
        alike: dict[tuple[str, ...], dict[str, Condition]] = {}
        for name, condition in wanted.items():
            key = self._keys[name] = (*which, *condition.texts, repr(condition.values))
            if _more.has(key):
                self._known[name] = Count(CAP + 1)
            else:
                alike.setdefault(condition.texts, {})[name] = condition
        for texts, conditions in alike.items():
            self._add(inner, list(given), texts, conditions)
        return self

    def _add(self, inner: str, given: list[Any], texts: tuple[str, ...], wanted: Mapping[str, Condition]) -> None:
        """Not one OR, which would read the whole index: each text is a range of its own, the later ones if needed."""
        rows = []
        for number, condition in enumerate(wanted.values()):
            casts = [_cast(value) for value in condition.values]
            rows.append(f"({', '.join([str(number), *(f'%s::{cast}' for cast in casts)])})")
        columns = [f"wanted.value_{n}" for n in range(len(next(iter(wanted.values())).values))]
        # The inner text is made by the ORM or stands in this package; values travel apart.
        found = [f"(SELECT 1 FROM ({inner}) AS known WHERE {text.format(*columns)})" for text in texts]  # noqa: S608
        counted = f"SELECT count(*) FROM ({' UNION ALL '.join(found)} LIMIT {CAP + 1}) AS found"  # noqa: S608
        names = ", ".join(["number", *(name.partition(".")[2] for name in columns)])
        values = f"(VALUES {', '.join(rows)}) AS wanted({names})"
        self._parts.append(f"ARRAY(SELECT ({counted}) FROM {values} ORDER BY wanted.number)")  # noqa: S608
        self._names.append(list(wanted))
        self._given += given * len(texts)
        for condition in wanted.values():
            self._given += condition.values

    def ask(self) -> dict[str, Count]:
        if not self._parts:
            return self._known
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(self._parts)}", self._given)
            found = cursor.fetchone()
        assert found is not None
        counted = {
            name: Count(int(number))
            for names, numbers in zip(self._names, found, strict=True)
            for name, number in zip(names, numbers, strict=True)
        }
        _more.put({self._keys[name]: True for name, count in counted.items() if count.number > CAP})
        return self._known | counted


def _cast(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], UUID):
        return "uuid[]"
    return CASTS.get(type(value), "timestamptz")


ALL = Condition(("true",))
