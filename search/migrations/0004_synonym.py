import django.contrib.postgres.fields
from django.db import migrations, models

import kernel.clock
import kernel.ids


class Migration(migrations.Migration):
    dependencies = [("search", "0003_searches_kept")]

    operations = [
        migrations.CreateModel(
            name="Synonym",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField(default=kernel.clock.recorded_now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ["words", "id"]},
        ),
    ]
