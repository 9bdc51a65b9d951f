"""What a "now" subscriber has at hand while `kernel.outbox` tells it of a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kernel.batch import Batch

_now: ContextVar[tuple[Batch, object] | None] = ContextVar("huiyin_outbox_now", default=None)


@contextmanager
def telling(writes: Batch, change: object) -> Iterator[None]:
    token = _now.set((writes, change))
    try:
        yield
    finally:
        _now.reset(token)


def together() -> Batch:
    """What a "now" subscriber puts in here goes to the database with the change and the rows of the later ones, in one
    call. Who reads what the change has written sends it first."""
    return _telling()[0]


def about() -> object:
    """What the publisher has at hand of the change, for a "now" subscriber that would else read it."""
    return _telling()[1]


def _telling() -> tuple[Batch, object]:
    present = _now.get()
    if present is None:
        raise RuntimeError("Only while publish() calls its subscribers.")
    return present
