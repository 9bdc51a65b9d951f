"""What one worker process of demo_fill does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cases.demo import fill


def fill_share(part: int, parts: int, arguments: dict[str, Any], done: Callable[[int], None]) -> None:
    fill.share(part, parts, datetime.fromisoformat(arguments["moment"]), lambda count: done(1), arguments["root"])
