"""Who works in the office, in which posts, and what waits for consent: what the pages of people and posts read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kernel import paging
from kernel.clock import today
from kernel.errors import NotFound
from tenants import departments
from tenants.actors import Actor
from tenants.administration import posts, standing
from tenants.administration.ground import require_admin
from tenants.administration.standing import known_in, not_over
from tenants.models import Change, Department, Membership, PostRequest, Tenant, User
from tenants.roles import ADMIN, KNOWN
from tenants.validity import alive

STATES = ("here", "never", "locked", "left")
ORDER = ("pinyin", "id")
HISTORY = 50
RECENT = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of people is asked for; what nobody knows is left out."""

    state: str = "here"
    text: str = ""
    department: UUID | None = None
    role: str = ""

    @property
    def filtered(self) -> bool:
        return bool(self.text or self.department or self.role)


@dataclass(slots=True)
class Listed:
    """One person of the list; `posts` are those not over, `waiting` are requests not decided."""

    user: User
    posts: list[Membership] = field(default_factory=list)
    waiting: list[PostRequest] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    people: list[Listed]
    next: str | None


def people(actor: Actor, asked: Asked, cursor: str = "", size: int = paging.PAGE) -> Page:
    """By sound. Three questions, however many people. Raises Refused, Invalid (an old cursor)."""
    require_admin(actor)
    rows = _filtered(actor, asked).filter(_state(actor, asked.state))
    found = paging.page(rows, ORDER, cursor or None, size)
    return Page(_with_posts(actor.tenant, found.items), found.next)


def counts(actor: Actor, asked: Asked) -> dict[str, int]:
    """How many in each state, under the other filters; one question."""
    rows = _filtered(actor, asked).order_by()
    return rows.aggregate(**{state: Count("id", filter=_state(actor, state)) for state in STATES})


def _with_posts(tenant: UUID, users: Sequence[User]) -> list[Listed]:
    listed = {user.pk: Listed(user) for user in users}
    held = Membership.objects.filter(not_over(), tenant=tenant, user__in=list(listed)).select_related("department")
    for post in held.order_by("department__pinyin", "id"):
        listed[post.user_id].posts.append(post)
    asked = PostRequest.objects.filter(
        tenant=tenant, status=PostRequest.Status.OPEN, user__in=list(listed), token__isnull=True
    )
    for request in asked.select_related("department"):
        listed[request.user_id].waiting.append(request)
    return list(listed.values())


def _filtered(actor: Actor, asked: Asked) -> QuerySet[User]:
    rows = known_in(actor.tenant)
    if words := asked.text.strip():
        plain = words.lower()
        sound = Q(pinyin__contains=plain) if plain.isascii() else Q()
        rows = rows.filter(Q(name__contains=words) | Q(username__contains=plain) | (sound or Q(pk__in=[])))
    if asked.department or asked.role in KNOWN:
        posts_here = Membership.objects.filter(tenant=actor.tenant)
        if asked.state != "left":
            posts_here = posts_here.filter(not_over())
        if asked.department:
            below = Department.objects.filter(pk=asked.department, tenant=actor.tenant).first()
            posts_here = posts_here.filter(department__in=departments.subtree(below) if below else [])
        if asked.role in KNOWN:
            posts_here = posts_here.filter(roles__contains=[asked.role])
        rows = rows.filter(pk__in=posts_here.values("user"))
    return rows


def _state(actor: Actor, state: str) -> Q:
    here = Q(pk__in=_holding(actor.tenant).values("user"))
    if state == "never":
        return here & Q(last_login=None)
    if state == "locked":
        return Q(is_active=False)
    return ~here if state == "left" else here


def _holding(tenant: UUID) -> QuerySet[Membership]:
    return Membership.objects.filter(not_over(), tenant=tenant)


# --- one person -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """`posts` in this office, those not over first; `elsewhere` the names of offices where the person has others."""

    user: User
    posts: list[Membership]
    over: list[Membership]
    requests: list[PostRequest]
    elsewhere: list[str]
    kept_by: Tenant | None
    own: bool
    takes_two: bool

    @property
    def kept_here(self) -> bool:
        return self.kept_by is None


def person(actor: Actor, user: UUID) -> Person:
    """Raises Refused, NotFound."""
    found = standing.person(actor, user)
    rows = list(Membership.objects.filter(user=found).select_related("department", "tenant").order_by("-valid_from"))
    mine = [row for row in rows if row.tenant_id == actor.tenant]
    holding = set(Membership.objects.filter(not_over(), user=found).values_list("pk", flat=True))
    home = standing.home(user)
    asked = PostRequest.objects.filter(tenant=actor.tenant, user=found, token__isnull=True)
    return Person(
        user=found,
        posts=[row for row in mine if row.pk in holding],
        over=[row for row in mine if row.pk not in holding],
        requests=list(asked.select_related("department", "by", "decided_by", "tenant").order_by("-at")[:10]),
        elsewhere=sorted({row.tenant.name for row in rows if row.tenant_id != actor.tenant and row.pk in holding}),
        kept_by=Tenant.objects.get(pk=home) if home not in (None, actor.tenant) else None,
        own=found.pk == actor.user,
        takes_two=standing.takes_two(actor, user),
    )


def knows(actor: Actor, user: UUID) -> bool:
    """Is it one of the own office's people?"""
    return known_in(actor.tenant).filter(pk=user).exists()


def history(actor: Actor, user: UUID) -> list[Change]:
    """What was changed about the person in this office, newest first."""
    require_admin(actor)
    return list(Change.objects.filter(tenant=actor.tenant, subject=user).order_by("-id")[:HISTORY])


def colleagues(actor: Actor, user: UUID, text: str = "") -> list[tuple[UUID, str, str]]:
    """Who could take over the open work: (id, name, department), those of the same units first, by sound."""
    require_admin(actor)
    units = Membership.objects.filter(tenant=actor.tenant, user=user).values("department__unit")
    rows = Membership.objects.alive().filter(
        tenant=actor.tenant,
        department__unit__in=units,
        roles__overlap=["R3", "R5", "R6"],
        user__is_active=True,
    )
    found = rows.exclude(user=user).order_by("user__pinyin", "user").select_related("user", "department")
    shown: dict[UUID, tuple[UUID, str, str]] = {}
    for post in found[:500]:
        shown.setdefault(post.user_id, (post.user_id, post.user.name, post.department.name))
    return list(shown.values())


# --- posts and requests -----------------------------------------------------------------------------------------------


HOLDERS = """
SELECT role, count, id FROM (
  SELECT held.role, post.id, count(*) OVER (PARTITION BY held.role) AS count,
         row_number() OVER (PARTITION BY held.role ORDER BY person.pinyin, person.id, post.id) AS place
    FROM tenants_membership post
    JOIN tenants_user person ON person.id = post.user_id
   CROSS JOIN LATERAL unnest(post.roles) AS held(role)
   WHERE post.tenant_id = %s AND (post.valid_to IS NULL OR post.valid_to > GREATEST(%s, post.valid_from))) named
 WHERE place <= %s ORDER BY role, place
"""


def holders(actor: Actor, most: int = 12) -> dict[str, tuple[int, list[Membership]]]:
    """By role how many hold it or will, and the first of them by sound; two questions."""
    require_admin(actor)
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, [actor.tenant, today(), most])
        named = cursor.fetchall()
    posts_named = Membership.objects.with_places().in_bulk({post for _role, _count, post in named})
    found: dict[str, tuple[int, list[Membership]]] = {role: (0, []) for role in KNOWN}
    for role, count, post in named:
        found[role] = (count, [*found[role][1], posts_named[post]])
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request, and whether this administrator decides it; `elsewhere`: it is a lower office's."""

    request: PostRequest
    mine: bool
    elsewhere: bool


def waiting(actor: Actor) -> list[Waiting]:
    """The office's own open requests, then those of lower offices that have nobody else to decide them."""
    require_admin(actor)
    rows = _open_requests().select_related("tenant", "user", "department", "by", "token").order_by("at", "id")
    own = [Waiting(row, posts.may_decide(actor, row), False) for row in rows.filter(tenant=actor.tenant)]
    below = [row for row in rows.filter(tenant__parent=actor.tenant) if posts.may_decide(actor, row)]
    return [*own, *(Waiting(row, True, True) for row in below)]


def to_decide(actor: Actor) -> int:
    """How many wait for this administrator; one question, over open requests alone."""
    if ADMIN not in actor.roles:
        return 0
    others = (
        Membership.objects.filter(alive(), tenant=OuterRef("tenant"), roles__contains=[ADMIN], user__is_active=True)
        .exclude(user=OuterRef("by"))
        .exclude(user=OuterRef("user"))
    )
    mine = Q(tenant=actor.tenant) | Q(tenant__parent=actor.tenant) & ~Exists(others)
    rows = _open_requests().filter(mine).exclude(by=actor.user).exclude(user=actor.user)
    return rows.count()


def _open_requests() -> QuerySet[PostRequest]:
    return PostRequest.objects.filter(status=PostRequest.Status.OPEN)


@dataclass(frozen=True, slots=True)
class SecondPair:
    """Who gives the second consent for this administrator's requests: colleagues, else the upper office's people."""

    colleagues: list[str]
    upper: Tenant | None
    upper_ready: bool


def second_pair(actor: Actor) -> SecondPair:
    here = standing.admins(actor.tenant, actor.user).select_related("user").order_by("user__pinyin")
    upper = Tenant.objects.select_related("parent").get(pk=actor.tenant).parent
    return SecondPair(
        colleagues=list(dict.fromkeys(post.user.name for post in here)),
        upper=upper,
        upper_ready=upper is not None and standing.admins(upper.pk).exists(),
    )


def decided(actor: Actor) -> list[PostRequest]:
    """What was decided last, with the reasons: who asked reads them."""
    require_admin(actor)
    rows = PostRequest.objects.filter(tenant=actor.tenant).exclude(status=PostRequest.Status.OPEN)
    shown = rows.select_related("user", "department", "by", "decided_by", "decided_in", "token").order_by(
        "-decided_at", "-id"
    )
    return list(shown[:RECENT])


def places(actor: Actor) -> list[tuple[Department, list[Department]]]:
    """The living departments: each body with its sections, the office's desk first, by sound."""
    require_admin(actor)
    rows = departments.in_office(actor.tenant)
    bodies = sorted((row for row in rows if row.unit_id == row.pk), key=lambda row: row.pk != actor.root)
    return [(body, [row for row in rows if row.unit_id == body.pk]) for body in bodies]


def post(actor: Actor, membership: UUID) -> Membership:
    """One of the office's posts. Raises Refused, NotFound."""
    require_admin(actor)
    found = Membership.objects.with_places().filter(pk=membership, tenant=actor.tenant).first()
    if found is None:
        raise NotFound
    return found


def request(actor: Actor, wanted: UUID) -> PostRequest | None:
    """A request this administrator may see: of the own office, or of one right below."""
    require_admin(actor)
    rows = PostRequest.objects.select_related("tenant", "user", "department", "by", "decided_by", "token")
    return rows.filter(Q(tenant=actor.tenant) | Q(tenant__parent=actor.tenant), pk=wanted).first()


def names(users: Iterable[UUID]) -> dict[UUID, str]:
    return dict(User.objects.filter(pk__in=set(users)).values_list("pk", "name"))
