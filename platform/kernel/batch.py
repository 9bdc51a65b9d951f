"""Several reads or writes of one office in one round trip, for changes that touch a dozen rows at once (hand-overs).

The statements are the ORM's own kind, one table each, with its fields' conversions; only their texts are kept instead
of being compiled again. Nothing here joins tables or decides rights: rows come by a key of a row already locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models
from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import DatabaseDefault, Value

from kernel.stamps import check_instance

Rows = list[Any]
# What these fields would hand to the database unchanged, after asking themselves several times.
AS_IT_IS: Mapping[type, type] = {
    models.BooleanField: bool,
    models.CharField: str,
    models.DateTimeField: datetime,  # one that knows its zone
    models.IntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.TextField: str,
    models.UUIDField: UUID,
}


class Ask(NamedTuple):
    """The rows of a model whose `column` equals `key` (or one of a list), locked for update where asked.

    With `via`, `key` is a row of that model, or several by another column of it, and its column says which rows.
    """

    model: type[models.Model]
    column: str
    key: Any
    order: tuple[str, ...] = ()
    lock: bool = False
    via: Via | None = None


class Via(NamedTuple):
    model: type[models.Model]
    column: str
    by: str = "id"


def read(*asked: Ask) -> list[Rows]:
    """For each ask its rows as instances; all of them in one call."""
    texts = [_select(ask.model, ask.column, ask.order, ask.lock, ask.via, isinstance(ask.key, list)) for ask in asked]
    results = _results(texts, [ask.key for ask in asked])
    return [_instances(ask.model, cursor.fetchall()) for ask, cursor in zip(asked, results, strict=True)]


def each(texts: Sequence[str], key: Any) -> list[Rows]:
    """The rows of each SELECT over this one key, as they come from the server; all of them in one call."""
    return [cursor.fetchall() for cursor in _results(texts, [key] * len(texts))]


def _results(texts: Sequence[str], values: Sequence[Any]) -> Iterator[CursorWrapper]:
    """One call to the server; the cursor stands at the result of each statement in turn."""
    with connection.cursor() as cursor:
        cursor.execute(";".join(texts), values)
        for number in range(len(texts)):
            if number:
                cursor.nextset()
            yield cursor


class Column(NamedTuple):
    """How a value gets from an instance into a statement. `own`: the field has a say in it; `plain`: it has none where
    the value is of this very type."""

    field: Any
    attname: str
    place: str
    own: bool
    auto: bool
    plain: type | None


class Batch:
    """Writes put down in order and sent together by `send`."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._values: list[Any] = []
        self._updates: list[int] = []
        self._asked: list[int] = []
        self._inserted: list[models.Model] = []
        self._into: type[models.Model] | None = None  # whose INSERT the last statement is

    def insert(self, rows: Iterable[models.Model]) -> None:
        """Neighbours of one table go in by one statement."""
        for row in rows:
            check_instance(row)
            model = type(row)
            columns = _shape(model)
            given = [_given(column, row) for column in columns]
            places = ", ".join(
                [
                    "DEFAULT" if type(value) is DatabaseDefault else column.place
                    for value, column in zip(given, columns, strict=True)
                ]
            )
            if self._into is model:
                self._texts[-1] += f", ({places})"
            else:
                self._add(f"{_insert(model)} ({places})", model)
            self._take(columns, given)
            self._inserted.append(row)

    def update(self, row: models.Model, names: Iterable[str]) -> None:
        """Exactly this row: `send` raises DatabaseError when it is gone."""
        check_instance(row)
        wanted = tuple(names)
        if not wanted:
            return
        text, columns = _update(type(row), wanted)
        self._updates.append(len(self._texts))
        self._add(text)
        self._take(columns, [_saved(column, row, False) for column in columns])
        self._values.append(row.pk)

    def ask(self, text: str, *values: Any) -> None:
        """A SELECT over what was put down so far: `send` returns its rows."""
        self._asked.append(len(self._texts))
        self._add(text)
        self._values += values

    def settle(self) -> None:
        """From here on a broken reference refuses at once, and not at COMMIT."""
        self._add("SET CONSTRAINTS ALL IMMEDIATE")

    def send(self) -> list[Rows]:
        """Inside the caller's transaction; the rows of each `ask`. The batch is empty afterwards."""
        if not self._texts:
            return []
        found = []
        for number, cursor in enumerate(_results(self._texts, self._values)):
            if number in self._updates and cursor.rowcount != 1:
                raise DatabaseError("A row that was to be changed is gone.")
            if number in self._asked:
                found.append(cursor.fetchall())
        alias = connection.alias
        for row in self._inserted:
            row._state.adding, row._state.db = False, alias
        for written in (self._texts, self._values, self._updates, self._asked, self._inserted):
            written.clear()
        self._into = None
        return found

    def _add(self, text: str, into: type[models.Model] | None = None) -> None:
        self._texts.append(text)
        self._into = into

    def _take(self, columns: Iterable[Column], given: Iterable[Any]) -> None:
        wrapper = _wrapper()
        self._values += [
            value
            if value is None or (type(value) is column.plain and getattr(value, "tzinfo", True))
            else column.field.get_db_prep_save(value, wrapper)
            for column, value in zip(columns, given, strict=True)
            if type(value) is not DatabaseDefault
        ]


_NUMBERED = DatabaseDefault(Value(None))


def _given(column: Column, row: models.Model) -> Any:
    """The value to insert; a number that the database gives is left to it."""
    value = _saved(column, row, True)
    return _NUMBERED if value is None and column.auto else value


def _saved(column: Column, row: models.Model, add: bool) -> Any:
    return column.field.pre_save(row, add) if column.own else getattr(row, column.attname)


def _wrapper() -> Any:
    """What `connection` stands for: its proxy looks that up again for each attribute, several times a column."""
    return connections[DEFAULT_DB_ALIAS]


def _instances(model: type[models.Model], rows: Sequence[Sequence[Any]]) -> Rows:
    wrapper = _wrapper()
    names = [field.attname for field in model._meta.concrete_fields]
    converters = _converters(model)
    found = []
    for row in rows:
        values = list(row)
        for position, convert in converters:
            values[position] = convert(values[position], None, wrapper)
        found.append(model.from_db(wrapper.alias, names, values))
    return found


@lru_cache(maxsize=64)
def _select(
    model: type[models.Model],
    column: str,
    order: tuple[str, ...],
    lock: bool,
    via: Via | None,
    several: bool,
) -> str:
    meta: Any = model._meta
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in meta.concrete_fields)
    by = f" ORDER BY {', '.join(quote(name) for name in order)}" if order else ""
    end = f"{by} FOR UPDATE" if lock else by
    key = "ANY(%s)" if several else "%s"
    if via is not None:
        table = quote(via.model._meta.db_table)
        key = f"ANY(ARRAY(SELECT {quote(via.column)} FROM {table} WHERE {quote(via.by)} = {key}))"  # noqa: S608
    return f"SELECT {columns} FROM {quote(meta.db_table)} WHERE {quote(column)} = {key}{end}"  # noqa: S608  model names


@lru_cache(maxsize=64)
def _insert(model: type[models.Model]) -> str:
    meta: Any = model._meta
    quote = connection.ops.quote_name
    return f"INSERT INTO {quote(meta.db_table)} ({', '.join(quote(f.column) for f in meta.concrete_fields)}) VALUES"


@lru_cache(maxsize=256)
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Column, ...]]:
    meta: Any = model._meta
    quote = connection.ops.quote_name
    shape = {column.field: column for column in _shape(model)}
    columns = tuple(shape[meta.get_field(name)] for name in names)
    sets = ", ".join(f"{quote(column.field.column)} = {column.place}" for column in columns)
    where = f"WHERE {quote(meta.pk.column)} = %s"
    return f"UPDATE {quote(meta.db_table)} SET {sets} {where}", columns  # noqa: S608  names of models


@lru_cache(maxsize=64)
def _shape(model: type[models.Model]) -> tuple[Column, ...]:
    """Each column with its placeholder, and the cast its type needs."""
    fields: Iterable[Any] = model._meta.concrete_fields
    return tuple(
        Column(
            field,
            field.attname,
            field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s",
            type(field).pre_save is not models.Field.pre_save
            and not (type(field) is models.DateTimeField and not (field.auto_now or field.auto_now_add)),
            isinstance(field, models.AutoField),
            AS_IT_IS.get(type(field)),
        )
        for field in fields
    )


@lru_cache(maxsize=64)
def _converters(model: type[models.Model]) -> tuple[tuple[int, Callable[..., Any]], ...]:
    fields: Iterable[Any] = model._meta.concrete_fields
    return tuple((n, convert) for n, field in enumerate(fields) for convert in field.get_db_converters(connection))
