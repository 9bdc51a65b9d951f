"""How an address of administration is built: a list of what there is, and acts that call a function of the same name.

Who may, those functions decide. A secret is told once, so that an act which tells one takes no Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from cases.api.bodies import filings, queries
from cases.api.fields import Text
from cases.api.schema import described
from cases.api.views.lists import ReadView, asked_of
from cases.api.views.verbs import PostView
from kernel.api import actor_of, parse
from tenants.actors import Actor

TAG = "administration"
Call = Callable[..., Any]


def seen() -> Text:
    """The mark of what was shown: another administrator may have changed it meanwhile (412)."""
    return Text(min_length=16, max_length=16)


class WholeList(ReadView):
    """All there is: an office's own things fit on a page."""

    query: ClassVar[type[filings.Body]] = queries.NoQuery
    item: ClassVar[type[BaseSerializer[Any]]]

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        asked = asked_of(request, self.query)
        rows = self.rows(actor_of(request), asked)
        return Response({"items": self.item(rows, many=True, context={"request": request}).data})


class ActView(PostView):
    """POST: the function, with the address' ids and the body's members as its arguments."""

    needs_version: ClassVar[bool] = False
    call: ClassVar[Call]
    apart: ClassVar[bool] = False

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, **where: Any) -> Any:
        return type(self).call(actor, **where, **data)

    def post(self, request: Request, **where: Any) -> Response:
        if not self.apart:
            return super().post(request, **where)
        found = self.act(actor_of(request), parse(self.body, request), None, **where)
        return Response(self.answer(found).data if self.answer else None)


def act(
    name: str,
    said: str,
    words: str,
    call: Call,
    body: type[filings.Body],
    answer: type[BaseSerializer[Any]] | None = None,
    *,
    made: bool = False,
    once: bool = False,
    apart: bool = False,
    tag: str = TAG,
) -> type[APIView]:
    """`made`: 201. `once`: the answer holds a secret, which is not kept for whoever asks again. `apart`: it waits for
    another machine, outside any transaction, and is done anew each time.
    """
    members = {
        "call": staticmethod(call),
        "body": body,
        "answer": answer,
        "success": 201 if made else 200,
        "remembers": not (once or apart),
        "apart": apart,
        "__doc__": "",
        "__module__": __name__,
    }
    view = type(f"{name.title().replace('_', '')}View", (ActView,), members)
    return described(view, "post", name, summary=said, description=words, tag=tag)


def both(listing: type[APIView], acting: type[APIView]) -> type[APIView]:
    """A noun that is read and posted to."""
    return type(f"{listing.__name__}And{acting.__name__}", (listing, acting), {"__doc__": "", "__module__": __name__})
