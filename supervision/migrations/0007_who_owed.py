"""Who owed the triage, wherever the matter lies now; pictures of a day hold all that the wall shows of it, by unit and by
region. Pictures are taken anew from the changes."""

from typing import Any

from django.db import migrations, models

ORIGIN_UNITS = """
UPDATE supervision_ledgerrow l SET origin_unit = CASE WHEN l.by_unit THEN l.unit ELSE d.id END
  FROM tenants_department d WHERE d.tenant_id = l.origin AND d.parent_id IS NULL
"""
NOT_KNOWN = "UPDATE supervision_ledgerrow SET origin_unit = unit WHERE origin_unit IS NULL"
TRIAGE = """
CREATE VIEW supervision_triage AS
SELECT "case", origin_path AS path, origin_unit AS unit, sealed, counted, "repeat", by_unit, channel, triage_due,
       triaged_at
  FROM supervision_ledgerrow WHERE triage_due IS NOT NULL
UNION ALL
SELECT l."case", (r->>'path') COLLATE "C", (r->>'unit')::uuid, l.sealed, l.counted, l."repeat", l.by_unit, l.channel,
       (r->>'due')::timestamptz, (r->>'done')::timestamptz
  FROM supervision_ledgerrow l, jsonb_array_elements(l.relays) r
 WHERE NOT (l.relays = '[]'::jsonb)
"""


def _count() -> Any:
    return models.IntegerField(default=0)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_leaner"), ("tenants", "0011_digest")]

    operations = [
        migrations.AddField(model_name="ledgerrow", name="origin_unit", field=models.UUIDField(null=True)),
        migrations.RunSQL(ORIGIN_UNITS, ""),
        migrations.RunSQL(NOT_KNOWN, ""),
        # What the update left to be checked at the end is checked before the table is altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", ""),
        migrations.AlterField(model_name="ledgerrow", name="origin_unit", field=models.UUIDField()),
        migrations.AddField(model_name="ledgerrow", name="relays", field=models.JSONField(default=list)),
        migrations.RemoveIndex(model_name="ledgerrow", name="ledger_inflow"),
        migrations.AddIndex(
            model_name="ledgerrow",
            index=models.Index(
                fields=["origin_path", "registered_at"],
                include=("sealed", "origin_unit", "channel", "content_class", "counted"),
                name="ledger_came",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerrow",
            index=models.Index(
                condition=models.Q(("relays", []), _negated=True), fields=["path"], name="ledger_relayed"
            ),
        ),
        migrations.RunSQL(TRIAGE, "DROP VIEW supervision_triage"),
        migrations.RunSQL("GRANT SELECT ON supervision_triage TO huiyin_app", ""),
        migrations.CreateModel(
            name="Triage",
            fields=[
                ("case", models.UUIDField(primary_key=True, serialize=False)),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("unit", models.UUIDField()),
                ("sealed", models.BooleanField()),
                ("counted", models.BooleanField()),
                ("repeat", models.BooleanField()),
                ("by_unit", models.BooleanField()),
                ("channel", models.CharField(max_length=8)),
                ("triage_due", models.DateTimeField()),
                ("triaged_at", models.DateTimeField(null=True)),
            ],
            options={"managed": False},
        ),
        migrations.DeleteModel(name="LedgerDay"),
        migrations.RunSQL("DELETE FROM supervision_day", ""),
        migrations.CreateModel(
            name="LedgerDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("unit", models.UUIDField(null=True)),
                ("open", _count()),
                ("soon", _count()),
                ("overdue", _count()),
                ("serious", _count()),
                ("grave", _count()),
                ("sealed", _count()),
                ("closed", _count()),
                ("told", models.JSONField(default=list)),
                ("answered", models.JSONField(default=list)),
                ("came", models.JSONField(default=dict)),
                ("received", models.JSONField(default=dict)),
                ("late", models.JSONField(default=dict)),
                ("pairs", models.JSONField(default=list)),
                ("oldest", models.JSONField(default=list)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "path", "unit"), nulls_distinct=False, name="ledger_day_of_place"
                    )
                ],
            },
        ),
        migrations.RunSQL("GRANT SELECT, INSERT, UPDATE, DELETE ON supervision_ledgerday TO huiyin_app", ""),
        migrations.RunSQL("GRANT USAGE, SELECT ON SEQUENCE supervision_ledgerday_id_seq TO huiyin_app", ""),
    ]
