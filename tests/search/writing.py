"""Documents as the maker of documents leaves them, without cases: what a backend alone is asked about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kernel.ids import new_id
from search.embedded.columns import columns
from search.models import Document
from search.shapes import INNER, SHARED
from tenants import context
from tests.people import tenant

REGISTERED = datetime(2026, 3, 1, tzinfo=UTC)
_TERMS = """
UPDATE search_document SET shared_terms = array_to_tsvector(%s), inner_terms = array_to_tsvector(%s) WHERE "case" = %s
"""


def document(code: str, title: str = "", **given: Any) -> UUID:
    """In that office; what is not given is plain or empty."""
    texts = {name: given.pop(name, "") for name in (*SHARED, *INNER)} | {"title": title}
    base: dict[str, Any] = {
        "case": new_id(),
        "held": True,
        "offices": [code],
        "state": "S50",
        "klass": "C",
        "channel": "VISIT",
        "registered_at": REGISTERED,
        "received_at": REGISTERED,
    }
    row = Document(**{**base, **texts, **given})
    made = columns(row.number, row.spot, texts, row.registered_at)
    row.folded_title, row.folded_shared, row.folded_inner = made[:3]
    with context.use(tenant(code)), connection.cursor() as cursor:
        row.save(force_insert=True)
        cursor.execute(_TERMS, [made.shared_terms, made.inner_terms, row.case])
    return row.case
