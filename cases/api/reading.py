"""Every question the API asks; each starts from what the actor may see (policy.visible)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases import policy
from cases.models import Attachment, Case, Draft, Event, Note
from cases.queries import drafts as written
from cases.queries import worklist
from cases.queries.asked import Asked
from cases.states import CLOSED, NOT_HELD, State
from kernel import paging
from kernel.errors import NotFound, Refused
from kernel.paging import Page
from tenants import context, posts
from tenants.actors import Actor
from tenants.departments import everywhere
from tenants.models import Department, Membership

SHORT = re.compile(r"(\d{8})-(\d{4}|\d{6})")


def case(actor: Actor, case_id: UUID) -> Case:
    """Raises NotFound, also for what is somebody else's."""
    found = policy.visible(actor).select_related("filing").filter(id=case_id).first()
    if found is None:
        raise NotFound
    return found


# What an answer shows of the filing beyond what the pages' list does.
SHOWN = ("received_at", "registered_at")


def worklist_page(actor: Actor, asked: dict[str, Any]) -> Page[Case]:
    """Soonest due first, then what runs no clock: the same cost at any depth. Raises Invalid for a broken cursor."""
    after = paging.unwrap(asked["cursor"]) if asked.get("cursor") else ""
    found = worklist.stretch(cases(actor, asked), after, asked["size"], SHOWN)
    return Page(found.cases, paging.wrap(found.next) if found.next else None)


def cases(actor: Actor, asked: dict[str, Any]) -> QuerySet[Case]:
    """The actor's rows by what was asked for."""
    rows = policy.visible(actor)
    match asked["status"]:
        case "open":
            rows = rows.exclude(state__in=sorted(NOT_HELD))
        case "owed":
            rows = rows.exclude(task="")
        case "closed":
            rows = rows.filter(state__in=sorted(CLOSED))
        case "gone":
            rows = rows.filter(state=State.S99)
    match asked["scope"]:
        case "mine":
            rows = rows.filter(handler=actor.user)
        case "department":
            rows = rows.filter(department=actor.department)
    for name in ("state", "task", "klass", "unit"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("channel"):
        rows = rows.filter(filing__channel=asked["channel"])
    if number := asked.get("number"):
        rows = rows.filter(_numbered(number))
    if asked.get("tab"):
        rows = worklist.in_tab(rows, asked["tab"])
    if asked.get("clock"):
        rows = worklist.in_clock(rows, asked["clock"])
    return worklist.narrowed(rows, Asked(text=asked.get("text", ""), place=asked.get("place", "")))


def _numbered(number: str) -> Q:
    """A whole number, a part of one, or the short form lists show: 20261122-0016."""
    if short := SHORT.fullmatch(number):
        return Q(number__contains=short[1], number__endswith=f"{short[2]:0>6}")
    return Q(number__contains=number)


def events(actor: Actor, case_id: UUID) -> QuerySet[Event]:
    return case(actor, case_id).events.all()


def _people_of(actor: Actor, case_id: UUID) -> Case:
    """The case, for somebody who may read what people wrote. Raises NotFound, Refused."""
    found = case(actor, case_id)
    if not policy.may_read_people(actor, found):
        raise Refused(_("您的岗位不看信访人的材料和备注。"))
    return found


def notes(actor: Actor, case_id: UUID) -> QuerySet[Note]:
    return _people_of(actor, case_id).notes.all()


def attachments(actor: Actor, case_id: UUID) -> QuerySet[Attachment]:
    return _people_of(actor, case_id).attachments.all()


def attachment(actor: Actor, case_id: UUID, attachment_id: UUID) -> Attachment:
    """Raises NotFound, Refused."""
    found = attachments(actor, case_id).select_related("case").filter(id=attachment_id).first()
    if found is None:
        raise NotFound
    return found


def drafts(actor: Actor) -> QuerySet[Draft]:
    """Only one's own, ever."""
    return written.rows(actor)


def draft(actor: Actor, draft_id: UUID) -> Draft:
    found = drafts(actor).filter(id=draft_id).first()
    if found is None:
        raise NotFound
    return found


def departments(actor: Actor, *, purpose: str, text: str = "", on: date | None = None) -> QuerySet[Department]:
    """Where a case may go. receivers: own units and the bureaus below; sections: inside the own unit; office: all."""
    office = context.tenant_by_id(actor.tenant)
    rows = everywhere(on)
    if purpose == "receivers":
        own = Q(tenant=office.pk, kind=Department.Kind.UNIT)
        below = Q(parent=None, tenant__status="ready", tenant__path__startswith=f"{office.path}/")
        rows = rows.filter(own | below)
    elif purpose == "sections":
        rows = rows.filter(tenant=office.pk, unit=actor.unit)
    else:
        rows = rows.filter(tenant=office.pk)
    if text:
        sound = text.lower()
        rows = rows.filter(
            Q(name__contains=text) | Q(short_name__contains=text) | Q(code=text) | Q(pinyin__contains=sound)
        )
    return rows


def my_posts(actor: Actor) -> list[Membership]:
    return posts.held(actor.user, actor.tenant)
