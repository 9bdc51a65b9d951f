"""A word to whoever listens right now. Best effort: never raises, never waits long; nothing depends on its arrival."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from kernel.breaker import Breaker

Transport = Callable[[str, Mapping[str, Any]], None]

log = logging.getLogger("huiyin.push")
breaker = Breaker(rest_s=2)  # a listener finds a gap by itself within half a minute, so trying soon is worth it
_transport: Transport | None = None


def carry(transport: Transport | None) -> None:
    """The app that reaches browsers brings the transport while the apps load. It bounds its own waits to 0.2 s; what
    it raises opens the breaker. None: there is no such app."""
    global _transport  # noqa: PLW0603
    _transport = transport


def carried() -> bool:
    """Is there anybody to carry a word?"""
    return _transport is not None


def push(group: str, body: Mapping[str, Any]) -> None:
    """Say `body` (JSON) to `group`: ASCII letters, digits, "-", "_", "."."""
    if _transport is None or not breaker.allows():
        return
    try:
        _transport(group, body)
    except Exception as error:  # each transport has its own
        breaker.failed()
        log.warning("push failed", extra={"code": type(error).__name__})
    else:
        breaker.worked()
