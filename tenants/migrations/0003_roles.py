"""The roles of domain §2.2. A later change of `tenants.roles` comes with a migration like this one."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from tenants.roles import ROLES


def seed(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    model = apps.get_model("tenants", "Role")
    for row in ROLES:
        values = {"name": row.name, "verbs": row.rights(), "reads": row.reads}
        model.objects.update_or_create(code=row.code, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_ground")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
