"""What the broker says of itself: whether it answers, how fast, and how long its queues are. Never waits long."""

from __future__ import annotations

import time
from dataclasses import dataclass

import redis
from django.conf import settings

QUEUES = ("celery",)


@dataclass(frozen=True, slots=True)
class Broker:
    """`latency_ms` and `queues` (name, tasks waiting) are of one moment; `answers` False: neither is known."""

    answers: bool
    version: str = ""
    latency_ms: float = 0.0
    memory_bytes: int = 0
    queues: tuple[tuple[str, int], ...] = ()


def look() -> Broker:
    wait = settings.REDIS_TIMEOUT_S
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=wait, socket_connect_timeout=wait)
    try:
        client.ping()
        started = time.perf_counter()
        client.ping()
        latency = (time.perf_counter() - started) * 1000
        told = client.info()
        queues = tuple((name, int(client.llen(name))) for name in QUEUES)
    except (redis.RedisError, OSError):
        return Broker(answers=False)
    finally:
        client.close()
    named = told.get("valkey_version") or told.get("redis_version") or ""
    return Broker(True, str(named), latency, int(told.get("used_memory", 0)), queues)
