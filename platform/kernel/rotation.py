"""Which stored values are under an old key, and how they come under the current one.

Fields are found in the models, so that none is forgotten. Rows are read in batches and written one by one: holding the
locks of many would deadlock with clerks at work. What is done stays done, and a second run goes on where the first
stopped. A value changed meanwhile is left: it was written under the current key.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django_tenants.utils import get_tenant_model
from psycopg import sql

from kernel import crypto, files
from kernel.crypto import DecryptionError, EncryptedField
from kernel.schema import use_schema

BATCH = 500


@dataclass(slots=True)
class Outcome:
    renewed: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """An encrypted column; `schema` is None for shared tables."""

    schema: str | None
    field: EncryptedField

    def __str__(self) -> str:
        return f"{self.schema or 'public'}: {self.field.aad}"


def columns() -> Iterator[Column]:
    """Every encrypted column of the shared tables, then of each office whose tables exist."""
    tenant_apps = set(settings.TENANT_APPS)
    found = [(model, field) for model in apps.get_models() for field in _encrypted(model)]
    for model, field in found:
        if model._meta.app_config is not None and model._meta.app_config.name not in tenant_apps:
            yield Column(None, field)
    for schema in _schemas():
        for model, field in found:
            if model._meta.app_config is not None and model._meta.app_config.name in tenant_apps:
                yield Column(schema, field)


def _encrypted(model: type[models.Model]) -> list[EncryptedField]:
    if model._meta.proxy or not model._meta.managed:
        return []
    return [field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedField)]


def _schemas() -> list[str]:
    known = list(get_tenant_model().objects.order_by("schema_name").values_list("schema_name", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", [known])
        return sorted(row[0] for row in cursor.fetchall())


def renew_column(column: Column, report: Callable[[Outcome], None], *, dry_run: bool = False) -> Outcome:
    """Bring a column under the current key; `report` hears the running outcome after each batch."""
    outcome = Outcome()
    last: Any = None
    with use_schema(column.schema):
        while True:
            rows = _old(column.field, last)
            for pk, blob in rows:
                _renew_value(column.field, pk, bytes(blob), outcome, dry_run)
            if not rows:
                return outcome
            last = rows[-1][0]
            report(outcome)


def _names(field: EncryptedField) -> dict[str, sql.Identifier]:
    meta = field.model._meta
    return {
        "table": sql.Identifier(meta.db_table),
        "pk": sql.Identifier(str(meta.pk.column)),
        "column": sql.Identifier(str(field.column)),
    }


def _old(field: EncryptedField, last: Any) -> list[tuple[Any, bytes]]:
    """The next rows, by primary key, whose value names another key than the current one."""
    head = crypto.current_header()
    statement = sql.SQL(
        "SELECT {pk}, {column} FROM {table} WHERE length({column}) > 0 "
        "AND substring({column} from 1 for %s) <> %s {beyond} ORDER BY {pk} LIMIT %s"
    ).format(**_names(field), beyond=sql.SQL("" if last is None else "AND {pk} > %s").format(**_names(field)))
    params = [len(head), head, *([] if last is None else [last]), BATCH]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def _renew_value(field: EncryptedField, pk: Any, old: bytes, outcome: Outcome, dry_run: bool) -> None:
    try:
        new = crypto.reencrypt(old, field.aad)
    except DecryptionError:
        outcome.unreadable += 1
        return
    if not dry_run:
        statement = sql.SQL("UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s")
        with connection.cursor() as cursor:
            cursor.execute(statement.format(**_names(field)), [new, pk, old])
            outcome.renewed += cursor.rowcount
    else:
        outcome.renewed += 1


def renew_files(report: Callable[[Outcome], None], *, dry_run: bool = False) -> Outcome:
    """Every stored file of every office."""
    outcome = Outcome()
    for number, place in enumerate(files.places(), 1):
        try:
            outcome.renewed += files.is_old(place) if dry_run else files.reencrypt_place(place)
        except DecryptionError:
            outcome.unreadable += 1
        if number % BATCH == 0:
            report(outcome)
    return outcome
