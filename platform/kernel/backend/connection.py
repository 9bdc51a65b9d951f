"""What every statement passes, ORM or raw: the right search_path first, and nobody else may change it.

The path is remembered on the psycopg connection, since that is what a pool hands from thread to thread. PostgreSQL 18
reports the path it really has after each statement, and then that is believed; older servers are remembered, and the
memory is dropped wherever a rollback may have undone a SET.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from django.db.backends.postgresql.base import Cursor as DjangoCursor
from django.db.backends.postgresql.base import ServerBindingCursor as DjangoServerBindingCursor
from django.db.backends.postgresql.base import ServerSideCursor as DjangoServerSideCursor
from psycopg import _queries, errors
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.sql import Composable

from kernel.errors import CrossTenant
from kernel.schema import search_path

_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_REFUSED = re.compile(
    r"""search_path | set_config | u&["'] | \bupdate\s+(pg_catalog\s*\.\s*)?"?pg_settings
    | (?:^|;)\s*set\s+(?:local\s+|session\s+)?(?:schema|role|session\s+authorization)\b
    | (?:^|;)\s*do\b | (?:^|;)\s*(?:reset\s+(?:all|role|session\s+authorization)|discard)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SHOWS = re.compile(r"\s*show\s+search_path\s*;?\s*\Z", re.IGNORECASE)
_UNDOES = re.compile(r"\s*(?:rollback|abort)\b", re.IGNORECASE)


class SearchPathRefused(CrossTenant):
    """Only the backend sets search_path. Enter a tenant with `tenants.context.use`."""


@lru_cache(maxsize=2048)
def _undoes(statement: str) -> bool:
    """True for a rollback. Raises SearchPathRefused for a statement that would change path or role."""
    bare = _COMMENT.sub(" ", statement) if "/*" in statement or "--" in statement else statement
    if (_REFUSED.search(bare) or _REFUSED.search(statement)) and not _SHOWS.match(statement):
        raise SearchPathRefused(SearchPathRefused.__doc__)
    return _UNDOES.match(bare) is not None


class Connection(psycopg.Connection[Any]):
    """A psycopg connection that knows its search_path; None when it does not."""

    path: str | None = None

    def before(self, query: Any) -> None:
        """Called by each cursor with what it is about to send."""
        if _undoes(self._text(query)):
            self.path = None
            return  # works in a failed transaction, where a SET would not
        wanted = search_path()
        if self.known_path() != wanted:
            self._switch(wanted)

    def _text(self, query: Any) -> str:
        if isinstance(query, bytes):
            return query.decode("utf-8", "replace")
        return query.as_string(self) if isinstance(query, Composable) else str(query)

    def known_path(self) -> str | None:
        reported = self.pgconn.parameter_status(b"search_path")
        return self.path if reported is None else reported.decode()

    def _switch(self, path: str) -> None:
        self.path = None
        if self.pgconn.transaction_status == TransactionStatus.INERROR:
            return  # the statement itself will say so
        # Not through a cursor: outside a transaction this opens none, so that no rollback can undo it.
        result = self.pgconn.exec_(f"SET search_path = {path}".encode())
        if result.status != ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result)
        self.path = path

    def rollback(self) -> None:
        self.path = None
        super().rollback()

    @contextmanager
    def transaction(self, *args: Any, **kwargs: Any) -> Iterator[psycopg.Transaction]:
        try:
            with super().transaction(*args, **kwargs) as block:
                yield block
        finally:
            self.path = None


def reset(connection: psycopg.Connection[Any]) -> None:
    """The pool's callback for a connection that comes back: forget the tenant, so that unset reads nothing."""
    connection.pgconn.exec_(b"RESET search_path")
    if isinstance(connection, Connection):
        connection.path = None


class _Guarded:
    """Mixed into the cursor classes: four ways to send a statement, one check."""

    connection: Connection

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        self.connection.before(query)
        return super().execute(query, *args, **kwargs)  # type: ignore[misc]

    def executemany(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        self.connection.before(query)
        return super().executemany(query, *args, **kwargs)  # type: ignore[misc]

    def stream(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        self.connection.before(query)
        return super().stream(query, *args, **kwargs)  # type: ignore[misc]

    def copy(self, statement: Any, *args: Any, **kwargs: Any) -> Any:
        self.connection.before(statement)
        return super().copy(statement, *args, **kwargs)  # type: ignore[misc]


_parted = lru_cache(maxsize=256)(_queries._query2pg_client_nocache)


class _Query(_queries.PostgresClientQuery):
    """psycopg takes apart anew what has more than 50 values or 4096 letters; ours (`kernel.batch`) come again."""

    def convert(self, query: Any, vars: Any) -> None:
        if vars is None or not isinstance(query, str):
            super().convert(query, vars)
            return
        self.template, self._order, self._parts = _parted(query.encode(self._tx.encoding), self._tx.encoding)
        self.dump(vars)


class Cursor(_Guarded, DjangoCursor):
    _query_cls = _Query


class ServerBindingCursor(_Guarded, DjangoServerBindingCursor):
    pass


class ServerSideCursor(_Guarded, DjangoServerSideCursor):
    pass
