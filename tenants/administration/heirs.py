"""The people of a department that ceased: who may follow its duties to the successor, and who needs a post anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import today
from kernel.errors import Conflict, Invalid
from tenants.actors import Actor
from tenants.administration import changes
from tenants.administration.ground import Tree, has_ceased
from tenants.administration.standing import CONSENTED
from tenants.departments import living
from tenants.models import Department, Membership


@dataclass(frozen=True, slots=True)
class Follower:
    """A post in a department; `why_not` says why it cannot simply follow."""

    post: Membership
    why_not: str

    @property
    def id(self) -> UUID:
        return self.post.pk


def followers(actor: Actor, row: Department, heir: Department) -> list[Follower]:
    """The living posts of a department, by name."""
    posts = Membership.objects.alive().with_places().filter(department=row).order_by("user__pinyin", "id")
    return [Follower(post, _why_not(actor, post, row, heir)) for post in posts]


def _why_not(actor: Actor, post: Membership, row: Department, heir: Department) -> str:
    if post.user_id == actor.user:
        return _("这是您自己的岗位，请另一位管理员办理。")
    if heir.unit_id != row.unit_id and CONSENTED & set(post.roles):
        return _("到新单位要重新设岗，并由第二位管理员同意。")
    return ""


@transaction.atomic
def follow(actor: Actor, department: UUID, *, posts: Iterable[UUID]) -> int:
    """These posts end here today and go on at the successor; how many. Raises Invalid, Conflict, Refused."""
    tree = Tree.locked(actor)
    row = tree.get(department)
    if not has_ceased(row):
        raise Conflict(_("%(name)s还没有撤销，人员照旧。") % {"name": row.name})
    heir = living(row)
    wanted = set(posts)
    chosen = [one for one in followers(actor, row, heir) if one.id in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise Invalid(fields={"posts": [_("选要转过去的人。已经转走的，刷新后不再列出。")]})
    held_back = [f"{one.post.user.name}：{one.why_not}" for one in chosen if one.why_not]
    if held_back:
        raise Invalid(fields={"posts": held_back})
    for one in chosen:
        _follow(actor, one.post, heir)
    return len(chosen)


def _follow(actor: Actor, post: Membership, heir: Department) -> None:
    """A post that the person holds there already takes up the roles."""
    day = today()
    post.valid_to = day
    post.save(update_fields=["valid_to"])
    there = Membership.objects.filter(user=post.user_id, department=heir, valid_to=None).first()
    if there is None:
        there = Membership.objects.create(
            user=post.user, tenant_id=post.tenant_id, department=heir, roles=post.roles, valid_from=day
        )
    elif not set(post.roles) <= set(there.roles):
        there.roles = sorted({*there.roles, *post.roles})
        there.save(update_fields=["roles"])
    changes.record(actor.user, actor.tenant, "post.moved", post.pk, to=heir.pk, post=there.pk, roles=post.roles)
