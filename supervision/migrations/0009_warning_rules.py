"""When people are warned in a place, as its administrator set it."""

from django.db import migrations, models

import kernel.clock
import kernel.ids


class Migration(migrations.Migration):
    dependencies = [("supervision", "0008_books")]

    operations = [
        migrations.CreateModel(
            name="WarningRule",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("place", models.CharField(max_length=12)),
                ("at", models.DateTimeField(default=kernel.clock.recorded_now)),
                ("by", models.UUIDField()),
                ("values", models.JSONField()),
                ("before", models.JSONField()),
            ],
            options={"indexes": [models.Index(fields=["place", "-at"], name="warning_rule_place")]},
        ),
        migrations.RunSQL("GRANT SELECT, INSERT ON supervision_warningrule TO huiyin_app", ""),
    ]
