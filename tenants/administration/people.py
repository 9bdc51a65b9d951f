"""People of an office: invited, renamed, locked, given a new password, leaving. Nobody is ever deleted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kernel.clock import today
from kernel.errors import Conflict, Invalid
from tenants import passwords
from tenants.actors import Actor
from tenants.administration import jobs, posts, standing
from tenants.administration.changes import record
from tenants.administration.ground import check_seen, require_admin, seen_of
from tenants.administration.standing import begin, begin_account, end_of, not_over, takes_two
from tenants.models import Job, Membership, PostRequest, User
from tenants.organisation import UNUSABLE

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,59}\Z")
PHONE = re.compile(r"(?:\+?\d[\d -]{5,18}\d)?\Z")


@dataclass(frozen=True, slots=True)
class Invited:
    """`password` is shown once, None for somebody who has an account; `request` where the post waits for consent."""

    person: User
    password: str | None
    request: PostRequest | None


@transaction.atomic
def invite(
    actor: Actor,
    *,
    username: str,
    name: str,
    phone: str = "",
    department: UUID,
    roles: Iterable[str],
    valid_from: date | None = None,
    last_day: date | None = None,
    with_password: bool = True,
) -> Invited:
    """A new person and the first post; who has an account elsewhere, under the same name, gains the post instead.

    Without `with_password` nobody can sign in yet: see `issue_passwords`. Raises Invalid with the fields.
    """
    require_admin(actor)
    username, name, phone = username.strip().lower(), " ".join(name.split()), phone.strip()
    if wrong := faults(username, name, phone):
        raise Invalid(fields=wrong)
    found = User.objects.filter(username=username).first()
    password = None
    if found is None:
        found, password = _made(username, name, phone, with_password=with_password)
        record(actor.user, actor.tenant, "person.invited", found.pk)
    elif found.is_operator or found.name != name:
        text = _("这个用户名已有人用，姓名也不同。换一个用户名；是同一个人的，核对姓名。")
        raise Invalid(fields={"username": [text]})
    elif found.pk == actor.user:
        raise Invalid(fields={"username": [_("这是您自己。自己的岗位由另一位管理员调整。")]})
    person = standing.lock(actor, found.pk)
    made = posts.give_to(actor, person, department, roles, valid_from, last_day)
    return Invited(person, password, made if isinstance(made, PostRequest) else None)


def faults(username: str, name: str, phone: str) -> dict[str, list[str]]:
    """What is wrong with a new person as typed, by field: a page tells all of it at once."""
    wrong = _wrong(" ".join(name.split()), phone.strip())
    if not USERNAME.match(username.strip().lower()):
        wrong["username"] = [_("用户名用小写字母、数字、点、短横，至少 3 个字，以字母或数字开头。")]
    return wrong


def _made(username: str, name: str, phone: str, *, with_password: bool) -> tuple[User, str | None]:
    user = User(username=username, name=name, phone=phone or None, password=UNUSABLE, must_change_password=True)
    password = passwords.hand(user) if with_password else None
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Invalid(fields={"username": [_("这个用户名刚刚有人用了。换一个。")]}) from None
    return user, password


@transaction.atomic
def change_details(actor: Actor, user: UUID, *, name: str, phone: str, seen: str | None = None) -> User:
    """改资料: name and phone; what is signed keeps the name it was signed with. Raises Stale."""
    person = begin_account(actor, user)
    check_seen(seen, mark(person))
    name, phone = " ".join(name.split()), phone.strip()
    if wrong := _wrong(name, phone):
        raise Invalid(fields=wrong)
    changed = [field for field, new, old in _compared(person, name, phone) if new != old]
    if changed:
        person.name, person.phone = name, phone or None
        person.save(update_fields=["name", "pinyin", "phone"])
        record(actor.user, actor.tenant, "person.changed", person.pk, fields=changed)
    return person


def mark(person: User) -> str:
    """What a page showed of the person."""
    return seen_of(person, "name", "phone")


def _compared(person: User, name: str, phone: str) -> list[tuple[str, str, str]]:
    return [("name", name, person.name), ("phone", phone, str(person.phone or ""))]


def _wrong(name: str, phone: str) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(name) <= 40 or not name.isprintable():
        wrong["name"] = [_("写姓名，最多 40 个字。")]
    if not PHONE.match(phone):
        wrong["phone"] = [_("电话只写数字，可带区号和短横。改正，或留空。")]
    return wrong


# --- the account ------------------------------------------------------------------------------------------------------


@transaction.atomic
def lock(actor: Actor, user: UUID) -> User:
    """锁定: every sign-in ends with this transaction, and none begins. Posts and cases stay as they are."""
    person = begin_account(actor, user)
    if not person.is_active:
        raise Conflict(_("这个账号已经锁定。"), code="locked")
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_sessions(person)
    record(actor.user, actor.tenant, "person.locked", person.pk)
    return person


@transaction.atomic
def unlock(actor: Actor, user: UUID) -> User:
    """解锁: the password is the old one."""
    person = begin_account(actor, user)
    if person.is_active:
        raise Conflict(_("这个账号没有锁定。"), code="not-locked")
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(actor.user, actor.tenant, "person.unlocked", person.pk)
    return person


@transaction.atomic
def reset_password(actor: Actor, user: UUID) -> str | PostRequest:
    """重设密码: a one-time password, shown once; sign-ins end. A request where the person holds what takes two."""
    person = begin_account(actor, user)
    if not Membership.objects.filter(not_over(), user=person, tenant=actor.tenant).exists():
        raise Conflict(_("这个人在本单位没有岗位。先设岗，再重设密码。"), code="no-post")
    if takes_two(actor, user):
        return posts.ask_reset(actor, person)
    return _reset(actor, actor.tenant, person, "person.reset")


@transaction.atomic
def consent_reset(actor: Actor, request: UUID) -> tuple[User, str]:
    """同意 a new password: whoever consents hands it over."""
    found = posts.decided(actor, request, PostRequest.Kind.RESET)
    return found.user, _reset(actor, found.tenant_id, found.user, "person.reset", request=found.pk)


@transaction.atomic
def first_password(actor: Actor, user: UUID) -> str | None:
    """The one-time password of somebody imported who could never sign in; None for everybody else."""
    person = begin_account(actor, user)
    if person.password != UNUSABLE or takes_two(actor, user):
        return None
    return _reset(actor, actor.tenant, person, "person.reset")


def _reset(actor: Actor, office: UUID, person: User, kind: str, **told: object) -> str:
    password = passwords.hand(person)
    person.save(update_fields=passwords.FIELDS)
    _end_sessions(person)
    record(actor.user, office, kind, person.pk, **told)
    return password


def _end_sessions(person: User) -> None:
    for session in UserSession.objects.filter(user=person):
        session.end()


# --- leaving ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def leave(
    actor: Actor, user: UUID, *, last_day: date | None = None, to: UUID | None = None, hand_over: bool = True
) -> Job | None:
    """离岗: all posts in this office end with `last_day` (None: now), requests about the person are withdrawn, and from
    the next day on the open work goes to the colleague `to`, or back to its section. The job that does it, if asked."""
    person = begin(actor, user)
    held = Membership.objects.filter(not_over(), user=person, tenant=actor.tenant).select_for_update(of=("self",))
    rows = list(held.select_related("department").order_by("id"))
    if not rows:
        raise Conflict(_("这个人在本单位没有岗位可终止。"), code="no-post")
    day = end_of(last_day)
    for post in rows:
        if post.valid_to is None or post.valid_to > day:
            posts.end_one(actor, post, day)
    posts.withdraw_about(actor, person)
    record(actor.user, actor.tenant, "person.left", person.pk, until=day)
    return hand_over_from(actor, person.pk, to, day) if hand_over else None


@transaction.atomic
def hand_over(actor: Actor, user: UUID, *, to: UUID | None = None) -> Job:
    """移交在办件, of somebody who has left already."""
    person = begin(actor, user)
    return hand_over_from(actor, person.pk, to, today())


def hand_over_from(actor: Actor, user: UUID, to: UUID | None, day: date) -> Job:
    """The job in its place: one at a time for a person."""
    if to is not None and (to == user or not _works_here(actor.tenant, to, day)):
        raise Invalid(fields={"to": [_("选一位那天在岗、没有锁定的同事，或交回科室。")]})
    for other in jobs.open_about(actor.tenant, Job.Kind.HAND_OVER, user):
        jobs.drop_one(other)
    job = jobs.start(actor, Job.Kind.HAND_OVER, subject=user, data={"to": str(to) if to else ""}, run_from=day)
    record(actor.user, actor.tenant, "work.hand_over", user, to=to, since=day)
    return job


def _works_here(tenant: UUID, user: UUID, day: date) -> bool:
    rows = Membership.objects.alive(day).filter(tenant=tenant, user=user, user__is_active=True)
    return rows.exists()
