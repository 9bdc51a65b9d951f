"""A nation of 31 provinces, 341 prefectures and 2,852 counties with a million matters in its books, written by SQL."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg

ROWS = 1_000_000
NATION = "86"
PLACES = {"county": "86/11/1101/110101", "prefecture": "86/11/1101", "province": "86/11", "nation": NATION}

OFFICES = """
INSERT INTO tenants_tenant (id, schema_name, code, name, pinyin, short_name, level, parent_id, path, host,
  valid_from, cell, schema_rev, status, address, hours, phone, letter_prefix)
SELECT md5('office' || path)::uuid, 'n' || code, code, '第' || code || '局', '', '', level,
       md5('office' || above)::uuid, path, '', '2020-01-01', 'main', 0, 'pending', '', '', '', ''
  FROM (
    SELECT '86' AS code, 'nation' AS level, NULL AS above, '86' AS path
    UNION ALL
    SELECT p::text, 'province', '86', '86/' || p FROM generate_series(11, 41) p
    UNION ALL
    SELECT p || lpad(c::text, 2, '0'), 'prefecture', '86/' || p, '86/' || p || '/' || p || lpad(c::text, 2, '0')
      FROM generate_series(11, 41) p, generate_series(1, 11) c
    UNION ALL
    SELECT code || lpad(x::text, 2, '0'), 'county', '86/' || p || '/' || code,
           '86/' || p || '/' || code || '/' || code || lpad(x::text, 2, '0')
      FROM (SELECT p, p || lpad(c::text, 2, '0') AS code, p + c AS n
              FROM generate_series(11, 41) p, generate_series(1, 11) c) prefectures, generate_series(1, 8 + n %% 2) x
  ) offices
"""

MATTERS = """
INSERT INTO supervision_ledgerrow ("case", number, version, updated_at, origin, origin_path, origin_unit, by_unit,
  holder, path, unit, department, held_since, channel, klass, procedure, content_class, place, persons, "repeat",
  "group", litigation, counted, important, urgent, sealed, state, seat, due_kind, due_raw, clocks, debts, received_at,
  registered_at, triaged_at, reply_due, served_at, closed_at, closing_kind, outcome, ground, routed, extended_days,
  transfers, objections, hand_backs, hops, sent_back, passes, relays, told, next_rung_at)
SELECT gen_random_uuid(), lpad(n::text, 20, '0'), 5, came, office, path, office, false, office, path, unit, unit, came,
  (ARRAY['NET','NET','NET','LETTER','VISIT','PHONE'])[1 + n %% 6], 'C', 'C6',
  lpad((1 + n %% 17)::text, 2, '0') || '0400', '', 1, false, false, false, true, false, false, n %% 200 = 0,
  CASE WHEN closed THEN 'S90' ELSE (ARRAY['S10','S20','S30','S40','S50','S50','S58','S61'])[1 + n %% 8] END, 'unit',
  CASE WHEN closed THEN '' ELSE 'K6' END, CASE WHEN NOT closed AND n %% 8 <> 7 THEN due END,
  '[]', '[]', came, came, came + interval '3 days', came + interval '75 days', CASE WHEN closed THEN ended END,
  CASE WHEN closed THEN ended END, CASE WHEN closed THEN 'explained' ELSE '' END, '', '', false, 0, 1 + n %% 3, 0,
  CASE WHEN n %% 50 = 0 THEN 2 ELSE 0 END, 0, 0,
  CASE WHEN n %% 50 = 0 THEN jsonb_build_array(
    jsonb_build_object('a', unit::text, 'b', md5(path || (n %% 4))::uuid::text, 'days', n %% 20, 'reason', 'duty',
      'at', came + interval '9 days'))
    ELSE '[]' END, '[]', '{}', now() + (1 + n %% 900) * interval '1 day'
  FROM (
    SELECT n, path, md5('office' || path)::uuid AS office, md5(path || n %% 5)::uuid AS unit,
           n * 31 %% 100 >= 30 AS closed,
           %(today)s::date - (n * 7919 %% 365) * interval '1 day' + interval '2 hours' AS came,
           %(today)s::date - (n * 7919 %% 300) * interval '1 day' + interval '3 hours' AS ended,
           %(today)s::date + (n * 104729 %% 120 - 6) * interval '1 day' + interval '15:59:59' AS due
      FROM generate_series(1, %(rows)s::bigint) n
      JOIN (SELECT path, row_number() OVER (ORDER BY md5(path)) - 1 AS place FROM tenants_tenant
             WHERE level = 'county' AND path LIKE '86/%%') counties
        ON place = n %% (SELECT count(*) FROM tenants_tenant WHERE level = 'county' AND path LIKE '86/%%')
  ) made
"""

# Units, and regions of each depth: as many rows a day as the night writes, as wide.
DAYS = """
INSERT INTO supervision_ledgerday (day, path, unit, open, soon, overdue, serious, grave, sealed, closed, told, answered,
  came, received, late, pairs, oldest)
SELECT day::date, path, unit, n, 3, 1, 0, 0, hidden, 1, '[3, 4]', '[2, 3]',
       '{"NET:04": 2, "VISIT:08": 1}', '{"NET:04": 1}',
       '{"04": [3, 1], "08": [2, 0], "12": [1, 1]}',
       jsonb_build_array(jsonb_build_array(least(one, other), greatest(one, other), 2, 3, 12.5, '{"duty": 2}'::jsonb)),
       (SELECT jsonb_agg(jsonb_build_array(md5(path || i)::uuid, holder, '040400',
                                           '2025-10-0' || i || 'T15:59:59+00:00'))
          FROM generate_series(1, 9) i)
  FROM (SELECT path, unit, max(holder::text)::uuid AS holder, count(*) FILTER (WHERE NOT sealed) AS n,
               count(*) FILTER (WHERE sealed) AS hidden, md5(path)::uuid AS one, md5(path || 'x')::uuid AS other
          FROM supervision_ledgerrow WHERE closed_at IS NULL GROUP BY path, unit
        UNION ALL
        SELECT region, NULL, md5(region)::uuid, count(*), 0, md5(region)::uuid, md5(region || 'x')::uuid
          FROM supervision_ledgerrow l,
               LATERAL (SELECT array_to_string((string_to_array(l.path, '/'))[1:depth], '/') AS region
                          FROM generate_series(1, 4) depth) above
         WHERE closed_at IS NULL GROUP BY region) places,
       generate_series(%(first)s::date, %(last)s::date, interval '1 day') day
"""

CHANGES = """
INSERT INTO supervision_ledgerchange ("case", at, recorded_at, before, after)
SELECT "case", now() - n * interval '1 second', now(), before, before
  FROM (SELECT "case", row_number() OVER () AS n, jsonb_build_object('path', path, 'origin', origin_path,
               'office', holder, 'unit', unit, 'dept', department, 'sealed', sealed, 'counted', counted,
               'repeat', "repeat", 'litigation', litigation, 'received', unit_received_at, 'notice_due', notice_due,
               'notified', notified_at, 'reply_due', reply_due, 'served', served_at,
               'channel', channel, 'content', content_class, 'due', due_raw, 'closed', NULL,
               'registered', registered_at, 'klass', klass, 'state', state) AS before
          FROM supervision_ledgerrow WHERE closed_at IS NULL LIMIT 20000) changed
"""


def fill(owner_url: str, day: date) -> None:
    """As the owner, who may also tell the planner what is there. Days: a month around the day a year back."""
    back = day - timedelta(days=365)
    around = {"first": back - timedelta(days=15), "last": back + timedelta(days=15)}
    with psycopg.connect(owner_url) as owner:
        owner.execute(OFFICES.replace("%%", "%"))
        owner.execute(MATTERS, {"today": day, "rows": ROWS})
        owner.execute(DAYS, around)
        owner.execute("INSERT INTO supervision_day SELECT DISTINCT day, now() FROM supervision_ledgerday")
        owner.execute(CHANGES)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for table in ("ledgerrow", "ledgerday", "ledgerchange"):
            owner.execute(f"VACUUM ANALYZE supervision_{table}")
