"""After the database was restored from a copy: browsers read their alerts anew, since numbers will be given again."""

from typing import Any

from django.core.management.base import BaseCommand

from kernel import alerts


class Command(BaseCommand):
    help = "After a restore: every browser reads its alerts anew."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{alerts.renew_epochs()} streams")
