"""A person who calls the API: JSON in, JSON out, the version read before a change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.test import Client

from tenants.actors import Actor
from tests.people import client_for


class Caller:
    def __init__(self, who: Actor) -> None:
        self.who, self.client = who, client_for(who)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", {} if body is None else body, content_type="application/json", headers=headers
        )

    def case(self, case_id: UUID) -> Any:
        found = self.get(f"cases/{case_id}")
        assert found.status_code == 200, found.content
        return found.json()

    def verb(self, verb: str, case_id: UUID, /, **body: Any) -> Any:
        """The verb over the version the caller sees now."""
        seen = self.get(f"cases/{case_id}")
        return self.post(f"cases/{case_id}/{verb}", body, **{"If-Match": seen.headers.get("ETag", '"1"')})


def anonymous(host: str) -> Client:
    return Client(headers={"host": host})
