"""Counters per region, a picture of each day, and what a check of the books found."""

from django.db import migrations, models

import kernel.clock
import kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0002_orders"),
        ("tenants", "0010_consent_and_ends"),
    ]

    operations = [
        migrations.CreateModel(
            name="Day",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("xid", models.BigIntegerField()),
                ("at", models.DateTimeField(default=kernel.clock.recorded_now)),
            ],
        ),
        migrations.CreateModel(
            name="Fold",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("xid", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField(default=kernel.clock.recorded_now)),
            ],
        ),
        migrations.RemoveField(
            model_name="ledgerrow",
            name="reported_at",
        ),
        migrations.CreateModel(
            name="Drift",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("office", models.UUIDField()),
                ("case", models.UUIDField()),
                ("number", models.CharField(max_length=38)),
                ("column", models.CharField(max_length=24)),
                ("found_at", models.DateTimeField(default=kernel.clock.recorded_now)),
            ],
            options={
                "ordering": ["-found_at", "case"],
                "indexes": [models.Index(fields=["-found_at"], name="ledger_drift_found")],
            },
        ),
        migrations.CreateModel(
            name="LedgerDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("office", models.UUIDField()),
                ("unit", models.UUIDField()),
                ("department", models.UUIDField()),
                ("open", models.IntegerField(default=0)),
                ("soon", models.IntegerField(default=0)),
                ("overdue", models.IntegerField(default=0)),
                ("serious", models.IntegerField(default=0)),
                ("grave", models.IntegerField(default=0)),
                ("sealed", models.IntegerField(default=0)),
                ("fields", models.JSONField(default=dict)),
                ("channels", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "path", "unit", "department"), name="ledger_day_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="RegionCounter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("kind", models.CharField(max_length=12)),
                ("key", models.CharField(max_length=24)),
                ("n", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("path", "kind", "key"), include=("n",), name="region_counter_key")
                ],
            },
        ),
        migrations.RunSQL(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON supervision_day, supervision_drift, supervision_fold,"
            " supervision_ledgerday, supervision_regioncounter TO huiyin_app"
        ),
        migrations.RunSQL(
            "GRANT USAGE, SELECT ON SEQUENCE supervision_ledgerday_id_seq, supervision_regioncounter_id_seq TO huiyin_app"
        ),
    ]
