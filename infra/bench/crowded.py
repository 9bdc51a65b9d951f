"""A hundred thousand cases in one office, written by SQL: states and due dates as an office of that age has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from cases.states import CLOSED
from tenants import context
from tenants.actors import Actor
from tests.people import department

CASES = 100_000
OPEN_SHARE = 0.3

# Where an open case may lie, and how often: at the desk, or in a unit.
AT_DESK = ("S10", "S10", "S14", "S88")
IN_UNIT = ("S20", "S30", "S30", "S40", "S50", "S50", "S50", "S51", "S58", "S60", "S61", "S65")

FILINGS = """
INSERT INTO cases_filing (id, number, foreign_number, channel, source, received_at, registered_at, registered_by,
  tenant, department, persons, concerned, anonymous, confidential, joint, addressee, green_envelope, text, place,
  place_detail, content_class, purpose, cause, litigation, counted, public_consent)
SELECT gen_random_uuid(), 'B' || lpad(n::text, 14, '0'), '', (ARRAY['NET','LETTER','VISIT','PHONE'])[1 + n %% 4], '',
  %(now)s - age, %(now)s - age, %(user)s, %(tenant)s, %(desk)s, 1, 1, false, false, false, '', false,
  '锦澜小区 ' || n || ' 号楼电梯停用，维修资金去向不明。', %(code)s, '', '', '', '', false, true, false
FROM (SELECT n, make_interval(secs => n %% 1000 * 86400 + n %% 977) AS age FROM generate_series(1, %(cases)s) n) AS made
"""

CASES_OF_THEM = """
INSERT INTO cases_case (id, filing_id, number, version, title, klass, path, state, came_from, seat, task, reason,
  department, unit, held_since, origin, profile, important, urgent, "group", sealed, flags, extended_days, sent_back,
  closed_at, planned_ending, closing_kind, outcome, outside, due_kind, due_raw, due_effective, due_provisional,
  head_seq, head_hash, updated_at)
SELECT gen_random_uuid(), id, number, 1, left(text, 40), 'C', '', state, '',
  CASE WHEN unit = %(desk)s THEN 'bureau' ELSE 'unit' END, '', '',
  unit, unit, registered_at, %(tenant)s, %(profile)s, false, false, false, false, '{}', 0, 0,
  CASE WHEN closed THEN registered_at + interval '60 days' END, '', CASE WHEN closed THEN 'settled' ELSE '' END, '', '',
  CASE WHEN closed OR held THEN '' ELSE 'K6' END, due, due, false, 1, decode(repeat('00', 32), 'hex'), registered_at
FROM (
  SELECT chosen.*, n %% 40 = 0 AS held,
    CASE WHEN closed OR n %% 40 = 0 THEN NULL
      ELSE date_trunc('day', %(now)s::timestamptz) + (n %% 100000 * 7919 %% 150 - 45) * interval '1 day'
        + interval '15:59:59'
    END AS due,
    CASE WHEN closed THEN (%(closed)s::text[])[1 + n %% cardinality(%(closed)s::text[])]
      WHEN unit = %(desk)s THEN (%(at_desk)s::text[])[1 + n / 10 %% cardinality(%(at_desk)s::text[])]
      ELSE (%(in_unit)s::text[])[1 + n / 10 %% cardinality(%(in_unit)s::text[])] END AS state
  FROM (
    SELECT id, number, text, registered_at, n, n * 31 %% 100 >= %(open)s AS closed,
      (%(places)s::uuid[])[1 + n / 3 %% cardinality(%(places)s::uuid[])] AS unit
    FROM (SELECT f.*, substr(number, 2)::int AS n FROM cases_filing f WHERE number LIKE 'B%%') AS numbered
  ) AS chosen
) AS placed
"""


def fill(owner_url: str, who: Actor, profile: object, now: datetime, cases: int = CASES) -> None:
    """As the owner, who may also tell the planner what is there (ANALYZE)."""
    office = context.tenant_by_id(who.tenant)
    desk = department(office.code).id
    places = [desk, *(department(office.code, name).id for name in ("住建局", "城管局"))]
    given: dict[str, Any] = {
        "now": now,
        "user": who.user,
        "tenant": who.tenant,
        "desk": desk,
        "code": office.code,
        "cases": cases,
        "profile": profile,
        "closed": sorted(CLOSED),
        "at_desk": list(AT_DESK),
        "in_unit": list(IN_UNIT),
        "open": int(OPEN_SHARE * 100),
        "places": places,
    }
    with psycopg.connect(owner_url, options=f"-c search_path={office.schema_name},public") as owner:
        owner.execute(FILINGS, given)
        owner.execute(CASES_OF_THEM, given)
    with psycopg.connect(owner_url, autocommit=True, options=f"-c search_path={office.schema_name}") as owner:
        owner.execute("VACUUM ANALYZE cases_filing")
        owner.execute("VACUUM ANALYZE cases_case")
