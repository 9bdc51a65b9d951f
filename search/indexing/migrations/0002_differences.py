"""What Elasticsearch would not take of a build, and where copies differ."""

from django.db import migrations, models

import kernel.clock


class Migration(migrations.Migration):
    dependencies = [("indexing", "0001_initial")]

    operations = [
        migrations.AddField("build", "aside", models.PositiveIntegerField(default=0)),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("schema", models.CharField(max_length=63)),
                ("case", models.UUIDField()),
                ("layer", models.CharField(choices=[("document", "检索文档"), ("index", "索引")], max_length=8)),
                (
                    "kind",
                    models.CharField(
                        choices=[("missing", "缺少"), ("stale", "过时"), ("surplus", "多余")], max_length=7
                    ),
                ),
                ("found_at", models.DateTimeField(default=kernel.clock.recorded_now)),
            ],
            options={"ordering": ["schema", "layer", "kind", "case"]},
        ),
    ]
