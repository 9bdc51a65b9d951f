"""`manage.py import_cases FILE --tenant CODE --mapping FILE`: history from any spreadsheet, through the actions."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.imports import findings, mapping
from cases.imports.run import Import, Plan
from cases.imports.shares import ShareFailed
from kernel.errors import HuiyinError, NotFound
from tenants import context

SHOWN = 20


class Command(BaseCommand):
    help = "Imports filings, with their replies if there are any. Run again, it goes on where it stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tenant", required=True, help="code of the office that registers")
        parser.add_argument("--mapping", type=Path, required=True, help="a .toml file, or answered, or messages")
        parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")
        parser.add_argument("--errors", type=Path, help="write what was not taken to this .xlsx file")
        parser.add_argument("--jobs", type=int, default=2, help="worker processes")

    def handle(self, *args: Any, **options: Any) -> None:
        errors: Path | None = options["errors"]
        if errors is not None and not errors.resolve().parent.is_dir():
            raise CommandError(_("错误表的文件夹不存在：%(path)s") % {"path": errors.parent})
        self._started = self._carrying = self._said = time.monotonic()
        try:
            work = Import(options["file"], context.tenant_by_code(options["tenant"]), mapping.read(options["mapping"]))
            plan = work.read() if options["dry_run"] else work.run(options["jobs"], self._progress)
        except NotFound as error:
            raise CommandError(_("没有代码为 %(code)s 的单位。") % {"code": options["tenant"]}) from error
        except HuiyinError as error:
            raise CommandError(str(error)) from error
        except ShareFailed as error:
            raise CommandError(f"{error}\n{_('已导入的件是完整的；排除问题后重新运行，会接着导入。')}") from error
        if errors is not None:
            findings.write(errors, plan.names, plan.findings)
        self._say(plan, dry_run=options["dry_run"], listed=errors is None)

    def _progress(self, done: int, total: int) -> None:
        moment = time.monotonic()
        live = sys.stderr.isatty()
        if not done:
            self._carrying = moment
            return
        if done < total and moment - self._said < (0.5 if live else 10):
            return
        self._said = moment
        rate = done / max(moment - self._carrying, 0.001)
        left = int((total - done) / max(rate, 0.001))
        text = _("%(done)d/%(total)d  %(rate).1f 件/秒  还需 %(left)d 秒")
        line = text % {"done": done, "total": total, "rate": rate, "left": left}
        self.stderr.write(line, ending="\r" if live and done < total else "\n")

    def _say(self, plan: Plan, *, dry_run: bool, listed: bool) -> None:
        self.stdout.write("\n".join([_("预览："), *plan.preview]) if plan.preview else _("没有新的件。"))
        if listed:
            self.stderr.write("\n".join(str(f) for f in [f for f in plan.findings if f.refused][:SHOWN]))
        self.stdout.write("\n".join(findings.summary(plan.findings)))
        text = _(
            "%(rows)d 行，导入 %(taken)d 件，已有 %(known)d 件，未导入 %(refused)d 行，%(s).0f 秒，%(rate).1f 件/秒。"
        )
        if dry_run:
            text = _("试运行：%(rows)d 行，可导入 %(todo)d 件，已有 %(known)d 件，不能导入 %(refused)d 行。没有写入。")
        failed = plan.refused - (plan.rows - plan.todo - plan.known)
        seconds = time.monotonic() - self._started
        carrying = max(time.monotonic() - self._carrying, 0.001)
        numbers = {"rows": plan.rows, "todo": plan.todo, "known": plan.known, "refused": plan.refused}
        taken = plan.todo - max(failed, 0)
        self.stdout.write(text % {**numbers, "taken": taken, "s": seconds, "rate": taken / carrying})
