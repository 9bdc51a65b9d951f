"""Fills the template database all tests clone; run by infra.testing.database as the owner, in a process of its own."""

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def prepare_template() -> None:
    """Shared tables, the numbered steps of a tenant's schema, and the tenants every test finds."""
    from django.core.management import call_command

    call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
    call_command("build_steps", verbosity=0)
    provision_tenants()


def provision_tenants() -> None:
    """Two tenants always exist, so that every count is also a leak test."""


def main() -> None:
    sys.path[:0] = [str(PROJECT), str(PROJECT / "platform")]
    sys.path.remove(str(PROJECT / "tests"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    prepare_template()


if __name__ == "__main__":
    main()
