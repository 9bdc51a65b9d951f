"""The people of the template's offices (tests.template), as actors and as signed-in clients."""

from functools import cache
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.test import Client

from tenants import context
from tenants.actors import Actor, actor_for
from tenants.middleware import SESSION_POST, SESSION_TENANT
from tenants.models import Department, Membership, Tenant
from tests.template import PASSWORD

__all__ = ["PASSWORD", "actor", "client_for", "department", "membership", "tenant"]


def tenant(code: str) -> Tenant:
    return context.tenant_by_code(code)


def department(code: str, name: str = "") -> Department:
    """By name or short name; "" is the office's desk."""
    rows = Department.objects.filter(tenant__code=code)
    return rows.get(Q(name=name) | Q(short_name=name)) if name else rows.get(parent__isnull=True)


@cache
def _found(code: str, role: str, unit: str, section: str, nth: int) -> UUID:
    rows = Membership.objects.alive().filter(tenant__code=code, roles__contains=[role])
    if section:
        rows = rows.filter(department__name=section)
    elif unit:
        rows = rows.filter(Q(department__unit__name=unit) | Q(department__unit__short_name=unit))
    elif role not in {"R5", "R6", "R7", "R8"}:
        rows = rows.filter(department__unit__parent__isnull=True)
    found: UUID = rows.order_by("department__code", F("user__username")).values_list("pk", flat=True)[nth]
    return found


def membership(code: str, role: str, *, unit: str = "", section: str = "", nth: int = 0) -> Membership:
    """Somebody with the role: at the desk, in `unit` (name or short name) or in `section`. `nth` tells two apart."""
    return Membership.objects.with_places().get(pk=_found(code, role, unit, section, nth))


def actor(code: str, role: str, *, unit: str = "", section: str = "", nth: int = 0) -> Actor:
    """actor("990123", "R3"); actor("990123", "R5", unit="住建局"); without unit, R5 to R8 are the first unit's."""
    return actor_for(membership(code, role, unit=unit, section=section, nth=nth))


def client_for(who: Actor, **defaults: str) -> Client:
    """A browser signed in as that person, on the office's host, with that post chosen."""
    office = context.tenant_by_id(who.tenant)
    client = Client(headers={"host": office.host}, **defaults)
    client.force_login(
        Membership.objects.select_related("user").get(pk=who.membership).user,
        backend=settings.AUTHENTICATION_BACKENDS[0],
    )
    session = client.session
    session[SESSION_TENANT] = str(who.tenant)
    session[SESSION_POST] = str(who.membership)
    session.save()
    return client
