"""What the database says of itself, and how much room files have left: for whoever runs the platform."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import connection

_FACTS = """
SELECT current_setting('server_version'), current_setting('max_connections')::int,
       (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database()),
       pg_catalog.pg_database_size(current_database())
"""


@dataclass(frozen=True, slots=True)
class Database:
    version: str
    connections: int
    most_connections: int
    size_bytes: int
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Room:
    """Of the disk that holds the files; None where they lie in a service of their own."""

    total_bytes: int
    free_bytes: int

    @property
    def used_percent(self) -> int:
        return round(100 * (self.total_bytes - self.free_bytes) / max(self.total_bytes, 1))


def database() -> Database:
    """Raises django.db.Error."""
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute("SELECT 1")
        latency = (time.perf_counter() - started) * 1000
        cursor.execute(_FACTS)
        found = cursor.fetchone()
    assert found is not None
    version, most, used, size = found
    return Database(str(version).split()[0], int(used), int(most), int(size), latency)


def room() -> Room | None:
    try:
        found = shutil.disk_usage(default_storage.path(""))
    except (OSError, NotImplementedError):
        return None
    return Room(found.total, found.free)
