"""What an index holds and how its texts are cut up: pieces of the server's core alone, so that the smallest
distribution and a full one load the same.

Texts are indexed folded (words.fold), so that nothing need be folded by the server: as single characters and runs, and,
under `.bi`, as two of those side by side. As shown they are kept under `shown`, which is not indexed.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from search.embedded.columns import INNER_LINES, SHARED_LINES
from search.language.words import BETWEEN
from search.models import Document
from search.shapes import INNER, SHARED
from tenants.models import Tenant

_CUT = {"tokenizer": "standard", "filter": ["lowercase"]}
_PAIRS = {
    "type": "shingle",
    "min_shingle_size": 2,
    "max_shingle_size": 2,
    "output_unigrams": False,
    "output_unigrams_if_no_shingles": True,
    "token_separator": "",
}
SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",  # said, because an index that nobody searched for a while would stop refreshing
    "max_result_window": 10_000,
    "gc_deletes": "1h",
    "analysis": {
        "filter": {"pairs": _PAIRS},
        "analyzer": {
            "han1": {"type": "custom", **_CUT},
            "han2": {"type": "custom", **_CUT, "filter": ["lowercase", "pairs"]},
        },
    },
}
TEXTS = tuple("numbers" if name == "number" else name for name in (*SHARED_LINES, *INNER_LINES))
_TEXT = {"type": "text", "analyzer": "han1", "fields": {"bi": {"type": "text", "analyzer": "han2"}}}
_KEYWORDS = (
    *("schema", "case", "scope", "offices", "office", "unit", "department", "handler", "number", "klass", "state"),
    *("channel", "content_class", "place", "due_kind"),
)
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"excludes": list(TEXTS)},  # an index is made anew from PostgreSQL, never from itself
    "properties": {
        **{name: {"type": "keyword"} for name in _KEYWORDS},
        **{name: {"type": "boolean"} for name in ("held", "removed", "group", "urgent")},
        **{name: {"type": "date"} for name in ("due_raw", "received_at", "registered_at", "closed_at")},
        **dict.fromkeys(TEXTS, _TEXT),
        "shown": {"type": "object", "enabled": False},
    },
}
# What is built otherwise is built anew by itself (indexing.renewal); an index says under `_meta` what it is.
SHAPE = sha256(json.dumps([SETTINGS, MAPPING], sort_keys=True).encode()).hexdigest()[:12]
_AS_THEY_ARE = (
    *("offices", "number", "klass", "state", "channel", "content_class", "place", "due_kind", "held", "group"),
    *("urgent", "unit", "department", "handler", "due_raw", "received_at", "registered_at", "closed_at"),
)
# What is read of a document for its copy.
COLUMNS = (
    *("case", "revision", "removed", "folded_shared", "folded_inner"),
    *_AS_THEY_ARE,
    *(*SHARED, *INNER),
)


class Row(Protocol):
    """A document, or its COLUMNS as a named tuple, which costs a third."""

    case: UUID
    revision: int
    removed: bool
    folded_shared: str
    folded_inner: str


def key(schema: str, case: object) -> str:
    """The id of a document: one row of one office."""
    return f"{schema}:{case}"


def source(document: Document | Row, office: Tenant) -> dict[str, Any]:
    """The whole document. A removed one is a tombstone: who comes late with an older revision finds it there."""
    stands = {"schema": office.schema_name, "case": str(document.case), "removed": document.removed}
    if document.removed:
        return stands
    plain = dict(zip(SHARED_LINES, document.folded_shared.split(BETWEEN), strict=False))
    plain |= zip(INNER_LINES, document.folded_inner.split(BETWEEN), strict=False)
    plain["numbers"] = plain.pop("number", "")
    given = {name: getattr(document, name) for name in _AS_THEY_ARE}
    return {
        **stands,
        "scope": office.path.split("/"),  # codes of the offices that may come upon it: the own and all above
        "office": office.code,
        **{name: value for name, value in given.items() if value or value is False},
        **{name: text for name, text in plain.items() if text},
        "shown": {name: text for name in (*SHARED, *INNER) if (text := getattr(document, name))},
    }
