"""A kind of stay: what a successor took over (R 24(2))."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_accesses")]

    operations = [
        migrations.AlterField(
            model_name="handover",
            name="kind",
            field=models.CharField(
                choices=[
                    ("transfer", "转送"),
                    ("assign", "交办"),
                    ("allot", "分派"),
                    ("return", "同意退回"),
                    ("succeed", "承接"),
                ],
                max_length=8,
            ),
        ),
    ]
