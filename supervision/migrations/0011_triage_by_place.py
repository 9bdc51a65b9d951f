"""The bureaus that had to decide, as one type of path in both halves: else a place is sought among all there are."""

from django.db import migrations

TRIAGE = """
DROP VIEW supervision_triage;
CREATE VIEW supervision_triage AS
SELECT "case", (origin_path)::text AS path, origin_unit AS unit, sealed, counted, "repeat", by_unit, channel,
       triage_due, triaged_at
  FROM supervision_ledgerrow WHERE triage_due IS NOT NULL
UNION ALL
SELECT l."case", (r->>'path') COLLATE "C", (r->>'unit')::uuid, l.sealed, l.counted, l."repeat", l.by_unit, l.channel,
       (r->>'due')::timestamptz, (r->>'done')::timestamptz
  FROM supervision_ledgerrow l, jsonb_array_elements(l.relays) r
 WHERE NOT (l.relays = '[]'::jsonb);
GRANT SELECT ON supervision_triage TO huiyin_app
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0010_left")]

    operations = [migrations.RunSQL(TRIAGE, migrations.RunSQL.noop)]
