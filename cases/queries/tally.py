"""Counts on a page: capped, so that none costs more than it says, and all in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from cases.models import Case

CAP = 999
Condition = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Count:
    """`999+` costs as much as 999."""

    number: int

    def __str__(self) -> str:
        return f"{CAP}+" if self.number > CAP else str(self.number)

    def __bool__(self) -> bool:
        return self.number > 0


class Counting:
    """Many capped counts in one statement: a few sets of rows, each compiled once, under plain conditions on them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._given: list[Any] = []
        self._names: list[str] = []

    def add(self, rows: QuerySet[Case], wanted: Mapping[str, Condition]) -> Counting:
        columns = rows.order_by().values("id", "state", "due_raw", "due_kind")
        inner, given = columns.query.sql_with_params()
        for name, (condition, values) in wanted.items():
            self._names.append(name)
            # The inner text is made by the ORM or stands in this package; values travel apart.
            found = f"SELECT 1 FROM ({inner}) AS known WHERE {condition} LIMIT {CAP + 1}"  # noqa: S608
            self._parts.append(f"(SELECT count(*) FROM ({found}) AS found)")  # noqa: S608
            self._given += [*given, *values]
        return self

    def ask(self) -> dict[str, Count]:
        if not self._parts:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(self._parts)}", self._given)
            found = cursor.fetchone()
        assert found is not None
        return {name: Count(int(number)) for name, number in zip(self._names, found, strict=True)}


ALL: Condition = ("true", [])


def count(rows: QuerySet[Case]) -> Count:
    return Counting().add(rows, {"n": ALL}).ask()["n"]
