"""常用语: the office's by its administrator (R19), a unit's own by its office head (R7)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.codes.endings import Adoption, Outcome
from cases.models import Wording
from kernel.clock import recorded_now
from kernel.errors import Conflict, Invalid, NotFound, Refused
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.roles import ADMIN

HEAD_OF_OFFICE = "R7"
LONGEST_TITLE, LONGEST = 40, 1000
MOST = 200
OUTCOMES = frozenset({*Outcome.values, *Adoption.values})


def scope(actor: Actor) -> UUID | None:
    """Whose wording the actor keeps: None for the whole office, else the unit. Raises Refused."""
    if ADMIN in actor.roles:
        return None
    if HEAD_OF_OFFICE in actor.roles and not actor.at_desk:
        return actor.unit
    raise Refused(_("常用语由管理员维护；本单位的由办公室主任维护。"))


@transaction.atomic
def write_wording(
    actor: Actor, wording: UUID | None = None, *, kind: str, title: str, text: str, outcome: str = ""
) -> Wording:
    """A new one, or other words for one that stands. Raises Refused, NotFound, Invalid, Conflict."""
    unit = scope(actor)
    title, text = " ".join(title.split()), text.replace("\x00", "").strip()
    _check(kind, title, text, outcome)
    row = _own(unit, wording) if wording is not None else Wording(unit=unit)
    standing = Wording.objects.filter(unit=unit, ended_at=None)
    if wording is None and standing.count() >= MOST:
        raise Conflict(_("常用语已有 %(n)d 条。先停用不用的。") % {"n": MOST})
    if standing.filter(kind=kind, title=title).exclude(id=row.id).exists():
        raise Invalid(fields={"title": [_("已有同名的常用语。换个名称，或改原来那条。")]})
    row.kind, row.title, row.text, row.outcome = kind, title, text, outcome if kind == Wording.Kind.REASONS else ""
    row.by, row.at = actor.user, recorded_now()
    row.save(force_insert=wording is None)
    record(actor.user, actor.tenant, "wording.added" if wording is None else "wording.changed", row.id, unit=unit)
    return row


@transaction.atomic
def end_wording(actor: Actor, wording: UUID) -> Wording:
    """It is no longer put forward; what was written with it stays as it is."""
    row = _own(scope(actor), wording)
    row.ended_at = recorded_now()
    row.save(update_fields=["ended_at"])
    record(actor.user, actor.tenant, "wording.ended", row.id, unit=row.unit)
    return row


def _own(unit: UUID | None, wording: UUID) -> Wording:
    found: Wording | None = Wording.objects.select_for_update().filter(id=wording, unit=unit, ended_at=None).first()
    if found is None:
        raise NotFound
    return found


def _check(kind: str, title: str, text: str, outcome: str) -> None:
    wrong: dict[str, list[str]] = {}
    if kind not in Wording.Kind.values:
        wrong["kind"] = [_("选用在哪里。")]
    if not title:
        wrong["title"] = [_("起个名称，挑的时候看得懂。")]
    elif len(title) > LONGEST_TITLE:
        wrong["title"] = [_("名称最多 %(n)d 字。") % {"n": LONGEST_TITLE}]
    if not text:
        wrong["text"] = [_("写上内容。")]
    elif len(text) > LONGEST:
        wrong["text"] = [_("内容最多 %(n)d 字。") % {"n": LONGEST}]
    if outcome and outcome not in OUTCOMES:
        wrong["outcome"] = [_("没有这种结论。")]
    if wrong:
        raise Invalid(fields=wrong)
