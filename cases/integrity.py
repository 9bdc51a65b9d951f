"""The promise, as a query: every open case has one holder and a clock or a reason (design §1). No row comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from tenants.context import nobody
from tenants.models import Tenant

# One statement over all offices: UNION ALL only, no join between two offices' tables (design §3).
ROWS = """
SELECT c.id, '{schema}' AS schema, '{tenant}'::uuid AS tenant, c.department, c.state, c.reason,
       (SELECT count(*) FROM {schema}.cases_clock k WHERE k.case_id = c.id AND k.stopped_at IS NULL) AS clocks
  FROM {schema}.cases_case c
"""

CHECK = """
WITH rows AS MATERIALIZED ({rows}),
matters AS (
  SELECT id,
         count(*) FILTER (WHERE state <> 'S99') AS holders,
         max(tenant::text) FILTER (WHERE state <> 'S99') AS tenant,
         max(department::text) FILTER (WHERE state <> 'S99') AS department,
         max(state) FILTER (WHERE state <> 'S99') AS state,
         max(reason) FILTER (WHERE state <> 'S99') AS reason,
         sum(clocks) AS clocks
    FROM rows GROUP BY id)
SELECT m.id, CASE
    WHEN m.holders <> 1 THEN 'holders'
    WHEN u.case IS NULL THEN 'no custody'
    WHEN u.tenant_id::text <> m.tenant OR u.department_id::text <> m.department THEN 'custody elsewhere'
    WHEN m.state IN ('S90', 'S91', 'S95') AND m.clocks > 0 THEN 'closed with a clock'
    WHEN m.state IN ('S90', 'S91', 'S95') AND u.open THEN 'closed but open'
    WHEN m.state NOT IN ('S90', 'S91', 'S95') AND NOT u.open THEN 'open but closed'
    WHEN m.state NOT IN ('S90', 'S91', 'S95') AND m.clocks = 0 AND m.reason = '' THEN 'no clock, no reason'
  END AS fault
  FROM matters m LEFT JOIN public.tenants_custody u ON u.case = m.id
UNION ALL
SELECT u.case, 'custody of nothing' FROM public.tenants_custody u
 WHERE NOT EXISTS (SELECT 1 FROM rows r WHERE r.id = u.case)
"""


@dataclass(frozen=True)
class Fault:
    case: UUID
    fault: str


def faults() -> Iterator[Fault]:
    """Every matter of every office that breaks the promise."""
    offices = list(Tenant.objects.filter(status="ready").values_list("schema_name", "id"))
    if not offices:
        return
    rows = " UNION ALL ".join(ROWS.format(schema=schema, tenant=tenant) for schema, tenant in offices)
    with nobody(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({CHECK.format(rows=rows)}) found WHERE fault IS NOT NULL")  # noqa: S608
        found = cursor.fetchall()
    for case, fault in found:
        yield Fault(case, fault)
