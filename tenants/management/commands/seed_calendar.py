"""seed_calendar: the national plans the library knows, for years the tables do not know yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kernel import clock
from tenants import calendars


class Command(BaseCommand):
    help = "Write the national days off and make-up days the library knows; years already known stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{calendars.seed()} years written")
        warning = calendars.missing_year_warning(clock.today())
        if warning:
            self.stderr.write(warning)
