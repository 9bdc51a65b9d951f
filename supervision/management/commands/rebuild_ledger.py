"""Make the region's books anew from the rows of the offices, beside normal work."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from cases.management.offices import add_argument, chosen
from supervision import ledger, rollup


class Command(BaseCommand):
    help = "Rebuild the region ledger, of one office or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        add_argument(parser)

    def handle(self, *args: Any, tenant: str | None, **options: Any) -> None:
        """A second round where the first wrote rows: what a former holder owes is put into the row of the present one,
        which may have come later."""
        offices = chosen(tenant)
        for again in (False, True):
            corrected = 0
            for office in offices:
                done, changed = 0, 0
                for done, changed in ledger.rebuild(office):  # noqa: B007  the last of them is told
                    self.stderr.write(f"{office.code} {done}", ending="\r")
                corrected += changed
                line = _("%(code)s %(name)s：%(done)d 件，改正 %(changed)d 行")
                if changed or not again:
                    about = {"code": office.code, "name": office.name, "done": done, "changed": changed}
                    self.stdout.write(line % about)
            if not corrected:
                break
        rollup.recount()
