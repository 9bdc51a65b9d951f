"""`manage.py build_steps`: store what the tenant apps' new migrations do, ready to be replayed."""

from typing import Any

from django.core.management.base import BaseCommand

from tenants import steps


class Command(BaseCommand):
    help = "Stores the new migrations of the tenant apps as numbered steps. Run as the database's owner."

    def handle(self, *args: Any, **options: Any) -> None:
        made = steps.build()
        if options["verbosity"]:
            self.stdout.write(f"{made} new steps; the head is {steps.head()}.")
