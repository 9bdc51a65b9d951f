"""In which shape each office's rows of the ledger are; open matters of the widest regions are counted all together."""

from django.db import migrations, models

import kernel.clock

# The folder of counters is held up meanwhile (`supervision.rollup.LOCK`).
HOLD = "SELECT pg_advisory_xact_lock(0x4C454447)"
OPEN = """
INSERT INTO supervision_regioncounter (path, kind, key, n)
SELECT path, 'open', 'open', sum(n) FROM supervision_regioncounter WHERE kind = 'due' GROUP BY path
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0007_who_owed")]

    operations = [
        migrations.CreateModel(
            name="Books",
            fields=[
                ("office", models.UUIDField(primary_key=True, serialize=False)),
                ("shape", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(default=kernel.clock.recorded_now)),
            ],
        ),
        migrations.RunSQL("GRANT SELECT, INSERT, UPDATE, DELETE ON supervision_books TO huiyin_app", ""),
        migrations.RunSQL(HOLD, ""),
        migrations.RunSQL(OPEN, "DELETE FROM supervision_regioncounter WHERE kind = 'open'"),
    ]
