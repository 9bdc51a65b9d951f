"""One e-mail a day to whoever asked for it: how many alerts wait for somebody to take note, by level, and the page's
address. No name, no number of a case, nothing of the confidential desk. Sent once a day, whatever runs twice."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel import alerts, tasks
from kernel.clock import now
from kernel.errors import Invalid
from tenants.actors import actor_for
from tenants.models import Digest, Membership, Tenant, User
from tenants.models.digest import FIRST_HOUR, LAST_HOUR
from tenants.streams import streams_of

EVERY_S = 300
HOURS = range(FIRST_HOUR, LAST_HOUR + 1)

log = logging.getLogger("huiyin.digests")


def of(user: User) -> Digest | None:
    return Digest.objects.filter(user=user).first()


@transaction.atomic
def choose(user: User, *, address: str, hour: str) -> Digest:
    """One's own wish. Where the hour has passed today, it begins tomorrow. Raises Invalid."""
    wrong: dict[str, list[str]] = {}
    try:
        validate_email(address.strip())
    except ValidationError:
        wrong["address"] = [_("邮箱地址不全。写成 name@example.cn 的样子。")]
    if not hour.isascii() or not hour.isdecimal() or int(hour) not in HOURS:
        wrong["hour"] = [_("选一个钟点。")]
    if wrong:
        raise Invalid(fields=wrong)
    moment = now()
    passed = int(hour) <= moment.hour
    row, _made = Digest.objects.update_or_create(
        user=user,
        defaults={
            "address": address.strip(),
            "hour": int(hour),
            "last_sent": moment.date() if passed else None,
        },
    )
    return row


def withdraw(user: User) -> None:
    Digest.objects.filter(user=user).delete()


def send_due() -> int:
    """All that is due and not done today; how many people were written to. A mail that could not go is tried again."""
    moment = now()
    day = moment.date()
    undone = Q(last_sent=None) | Q(last_sent__lt=day)
    sent = 0
    for row in Digest.objects.filter(undone, hour__lte=moment.hour).select_related("user").order_by("pk"):
        before = row.last_sent
        # Whoever takes the day sends; another run at the same moment finds it taken.
        if not Digest.objects.filter(undone, pk=row.pk).update(last_sent=day):
            continue
        try:
            sent += _send(row)
        except Exception as error:  # each mail server has its own ways to fail
            Digest.objects.filter(pk=row.pk, last_sent=day).update(last_sent=before)
            log.warning("not sent", extra={"code": type(error).__name__})
    return sent


def _send(row: Digest) -> int:
    """0 where nothing waits, or nobody is at a post any more."""
    waiting = {office: counts for office, counts in _waiting(row.user).items() if counts}
    if not row.user.is_active or not waiting:
        return 0
    with translation.override(row.user.language):
        total = sum(sum(counts.values()) for counts in waiting.values())
        subject = ngettext("回音：%(count)d 条提醒待确认", "回音：%(count)d 条提醒待确认", total) % {"count": total}
        lines: list[str] = []
        for office, counts in waiting.items():
            lines += [office.name, *(_line(level, counts) for level in reversed(alerts.Level) if level in counts)]
            lines += [settings.OFFICE_URL.format(host=office.host) + "/alerts/", ""]
        lines.append(_("每天一封，在“账号与登录记录”里改钟点或停发。"))
        EmailMessage(subject, "\n".join(lines), to=[row.address]).send()
    return 1


def _line(level: alerts.Level, counts: dict[str, int]) -> str:
    return f"{level.label}  {counts[level]}"


def _waiting(user: User) -> dict[Tenant, dict[str, int]]:
    """Office -> level -> alerts nobody took note of, over all posts held today."""
    posts: dict[UUID, list[Membership]] = {}
    for post in Membership.objects.alive().filter(user=user).with_places().order_by("tenant__path", "id"):
        posts.setdefault(post.tenant_id, []).append(post)
    found: dict[Tenant, dict[str, int]] = {}
    for held in posts.values():
        streams = {name for post in held for name in streams_of(actor_for(post, held))}
        # How many sealed cases wait is shown nowhere but at that desk.
        open_ = [name for name in streams if not name.startswith("s:")]
        found[held[0].tenant] = alerts.waiting_by_level(open_)
    return found


def run() -> None:
    send_due()


def register() -> None:
    """Called while the app loads."""
    tasks.register_periodic("send_digests", EVERY_S, run)
