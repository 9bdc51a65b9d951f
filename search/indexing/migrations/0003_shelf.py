from django.db import migrations, models

import kernel.clock


class Migration(migrations.Migration):
    dependencies = [("indexing", "0002_differences")]

    operations = [
        migrations.CreateModel(
            name="Shelf",
            fields=[
                ("office", models.UUIDField(primary_key=True, serialize=False)),
                ("shape", models.PositiveSmallIntegerField()),
                ("last", models.UUIDField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField(default=kernel.clock.recorded_now)),
            ],
        ),
    ]
