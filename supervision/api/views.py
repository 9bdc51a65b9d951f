"""Orders, advice letters and figures under /api/v1: parse, call the function the page calls, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from cases.api.bodies import filings
from cases.api.tokens import uploads_of
from cases.api.views.lists import ListView, ReadView, asked_of
from cases.api.views.verbs import PostView
from kernel import paging
from kernel.api import actor_of
from kernel.clock import today
from kernel.errors import Invalid
from kernel.paging import Page
from supervision import advice as letters
from supervision import orders, places
from supervision.api import answers, bodies
from supervision.indicators.period import Period
from supervision.indicators.reading import Figure, read
from supervision.measures import LEVELS, Levels
from supervision.models import AdviceNote, Step
from supervision.orders import reading
from supervision.region import Region, region_of
from supervision.seen import seen
from tenants.actors import Actor
from tenants.context import tenant_by_id

Call = Callable[..., Any]
STEP = ("kind", "at", "department", "text", "due_raw")
ORDERING = {"to_decide": ("answered_at", "id"), "over": ("-closed_at", "-id")}


class Orders(ListView):
    """A handler sees those with a case of the own section only."""

    query = bodies.OrdersQuery
    item = answers.OrderOut

    def page(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Page[Any]:
        name = asked["list"]
        rows = getattr(reading, name)(actor).select_related("tenant", "to_tenant", "to_department")
        found = paging.page(rows, ORDERING.get(name, ("due_raw", "id")), asked.get("cursor") or None, asked["size"])
        return Page([row.order for row in reading.rows(actor, found.items)], found.next)


class OrderInFull(ReadView):
    def get(self, request: Request, order_id: UUID) -> Response:
        actor = actor_of(request)
        order = orders.find(actor, order_id)
        ids = list(order.cases.values_list("case", flat=True))
        lines = reading.case_lines(actor, ids, titles=True)
        steps = Step.objects.filter(order=order).prefetch_related("files")
        found = {
            "order": order,
            "cases": [lines[case] for case in ids if case in lines],
            "steps": [
                {**{name: getattr(step, name) for name in STEP}, "files": list(step.files.all())} for step in steps
            ],
            "next": orders.decisions(actor, order),
        }
        return self.told(request, answers.OrderInFullOut, found)


class Advices(ListView):
    item = answers.AdviceOut
    ordering = ("due_raw", "id")

    def rows(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Any:
        return letters.running(actor).select_related("tenant", "to_department")


class AdviceInFull(ReadView):
    def get(self, request: Request, advice_id: UUID) -> Response:
        actor = actor_of(request)
        advice = letters.find(actor, advice_id)
        notes = list(AdviceNote.objects.filter(advice=advice).order_by("at", "id"))
        found = {"advice": advice, "notes": notes, "next": letters.acts(actor, advice)}
        return self.told(request, answers.AdviceInFullOut, found)


class StepView(PostView):
    """A step: the function of its name, with the address' id and the body's members as its arguments."""

    call: ClassVar[Call]

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, **where: Any) -> Any:
        if "files" in data:
            data["files"] = uploads_of(actor, data["files"])
        named = {"version": version} if self.needs_version else {}
        return type(self).call(actor, *where.values(), **named, **data)


def step(
    call: Call, body: type[filings.Body], answer: type[BaseSerializer[Any]], *, made: bool = False
) -> type[StepView]:
    """`made`: a new thing, of which no version is known."""
    members = {
        "call": staticmethod(call),
        "body": body,
        "answer": answer,
        "needs_version": not made,
        "success": 201 if made else 200,
        "__doc__": "",
        "__module__": __name__,
    }
    return type(f"{call.__name__.title().replace('_', '')}View", (StepView,), members)


# --- figures ----------------------------------------------------------------------------------------------------------


def _region(actor: Actor, asked: dict[str, Any]) -> Region:
    """Refused: no reader of a region, or an office beside or above. NotFound: no such office or unit."""
    whole, own = region_of(actor), tenant_by_id(actor.tenant)
    office = places.office(asked["office"]) if asked.get("office") else own
    unit = places.unit(office, str(asked["unit"])) if asked.get("unit") else None
    return whole.within(office, unit.pk if unit else None)


class Wall(ReadView):
    def get(self, request: Request) -> Response:
        asked = asked_of(request, bodies.WallQuery)
        day = asked.get("day")
        if day is not None and day >= today():
            raise Invalid(fields={"day": [_("回看的日子要在今天之前。")]})
        region = _region(actor_of(request), asked)
        shown = seen(region, day)
        below: dict[Any, Levels] = {path.rsplit("/", 1)[-1]: levels for path, levels in shown.board.children.items()}
        if not shown.units:
            below[""] = shown.board.own
        found = {
            "day": day,
            "total": shown.board.total,
            "places": [_place(str(key), levels) for key, levels in {**below, **shown.units}.items()],
            "sealed": shown.board.sealed,
            "reply_rate": shown.reply.value,
            "flow": shown.flow,
            "pairs": shown.pairs,
            "oldest": shown.oldest,
        }
        return self.told(request, answers.WallOut, found)


def _place(key: str, of: Levels) -> dict[str, Any]:
    return {"key": key, **{level: getattr(of, level) for level in LEVELS}}


class Indicators(ReadView):
    def get(self, request: Request) -> Response:
        asked = asked_of(request, bodies.IndicatorsQuery)
        usual = Period.this_month()
        period = Period.of(asked.get("first") or usual.first, asked.get("last") or usual.last)
        groups = read(_region(actor_of(request), asked), period, asked["by"])
        found = {
            "first": period.first,
            "last": period.last,
            "at": period.at,
            "groups": [
                {"key": key, "figures": [_figure(code, figure) for code, figure in figures.items()]}
                for key, figures in groups.items()
            ],
        }
        return self.told(request, answers.IndicatorsOut, found)


def _figure(code: str, figure: Figure) -> dict[str, Any]:
    of, ratio = figure.indicator, figure.ratio
    made = {"numerator": ratio.numerator, "denominator": ratio.denominator, "value": ratio.value}
    return {"code": code, "name": str(of.name), "unit": of.unit, **made}
