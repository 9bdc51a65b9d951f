"""What must never be false is not left to the application: history is append-only, nothing registered is deleted."""

from django.db import migrations

APPEND_ONLY = ("event", "seal")
KEPT = [
    "answer",
    "attachment",
    "case",
    "clock",
    "counter",
    "filing",
    "handover",
    "note",
    "notice",
    "opinion",
    "proposal",
    "report",
    "service",
]


def _revoke(rights: str, table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"REVOKE {rights} ON cases_{table} FROM huiyin_app", f"GRANT {rights} ON cases_{table} TO huiyin_app"
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        *(_revoke("UPDATE, DELETE, TRUNCATE", table) for table in APPEND_ONLY),
        *(_revoke("DELETE, TRUNCATE", table) for table in KEPT),
    ]
