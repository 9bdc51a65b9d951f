"""The offices a command works on: one named by its code, or all that are ready."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from kernel.errors import NotFound
from tenants import context, offices
from tenants.models import Tenant


def add_argument(parser: CommandParser) -> None:
    parser.add_argument("--tenant", help="code of one office; left out, every office")


def chosen(code: str | None) -> list[Tenant]:
    if not code:
        return list(offices.served())
    try:
        return [context.tenant_by_code(code)]
    except NotFound as error:
        raise CommandError(_("没有代码为 %(code)s 的单位。") % {"code": code}) from error
