"""Texts and tokens lie beside the row, so that what is counted and sorted by is read without them.

Rows that stand are laid out so when they are written anew (search.indexing.renewal).
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0004_synonym")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE search_document SET (toast_tuple_target = 640)",
            "ALTER TABLE search_document RESET (toast_tuple_target)",
        )
    ]
