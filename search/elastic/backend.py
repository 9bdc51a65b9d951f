"""Answers from Elasticsearch. What it cannot answer is Unavailable; the gateway then asks PostgreSQL."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kernel.errors import Unavailable
from search import client
from search.elastic import body, indices
from search.language import marks, words
from search.shapes import INNER, MOST, Asked, Order, Query, Raw, RawHit, Rights

MOST_TYPED, MOST_WORDS = 60, 8
FARTHEST = 2**63  # where documents without a date are sorted, before or behind all

log = logging.getLogger("huiyin.search")


class Elastic:
    """The backend where ELASTICSEARCH_URL is set."""

    name = "elasticsearch"

    def __init__(self, analysis: body.Analysis = "pairs") -> None:
        self.analysis = analysis

    def find(self, rights: Rights, query: Query, asked: Asked) -> Raw:
        after = _read_after(asked.after, asked.order)
        answer = _search(rights, body.find(rights, query, asked, after, self.analysis))
        found = answer["hits"]["hits"]
        page = found[: asked.size]
        return Raw(
            hits=[_hit(rights, hit, query) for hit in page],
            total=min(answer["hits"]["total"]["value"], MOST),
            facets={name: counts for name, of in answer["aggregations"].items() if (counts := _counts(of["values"]))},
            after=json.dumps(page[-1]["sort"]) if len(found) > asked.size else "",
        )

    def suggest(self, rights: Rights, text: str, most: int) -> list[RawHit]:
        typed = [plain for word in text[:MOST_TYPED].split()[:MOST_WORDS] if (plain := words.fold(word))]
        if not typed:
            return []
        found = _search(rights, body.suggest(rights, typed, most))["hits"]["hits"]
        return [_bare(hit, (marks.title_piece(typed, _shown(hit).get("title", "")),)) for hit in found]

    def like(self, rights: Rights, text: str, most: int, *, places: Sequence[str] = ()) -> list[RawHit]:
        if len(words.needed(words.fold(text[: body.LIKE_READ]))) < 2:  # too short to say anything
            return []
        return [_bare(hit) for hit in _search(rights, body.like(rights, text, most, places))["hits"]["hits"]]


def _search(rights: Rights, question: Mapping[str, Any]) -> dict[str, Any]:
    params = {"preference": rights.schema, "allow_partial_search_results": "false"}  # the same copy for each page
    try:
        return client.ask("POST", f"/{indices.read_name(rights.province)}/_search", question, params=params)
    except client.Rejected as error:  # no index was built yet, or a fault of ours
        log.error("rejected", extra={"status": error.status, "code": error.kind})
        raise Unavailable from error


def _shown(hit: Mapping[str, Any]) -> Mapping[str, str]:
    shown: Mapping[str, str] = hit["_source"].get("shown", {})
    return shown


def _hit(rights: Rights, hit: Mapping[str, Any], query: Query) -> RawHit:
    """Of another office's document the shared texts alone, whatever came along."""
    own = hit["_source"]["schema"] == rights.schema
    texts = {name: text for name, text in _shown(hit).items() if own or name not in INNER}
    return _bare(hit, marks.pieces(query, texts))


def _bare(hit: Mapping[str, Any], pieces: tuple[marks.Piece, ...] = ()) -> RawHit:
    return RawHit(hit["_source"]["schema"], UUID(hit["_source"]["case"]), pieces)


def _counts(values: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Most first; what nobody has is not said."""
    buckets = values["buckets"]
    pairs = buckets.items() if isinstance(buckets, Mapping) else ((bucket["key"], bucket) for bucket in buckets)
    counts = [(str(value), int(bucket["doc_count"])) for value, bucket in pairs if bucket["doc_count"]]
    return sorted(counts, key=lambda count: -count[1])


def _read_after(after: str, order: Order) -> list[Any]:
    """Where the page before ended; the beginning for what no page ever ended with."""
    try:
        last, case = json.loads(after) if after else ("", "")
        value = float(last) if order == "best" else int(last)
        return [value, str(UUID(case))] if -FARTHEST <= value < FARTHEST else []
    except (ValueError, TypeError, OverflowError):
        return []
