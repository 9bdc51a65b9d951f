"""Django's entry to the backend. It speaks django-tenants' protocol, with the ContextVar in place of its attributes."""

from datetime import UTC
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor as DjangoServerBindingCursor
from django.db.backends.postgresql.introspection import DatabaseIntrospection
from django.db.backends.postgresql.operations import DatabaseOperations as DjangoOperations
from django.utils.asyncio import async_unsafe
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsWrapper
from django_tenants.postgresql_backend.base import FakeTenant
from psycopg._cmodule import _psycopg
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader

from kernel import schema
from kernel.backend.connection import Connection, Cursor, ServerBindingCursor, ServerSideCursor, reset

_IN_C = getattr(_psycopg, "TimestamptzLoader", None)


@lru_cache
def _plainly_timed(context: AdaptersMap) -> AdaptersMap:
    """psycopg's own reading of moments, in C and in the session's zone, which is UTC: ten times as fast as Django's,
    which puts its zone in place of that one."""
    context = AdaptersMap(context)
    context.register_loader("timestamptz", _IN_C or TimestamptzLoader)
    return context


class DatabaseOperations(DjangoOperations):
    compiler_module = "kernel.backend.compiler"


class Introspection(DatabaseIntrospection):
    """Sees the current schema's tables only: public has tables of its own by the same names (django_migrations)."""

    def get_table_list(self, cursor: Any) -> Any:
        with schema.alone():
            return super().get_table_list(cursor)

    def get_table_description(self, cursor: Any, table_name: str) -> Any:
        with schema.alone():
            return super().get_table_description(cursor, table_name)

    def get_sequences(self, cursor: Any, table_name: str, table_fields: Any = ()) -> Any:
        with schema.alone():
            return super().get_sequences(cursor, table_name, table_fields)

    def get_relations(self, cursor: Any, table_name: str) -> Any:
        with schema.alone():
            return super().get_relations(cursor, table_name)

    def get_constraints(self, cursor: Any, table_name: str) -> Any:
        with schema.alone():
            return super().get_constraints(cursor, table_name)


class DatabaseWrapper(TenantsWrapper):
    ops_class = DatabaseOperations

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        options = settings_dict.setdefault("OPTIONS", {})
        if pool := options.get("pool"):
            options["pool"] = {**({} if pool is True else pool), "connection_class": Connection, "reset": reset}
        super().__init__(settings_dict, alias)
        self.introspection = Introspection(self)

    # --- django-tenants' protocol: what it keeps on the wrapper, and so on a thread, is the context's here -----------
    @property
    def schema_name(self) -> str:
        return schema.current() or schema.PUBLIC

    @schema_name.setter
    def schema_name(self, name: str | None) -> None:
        self._only_at_start(name)

    @property
    def tenant(self) -> Any:
        return FakeTenant(self.schema_name)

    @tenant.setter
    def tenant(self, value: Any) -> None:
        self._only_at_start(value)

    @staticmethod
    def _only_at_start(value: Any) -> None:
        if value is not None:
            raise AttributeError("Enter a tenant with tenants.context.use().")

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        schema.set_schema(tenant.schema_name, hide_public=not include_public)

    def set_schema(self, schema_name: str, include_public: bool = True, tenant_type: Any = None) -> None:
        schema.set_schema(schema_name, hide_public=not include_public)

    def set_schema_to_public(self) -> None:
        """Called by django-tenants' __init__ too: a wrapper made in a new thread must not leave the tenant."""
        if getattr(self, "_ready", False):
            schema.set_schema(None)
        self._ready = True

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Nothing here: the cursor sets the path when it sends a statement, not when it is made."""

    # --- connections and cursors -------------------------------------------------------------------------------------
    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        server_binding = params.get("cursor_factory") is DjangoServerBindingCursor
        params["cursor_factory"] = ServerBindingCursor if server_binding else Cursor
        if self.timezone is UTC:
            params["context"] = _plainly_timed(params["context"])
        return params

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if self.pool:
            return super().get_new_connection(conn_params)
        return Connection.connect(**conn_params)

    @async_unsafe
    def create_cursor(self, name: str | None = None) -> Any:
        if name is None and self.timezone is UTC:
            return self.connection.cursor()  # no other zone to look for
        if name is None or self.settings_dict["OPTIONS"].get("server_side_binding") is True:
            return super().create_cursor(name)
        make: Any = ServerSideCursor
        return make(self.connection, name=name, scrollable=False, withhold=self.connection.autocommit)
