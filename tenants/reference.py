"""Reference data kept in each process: when it must be read again, and which places stand above a place."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import F

from tenants.models import Revision, Tenant

CHECK_EVERY_S = 30.0

T = TypeVar("T")


class Cached(Generic[T]):
    """A value read from shared tables and kept until its revision stamp changes.

    Asks the database for the stamp at most once in 30 s and process; `invalidate()` asks at the next use.
    """

    def __init__(self, subject: str, load: Callable[[], T]) -> None:
        self.subject = subject
        self._load = load
        self._lock = Lock()
        self._held: tuple[T, uuid.UUID | None] | None = None
        self._checked_at = 0.0

    def get(self) -> T:
        held = self._held
        now = time.monotonic()
        if held is not None and now - self._checked_at < CHECK_EVERY_S:
            return held[0]
        with self._lock:
            stamp = Revision.objects.filter(subject=self.subject).values_list("stamp", flat=True).first()
            held = self._held
            if held is None or stamp is None or held[1] != stamp:
                # The stamp is read before the rows: rows newer than the stamp are only read once more.
                held = (self._load(), stamp)
                self._held = held
            self._checked_at = now
            return held[0]

    def invalidate(self) -> None:
        with self._lock:
            self._held = None

    def touch(self) -> None:
        """Give the data a new stamp (call inside the writing transaction) and forget what this process holds."""
        Revision.objects.update_or_create(subject=self.subject, defaults={"stamp": uuid.uuid4()})
        self.invalidate()
        transaction.on_commit(self.invalidate)


def chain(code: str) -> tuple[str, ...]:
    """The place itself, then the places above it by the offices' tree, nearest first; without the nation ("").

    A code without an office stands alone under the nation. Of several offices in time the valid one counts.
    """
    if not code:
        return ()
    path = (
        Tenant.objects.filter(code=code)
        .order_by(F("valid_to").desc(nulls_first=True))
        .values_list("path", flat=True)
        .first()
    )
    if path is None:
        return (code,)
    above = [part for part in path.split("/") if part]
    if not above or above[-1] != code:
        above.append(code)
    return tuple(reversed(above))
