"""Changes wait in a table of their own until they are folded: a position in the log would pass over late commits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0004_snapshots"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unfolded",
            fields=[
                (
                    "change",
                    models.BigIntegerField(
                        db_default=models.Func(
                            output_field=models.BigIntegerField(), template="currval('supervision_ledgerchange_id_seq')"
                        ),
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
        migrations.DeleteModel(
            name="Fold",
        ),
        migrations.RemoveIndex(
            model_name="ledgerchange",
            name="ledger_change_xid",
        ),
        migrations.RemoveField(
            model_name="day",
            name="xid",
        ),
        migrations.RemoveField(
            model_name="ledgerchange",
            name="xid",
        ),
        migrations.AddIndex(
            model_name="ledgerrow",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["path", "closed_at"],
                include=("sealed", "unit"),
                name="ledger_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerrow",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("sealed", False)), fields=["due_raw"], name="ledger_oldest"
            ),
        ),
        migrations.RunSQL("GRANT SELECT, INSERT, DELETE ON supervision_unfolded TO huiyin_app"),
        migrations.RunSQL("INSERT INTO supervision_unfolded SELECT id FROM supervision_ledgerchange", ""),
    ]
