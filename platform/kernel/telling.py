"""What a "now" subscriber has at hand while `kernel.outbox` tells it of a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kernel.batch import Batch, Rows

_now: ContextVar[tuple[Batch, object, list[Rows]] | None] = ContextVar("huiyin_outbox_now", default=None)


@contextmanager
def telling(writes: Batch, change: object, rows: list[Rows]) -> Iterator[None]:
    token = _now.set((writes, change, rows))
    try:
        yield
    finally:
        _now.reset(token)


def together() -> Batch:
    """What a "now" subscriber puts in here goes to the database with the rows of the later ones, in one call."""
    return _telling()[0]


def about() -> object:
    """What the publisher has at hand of the change, for a "now" subscriber that would else read it again."""
    return _telling()[1]


def found() -> list[Rows]:
    """The rows of what the subscriber asked."""
    return _telling()[2]


def _telling() -> tuple[Batch, object, list[Rows]]:
    present = _now.get()
    if present is None:
        raise RuntimeError("Only while publish() calls its subscribers.")
    return present
