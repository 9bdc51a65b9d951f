"""How common each pair of characters is: what the database keeps as statistics of the column anyway."""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from django.db import connection

from kernel.kept import Kept
from search.embedded.reach import TABLE
from search.language import relaxing
from tenants.context import use

RAREST = 0.001  # what the statistics do not name is rarer than anything they do
EMPTY = 0.3  # of a pair that stands in every text

_COMMON = """
SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_catalog.pg_stats
WHERE schemaname = %s AND tablename = %s AND attname = 'shared_terms'
"""

_known: Kept[str, dict[str, float]] = Kept()


def shares(schema: str) -> dict[str, float]:
    """Token -> the share of the office's documents that have it; of the common ones alone."""
    return _known.get(schema, lambda: _read(schema))


def _read(schema: str) -> dict[str, float]:
    with use(schema), connection.cursor() as cursor:
        cursor.execute(_COMMON, [schema, TABLE])
        found = cursor.fetchone()
    return dict(zip(found[0], found[1], strict=False)) if found and found[0] and found[1] else {}


def weights(schema: str, pairs: Iterable[str]) -> dict[str, float]:
    """1 for what is rare, less for what is common: its information, as a share of the rarest's."""
    known = shares(schema)
    most = log(1 / RAREST)
    return {
        pair: (1.0 if relaxing.tells(pair) else EMPTY) * log(1 / min(max(known.get(pair, RAREST), RAREST), 0.9)) / most
        for pair in pairs
    }
