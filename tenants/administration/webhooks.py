"""Receivers of an office's events: added, paused and removed by its administrator; what was not heard is replayed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from kernel import outgoing
from kernel.clock import recorded_now
from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import new_id
from kernel.outbox import LEASE
from kernel.outgoing import BadTarget
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.administration.tokens import require_admin
from tenants.models import Delivery, Webhook

MOST = 10
PREFIX = "hyw_"
Status = Delivery.Status


def why(code: str) -> str:
    """What stands in the way of an address, or went wrong on the way to it, in words."""
    words = {
        "scheme": _("地址要以 https:// 开头。"),
        "address": _("这不是完整的网址。写成 https://主机名/路径，不带用户名和 #。"),
        "port": _("端口要用 80、443，或 1024 以上。"),
        "unresolved": _("找不到这个主机名。核对地址。"),
        "forbidden": _("这个地址指向本机或网络内部的服务，不能推送。换成接收系统对外的地址。"),
        "timeout": _("5 秒内没有回应"),
        "tls": _("证书不受信任"),
        "connection": _("连接不上"),
        "redirect": _("对方要求转到别的地址，没有跟随"),
        "status": _("对方没有回答成功"),
        "sealed": _("这件已经封存，不再推送"),
    }
    return words.get(code, code)


def rows(actor: Actor) -> QuerySet[Webhook]:
    require_admin(actor)
    return Webhook.objects.filter(tenant=actor.tenant, removed_at=None)


def listed(actor: Actor) -> list[tuple[Webhook, int, int]]:
    """Each with how many deliveries wait, and how many are parked."""
    waiting = Count("deliveries", filter=Q(deliveries__status=Status.WAITING))
    parked = Count("deliveries", filter=Q(deliveries__status=Status.PARKED))
    found = rows(actor).annotate(waiting=waiting, parked=parked).order_by("-id")
    return [(row, row.waiting, row.parked) for row in found]


def one(actor: Actor, webhook_id: UUID) -> Webhook:
    """Raises NotFound."""
    found = rows(actor).filter(id=webhook_id).first()
    if found is None:
        raise NotFound
    return found


def deliveries(actor: Actor, webhook: Webhook, status: str = "") -> QuerySet[Delivery]:
    found = Delivery.objects.filter(webhook=one(actor, webhook.pk))
    return found.filter(status=status) if status in Status.values else found


def add(actor: Actor, *, name: str, url: str, kinds: Sequence[str], known: Sequence[str]) -> tuple[Webhook, str]:
    """The receiver and the secret its requests are signed with, shown once. `kinds` empty: everything."""
    require_admin(actor)
    name, url = name.strip(), url.strip()
    wrong: dict[str, list[str]] = {}
    if not name:
        wrong["name"] = [_("写明是哪个系统。")]
    try:
        outgoing.check(url)
    except BadTarget as error:
        wrong["url"] = [why(str(error))]
    if not set(kinds) <= set(known):
        wrong["kinds"] = [_("没有这种事件。从列出的里面选。")]
    if wrong:
        raise Invalid(fields=wrong)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        if rows(actor).select_for_update().count() >= MOST:
            raise Conflict(_("一个单位最多 %(most)s 个接收地址。先移除不用的。") % {"most": MOST})
        row = Webhook.objects.create(
            tenant_id=actor.tenant, name=name, url=url, secret=secret, kinds=sorted(kinds), created_by=actor.user
        )
        record(actor.user, actor.tenant, "webhook.added", row.pk, kinds=row.kinds)
    return row, secret


@transaction.atomic
def switch(actor: Actor, webhook_id: UUID, *, active: bool) -> Webhook:
    """While paused nothing is collected and nothing is sent; what waits goes on waiting."""
    row = _locked(actor, webhook_id)
    if row.active != active:
        row.active = active
        row.save(update_fields=["active"])
        record(actor.user, actor.tenant, "webhook.resumed" if active else "webhook.paused", row.pk)
    return row


@transaction.atomic
def remove(actor: Actor, webhook_id: UUID) -> Webhook:
    row = _locked(actor, webhook_id)
    row.removed_at = recorded_now()
    row.save(update_fields=["removed_at"])
    Delivery.objects.filter(webhook=row, status=Status.WAITING).update(status=Status.DROPPED)
    record(actor.user, actor.tenant, "webhook.removed", row.pk)
    return row


@transaction.atomic
def start_ping(actor: Actor, webhook_id: UUID, kind: str) -> Delivery:
    """A delivery that says nothing but that the way is open; taken at once, never repeated by itself."""
    hook = one(actor, webhook_id)
    pk = new_id()
    later = recorded_now() + LEASE
    row = Delivery.objects.create(pk=pk, webhook=hook, event=pk, kind=kind, body={}, attempts=1, next_at=later)
    record(actor.user, actor.tenant, "webhook.pinged", hook.pk)
    return row


@transaction.atomic
def replay(actor: Actor, webhook_id: UUID, delivery: UUID | None = None) -> int:
    """One delivery again, or everything parked; how many. The receiver need not rest any longer."""
    hook = _locked(actor, webhook_id)
    found = Delivery.objects.filter(webhook=hook)
    if delivery is None:
        found = found.filter(status=Status.PARKED)
    else:
        found = found.filter(pk=delivery).exclude(status=Status.WAITING).exclude(case=None)
        if not found.exists():
            raise NotFound
    now = recorded_now()
    as_new = {"attempts": 0, "error": "", "answer_status": None, "answer_ms": None}
    count = found.update(status=Status.WAITING, waits_since=now, next_at=now, **as_new)
    hook.failures, hook.rests_until = 0, None
    hook.save(update_fields=["failures", "rests_until"])
    record(actor.user, actor.tenant, "webhook.replayed", hook.pk, delivery=delivery, count=count)
    return count


def _locked(actor: Actor, webhook_id: UUID) -> Webhook:
    require_admin(actor)
    row = Webhook.objects.select_for_update().filter(tenant=actor.tenant, removed_at=None, id=webhook_id).first()
    if row is None:
        raise NotFound
    return row
