#!/usr/bin/env python3
"""Django's command line. Commands that create schemas or tables sign in as the database's owner."""

import os
import sys
from pathlib import Path

OWNER_COMMANDS = {
    *("migrate", "migrate_all", "migrate_schemas", "build_steps", "owner_worker"),
    *("demo_region", "provision_region", "provision_tenant", "sqlmigrate", "dbshell"),
}


def main() -> None:
    here = Path(__file__).resolve().parent
    sys.path[:0] = [str(here), str(here.parent)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("HUIYIN_DATABASE_ROLE", "owner")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  the path must be set first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
