"""seed_profiles: the rule profiles that ship, where they are not there yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tenants import profiles


class Command(BaseCommand):
    help = "Write the national and local rule profiles; those already there are never changed, cases pin them."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{profiles.seed()} profiles written")
