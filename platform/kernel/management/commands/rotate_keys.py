"""`manage.py rotate_keys`: what is stored under former keys comes under the current one. May be stopped and run again.

Order: add the new key to HUIYIN_KEYS, make it HUIYIN_KEY_CURRENT, restart every process, run this, remove the old key.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import crypto
from kernel.rotation import Outcome, columns, renew_column, renew_files


class Command(BaseCommand):
    help = "Re-encrypt every encrypted column and file under HUIYIN_KEY_CURRENT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        self.stdout.write(f"key {crypto.current_key_id()}")
        total = Outcome()
        for column in columns():
            self._add(total, str(column), renew_column(column, self._progress, dry_run=dry_run))
        self._add(total, "files", renew_files(self._progress, dry_run=dry_run))
        verb = "would be renewed" if dry_run else "renewed"
        self.stdout.write(f"{total.renewed} {verb}, {total.unreadable} unreadable")
        if total.unreadable:
            raise CommandError("Some values could not be read: altered, or their key is missing. Keep all keys.")

    def _add(self, total: Outcome, what: str, outcome: Outcome) -> None:
        total.renewed += outcome.renewed
        total.unreadable += outcome.unreadable
        if outcome.renewed or outcome.unreadable:
            self.stdout.write(f"{what}: {outcome.renewed}, unreadable {outcome.unreadable}")

    def _progress(self, outcome: Outcome) -> None:
        self.stdout.write(f"  … {outcome.renewed}")
        self.stdout.flush()
