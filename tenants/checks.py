"""What must hold of the code before a schema is built from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader


@register()
def tenant_migrations_are_sql(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Steps are replayed as SQL: a RunPython would silently not happen. Move rows by a task per tenant instead."""
    from tenants.steps import tenant_apps  # noqa: PLC0415

    found: list[CheckMessage] = []
    for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        if app in tenant_apps() and any(isinstance(operation, RunPython) for operation in migration.operations):
            found.append(Error(f"{app}.{name} has a RunPython: it cannot be replayed as SQL.", id="huiyin.E011"))
    return found
