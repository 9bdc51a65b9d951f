"""Where matters have left: a past day of a region is asked for what was there and is no more."""

from django.db import migrations

LEFT = """
CREATE INDEX ledger_change_left ON supervision_ledgerchange (((before->>'path') COLLATE "C"), at)
 WHERE before->>'path' <> after->>'path'
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0009_warning_rules")]

    operations = [migrations.RunSQL(LEFT, "DROP INDEX ledger_change_left")]
