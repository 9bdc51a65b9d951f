"""What a process remembers for a minute because it seldom changes: names, lists of offices, roles."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEPT_S = 60.0
MOST = 20_000


class Kept(Generic[K, V]):
    """Values by key, each read again after a minute. `forget` where this process itself changed something."""

    everywhere: ClassVar[list[Kept[Any, Any]]] = []

    def __init__(self) -> None:
        self._rows: dict[K, tuple[float, V]] = {}
        self.everywhere.append(self)

    def get(self, key: K, read: Callable[[], V]) -> V:
        until, value = self._rows.get(key, (0.0, None))
        if until < time.monotonic():
            value = read()
            self.put({key: value})
        return value  # type: ignore[return-value]  # None only until it was read

    def many(self, keys: Iterable[K], read: Callable[[set[K]], Mapping[K, V]]) -> dict[K, V]:
        """All of `keys` that exist; those not remembered are read in one call."""
        now, found = time.monotonic(), dict[K, V]()
        missing: set[K] = set()
        for key in keys:
            row = self._rows.get(key)
            if row is None or row[0] < now:
                missing.add(key)
            else:
                found[key] = row[1]
        if missing:
            fresh = read(missing)
            self.put(fresh)
            found |= fresh
        return found

    def has(self, key: K) -> bool:
        return self._rows.get(key, (0.0, None))[0] >= time.monotonic()

    def put(self, fresh: Mapping[K, V]) -> None:
        if len(self._rows) > MOST:
            self._rows.clear()
        until = time.monotonic() + KEPT_S
        for key, value in fresh.items():
            self._rows[key] = (until, value)

    def forget(self) -> None:
        self._rows.clear()


def forget_all() -> None:
    """As a process that has just started."""
    for kept in Kept.everywhere:
        kept.forget()
