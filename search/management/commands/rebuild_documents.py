"""Make the documents of search anew from the rows of the offices, beside normal work."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from cases.management.offices import add_argument, chosen
from search.indexing import renewal


class Command(BaseCommand):
    help = "Rebuild the documents of search, of one office or of all; the index hears of those that changed."

    def add_arguments(self, parser: CommandParser) -> None:
        add_argument(parser)
        parser.add_argument("--anew", action="store_true", help="also those that say what the rows say")

    def handle(self, *args: Any, tenant: str | None, anew: bool, **options: Any) -> None:
        for office in chosen(tenant):
            done, changed = 0, 0
            for step in renewal.rebuild(office, anew=anew):
                done, changed = step.cases, step.changed
                self.stderr.write(f"{office.code} {done}", ending="\r")
            line = _("%(code)s %(name)s：%(done)d 件，改正 %(changed)d 行")
            about = {"code": office.code, "name": office.name, "done": done, "changed": changed}
            self.stdout.write(line % about)
