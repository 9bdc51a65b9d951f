"""`manage.py owner_worker`: the only process that creates schemas while the platform runs. It serves no page."""

import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.utils import Error

from kernel import heartbeats
from tenants import owner_work


class Command(BaseCommand):
    help = "Carries out requests to provision or migrate offices, as the database's owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits, then stop")
        parser.add_argument("--every", type=float, default=1.0, help="seconds between two looks")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        said = -heartbeats.EVERY_S
        while not stop.is_set():
            try:
                if time.monotonic() - said >= heartbeats.EVERY_S:
                    said = time.monotonic()
                    heartbeats.beat("owner-worker")
                asked = owner_work.carry_out_next()
            except Error as error:
                if options["once"]:
                    raise
                self.stderr.write(f"database: {error}")
                connection.close()
                asked = None
            if asked is not None:
                self.stdout.write(f"{asked} {asked.error}".rstrip())
                continue
            if options["once"]:
                return
            stop.wait(options["every"])
