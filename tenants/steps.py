"""The numbered steps: every migration of the tenant apps as single statements, in `public.tenants_schemastep`.

Built once by the owner when code lands; replayed for a new office from 1 and for an old one from its `schema_rev` + 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import sqlparse
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from kernel.clock import recorded_now
from kernel.schema import alone, use_schema
from tenants.models import SchemaStep

APP_ROLE = "huiyin_app"
SCRATCH = "t_build_steps"
RECORDER = ("django", "migrations")  # the first step: the table in which plain migrate_schemas looks
LOCK_TIMEOUT_MS = 2000
AHEAD = 1  # an expanding step runs before the code that uses it


class StepsMissing(RuntimeError):
    """The steps of this code are not stored yet: run `manage.py build_steps`."""


@dataclass(frozen=True, slots=True)
class Step:
    rev: int
    app: str
    name: str
    sql: list[str]

    @property
    def is_migration(self) -> bool:
        return (self.app, self.name) != RECORDER


@lru_cache(maxsize=1)
def tenant_apps() -> frozenset[str]:
    """Labels of the apps whose tables every office has."""
    names = set(settings.TENANT_APPS)
    return frozenset(
        config.label
        for config in apps.get_app_configs()
        if config.name in names or f"{type(config).__module__}.{type(config).__qualname__}" in names
    )


@lru_cache(maxsize=1)
def head() -> int:
    """The last revision this code knows: its tenant migrations, and the recorder's table."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return 1 + sum(1 for app, _name in loader.disk_migrations if app in tenant_apps())


def serves(rev: int) -> bool:
    """Whether this code can work with an office at that revision; else it gets a page that says it is being changed."""
    lowest: int = getattr(settings, "HUIYIN_LOWEST_SCHEMA_REV", 0) or head()
    return lowest <= rev and (rev <= head() + AHEAD or rev <= head() + AHEAD + _of_others())


@lru_cache(maxsize=1)
def _of_others() -> int:
    """Steps of apps that this code has not: an app was taken away, its tables stay."""
    return SchemaStep.objects.exclude(app__in={*tenant_apps(), RECORDER[0]}).count()


def stored() -> list[Step]:
    return [Step(rev, app, name, sql) for rev, app, name, sql in SchemaStep.objects.values_list()]


def build() -> int:
    """Store the steps that are not stored yet; the number of new ones. Owner only; all or nothing.

    Each migration is run in a scratch schema right after its text is made, so that the next one finds the names it
    changes; the scratch schema goes away in the same transaction.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE public.tenants_schemastep IN EXCLUSIVE MODE")
        have = stored()
        loader = MigrationLoader(connection)
        known = {(step.app, step.name) for step in have}
        wanted = [key for key in _plan(loader) if key not in known]
        if not wanted and have:
            return 0
        made: list[Step] = []
        with _scratch():
            replay(have, SCRATCH)
            if not have:
                made.append(Step(1, *RECORDER, _recorder_sql()))
                replay(made, SCRATCH)
            for app, name in wanted:
                step = Step(len(have) + len(made) + 1, app, name, _texts(loader, loader.graph.nodes[app, name]))
                replay([step], SCRATCH)
                made.append(step)
        SchemaStep.objects.bulk_create(SchemaStep(rev=s.rev, app=s.app, name=s.name, sql=s.sql) for s in made)
    return len(made)


def replay(steps: list[Step], schema: str) -> None:
    """Run steps in a schema by one call to the server, in the caller's transaction. Shared tables are out of reach.

    Raises OperationalError when a reader holds a table for longer than the lock timeout.
    """
    statements = [statement for step in steps for statement in step.sql]
    names = [(step.app, step.name) for step in steps if step.is_migration]
    with use_schema(schema), alone(), connection.cursor() as cursor:
        cursor.execute(";\n".join([f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}", *statements]))
        if names:
            of_names = "SELECT *, %s FROM unnest(%s::text[], %s::text[])"
            cursor.execute(
                f"INSERT INTO django_migrations (app, name, applied) {of_names}",
                [recorded_now(), *map(list, zip(*names, strict=True))],
            )


def create_schema(schema: str) -> None:
    """A schema whose coming tables the application may read and write, but not change."""
    quoted = connection.ops.quote_name(schema)
    defaults = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {quoted} GRANT"
    statements = (
        f"CREATE SCHEMA IF NOT EXISTS {quoted}",
        f"GRANT USAGE ON SCHEMA {quoted} TO {APP_ROLE}",
        f"{defaults} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE}",
        f"{defaults} USAGE, SELECT ON SEQUENCES TO {APP_ROLE}",
    )
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(statements))


@contextmanager
def _scratch() -> Iterator[None]:
    create_schema(SCRATCH)
    yield
    with use_schema(None), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCRATCH} CASCADE")


def _plan(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Tenant migrations in an order in which each finds what it needs; the order of those stored never changes."""
    ordered: list[tuple[str, str]] = []
    for leaf in sorted(loader.graph.leaf_nodes()):
        if leaf[0] in tenant_apps():
            ordered += [
                key for key in loader.graph.forwards_plan(leaf) if key[0] in tenant_apps() and key not in ordered
            ]
    return ordered


def _texts(loader: MigrationLoader, migration: Migration) -> list[str]:
    with use_schema(SCRATCH):
        lines = loader.collect_sql([(migration, False)])
    if any("CANNOT BE WRITTEN AS SQL" in line for line in lines):
        raise ValueError(f"{migration} holds an operation that cannot be replayed as SQL.")
    return _statements(lines)


def _recorder_sql() -> list[str]:
    with use_schema(SCRATCH), connection.schema_editor(collect_sql=True) as editor:
        editor.create_model(MigrationRecorder.Migration)
    return [
        *_statements(editor.collected_sql),
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APP_ROLE}",
    ]


def _statements(lines: list[str]) -> list[str]:
    """One statement each: Django joins some by ";", and sharding later wants one a call."""
    texts = (
        statement.strip().rstrip(";").strip()
        for line in lines
        if not line.lstrip().startswith("--")
        for statement in sqlparse.split(line)
    )
    return [text for text in texts if text and text not in ("BEGIN", "COMMIT")]
