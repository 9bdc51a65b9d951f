"""Setting when people are warned in a place: the administrator's act (R19), with its record; the clocks follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import Invalid, Stale
from kernel.tasks import send, tenant_task
from supervision import ledger, warning_rules
from supervision.models import WarningRule
from supervision.warning_rules import PLATFORM, SETTINGS, Values
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.administration.ground import Tree, require_admin
from tenants.context import tenant_by_id
from tenants.models import Tenant

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Set:
    """One act of the past: what it changed, from what to what."""

    at: datetime
    by: UUID
    changed: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Present:
    """`above`: what binds where the place says nothing; `version` tells a later act from this one."""

    values: Values
    above: Values
    bound: bool
    version: str
    past: list[Set]


def present(actor: Actor) -> Present:
    """For the administrator of an office. Raises Refused."""
    require_admin(actor)
    place = _place(actor)
    rows = list(WarningRule.objects.filter(place=place).order_by("-at", "-id")[: SHOWN + 1])
    past = [Set(row.at, row.by, _changed(row.before, row.values)) for row in rows[:SHOWN]]
    values, above = warning_rules.values_of(place), warning_rules.above(place)
    return Present(values, above, warning_rules.is_bound(place), rows[0].pk.hex if rows else "none", past)


@transaction.atomic
def put(actor: Actor, given: Mapping[str, int], *, version: str | None = None) -> bool:
    """Sets all of them for the office and all below it; False where nothing differs.

    Raises Invalid (a field each), Stale where another administrator was there first since `version`.
    """
    Tree.locked(actor)
    warning_rules.invalidate()
    now_there = present(actor)
    if version is not None and version != now_there.version:
        raise Stale(_("另一位管理员刚改过这一项。您填的内容还在，看过现在的样子再办。"))
    _check(given, now_there)
    before = now_there.values._asdict()
    changed = _changed(before, given)
    if not changed:
        return False
    place = _place(actor)
    WarningRule.objects.create(place=place, by=actor.user, values=dict(given), before=before)
    record(actor.user, actor.tenant, "warning.changed", count=len(changed))
    warning_rules.touch()
    for office in _below(place):
        send(warn_anew, office.pk)
    return True


def _check(given: Mapping[str, int], there: Present) -> None:
    wrong: dict[str, list[str]] = {}
    for name, value in given.items():
        setting, over = SETTINGS[name], getattr(there.above, name)
        if not 0 <= value <= setting.most:
            wrong[name] = [_("写 0 到 %(most)d；0 就是不提醒。") % {"most": setting.most}]
        elif there.bound and warning_rules.laxer(name, value, over):
            wrong[name] = [_("上级定的是 %(n)d，下级只能更早、更严。") % {"n": over}]
    if "cluster_days" not in wrong and given["cluster_days"] == 0:
        wrong["cluster_days"] = [_("写 1 日以上。")]
    reminders = [given[name] for name in ("remind_1", "remind_2", "remind_3") if given[name]]
    if not wrong and reminders != sorted(set(reminders), reverse=True):
        wrong["remind_2"] = [_("提醒要一次比一次离到期近，天数不能相同。")]
    late = [given[name] for name in ("overdue", "serious", "grave") if given[name]]
    if not wrong and late != sorted(set(late)):
        wrong["serious"] = [_("超期、严重超期、特别严重的天数要一级比一级大。")]
    if wrong:
        raise Invalid(fields=wrong)


def _changed(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    default = PLATFORM._asdict()
    return {
        name: (before.get(name, default[name]), after[name])
        for name in default
        if name in after and before.get(name, default[name]) != after[name]
    }


def _place(actor: Actor) -> str:
    code: str = tenant_by_id(actor.tenant).code
    return code


def _below(place: str) -> list[Tenant]:
    own = Tenant.objects.get(code=place, valid_to__isnull=True)
    rows = Tenant.objects.filter(status=Tenant.Status.READY, path__gte=own.path, path__lt=f"{own.path}0")
    return list(rows.order_by("path"))


@tenant_task("supervision.warn_anew")
def warn_anew(tenant: UUID) -> None:
    """What is lost on the way the nightly check does."""
    warning_rules.invalidate()
    ledger.warn_anew(tenant_by_id(UUID(str(tenant))))
