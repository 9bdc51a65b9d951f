"""The region's books; of changes the application may only INSERT and SELECT."""

from django.db import migrations, models

import kernel.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [("tenants", "0009_duties_laws")]

    operations = [
        migrations.CreateModel(
            name="LedgerChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(default=kernel.clock.recorded_now)),
                (
                    "xid",
                    models.BigIntegerField(
                        db_default=models.Func(
                            output_field=models.BigIntegerField(), template="(pg_current_xact_id()::text::bigint)"
                        ),
                        editable=False,
                    ),
                ),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField()),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["case", "at", "id"], name="ledger_change_case"),
                    models.Index(fields=["at"], name="ledger_change_at"),
                    models.Index(fields=["xid"], name="ledger_change_xid"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerRow",
            fields=[
                ("case", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=38)),
                ("version", models.PositiveIntegerField()),
                ("updated_at", models.DateTimeField()),
                ("origin", models.UUIDField()),
                ("origin_path", models.CharField(db_collation="C", max_length=200)),
                ("by_unit", models.BooleanField(default=False)),
                ("holder", models.UUIDField()),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("unit", models.UUIDField()),
                ("department", models.UUIDField()),
                ("held_since", models.DateTimeField()),
                ("channel", models.CharField(max_length=8)),
                ("klass", models.CharField(blank=True, default="", max_length=1)),
                ("procedure", models.CharField(blank=True, default="", max_length=2)),
                ("content_class", models.CharField(blank=True, default="", max_length=6)),
                ("place", models.CharField(blank=True, default="", max_length=12)),
                ("persons", models.PositiveIntegerField(default=1)),
                ("repeat", models.BooleanField(default=False)),
                ("group", models.BooleanField(default=False)),
                ("litigation", models.BooleanField(default=False)),
                ("counted", models.BooleanField(default=True)),
                ("important", models.BooleanField(default=False)),
                ("urgent", models.BooleanField(default=False)),
                ("sealed", models.BooleanField(default=False)),
                ("state", models.CharField(max_length=3)),
                ("seat", models.CharField(max_length=6)),
                ("due_kind", models.CharField(blank=True, default="", max_length=3)),
                ("due_raw", models.DateTimeField(null=True)),
                ("clocks", models.JSONField(default=list)),
                ("debts", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("registered_at", models.DateTimeField()),
                ("triaged_at", models.DateTimeField(null=True)),
                ("triage_due", models.DateTimeField(null=True)),
                ("unit_received_at", models.DateTimeField(null=True)),
                ("notice_due", models.DateTimeField(null=True)),
                ("notified_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("reply_due", models.DateTimeField(null=True)),
                ("served_at", models.DateTimeField(null=True)),
                ("feedback_due", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closing_kind", models.CharField(blank=True, default="", max_length=24)),
                ("outcome", models.CharField(blank=True, default="", max_length=12)),
                ("ground", models.CharField(blank=True, default="", max_length=24)),
                ("routed", models.BooleanField(default=False)),
                ("extended_days", models.PositiveSmallIntegerField(default=0)),
                ("transfers", models.PositiveSmallIntegerField(default=0)),
                ("objections", models.PositiveSmallIntegerField(default=0)),
                ("hand_backs", models.PositiveSmallIntegerField(default=0)),
                ("hops", models.PositiveSmallIntegerField(default=0)),
                ("sent_back", models.PositiveSmallIntegerField(default=0)),
                ("passes", models.JSONField(default=list)),
                ("told", models.JSONField(default=dict)),
                ("next_rung_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["path", "due_raw"],
                        include=(
                            "sealed",
                            "holder",
                            "unit",
                            "department",
                            "channel",
                            "content_class",
                            "state",
                            "received_at",
                        ),
                        name="ledger_open",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["unit", "due_raw"],
                        include=("sealed", "department", "channel", "content_class", "state", "received_at"),
                        name="ledger_unit_open",
                    ),
                    models.Index(
                        fields=["path", "registered_at"],
                        include=("sealed", "unit", "channel", "content_class", "counted"),
                        name="ledger_inflow",
                    ),
                    models.Index(fields=["path", "reply_due"], name="ledger_reply_due"),
                    models.Index(
                        condition=models.Q(("hand_backs__gt", 0), ("hops__gt", 0), _connector="OR"),
                        fields=["path"],
                        name="ledger_passed_about",
                    ),
                    models.Index(
                        condition=models.Q(("next_rung_at__isnull", False)),
                        fields=["next_rung_at"],
                        name="ledger_next_rung",
                    ),
                ],
            },
        ),
        # Tables made before the grants of tenants/0002 have run would have none.
        migrations.RunSQL("GRANT SELECT, INSERT, UPDATE, DELETE ON supervision_ledgerrow TO huiyin_app"),
        migrations.RunSQL("GRANT SELECT, INSERT ON supervision_ledgerchange TO huiyin_app"),
        migrations.RunSQL("GRANT USAGE, SELECT ON SEQUENCE supervision_ledgerchange_id_seq TO huiyin_app"),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON supervision_ledgerchange FROM huiyin_app",
            "GRANT UPDATE, DELETE ON supervision_ledgerchange TO huiyin_app",
        ),
    ]
