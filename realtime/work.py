"""The ORM on threads of its own: the event loop never waits for the database, and nothing ambient goes along."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections

T = TypeVar("T")
THREADS = 4  # connections are taken from Django's pool for the length of a call
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="realtime")


async def run(function: Callable[..., T], *args: object) -> T:
    """Call it on a thread that knows no tenant; the connection goes back to the pool afterwards."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _clean, function, args)


def _clean(function: Callable[..., T], args: tuple[object, ...]) -> T:
    close_old_connections()
    try:
        return function(*args)
    finally:
        close_old_connections()
