"""`manage.py demo_accounts --port N`: where to go and as whom, after the demo has started. `--all` names everybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tenants import demo

# One way down through the region: who hands the petition to whom (domain §2.2).
TOUR = (
    ("990100", "R2", "registers what comes in"),
    ("990100", "R4", "assigns it to the county"),
    ("990123", "R3", "signs for it, transfers it to a unit"),
    ("990123", "R5", "signs for the unit, accepts, notifies, serves"),
    ("990123", "R6", "investigates and writes the opinion"),
    ("990123", "R7", "checks it"),
    ("990123", "R8", "signs it"),
    ("990123", "R18", "alone reads sealed accusations"),
)


class Command(BaseCommand):
    help = "Prints the demo region's addresses, accounts and password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--all", action="store_true", help="every account of every office")

    def handle(self, *args: Any, **options: Any) -> None:
        offices = {office.code: office for office in demo.table()}
        port = options["port"]
        self.stdout.write("\nOffices")
        for office in offices.values():
            self.stdout.write(f"  http://{office.host}:{port}  {office.name}")
        host = settings.PUBLIC_HOSTS[0]
        self.stdout.write(f"  http://{host}:{port}  the operator's door: {demo.OPERATOR}")
        self.stdout.write(f"\nPassword of everybody: {demo.PASSWORD}\n\nOne petition's way")
        for code, role, does in TOUR:
            office = offices[code]
            who = next((a for a in office.accounts if a.role.split()[0] == role), None)
            if who is not None:
                place = f"{office.name} {who.department}"
                self.stdout.write(f"  {who.username:22} {role:4} {who.name}  {place}: {does}")
        if options["all"]:
            for office in offices.values():
                self.stdout.write(f"\n{office.name}  http://{office.host}:{port}")
                for account in office.accounts:
                    self.stdout.write(f"  {account.username:24} {account.role}  {account.name}  {account.department}")
        else:
            self.stdout.write("\nEverybody else: .venv/bin/python platform/manage.py demo_accounts --all")
