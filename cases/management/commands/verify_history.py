"""`manage.py verify_history`: re-computes every chain and seal; names case and seq of the first break, then exits 1."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from cases import history
from cases.management import offices
from cases.models import Event
from tenants import context


class Command(BaseCommand):
    help = "Verifies the histories of one office or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        offices.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        broken = events = 0
        checked = offices.chosen(options["tenant"])
        for tenant in checked:
            with context.use(tenant):
                events += Event.objects.count()
                for found in history.verify():
                    broken += 1
                    case = f"{found.number or '—'} ({found.case or '—'})"
                    text = _("%(office)s：%(case)s 第 %(seq)d 条，%(fault)s")
                    names = {"office": f"{tenant.code} {tenant.name}", "case": case, "seq": found.seq}
                    self.stderr.write(text % {**names, "fault": found.fault})
        if broken:
            self.stderr.write(_("历史核验不通过：%(n)d 处。保留现场，联系系统管理员。") % {"n": broken})
            sys.exit(1)
        text = _("历史核验无误：%(offices)d 个单位，%(events)d 条。")
        self.stdout.write(text % {"offices": len(checked), "events": events})
