"""`manage.py demo_orders`: orders, letters and clues on the demo's cases, in every state, through the functions."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.demo import fill
from cases.demo.cast import gather
from supervision import demo


class Command(BaseCommand):
    help = "Adds supervision to the demo region. Run again, it adds only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--root", help="code of the province to fill; left out, every office")

    def handle(self, *args: Any, **options: Any) -> None:
        made = demo.fill(gather(options["root"]), fill.moment())
        self.stdout.write("  ".join(f"{name} {count}" for name, count in sorted(made.items())))
