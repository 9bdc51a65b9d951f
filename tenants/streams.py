"""Which streams of alerts a person hears: derived from the post, never asked for."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from kernel.kept import Kept
from tenants import context
from tenants.actors import Actor
from tenants.models import Department, Membership, Tenant

CONFIDENTIAL = "R18"


def department_stream(department: UUID) -> str:
    return f"d:{department}"


def user_stream(user: UUID) -> str:
    return f"u:{user}"


def confidential_stream(tenant: UUID) -> str:
    """The confidential desk of an office."""
    return f"s:{tenant}"


def streams_of(actor: Actor) -> list[str]:
    """One's own; the own section's for who reads cases, the whole body's for who reads all of it, each with what was
    told to those it succeeded; the confidential desk's for who sits there."""
    streams = [user_stream(actor.user)]
    if actor.reads in {"dept", "office"}:
        streams += map(department_stream, actor.departments)
    if actor.reads == "office" and actor.unit != actor.department:
        streams += map(department_stream, actor.units)
    if CONFIDENTIAL in actor.roles and actor.at_desk:
        streams.append(confidential_stream(actor.tenant))
    return streams


def confidential_desk(office: Tenant) -> str:
    """The stream of the confidential desk that answers for an office: its own, else that of the next upper office that
    has one (design §4); where none has, the own, so that it is there when somebody takes the post."""
    above: Tenant | None = office
    while above is not None:
        at_desk = Q(tenant=above, department__unit__parent__isnull=True, roles__contains=[CONFIDENTIAL])
        if Membership.objects.alive().filter(at_desk).exists():
            return confidential_stream(above.pk)
        above = context.tenant_by_id(above.parent_id) if above.parent_id else None
    return confidential_stream(office.pk)


_offices: Kept[str, UUID | None] = Kept()


def office_of(stream: str) -> UUID | None:
    """The office whose people hear a stream; None for a person's own."""
    kind, _colon, key = stream.partition(":")
    if kind == "s":
        return UUID(key)
    if kind != "d":
        return None
    found = Department.objects.filter(pk=UUID(key)).values_list("tenant_id", flat=True)
    return _offices.get(stream, found.first)
