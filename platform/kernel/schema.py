"""Which PostgreSQL schema this thread or task of an event loop works in: one ContextVar, read by the database backend.

Entered by `tenants.context.use` and by the kernel; nothing else switches schemas.
"""

import re
from contextvars import ContextVar, Token
from types import TracebackType

PUBLIC = "public"
_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}\Z")

_current: ContextVar[str | None] = ContextVar("huiyin_schema", default=None)
_alone: ContextVar[bool] = ContextVar("huiyin_schema_alone", default=False)


def current() -> str | None:
    """The tenant's schema, or None where only shared tables are in reach."""
    return _current.get()


def search_path() -> str:
    """What a connection must have set before the next statement, in the spelling PostgreSQL reports."""
    name = _current.get()
    if name is None:
        return PUBLIC
    return name if _alone.get() else f"{name}, {PUBLIC}"


def valid(name: str | None) -> str | None:
    """`public` and None are the same: no tenant. Anything that is no plain lower-case name raises ValueError."""
    if name is None or name == PUBLIC:
        return None
    if not _NAME.match(name):
        raise ValueError(f"Not a schema name: {name!r}")
    return name


class use_schema:
    """Work in `name` for the length of a block."""

    __slots__ = ("_name", "_token")

    def __init__(self, name: str | None) -> None:
        self._name = valid(name)

    def __enter__(self) -> None:
        self._token: Token[str | None] = _current.set(self._name)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        _current.reset(self._token)


class alone:
    """Hide the shared tables for the length of a block: DDL and introspection must not take one for the tenant's."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token: Token[bool] = _alone.set(True)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        _alone.reset(self._token)


def set_schema(name: str | None, *, hide_public: bool = False) -> None:
    """For the rest of this context. Only for django-tenants' own commands, which know no blocks."""
    _current.set(valid(name))
    _alone.set(hide_public)
