"""Doors of the public host: open ones, those of whoever is signed in there, and the operator's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tenants.administration import offices
from tests.operator.asking import made, office

NOWHERE = "00000000-0000-0000-0000-000000000001"


@dataclass(frozen=True)
class PublicDoor:
    """One attempt. `opened`: anybody may; `own`: whoever is signed in there may, flag or not."""

    route: str
    method: str = "GET"
    form: dict[str, Any] = field(default_factory=dict)
    where: Callable[[], dict[str, Any]] = dict
    passed: frozenset[int] = frozenset({200, 302})
    opened: bool = False
    own: bool = False

    @property
    def id(self) -> str:
        return f"{self.method} {self.route}"


def _office() -> dict[str, Any]:
    return {"tenant_id": office("990124").pk}


def _person() -> dict[str, Any]:
    return {**_office(), "user_id": NOWHERE}


def _batch() -> dict[str, Any]:
    cells = {"code": "990125", "name": "苇岸县信访局", "level": "county"}
    return {"batch_id": offices.add_one(made().pk, cells).pk}


NEW = {"code": "990126", "name": "苇岸县信访局", "level": "county"}
CONFLICT = frozenset({409})

PUBLIC: list[PublicDoor] = [
    PublicDoor("landing", opened=True),
    PublicDoor("desk:language", "POST", {"language": "en"}, opened=True),
    PublicDoor("account_login", opened=True),
    PublicDoor("account_login", "POST", {"login": "nobody", "password": "wrong"}, opened=True),
    PublicDoor("account_logout", "POST", own=True),
    PublicDoor("account_change_password", own=True),
    PublicDoor("operator:offices"),
    PublicDoor("operator:new"),
    PublicDoor("operator:new", "POST", NEW),
    PublicDoor("operator:upgrade_all", "POST", passed=CONFLICT),
    PublicDoor("operator:office", where=_office),
    PublicDoor("operator:upgrade", "POST", where=_office, passed=CONFLICT),
    PublicDoor("operator:appoint", "POST", {"name": "甲", "username": "first"}, _office, CONFLICT),
    PublicDoor("operator:hand_password", "POST", {}, _person, CONFLICT),
    PublicDoor("operator:batches"),
    PublicDoor("operator:sheet"),
    PublicDoor("operator:sheet", "POST", passed=frozenset({422})),
    PublicDoor("operator:blank"),
    PublicDoor("operator:batch", where=_batch),
    PublicDoor("operator:start", "POST", where=_batch),
    PublicDoor("operator:retry", "POST", where=_batch),
    PublicDoor("operator:errors", where=_batch),
    PublicDoor("operator:national"),
    PublicDoor("operator:national", "POST", passed=frozenset({422})),
    PublicDoor("operator:queues"),
    PublicDoor("operator:replay", "POST", {"subscriber": "webhooks"}),
    PublicDoor("operator:health"),
    PublicDoor("operator:changes"),
]
