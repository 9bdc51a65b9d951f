"""Who may administer whom: what every act asks first, and under which locks (domain §2.2, design §8)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from kernel.clock import today
from kernel.errors import Conflict, NotFound, Refused
from tenants.actors import Actor
from tenants.administration.ground import require_admin
from tenants.models import Membership, PostRequest, Tenant, User
from tenants.roles import ADMIN, NEEDS_SECOND_ADMIN

# An administrator who could make another alone would be a second pair of eyes to himself.
CONSENTED = NEEDS_SECOND_ADMIN | {ADMIN}


def known_in(tenant: UUID) -> QuerySet[User]:
    """Everybody who has, had or is to get a post in the office."""
    posts = Membership.objects.filter(tenant=tenant).values("user")
    asked = PostRequest.objects.filter(tenant=tenant).values("user")
    return User.objects.filter(pk__in=posts.union(asked), is_operator=False)


def person(actor: Actor, user: UUID) -> User:
    """One of the office's people. Raises Refused, NotFound."""
    require_admin(actor)
    found = known_in(actor.tenant).filter(pk=user).first()
    if found is None:
        raise NotFound(_("本单位没有这个人。按姓名或用户名在人员里查找。"))
    return found


def begin(actor: Actor, user: UUID) -> User:
    """The person, locked together with who acts, inside the caller's transaction: of two administrators who end each
    other's posts at once only one is one still. Raises Refused for the own person, NotFound."""
    person(actor, user)
    if user == actor.user:
        raise Refused(_("自己的岗位和账号由另一位管理员调整。"), code="own-post")
    return lock(actor, user)


def lock(actor: Actor, user: UUID) -> User:
    pair = {row.pk: row for row in User.objects.select_for_update(no_key=True).filter(pk__in=_pair(actor, user))}
    stands = Membership.objects.alive().filter(user=actor.user, tenant=actor.tenant, roles__contains=[ADMIN])
    if not pair[actor.user].is_active or not stands.exists():
        raise Refused(_("您的管理员岗位刚刚终止了。"))
    return pair[user]


def _pair(actor: Actor, user: UUID) -> list[UUID]:
    return sorted({actor.user, user})


def not_over(on: date | None = None) -> Q:
    """Posts that hold on that day (today) or will; one that ended before it began never will."""
    return Q(valid_to=None) | Q(valid_to__gt=on or today()) & Q(valid_to__gt=F("valid_from"))


def home(user: UUID) -> UUID | None:
    """The office that keeps the person's account: where the oldest post not yet over lies, else the last one."""
    posts = Membership.objects.filter(user=user)
    first = posts.filter(not_over()).order_by("id").values_list("tenant", flat=True).first()
    if first is not None:
        return first
    last = posts.order_by("-valid_to", "-id").values_list("tenant", flat=True).first()
    if last is not None:
        return last
    return PostRequest.objects.filter(user=user).order_by("id").values_list("tenant", flat=True).first()


def begin_account(actor: Actor, user: UUID) -> User:
    """As `begin`, for what concerns the account and not only the posts here. Raises Conflict where another office
    keeps it."""
    found = begin(actor, user)
    keeper = home(user)
    if keeper not in (None, actor.tenant):
        name = Tenant.objects.values_list("name", flat=True).get(pk=keeper)
        text = _("这个账号由%(office)s的管理员管理。这里可以设岗、改岗、终止岗位。")
        raise Conflict(text % {"office": name}, code="kept-elsewhere")
    return found


def takes_two(actor: Actor, user: UUID) -> bool:
    """A new password lets its maker in as that person: with such posts, or posts elsewhere, it takes consent."""
    posts = Membership.objects.filter(not_over(), user=user)
    return posts.filter(Q(roles__overlap=sorted(CONSENTED)) | ~Q(tenant=actor.tenant)).exists()


def admins(tenant: UUID, *without: UUID) -> QuerySet[Membership]:
    """Posts of those who administer the office today and can sign in."""
    posts = Membership.objects.alive().filter(tenant=tenant, roles__contains=[ADMIN], user__is_active=True)
    return posts.exclude(user__in=without)


def end_of(last_day: date | None) -> date:
    """`valid_to` of a post whose last day is given; None ends it now."""
    return today() if last_day is None else last_day + timedelta(days=1)
