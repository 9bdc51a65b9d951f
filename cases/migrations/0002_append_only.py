"""What must never be false is not left to the application: history is append-only, nothing registered is deleted."""

from django.db import migrations

APPEND_ONLY = "cases_event, cases_seal"
KEPT = ", ".join(
    f"cases_{table}"
    for table in (
        [
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
    )
)


def _revoke(rights: str, tables: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"REVOKE {rights} ON {tables} FROM huiyin_app", f"GRANT {rights} ON {tables} TO huiyin_app"
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        _revoke("UPDATE, DELETE, TRUNCATE", APPEND_ONLY),
        _revoke("DELETE, TRUNCATE", KEPT),
    ]
