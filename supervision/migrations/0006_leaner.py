"""An index less to keep up: a unit's rows are found among those of its office."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_unfolded")]

    operations = [migrations.RemoveIndex(model_name="ledgerrow", name="ledger_unit_open")]
