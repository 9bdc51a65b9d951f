"""抄送 (T3, T4): who gets a copy of the letter. It gives no right and no duty; sealed cases have none (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from cases.actions.frame import Act
from kernel.errors import Invalid
from tenants.models import Department, Tenant

MOST_COPIES = 10


def copies(act: Act, asked: Sequence[UUID], target: Department) -> list[UUID]:
    """As asked, in that order. Raises Invalid at `copy_to`."""
    wrong = _wrong(act, asked, target)
    if wrong:
        raise Invalid(fields={"copy_to": [wrong]})
    return list(asked)


def _wrong(act: Act, asked: Sequence[UUID], target: Department) -> str:
    if not asked:
        return ""
    if act.case.sealed:
        return _("封存件不抄送。")
    if len(asked) > MOST_COPIES:
        return _("抄送最多 %(n)d 个单位。") % {"n": MOST_COPIES}
    if len(set(asked)) < len(asked):
        return _("抄送的单位有重复，各留一个。")
    if target.id in asked:
        return _("%(name)s就是接收单位，不用再抄送。") % {"name": target.name}
    found = {row.id: row for row in Department.objects.select_related("tenant", "successor").filter(id__in=asked)}
    for pk in asked:
        row = found.get(pk)
        if row is None:
            return _("抄送里有查不到的单位。按名称、代码或拼音重新查找。")
        if wrong := _cannot(act, row):
            return wrong
    return ""


def _cannot(act: Act, row: Department) -> str:
    day = act.at.date()
    if row.valid_to is not None and row.valid_to <= day:
        text = _("%(name)s已于 %(day)s 撤销，不能抄送。") % {"name": row.name, "day": row.valid_to.isoformat()}
        if row.successor is not None:
            text += _("可以抄送承接单位：%(heir)s。") % {"heir": row.successor.name}
        return text
    if row.tenant_id == act.actor.tenant:
        return _("发函的就是本局，不用抄送自己。") if row.id == act.actor.root else ""
    if row.parent_id is not None or not on_path(act.own.tenant, row.tenant):
        return _("%(name)s不能抄送：只能抄送本地单位，以及上级或下级信访局。") % {"name": row.name}
    if row.tenant.status != Tenant.Status.READY:
        return _("%(name)s还没有开通。") % {"name": row.tenant.name}
    return ""


def on_path(own: Tenant, other: Tenant) -> bool:
    """Does one of the two offices stand above the other?"""
    return own.path.startswith(f"{other.path}/") or other.path.startswith(f"{own.path}/")
