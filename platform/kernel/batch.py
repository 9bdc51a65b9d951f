"""Several reads or writes of one office in one round trip, for changes that touch a dozen rows at once (hand-overs).

The statements are the ORM's own kind, one table each, with its fields' conversions; only their texts are kept instead
of being compiled again. Nothing here joins tables or decides rights: rows come by a key of a row already locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    models.IntegerField: int,
    models.TextField: str,
    models.UUIDField: UUID,
}


class Ask(NamedTuple):
    """The rows of a model whose `column` equals `key` (or one of a list), locked for update where asked.

    With `via` (a model and a column of it), `key` is that model's, and its column says which rows.
    """

    model: type[models.Model]
    column: str
    key: Any
    order: tuple[str, ...] = ()
    lock: bool = False
    via: tuple[type[models.Model], str] | None = None


def read(*asked: Ask) -> list[Rows]:
    """For each ask its rows as instances; all of them in one call."""
    texts = [_select(ask.model, ask.column, ask.order, ask.lock, ask.via, isinstance(ask.key, list)) for ask in asked]
    results = _results(texts, [ask.key for ask in asked])
    return [_instances(ask.model, cursor.fetchall()) for ask, cursor in zip(asked, results, strict=True)]


def _results(texts: Sequence[str], values: Sequence[Any]) -> Iterator[CursorWrapper]:
    """One call to the server; the cursor stands at the result of each statement in turn."""
    with connection.cursor() as cursor:
        cursor.execute(";".join(texts), values)
        for number in range(len(texts)):
            if number:
                cursor.nextset()
            yield cursor


class Batch:
    """Writes put down in order and sent together by `send`."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._values: list[Any] = []
        self._updates: list[int] = []
        self._inserted: list[models.Model] = []
        self._into: type[models.Model] | None = None  # whose INSERT the last statement is

    def insert(self, rows: Iterable[models.Model]) -> None:
        """Neighbours of one table go in by one statement."""
        for row in rows:
            check_instance(row)
            model = type(row)
            given = [_given(field, row) for field in model._meta.concrete_fields]
            places = ", ".join(
                [
                    "DEFAULT" if isinstance(value, DatabaseDefault) else place
                    for value, place in zip(given, _places(model), strict=True)
                ]
            )
            if self._into is model:
                self._texts[-1] += f", ({places})"
            else:
                self._add(f"{_insert(model)} ({places})", model)
            self._take(model._meta.concrete_fields, given)
            self._inserted.append(row)

    def update(self, row: models.Model, names: Iterable[str]) -> None:
        """Exactly this row: `send` raises DatabaseError when it is gone."""
        check_instance(row)
        meta: Any = row._meta  # the stubs know no columns of a field found by name
        fields = [meta.get_field(name) for name in names]
        if not fields:
            return
        quote = connection.ops.quote_name
        places = dict(zip(meta.concrete_fields, _places(type(row)), strict=True))
        sets = ", ".join(f"{quote(field.column)} = {places[field]}" for field in fields)
        self._updates.append(len(self._texts))
        where = f"WHERE {quote(meta.pk.column)} = %s"
        self._add(f"UPDATE {quote(meta.db_table)} SET {sets} {where}")  # noqa: S608  names of models
        self._take(fields, [field.pre_save(row, False) for field in fields])
        self._values.append(row.pk)

    def settle(self) -> None:
        """From here on a broken reference refuses at once, and not at COMMIT."""
        self._add("SET CONSTRAINTS ALL IMMEDIATE")

    def send(self) -> None:
        """Inside the caller's transaction; the batch is empty afterwards."""
        if not self._texts:
            return
        for number, cursor in enumerate(_results(self._texts, self._values)):
            if number in self._updates and cursor.rowcount != 1:
                raise DatabaseError("A row that was to be changed is gone.")
        for row in self._inserted:
            row._state.adding, row._state.db = False, connection.alias
        for written in (self._texts, self._values, self._updates, self._inserted):
            written.clear()
        self._into = None

    def _add(self, text: str, into: type[models.Model] | None = None) -> None:
        self._texts.append(text)
        self._into = into

    def _take(self, fields: Iterable[Any], given: Iterable[Any]) -> None:
        wrapper = _wrapper()
        self._values += [
            value
            if value is None or AS_IT_IS.get(type(field)) is type(value)
            else field.get_db_prep_save(value, wrapper)
            for field, value in zip(fields, given, strict=True)
            if not isinstance(value, DatabaseDefault)
        ]


_NUMBERED = DatabaseDefault(Value(None))


def _given(field: Any, row: models.Model) -> Any:
    """The value to insert; a number that the database gives is left to it."""
    value = field.pre_save(row, True)
    return _NUMBERED if value is None and isinstance(field, models.AutoField) else value


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
    via: tuple[type[models.Model], str] | None,
    several: bool,
) -> str:
    meta: Any = model._meta
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in meta.concrete_fields)
    by = f" ORDER BY {', '.join(quote(name) for name in order)}" if order else ""
    end = f"{by} FOR UPDATE" if lock else by
    key = "ANY(%s)" if several else "%s"
    if via is not None:
        other: Any = via[0]._meta
        key = f"(SELECT {quote(via[1])} FROM {quote(other.db_table)} WHERE {quote(other.pk.column)} = %s)"  # noqa: S608
    return f"SELECT {columns} FROM {quote(meta.db_table)} WHERE {quote(column)} = {key}{end}"  # noqa: S608  model names


@lru_cache(maxsize=64)
def _insert(model: type[models.Model]) -> str:
    meta: Any = model._meta
    quote = connection.ops.quote_name
    return f"INSERT INTO {quote(meta.db_table)} ({', '.join(quote(f.column) for f in meta.concrete_fields)}) VALUES"


@lru_cache(maxsize=64)
def _places(model: type[models.Model]) -> tuple[str, ...]:
    """The placeholder of each column, with the cast its type needs."""
    fields: Iterable[Any] = model._meta.concrete_fields
    return tuple(f.get_placeholder(None, None, connection) if hasattr(f, "get_placeholder") else "%s" for f in fields)


@lru_cache(maxsize=64)
def _converters(model: type[models.Model]) -> tuple[tuple[int, Callable[..., Any]], ...]:
    fields: Iterable[Any] = model._meta.concrete_fields
    return tuple((n, convert) for n, field in enumerate(fields) for convert in field.get_db_converters(connection))
