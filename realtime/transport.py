"""How a word gets from any process to those that hold sockets: Valkey's publish, as the channel layer reads it.

Pages and tasks are synchronous, so they publish by a plain client, in the layer's own format, and wait 0.2 s at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry

TYPE = "push"
WALL = "wall."


def prefix() -> str:
    """Several installations may share one Valkey, which keeps nothing apart for publish and subscribe."""
    return f"huiyin.{connection.settings_dict['NAME']}."


def layer() -> Any:
    """A read of the subscription ends after a tenth of a second by itself; the time-outs here bound connecting and
    signing in, and must never be redis-py's own five seconds for reads that wait (search-realtime.md §5.1)."""
    from channels_redis.pubsub import RedisPubSubChannelLayer  # noqa: PLC0415  only who listens or pushes needs it

    host = {"address": settings.REDIS_URL, "socket_timeout": 30, "socket_connect_timeout": 2}
    return RedisPubSubChannelLayer(hosts=[host], prefix=prefix())


def publish(group: str, body: Mapping[str, Any]) -> None:
    """The transport of `kernel.push`. Raises redis.RedisError.

    Figures of an office ("wall.<code>", {"path": its path}) change for every office above it too.
    """
    above = str(body.get("path", "")).split("/") if group.startswith(WALL) else []
    with _client().pipeline(transaction=False) as out:
        for name in dict.fromkeys([group, *(f"{WALL}{code}" for code in above if code)]):
            message = {"type": TYPE, "group": name, "body": dict(body)}
            out.publish(f"{prefix()}__group__{name}", _format().serialize(message))
        out.execute()


@cache
def _client() -> redis.Redis:
    wait = settings.REDIS_TIMEOUT_S
    never = Retry(NoBackoff(), 0)  # of itself it would try for seconds
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=wait, socket_connect_timeout=wait, retry=never)


@cache
def _format() -> Any:
    return layer()
