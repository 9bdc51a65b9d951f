"""Which offices' documents a question goes through: the own office's, and those of the offices below."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.db import connection

from kernel.kept import Kept
from search.shapes import Rights
from tenants.context import nobody, tenant_by_id
from tenants.models import Tenant

TABLE = "search_document"

_WITH_DOCUMENTS = """
SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = %s AND c.relkind = 'r'
"""


class Office(NamedTuple):
    """One schema to read. `own`: by the own rights, else held rows and shared texts alone."""

    schema: str
    code: str
    own: bool


_below: Kept[UUID, tuple[Office, ...]] = Kept()


def offices(rights: Rights) -> list[Office]:
    """In the order of the tree. An office whose schema has no documents yet is left out."""
    found = [Office(rights.schema, rights.code, own=True)] if rights.own is not None else []
    if rights.below:
        found += _below.get(rights.tenant, lambda: _read_below(rights.tenant))
    return found


def _read_below(tenant: UUID) -> tuple[Office, ...]:
    office = tenant_by_id(tenant)
    with nobody(), connection.cursor() as cursor:
        cursor.execute(_WITH_DOCUMENTS, [TABLE])
        known = {schema for (schema,) in cursor.fetchall()}
    rows = Tenant.objects.filter(path__startswith=f"{office.path}/").order_by("path", "id")
    return tuple(
        Office(schema, code, own=False) for schema, code in rows.values_list("schema_name", "code") if schema in known
    )
