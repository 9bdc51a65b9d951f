"""One at a time on this database: a lock of the session. It outlives commits, and a session that dies frees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from kernel.schema import use_schema


@contextmanager
def held(lock: int, of: str = "") -> Iterator[bool]:
    """Whether it is ours for the length of the block; nobody waits for it. `of`: which of several things it is for."""
    wanted, given = ("%s, hashtext(%s)", (lock, of)) if of else ("%s", (lock,))
    mine = _asked(f"SELECT pg_try_advisory_lock({wanted})", given)
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            _asked(f"SELECT pg_advisory_unlock({wanted})", given)


def _asked(statement: str, given: tuple[int | str, ...]) -> bool:
    with use_schema(None), connection.cursor() as cursor:
        cursor.execute(statement, given)
        return bool(cursor.fetchone() == (True,))
