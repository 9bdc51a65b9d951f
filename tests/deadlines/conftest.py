"""A tree of invented offices, written by the owner: the application's role may not make offices."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from tenants.models import Tenant
from tests.deadlines.days import Offices


@pytest.fixture
def office(db: None, owner: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Offices]:
    """`office(code, above=None, status="ready")`: an office that exists during the test."""
    made: list[Tenant] = []
    table = Tenant._meta.db_table

    def make(code: str, above: Tenant | None = None, status: str = "ready") -> Tenant:
        path = f"{above.path}/{code}" if above else code
        tenant = Tenant(
            schema_name=f"t_{code}", code=code, name=code, level="county", parent=above, path=path, status=status
        )
        fields = Tenant._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = [field.get_db_prep_save(field.pre_save(tenant, True), connection) for field in fields]
        owner.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})', values)
        made.append(tenant)
        return tenant

    yield make
    for tenant in reversed(made):
        owner.execute(f'DELETE FROM "{table}" WHERE id = %s', [tenant.id])
