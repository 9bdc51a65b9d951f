"""What an administrator reads of the own office: how many people each department has, and what was changed in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tenants.actors import NOBODY
from tenants.administration import words
from tenants.models import Change, Department, Membership, User

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a subject's record: when, who, what, and the codes it left behind."""

    at: datetime
    by: str
    what: str
    told: str


def people_by_department(tenant: UUID) -> dict[UUID, int]:
    """Persons with a living post, each once a department."""
    posts = Membership.objects.alive().filter(tenant=tenant, user__is_active=True).order_by()
    return dict(posts.values("department").annotate(n=Count("user", distinct=True)).values_list("department", "n"))


def people_in(tenant: UUID) -> int:
    """Persons of the office, each once."""
    posts = Membership.objects.alive().filter(tenant=tenant, user__is_active=True)
    return posts.values("user").distinct().count()


def record_of(tenant: UUID, subject: UUID) -> list[Entry]:
    """The latest changes of a department, newest first."""
    rows = list(Change.objects.filter(tenant=tenant, subject=subject)[:SHOWN])
    names = dict(User.objects.filter(pk__in={row.by for row in rows}).values_list("pk", "name"))
    names[NOBODY] = _("系统")
    places = _places(rows)
    return [Entry(row.at, names.get(row.by, ""), words.name(row.kind), _told(row, places)) for row in rows]


def _places(rows: Iterable[Change]) -> dict[str, str]:
    named = {str(row.data[key]) for row in rows for key in ("to", "was", "successor", "parent") if key in row.data}
    ids = [UUID(text) for text in named if len(text) == 36]
    return {str(pk): name for pk, name in Department.objects.filter(pk__in=ids).values_list("pk", "name")}


def _told(row: Change, places: dict[str, str]) -> str:
    parts = [words.told(row.data)]
    for key, text in (("to", _("到%(name)s")), ("parent", _("在%(name)s下")), ("successor", _("由%(name)s承接"))):
        if name := places.get(str(row.data.get(key, ""))):
            parts.append(text % {"name": name})
    if fields := row.data.get("fields"):
        labels = {field.name: str(field.verbose_name) for field in Department._meta.concrete_fields}
        labels["superior_line_id"] = _("上级主管部门")
        parts.append(_("、").join(labels.get(name, name) for name in fields))
    return _("，").join(part for part in parts if part)


def posts_of(department: UUID) -> list[Membership]:
    """The living posts of a department, by name."""
    rows = Membership.objects.alive().with_places().filter(Q(department=department))
    return list(rows.order_by("user__pinyin", "id"))
