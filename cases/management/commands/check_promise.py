"""`manage.py check_promise`: every open case has one holder and a clock or reason (design §1); else exit 1."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from cases import integrity
from tenants.models import Custody


class Command(BaseCommand):
    help = "Checks the promise of custody over all offices."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(integrity.faults())
        for fault in found:
            self.stderr.write(f"{fault.case}  {fault.fault}")
        if found:
            self.stderr.write(_("有 %(n)d 件不符合“一件一主、必有期限”。") % {"n": len(found)})
            sys.exit(1)
        self.stdout.write(_("%(n)d 件全部符合：一件一主、必有期限。") % {"n": Custody.objects.count()})
