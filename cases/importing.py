"""Imported history may lack what the law requires of new work (domain §7); only inside this block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

UNRECORDED = "unrecorded"
MISSING = "原始数据未记载"

_active: ContextVar[bool] = ContextVar("huiyin_importing", default=False)


def active() -> bool:
    return _active.get()


@contextmanager
def importing() -> Iterator[None]:
    token = _active.set(True)
    try:
        yield
    finally:
        _active.reset(token)
