"""import_calendar FILE: the yearly plan of the nation, or days of one place, from xlsx or CSV (domain §14.2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kernel.errors import HuiyinError
from tenants.calendar_files import load, read


class Command(BaseCommand):
    help = "Import days: date, worked (是/否), name. Without --scope the nation's plan of whole years."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--scope", default="", help="jurisdiction code of a place with days of its own")
        parser.add_argument("--source", default="", help="the notice the days come from")
        parser.add_argument("--dry-run", action="store_true", help="check only")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            days = read(file.read_bytes(), file.name)
            years = load(options["scope"], days, options["source"] or file.name, dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except HuiyinError as error:
            lines = [f"  {place}: {' '.join(texts)}" for place, texts in error.fields.items()]
            raise CommandError("\n".join([str(error), *lines])) from error
        done = _("已检查，没有写入") if options["dry_run"] else _("已生效")
        text = _("%(years)s 年，%(days)d 天：%(done)s。")
        self.stdout.write(text % {"years": "、".join(map(str, years)), "days": len(days), "done": done})
