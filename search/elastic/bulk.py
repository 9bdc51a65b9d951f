"""Many documents in one request, each with an answer of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.outbox import HEARD, Verdict
from search import client

MOST_BYTES = 5_000_000  # of one request
ANSWER = "items.*.status,items.*.error"  # what of it is read
AGAIN = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Copy:
    """A document for a name (indices.write_name or build_name). The greater revision stays, whichever came first."""

    name: str
    key: str
    revision: int
    source: Mapping[str, Any]


def bulk(copies: Sequence[Copy]) -> list[Verdict]:
    """In their order: heard (an older one was told too late, which is as well), again, or aside with the reason.

    Raises Unavailable when the server does not answer; then nothing is known of any.
    """
    found: list[Verdict] = []
    for lines in _requests(copies):
        answer = client.work("POST", "/_bulk", lines, params={"require_alias": "true", "filter_path": ANSWER})
        found += [_verdict(item["index"]) for item in answer["items"]]
    return found


def _requests(copies: Sequence[Copy]) -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    size = 0
    for copy in copies:
        action = {"_index": copy.name, "_id": copy.key, "version": copy.revision, "version_type": "external"}
        pair = [_line({"index": action}), _line(copy.source)]
        if lines and size + sum(map(len, pair)) > MOST_BYTES:
            yield lines
            lines, size = [], 0
        lines += pair
        size += sum(map(len, pair))
    if lines:
        yield lines


def _line(value: Mapping[str, Any]) -> bytes:
    return _encode(value).encode()


def _plain(value: Any) -> str:
    """A moment or an id."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def _verdict(item: Mapping[str, Any]) -> Verdict:
    status = item["status"]
    if status < 300 or status == 409:
        return HEARD
    error = item.get("error") or {}
    kind = str(error.get("type", status))
    if status in AGAIN or kind == "index_not_found_exception":  # its index is about to be made
        return Verdict("again", kind)
    return Verdict("aside", kind)
