"""本局信息: what an office must make public (R 18(1), domain P20), and what stands there until it writes its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import recorded_now, today
from kernel.errors import Invalid
from tenants.actors import Actor
from tenants.administration import changes
from tenants.administration.ground import check_seen, require_admin, seen_of
from tenants.models import Tenant
from tenants.profiles import Limit, profile_for

PHONE = re.compile(r"[0-9+()（）\-－—\s,，、;；转分机]{3,40}")
LONGEST = {"address": 200, "hours": 200, "phone": 40, "mail_address": 200, "online": 200}
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Published:
    """The columns of the office's own row; an empty one shows the words of the regulation in its place."""

    address: str
    hours: str
    phone: str
    mail_address: str = ""
    online: str = ""
    procedure: str = ""
    query_how: str = ""
    laws: str = ""
    conveniences: str = ""


COLUMNS = tuple(field.name for field in fields(Published))


def seen(tenant: Tenant) -> str:
    return seen_of(tenant, *COLUMNS)


def fresh(tenant: UUID) -> Tenant:
    """The row as it is now; what requests carry may be a few seconds old."""
    found: Tenant = Tenant.objects.get(pk=tenant)
    return found


@transaction.atomic
def publish(actor: Actor, *, given: Published, seen_as: str | None = None) -> Tenant:
    """公布. Raises Invalid with fields, Stale, Refused."""
    require_admin(actor)
    tenant: Tenant = Tenant.objects.select_for_update(no_key=True).get(pk=actor.tenant)
    check_seen(seen_as, seen(tenant))
    values = {name: _clean(getattr(given, name)) for name in COLUMNS}
    _check(values)
    changed = [name for name in COLUMNS if getattr(tenant, name) != values[name]]
    if not changed:
        return tenant
    for name in changed:
        setattr(tenant, name, values[name])
    tenant.published_at = recorded_now()
    tenant.save(update_fields=[*changed, "published_at"])
    changes.record(actor.user, actor.tenant, "office.published", actor.tenant, fields=changed)
    return tenant


def _clean(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _check(values: dict[str, str]) -> None:
    told: dict[str, list[str]] = {}
    needed = {
        "address": _("写接待地点：群众要找得到。"),
        "hours": _("写接待时间，如：工作日 8:30–12:00，14:00–17:30。"),
        "phone": _("写咨询投诉电话。"),
    }
    for name, text in needed.items():
        if not values[name]:
            told[name] = [text]
    if values["phone"] and not PHONE.fullmatch(values["phone"]):
        told["phone"] = [_("电话只写号码，可以写几个，用逗号分开。")]
    for name, value in values.items():
        longest = LONGEST.get(name, LONGEST_TEXT)
        if len(value) > longest:
            told[name] = [_("最多 %(n)d 个字。") % {"n": longest}]
    if told:
        raise Invalid(fields=told)


# --- what the regulation says where the office has written nothing ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the procedure, with its limit and article where there is one."""

    title: str
    text: str
    article: str = ""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def steps(tenant: Tenant) -> list[Step]:
    """办理程序 by the rules in force here today; the office's own words, one a line, where it wrote some."""
    if tenant.procedure:
        return [Step(_title(line), _rest(line)) for line in lines(tenant.procedure)]
    rules = profile_for(tenant.code, today())
    triage, notice = rules.limit("K1"), rules.limit("K3")
    handling, review, rereview = rules.limit("K6"), rules.limit("K9"), rules.limit("K11w")
    made = [
        Step(_("登记"), _("每一件都登记，给您编号和查询码。"), _article(triage)),
        Step(_("转送或交办"), _("本局在 %(limit)s内转给有权处理的单位，并告诉您去向。"), _article(triage)),
        Step(_("受理告知"), _("承办单位在 %(limit)s内书面告诉您是否受理。"), _article(notice)),
        Step(_("办理答复"), _("属于信访程序的，自受理之日起 %(limit)s内书面答复；情况复杂的可以延期，并告诉您理由。")),
        Step(_("复查"), _("不服答复的，收到之日起 %(limit)s内向上一级机关申请复查。"), _article(review)),
        Step(_("复核"), _("不服复查意见的，收到之日起 %(limit)s内申请复核。"), _article(rereview)),
    ]
    limits = (triage, triage, notice, handling, review, rereview)
    told = [
        Step(step.title, step.text % {"limit": _length(limit)}, step.article or _article(limit))
        for step, limit in zip(made, limits, strict=True)
        if limit is not None
    ]
    return told


def query_ways(tenant: Tenant) -> list[str]:
    if tenant.query_how:
        return lines(tenant.query_how)
    ways = [_("凭登记时给您的查询码，在本局网站或窗口查询办到哪一步、结果是什么。")]
    if tenant.phone:
        ways.append(_("拨打 %(phone)s，报编号和查询码。") % {"phone": tenant.phone})
    return [*ways, _("忘了查询码的，带身份证件到登记的窗口补发。")]


def laws(tenant: Tenant) -> list[str]:
    if tenant.laws:
        return lines(tenant.laws)
    return [_("《信访工作条例》（2022 年 5 月 1 日起施行）")]


def conveniences(tenant: Tenant) -> list[str]:
    return lines(tenant.conveniences)


def _title(line: str) -> str:
    head, mark, _tail = line.partition("：")
    return head if mark and len(head) <= 12 else ""


def _rest(line: str) -> str:
    return line.partition("：")[2] if _title(line) else line


def _article(limit: Limit | None) -> str:
    return limit.article if limit is not None else ""


def _length(limit: Limit | None) -> str:
    if limit is None:
        return ""
    unit = {"d": _("%(n)d 日"), "wd": _("%(n)d 个工作日")}.get(limit.unit, "%(n)d")
    return unit % {"n": limit.value}
