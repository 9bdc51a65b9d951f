"""The place in words, as the own office reads it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.AddField("document", "spot", models.TextField(blank=True, db_default="", default="")),
    ]
