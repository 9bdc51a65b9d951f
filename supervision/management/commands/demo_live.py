"""`manage.py demo_live --every 8`: lets the demo go on while somebody looks, until it is ended."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.demo.cast import CastIncomplete, gather
from kernel.clock import recorded_now
from supervision.demo_live import Life, go_on


class Command(BaseCommand):
    help = "Does an invented act every few seconds; now and then a case is found overdue. Ctrl-C ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=8, help="seconds between two acts")
        parser.add_argument("--root", default="990100", help="code of the office in whose region it happens")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            life = Life(gather(options["root"]), int(recorded_now().timestamp()))
        except CastIncomplete as error:
            raise CommandError(str(error)) from error
        try:
            go_on(life, max(options["every"], 0.5), self._say)
        except KeyboardInterrupt:
            self.stdout.write("")

    def _say(self, line: str) -> None:
        self.stdout.write(f"{recorded_now():%H:%M:%S} {line}")
        self.stdout.flush()
