"""`manage.py seal_history`: chains and signs the histories that moved since the last seal; otherwise done by beat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from cases import jobs
from cases.management import offices


class Command(BaseCommand):
    help = "Seals the histories of one office or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        offices.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        made = sum(jobs.seal_history(tenant) for tenant in offices.chosen(options["tenant"]))
        self.stdout.write(_("新增封存 %(n)d 份。") % {"n": made})
