"""`manage.py close_due`: closes what was served and whose review window is over (T28); otherwise done every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from cases import jobs
from cases.management import offices


class Command(BaseCommand):
    help = "Closes the cases whose review window (K9) is over and which owe nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        offices.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for tenant in offices.chosen(options["tenant"]):
            closed = jobs.close_due(tenant)
            total += closed
            if closed:
                self.stdout.write(f"{tenant.code} {tenant.name} {closed}")
        self.stdout.write(_("办结 %(n)d 件。") % {"n": total})
