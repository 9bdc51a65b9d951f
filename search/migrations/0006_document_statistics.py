"""More is known of how common tokens are, by which search chooses how much to look at (search.embedded.breadth)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0005_narrow_documents")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE search_document ALTER COLUMN shared_terms SET STATISTICS 300,"
            " ALTER COLUMN inner_terms SET STATISTICS 10",
            "ALTER TABLE search_document ALTER COLUMN shared_terms SET STATISTICS -1,"
            " ALTER COLUMN inner_terms SET STATISTICS -1",
        )
    ]
