"""The request a staff page gets: MembershipMiddleware lets nobody through without these."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from tenants.actors import Actor
from tenants.models import Tenant, User


class StaffRequest(HttpRequest):
    """For annotations only; `actor` is missing on the few pages that need no post (settings.POSTLESS_VIEWS).

    `waiting` is set by a page that counted, among its own numbers, what waits behind entries of the top bar."""

    user: User
    tenant: Tenant
    actor: Actor
    htmx: HtmxDetails
    waiting: dict[str, int]
