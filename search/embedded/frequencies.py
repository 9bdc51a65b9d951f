"""How common each pair of characters is and how old documents are: what the database has as statistics anyway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import log
from types import MappingProxyType
from typing import NamedTuple

from django.db import connection

from kernel.kept import Kept
from search.embedded.reach import TABLE
from search.language import relaxing
from tenants.context import use

RAREST = 0.001  # what the statistics do not name is rarer than anything they do
EMPTY = 0.3  # of a pair that stands in every text

_KNOWN = """
SELECT sizes.reltuples, sizes.relpages, terms.most_common_elems::text::text[], terms.most_common_elem_freqs,
  moments.histogram_bounds::text::timestamptz[]
FROM pg_catalog.pg_stats AS terms LEFT JOIN pg_catalog.pg_stats AS moments
  ON (moments.schemaname, moments.tablename, moments.attname) = (terms.schemaname, terms.tablename, 'registered_at')
JOIN pg_catalog.pg_class AS sizes ON sizes.oid = %(table)s::regclass
WHERE terms.schemaname = %(schema)s AND terms.tablename = %(table)s AND terms.attname = 'shared_terms'
"""


class Statistics(NamedTuple):
    """`shares`: token -> the share of the office's documents that have it, of the common ones alone. `moments`: of
    registration, oldest first, as many documents between each two."""

    documents: float = 0.0
    blocks: int = 0  # of the table
    shares: Mapping[str, float] = MappingProxyType({})
    moments: Sequence[datetime] = ()


_known: Kept[str, Statistics] = Kept()


def of(schema: str) -> Statistics:
    """Nothing where the database has not looked yet."""
    return _known.get(schema, lambda: _read(schema))


def _read(schema: str) -> Statistics:
    with use(schema), connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"schema": schema, "table": TABLE})
        row = cursor.fetchone()
    if not row or not row[2] or not row[3]:
        return Statistics()
    return Statistics(row[0], row[1], dict(zip(row[2], row[3], strict=False)), row[4] or ())


def shares(schema: str) -> Mapping[str, float]:
    return of(schema).shares


def weights(schema: str, pairs: Iterable[str]) -> dict[str, float]:
    """1 for what is rare, less for what is common: its information, as a share of the rarest's."""
    known = shares(schema)
    most = log(1 / RAREST)
    return {
        pair: (1.0 if relaxing.tells(pair) else EMPTY) * log(1 / min(max(known.get(pair, RAREST), RAREST), 0.9)) / most
        for pair in pairs
    }
