"""`manage.py demo_region`: the invented province, with everybody's user name. `--json` prints the whole table."""

import dataclasses
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants import demo


class Command(BaseCommand):
    help = "Provisions the demo region: offices, departments, people. Run again, it adds what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print addresses and accounts as JSON, nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"]:
            demo.build()
            offices = [dataclasses.asdict(office) for office in demo.table()]
            self.stdout.write(json.dumps({"password": demo.PASSWORD, "offices": offices}, ensure_ascii=False))
            return
        demo.build(self.stdout.write)
        for office in demo.table():
            self.stdout.write(f"{office.host:24} {office.name}: {len(office.accounts)}")
        self.stdout.write(demo.PASSWORD)
