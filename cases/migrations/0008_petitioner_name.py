from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_handover_letter")]

    operations = [
        migrations.AddIndex(
            model_name="petitioner",
            index=models.Index(
                condition=models.Q(("name_hash__isnull", False)), fields=["name_hash"], name="petitioner_name"
            ),
        ),
    ]
