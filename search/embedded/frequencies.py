"""How common each pair of characters is and how old documents are: what the database has as statistics anyway."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import log
from types import MappingProxyType
from typing import NamedTuple

from django.db import connection

from kernel.kept import Kept
from search.embedded.reach import TABLE, Office
from search.language import relaxing
from tenants.context import use

RAREST = 0.001  # what the statistics do not name is rarer than anything they do
EMPTY = 0.3  # of a pair that stands in every text

LARGEST = 24  # of a region's offices: by the words of so many all are judged

_KNOWN = """
WITH sizes AS (
  SELECT n.nspname, c.reltuples, c.relpages FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = %(table)s AND c.relkind = 'r' AND n.nspname = ANY(%(schemas)s) AND c.reltuples > 0)
SELECT (SELECT sum(reltuples) FROM sizes), largest.reltuples, largest.relpages,
  terms.most_common_elems::text::text[], terms.most_common_elem_freqs,
  moments.histogram_bounds::text::timestamptz[]
FROM (SELECT * FROM sizes ORDER BY reltuples DESC LIMIT %(largest)s) AS largest
JOIN pg_catalog.pg_stats AS terms
  ON (terms.schemaname, terms.tablename, terms.attname) = (largest.nspname, %(table)s, 'shared_terms')
LEFT JOIN pg_catalog.pg_stats AS moments
  ON (moments.schemaname, moments.tablename, moments.attname) = (largest.nspname, %(table)s, 'registered_at')
WHERE terms.most_common_elems IS NOT NULL
"""


class Statistics(NamedTuple):
    """`shares`: token -> the share of the documents that have it, of the common ones alone. `blocks`: of the table,
    where it is one. `moments`: of registration, oldest first, about as many documents between each two."""

    documents: float = 0.0
    blocks: int = 0
    shares: Mapping[str, float] = MappingProxyType({})
    moments: Sequence[datetime] = ()


_known: Kept[tuple[str, ...], Statistics] = Kept()


def of(offices: Sequence[Office]) -> Statistics:
    """Nothing where the database has not looked yet."""
    schemas = tuple(office.schema for office in offices)
    return _known.get(schemas, lambda: _read(schemas)) if schemas else Statistics()


def _read(schemas: Sequence[str]) -> Statistics:
    with use(schemas[0]), connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"schemas": list(schemas), "table": TABLE, "largest": LARGEST})
        rows = cursor.fetchall()
    if not rows:
        return Statistics()
    looked_at = sum(row[1] for row in rows)
    shares: dict[str, float] = defaultdict(float)
    for _all, size, _pages, tokens, frequencies, _moments in rows:
        for token, share in zip(tokens, frequencies, strict=False):
            shares[token] += share * size / looked_at
    moments = sorted(moment for row in rows for moment in row[5] or ())
    return Statistics(rows[0][0], rows[0][2] if len(schemas) == 1 else 0, dict(shares), moments)


def weights(known: Statistics, pairs: Iterable[str]) -> dict[str, float]:
    """1 for what is rare, less for what is common: its information, as a share of the rarest's."""
    shares, most = known.shares, log(1 / RAREST)
    return {
        pair: (1.0 if relaxing.tells(pair) else EMPTY) * log(1 / min(max(shares.get(pair, RAREST), RAREST), 0.9)) / most
        for pair in pairs
    }
