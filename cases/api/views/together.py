"""POST /together/{verb}: one step for several cases, each in its own transaction, with a result for each."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.actions import together
from cases.api.answers.together import TogetherOut
from cases.api.bodies import together as bodies
from cases.api.schema import described
from cases.api.views.verbs import PostView
from cases.queries import labels
from kernel.api import actor_of, parse
from kernel.errors import HuiyinError, Invalid, problem
from kernel.idempotency import Answer, Asked, answer_once
from tenants.actors import Actor


class TogetherView(PostView):
    """An Idempotency-Key holds for the whole request and for each case: sent again, it goes on where it stopped."""

    verb: ClassVar[str]
    answer = TogetherOut
    needs_version: ClassVar[bool] = False

    def post(self, request: Request, **where: Any) -> Response:
        actor, data = actor_of(request), parse(self.body, request)
        key, target = request.headers.get("Idempotency-Key"), f"POST {request.path}"
        if key is not None:
            answer_once(Asked(actor.schema, actor.user, key, target, request.data), lambda: Answer(200, None))
        cases, letter = data.pop("cases"), data.pop("letter", None)
        _once_each(cases)
        items: list[dict[str, Any]] = []
        for one in cases:
            act = partial(self._one, actor, one, letter, data)
            try:
                told = self._kept(Asked(actor.schema, actor.user, _own(key, one["id"]), target, [one, data]), act)
            except HuiyinError as error:
                items.append(_failed(one["id"], error))
                continue
            items.append(told["item"])
            letter = letter or (UUID(told["letter"]) if told["letter"] else None)
        failed = sum(item["fate"] == "failed" for item in items)
        return Response({"items": items, "failed": failed, "letter": letter})

    @staticmethod
    def _kept(asked: Asked, act: Any) -> Any:
        if not asked.key:
            with transaction.atomic():
                return act()
        return answer_once(asked, lambda: Answer(200, act())).body

    def _one(self, actor: Actor, one: dict[str, Any], letter: UUID | None, given: dict[str, Any]) -> dict[str, Any]:
        done = together.one(actor, self.verb, one["id"], version=one["version"], letter=letter, **given)
        item = {
            "case": str(one["id"]),
            "fate": "proposed" if done.proposed else "done",
            "version": done.case.version,
            "state": done.case.state,
            "problem": None,
        }
        return {"item": item, "letter": str(done.letter) if done.letter else None}


def _own(key: str | None, case: UUID) -> str:
    """The case's share of the request's key."""
    return hashlib.sha256(f"{key}\n{case}".encode()).hexdigest() if key is not None else ""


def _failed(case: UUID, error: HuiyinError) -> dict[str, Any]:
    return {"case": str(case), "fate": "failed", "version": None, "state": "", "problem": problem(error)}


def _once_each(cases: list[dict[str, Any]]) -> None:
    seen: set[UUID] = set()
    for place, one in enumerate(cases):
        if one["id"] in seen:
            raise Invalid(fields={f"cases.{place}.id": [_("这一件列了两次。每件列一次。")]})
        seen.add(one["id"])


BODIES: dict[str, type[bodies.TogetherBody]] = {
    "sign_for": bodies.TogetherBody,
    "allot": bodies.AllotTogetherBody,
    "transfer": bodies.TransferTogetherBody,
    "assign": bodies.AssignTogetherBody,
}


def _view(verb: str) -> type[APIView]:
    members = {"verb": verb, "body": BODIES[verb], "__module__": __name__}
    made = type(f"{verb.title().replace('_', '')}TogetherView", (TogetherView,), members)
    words = f"{verb} for several cases, each in its own transaction; a result for each, in the order named."
    return described(
        made, "post", f"{verb}_together", summary=f"几件一起{labels.verb(verb)}", description=words, tag="verbs"
    )


TOGETHER_VIEWS = {verb: _view(verb) for verb in BODIES}
