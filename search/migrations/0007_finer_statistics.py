"""Nearly all tokens that are not rare are known by name, so that search need not look twice (search.embedded.breadth)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0006_document_statistics")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE search_document ALTER COLUMN shared_terms SET STATISTICS 600",
            "ALTER TABLE search_document ALTER COLUMN shared_terms SET STATISTICS 300",
        )
    ]
