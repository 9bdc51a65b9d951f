from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_wording_presence")]

    operations = [
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                fields=["letter_number"],
                condition=models.Q(("letter_number", ""), _negated=True),
                name="handover_letter",
            ),
        ),
    ]
