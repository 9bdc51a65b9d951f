"""提醒: what the caller's post has to hear; a person takes note of it. Another system reads and takes no note."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.answers.alerts import AcknowledgedOut, AlertOut
from cases.api.bodies import alerts as bodies
from cases.api.views.lists import ListView, asked_of
from cases.api.views.verbs import PostView
from kernel import alerts
from kernel.api import actor_of
from tenants.actors import Actor
from tenants.streams import streams_of


class Alerts(ListView):
    query = bodies.AlertsQuery
    item = AlertOut

    def get(self, request: Request, **where: UUID) -> Response:
        asked = asked_of(request, self.query)
        found = alerts.listed(
            streams_of(actor_of(request)),
            kinds=[asked["kind"]] if asked.get("kind") else (),
            level=asked.get("level", ""),
            waiting=asked["waiting"] or None,
            cursor=asked.get("cursor") or None,
            size=asked["size"],
        )
        items = self.item(alerts.render(found.items), many=True, context={"request": request})
        return Response({"items": items.data, "next": found.next})


class Acknowledge(PostView):
    body = bodies.AcknowledgeBody
    answer = AcknowledgedOut
    needs_version: ClassVar[bool] = False

    def act(self, actor: Actor, data: dict[str, Any], version: int | None) -> dict[str, Any]:
        return {"items": alerts.render(alerts.acknowledge(actor.user, streams_of(actor), data["alerts"]))}
