"""Doors of the pages for other systems: the administrator's tokens and receivers, and the reference for everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kernel.clock import today
from tests.api.world import World
from tests.cases.making import COUNTY
from tests.doors.rows import Door, anybody
from tests.people import department

REFUSED = frozenset({403})
UNTIL = (today() + timedelta(days=30)).isoformat()


def _token(world: World) -> dict[str, Any]:
    return {"token_id": world.token}


def _webhook(world: World) -> dict[str, Any]:
    return {"webhook_id": world.webhook}


def _new(world: World) -> dict[str, Any]:
    place = str(department(COUNTY).pk)
    return {"role": "R3", "name": "热线", "department": place, "expires_on": UNTIL, "verbs": ["read"]}


def _admin(route: str, **more: Any) -> Door:
    return Door(route, "R19", wrong="R3", refused=REFUSED, **more)


SYSTEMS = [
    _admin("desk:tokens"),
    _admin("desk:token_new"),
    _admin("desk:token_new", method="POST", form=_new),
    _admin("desk:token_revoke", method="POST", where=_token),
    _admin("desk:webhooks"),
    _admin("desk:webhooks", method="POST", form={"name": "平台", "url": "https://198.51.100.1/events"}),
    _admin("desk:webhook", where=_webhook),
    _admin("desk:webhook_ping", method="POST", where=_webhook),
    _admin("desk:webhook_replay", method="POST", where=_webhook),
    _admin("desk:webhook_switch", method="POST", where=_webhook, form={"active": "0"}),
    _admin("desk:webhook_remove", method="POST", where=_webhook),
    anybody("desk:api_reference"),
    anybody("desk:api_operation", where={"operation_id": "register"}),
]
