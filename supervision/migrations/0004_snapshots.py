import django.db.models.deletion
from django.db import migrations, models

import kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0003_ledger_days"),
        ("tenants", "0010_consent_and_ends"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("unit", models.UUIDField(null=True)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("at", models.DateTimeField()),
                ("taken_by", models.UUIDField()),
                ("figures", models.JSONField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["tenant", "-id"], name="snapshot_of_tenant")],
            },
        ),
        migrations.RunSQL("GRANT SELECT, INSERT ON supervision_snapshot TO huiyin_app"),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON supervision_snapshot FROM huiyin_app",
            "GRANT UPDATE, DELETE ON supervision_snapshot TO huiyin_app",
        ),
    ]
