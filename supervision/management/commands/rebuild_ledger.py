"""Make the region's books anew from the rows of the offices, beside normal work."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from cases.management.offices import add_argument, chosen
from supervision import renewal
from tenants.models import Tenant


class Command(BaseCommand):
    help = "Rebuild the region ledger, of one office or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        add_argument(parser)

    def handle(self, *args: Any, tenant: str | None, **options: Any) -> None:
        renewal.rebuild(chosen(tenant), self._told)

    def _told(self, office: Tenant, done: int, corrected: int, last: bool) -> None:
        if not last:
            self.stderr.write(f"{office.code} {done}", ending="\r")
            return
        about = {"code": office.code, "name": office.name, "done": done, "changed": corrected}
        self.stdout.write(_("%(code)s %(name)s：%(done)d 件，改正 %(changed)d 行") % about)
