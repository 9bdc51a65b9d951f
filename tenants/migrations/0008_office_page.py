"""What an office makes public beside address, hours and phone (R 18(1))."""

from django.db import migrations, models

LINES = (("mail_address", "通信地址"), ("online", "网络信访渠道"))
TEXTS = (
    ("procedure", "办理程序"),
    ("query_how", "查询方式"),
    ("laws", "法规依据"),
    ("conveniences", "便民事项"),
)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0007_administration")]

    operations = [
        *(
            migrations.AddField(
                "tenant",
                name,
                models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name=label),
            )
            for name, label in LINES
        ),
        *(
            migrations.AddField(
                "tenant", name, models.TextField(blank=True, db_default="", default="", verbose_name=label)
            )
            for name, label in TEXTS
        ),
        migrations.AddField("tenant", "published_at", models.DateTimeField(blank=True, null=True)),
    ]
