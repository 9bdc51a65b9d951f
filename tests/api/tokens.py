"""Another system: its token in the header, JSON in and out, the version read before a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from kernel.clock import today
from tenants import context
from tenants.administration import tokens
from tenants.models import ApiToken
from tenants.tokens import DOT, READ, offered
from tests.people import actor, department


def issued(
    code: str, role: str, *verbs: str, unit: str = "", name: str = "12345 热线", days: int = 30
) -> tuple[ApiToken, str]:
    """By both administrators of the office; without verbs for all the role may have."""
    scope: Sequence[str] = verbs or [READ, *offered([role])]
    place = department(code, unit).id
    until = today() + timedelta(days=days)
    with context.use(context.tenant_by_code(code)):
        token, first = tokens.ask(
            actor(code, "R19"), name=name, department=place, roles=[role], verbs=scope, expires_on=until
        )
        token, second = tokens.consent(actor(code, "R19", nth=1), token.request.pk)
    return token, f"{first}{DOT}{second}"


class System:
    """Speaks to one office with one token; `csrf` checks are on, as they are for a browser."""

    def __init__(self, code: str, secret: str) -> None:
        host = context.tenant_by_code(code).host
        self.client = Client(enforce_csrf_checks=True, headers={"host": host, "authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", {} if body is None else body, content_type="application/json", headers=headers
        )

    def verb(self, verb: str, case_id: UUID | str, /, **body: Any) -> Any:
        seen = self.get(f"cases/{case_id}")
        return self.post(f"cases/{case_id}/{verb}", body, **{"If-Match": seen.headers.get("ETag", '"1"')})
