"""Giving, changing and ending posts; five roles take a second pair of eyes (design §8, `standing.CONSENTED`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kernel.clock import recorded_now, today
from kernel.errors import Conflict, Invalid, NotFound, Refused
from tenants.actors import Actor
from tenants.administration import standing
from tenants.administration.changes import record
from tenants.administration.ground import check_seen, require_admin, seen_of
from tenants.administration.standing import CONSENTED, end_of, not_over
from tenants.models import ApiToken, Department, Membership, PostRequest, User
from tenants.roles import ADMIN, BESIDE_ADMIN, BY_CODE

LONGEST = timedelta(days=3660)


@transaction.atomic
def give(
    actor: Actor,
    user: UUID,
    *,
    department: UUID,
    roles: Iterable[str],
    valid_from: date | None = None,
    last_day: date | None = None,
) -> Membership | PostRequest:
    """设岗. A request where a role takes consent. Raises Invalid, Conflict (a post or request there already)."""
    return give_to(actor, standing.begin(actor, user), department, roles, valid_from, last_day)


def give_to(
    actor: Actor,
    person: User,
    department: UUID,
    roles: Iterable[str],
    valid_from: date | None = None,
    last_day: date | None = None,
) -> Membership | PostRequest:
    """`give` to a person who is locked already."""
    begins = valid_from or today()
    place, wanted = _place(actor, department, begins), _roles(roles)
    ends = _ends(begins, last_day)
    held = Membership.objects.filter(not_over(), user=person, department=place)
    if held.exists():
        text = _("%(name)s在%(place)s已有岗位。在原岗位上改岗，或先终止它。")
        raise Invalid(fields={"department": [text % {"name": person.name, "place": place.name}]})
    _check_together(person.pk, actor.tenant, wanted, begins, ends)
    if wanted & CONSENTED:
        return _ask(
            actor,
            person,
            PostRequest(
                kind=PostRequest.Kind.GIVE,
                department=place,
                roles=sorted(wanted),
                valid_from=begins,
                valid_to=ends,
            ),
        )
    return _given(actor, person.pk, place, wanted, begins, ends)


@transaction.atomic
def change(
    actor: Actor, post: UUID, *, roles: Iterable[str], last_day: date | None = None, seen: str | None = None
) -> Membership | PostRequest:
    """改岗. A request where a role that takes consent comes in, or stays for longer. Raises Stale."""
    found = _post(actor, post)
    check_seen(seen, mark(found))
    person, wanted, ends = found.user, _roles(roles), _ends(found.valid_from, last_day)
    if wanted == set(found.roles) and ends == found.valid_to:
        raise Conflict(_("没有改动：角色和任期与现在一样。"), code="unchanged")
    _check_together(person.pk, actor.tenant, wanted, found.valid_from, ends, without=found.pk)
    longer = found.valid_to is not None and (ends is None or ends > found.valid_to)
    gained = wanted if longer else wanted - set(found.roles)
    if gained & CONSENTED:
        return _ask(
            actor,
            person,
            PostRequest(
                kind=PostRequest.Kind.CHANGE,
                membership=found,
                department=found.department,
                roles=sorted(wanted),
                before=sorted(found.roles),
                valid_from=found.valid_from,
                valid_to=ends,
            ),
        )
    return _changed(actor, found, wanted, ends)


def mark(post: Membership) -> str:
    """What a page showed of the post."""
    return seen_of(post, "roles", "valid_to")


@transaction.atomic
def end(actor: Actor, post: UUID, *, last_day: date | None = None) -> Membership:
    """终止岗位: holds to the end of `last_day`; None ends it now. A post to come never begins."""
    found = _post(actor, post)
    return end_one(actor, found, end_of(last_day))


def end_one(actor: Actor, post: Membership, day: date) -> Membership:
    """The post no longer holds from `day` on; who holds it is locked."""
    if day < today() or day - today() > LONGEST:
        raise Invalid(fields={"last_day": [_("最后一天不早于今天，最远十年。立即终止的，选“立即”。")]})
    post.valid_to = max(day, post.valid_from)
    post.save(update_fields=["valid_to"])
    _withdraw_all(actor, PostRequest.objects.filter(membership=post))
    record(actor.user, actor.tenant, "post.ended", post.user_id, post=post.pk, until=post.valid_to, roles=post.roles)
    return post


# --- the second pair of eyes -----------------------------------------------------------------------------------------


def deciders(request: PostRequest) -> bool:
    """Is there another administrator in the office itself?"""
    return standing.admins(request.tenant_id, request.by_id, request.user_id).exists()


def may_decide(actor: Actor, request: PostRequest) -> bool:
    """Another administrator of the office; where there is none, one of the next upper office."""
    if ADMIN not in actor.roles or actor.user in (request.by_id, request.user_id):
        return False
    if actor.tenant == request.tenant_id:
        return True
    return actor.tenant == request.tenant.parent_id and not deciders(request)


@transaction.atomic
def consent(actor: Actor, request: UUID) -> PostRequest:
    """同意: the post holds as asked for, if nothing has changed meanwhile that forbids it. Raises Conflict."""
    found = _decide(actor, request, PostRequest.Status.DONE)
    if found.kind not in (PostRequest.Kind.GIVE, PostRequest.Kind.CHANGE):
        raise Conflict(_("这项请求已经变了。刷新后再看。"))
    roles, person = set(found.roles), found.user
    if not person.is_active:
        raise Conflict(_("%(name)s的账号已锁定。先解锁，或不同意。") % {"name": person.name}, code="locked")
    begins = max(found.valid_from, today())
    if found.valid_to is not None and found.valid_to <= begins:
        raise Conflict(_("请求的任期已经过了。不同意后另提。"), code="past")
    post = found.membership
    _check_together(person.pk, found.tenant_id, roles, begins, found.valid_to, without=post.pk if post else None)
    if post is not None:
        over = post.valid_to is not None and post.valid_to <= today()
        if over or sorted(post.roles) != sorted(found.before):
            raise Conflict(_("这个岗位在提请之后改过或终止了。不同意后另提。"), code="post-changed")
        _changed(actor, post, roles, found.valid_to, request=found)
        return found
    assert found.department is not None
    place = found.department
    if place.valid_to is not None and place.valid_to <= begins:
        raise Conflict(_("%(place)s已撤销。不同意后另提。") % {"place": place.name}, code="department-ceased")
    if Membership.objects.filter(not_over(), user=person, department=place).exists():
        raise Conflict(_("%(name)s在这个科室已有岗位。不同意后改岗。") % {"name": person.name}, code="post-there")
    _given(actor, person.pk, place, roles, begins, found.valid_to, request=found)
    return found


@transaction.atomic
def turn_down(actor: Actor, request: UUID, *, reason: str) -> PostRequest:
    """不同意, with a reason who asked can read."""
    if not reason.strip():
        raise Invalid(fields={"reason": [_("写明不同意的理由，提请的人看得见。")]})
    found = _decide(actor, request, PostRequest.Status.DECLINED, reason.strip()[:500])
    _told(actor, "declined", found)
    return found


@transaction.atomic
def withdraw(actor: Actor, request: UUID) -> PostRequest:
    """撤回, by any administrator of the office that asked."""
    require_admin(actor)
    found = _open(actor, request)
    if found.tenant_id != actor.tenant:
        raise Refused(_("只有提请的单位可以撤回。"))
    _withdraw(actor, found)
    return found


def decided(actor: Actor, request: UUID, kind: str) -> PostRequest:
    """For the other acts that take two: the request, consented to, inside the caller's transaction."""
    found = _decide(actor, request, PostRequest.Status.DONE)
    if found.kind != kind:
        raise Conflict(_("这项请求已经变了。刷新后再看。"))
    return found


def ask_reset(actor: Actor, person: User) -> PostRequest:
    return _ask(actor, person, PostRequest(kind=PostRequest.Kind.RESET))


def ask_token(actor: Actor, token: ApiToken) -> PostRequest:
    """For another system, on behalf of whoever asks; who leaves or is locked asks no more."""
    asker = standing.lock(actor, actor.user)
    kind, roles = PostRequest.Kind.TOKEN, sorted(token.roles)
    return _ask(actor, asker, PostRequest(kind=kind, token=token, department=token.department, roles=roles))


def withdraw_about(actor: Actor, person: User) -> None:
    """Who leaves gets no post any more."""
    _withdraw_all(actor, PostRequest.objects.filter(tenant=actor.tenant, user=person))


def _ask(actor: Actor, person: User, request: PostRequest) -> PostRequest:
    request.tenant_id, request.user, request.by_id = actor.tenant, person, actor.user
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("同样的请求已在等候同意。在岗位页上看。"), code="asked-already") from None
    _told(actor, "asked", request)
    return request


def _open(actor: Actor, request: UUID) -> PostRequest:
    """The request, locked after the people it is about. Raises NotFound, Conflict when it is decided."""
    seen = PostRequest.objects.select_related("tenant").filter(pk=request).first()
    if seen is None or actor.tenant not in (seen.tenant_id, seen.tenant.parent_id):
        raise NotFound(_("没有这项请求。回到岗位页看还有哪些在等。"))
    standing.lock(actor, seen.user_id)
    rows = PostRequest.objects.select_related("tenant", "user", "department", "membership", "token")
    found = rows.select_for_update(of=("self",)).get(pk=request)
    if found.status != PostRequest.Status.OPEN:
        told = {
            PostRequest.Status.DONE: _("这项请求已由另一位管理员同意。"),
            PostRequest.Status.DECLINED: _("这项请求已由另一位管理员答复：不同意。"),
        }
        status = PostRequest.Status(found.status)
        raise Conflict(told.get(status, _("这项请求已经撤回。")), code="decided")
    return found


def _decide(actor: Actor, request: UUID, status: str, reason: str = "") -> PostRequest:
    require_admin(actor)
    found = _open(actor, request)
    if actor.user == found.by_id:
        raise Refused(_("提请和同意不能是同一个人。请另一位管理员决定。"), code="four-eyes")
    if actor.user == found.user_id:
        raise Refused(_("关于自己的请求由另一位管理员决定。"), code="own-post")
    if not may_decide(actor, found):
        text = _("%(office)s有另一位管理员，由他们自己决定。")
        raise Refused(text % {"office": found.tenant.name}, code="decided-there")
    _close(actor, found, status, reason)
    return found


def _close(actor: Actor, found: PostRequest, status: str, reason: str = "") -> None:
    found.status, found.reason = status, reason or None
    found.decided_by_id, found.decided_in_id, found.decided_at = actor.user, actor.tenant, recorded_now()
    found.save(update_fields=["status", "reason", "decided_by", "decided_in", "decided_at"])
    if found.token is not None and status != PostRequest.Status.DONE:
        found.token.revoked_at = found.decided_at
        found.token.save(update_fields=["revoked_at"])


def _withdraw(actor: Actor, found: PostRequest) -> None:
    _close(actor, found, PostRequest.Status.WITHDRAWN)
    _told(actor, "withdrawn", found)


def _withdraw_all(actor: Actor, rows: QuerySet[PostRequest]) -> None:
    for found in rows.filter(status=PostRequest.Status.OPEN).select_for_update():
        _withdraw(actor, found)


def _told(actor: Actor, what: str, request: PostRequest) -> None:
    told: dict[str, Any] = {"request": request.pk, "department": request.department_id, "roles": request.roles or None}
    if request.token is not None:
        told |= {"verbs": request.token.verbs, "expires_at": request.token.expires_at}
        record(actor.user, request.tenant_id, f"token.{what}", request.token.pk, **told)
    else:
        record(actor.user, request.tenant_id, f"post.{what}", request.user_id, what=request.kind, **told)


# --- what is written --------------------------------------------------------------------------------------------------


def _given(
    actor: Actor,
    person: UUID,
    place: Department,
    roles: set[str],
    begins: date,
    ends: date | None,
    request: PostRequest | None = None,
) -> Membership:
    post = Membership(
        user_id=person,
        tenant_id=place.tenant_id,
        department=place,
        roles=sorted(roles),
        valid_from=begins,
        valid_to=ends,
    )
    post.save(force_insert=True)
    told = {"post": post.pk, "department": place.pk, "roles": post.roles, "since": begins, "until": ends}
    record(actor.user, place.tenant_id, "post.given", person, request=request.pk if request else None, **told)
    return post


def _changed(
    actor: Actor, post: Membership, roles: set[str], ends: date | None, request: PostRequest | None = None
) -> Membership:
    before = post.roles
    post.roles, post.valid_to = sorted(roles), ends
    post.save(update_fields=["roles", "valid_to"])
    told = {"post": post.pk, "department": post.department_id, "before": before, "roles": post.roles, "until": ends}
    record(actor.user, post.tenant_id, "post.changed", post.user_id, request=request.pk if request else None, **told)
    return post


# --- what may stand ---------------------------------------------------------------------------------------------------


def _post(actor: Actor, post: UUID) -> Membership:
    """A post of the office that is not over, with its person locked. Raises NotFound, Refused for the own one."""
    require_admin(actor)
    holder = Membership.objects.filter(pk=post, tenant=actor.tenant).values_list("user", flat=True).first()
    if holder is None:
        raise NotFound(_("没有这个岗位。刷新人员页再看。"))
    person = standing.begin(actor, holder)
    found = Membership.objects.select_related("department").select_for_update(of=("self",)).get(pk=post)
    if found.valid_to is not None and found.valid_to <= today():
        raise Conflict(_("这个岗位已经终止。要恢复，另设一个岗位。"), code="post-over")
    found.user = person
    return found


def _place(actor: Actor, department: UUID, begins: date) -> Department:
    found = Department.objects.filter(pk=department, tenant=actor.tenant).first()
    if found is None:
        raise Invalid(fields={"department": [_("选一个本单位的部门。")]})
    if found.valid_to is not None and found.valid_to <= begins:
        raise Invalid(fields={"department": [_("%(place)s到那天已撤销。选承接它的部门。") % {"place": found.name}]})
    if found.valid_from > begins:
        text = _("%(place)s从 %(day)s 起才有。") % {"place": found.name, "day": found.valid_from.isoformat()}
        raise Invalid(fields={"valid_from": [text]})
    return found


def _roles(roles: Iterable[str]) -> set[str]:
    wanted = set(roles)
    if not wanted:
        raise Invalid(fields={"roles": [_("至少选一个角色。")]})
    if not wanted <= BY_CODE.keys():
        raise Invalid(fields={"roles": [_("有不认识的角色。刷新页面再选。")]})
    if ADMIN in wanted and not wanted <= BESIDE_ADMIN:
        raise Invalid(fields={"roles": [_("管理员不看信访内容，不能同时承担办件岗位。")]})
    return wanted


def _ends(begins: date, last_day: date | None) -> date | None:
    if last_day is None:
        return None
    if last_day < begins or last_day < today():
        raise Invalid(fields={"last_day": [_("最后一天不早于起任日和今天。")]})
    if last_day - today() > LONGEST:
        raise Invalid(fields={"last_day": [_("任期最远十年。不定期限的，留空。")]})
    return last_day + timedelta(days=1)


def _check_together(
    person: UUID, tenant: UUID, roles: set[str], begins: date, ends: date | None, without: UUID | None = None
) -> None:
    """No day on which the person administers the office and works on its cases."""
    others = Membership.objects.filter(not_over(), user=person, tenant=tenant)
    if without is not None:
        others = others.exclude(pk=without)
    if ends is not None:
        others = others.filter(valid_from__lt=ends)
    for post in others.exclude(valid_to__lte=begins):
        both = {*roles, *post.roles}
        if ADMIN in both and not both <= BESIDE_ADMIN:
            raise Invalid(fields={"roles": [_("管理员不能同时承担办件岗位。请先终止其中一个岗位。")]})
