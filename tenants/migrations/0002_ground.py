"""What the models cannot say: a department is only named with its own office, and what the application's role may do."""

from typing import Any

from django.db import migrations

# Checked where an action ends (SET CONSTRAINTS ALL IMMEDIATE) or at COMMIT.
FOREIGN_KEY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_place FOREIGN KEY (department_id, tenant_id)
REFERENCES tenants_department (id, tenant_id) DEFERRABLE INITIALLY DEFERRED
"""
PARENT = """
ALTER TABLE tenants_department ADD CONSTRAINT tenants_department_{column}_place FOREIGN KEY ({column}_id, tenant_id)
REFERENCES tenants_department (id, tenant_id) DEFERRABLE INITIALLY DEFERRED
"""
GRANTS: list[Any] = [
    "GRANT USAGE ON SCHEMA public TO huiyin_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO huiyin_app",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO huiyin_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO huiyin_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO huiyin_app",
    # What decides over schemas and rights is the owner's; the application reads it.
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations, tenants_schemastep, tenants_role FROM huiyin_app",
    "REVOKE INSERT, DELETE ON tenants_tenant FROM huiyin_app",
    "REVOKE DELETE ON tenants_custody, tenants_user, tenants_membership, tenants_department FROM huiyin_app",
]


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [
        *(migrations.RunSQL(FOREIGN_KEY.format(table=table)) for table in ("tenants_custody", "tenants_membership")),
        *(migrations.RunSQL(PARENT.format(column=column)) for column in ("parent", "unit")),
        migrations.RunSQL(GRANTS),
    ]
