"""`manage.py migrate_all`: shared tables, steps, then every office that is behind."""

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from tenants import provisioning, steps

TRIES = 5


class Command(BaseCommand):
    help = "Migrates the shared tables, stores the new steps and replays them in every office. As the database's owner."

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=options["verbosity"])
        made = steps.build()
        waiting = list(provisioning.behind())
        if not quiet:
            self.stdout.write(f"{made} new steps, {len(waiting)} offices behind.")
        failed: list[str] = []
        for number, tenant in enumerate(waiting, start=1):
            try:
                self._patiently(tenant)
            except OperationalError as error:
                failed.append(f"{tenant.schema_name}: {error}")
            if not quiet:
                self.stdout.write(f"{number}/{len(waiting)} {tenant.schema_name} {tenant.name}")
        if failed:
            raise CommandError("Busy, run again later:\n" + "\n".join(failed))

    @staticmethod
    def _patiently(tenant: Any) -> None:
        """A table in use is waited for in turns, so that readers queue behind us for two seconds at most."""
        for left in range(TRIES - 1, -1, -1):
            try:
                provisioning.migrate_tenant(tenant)
                return
            except OperationalError:
                if left == 0:
                    raise
                time.sleep(1)
