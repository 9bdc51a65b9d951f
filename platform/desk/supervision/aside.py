"""Beside a case: the orders about it, and 督办 for whoever may issue one. And how many pieces wait for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from cases.models import Case
from cases.states import State
from desk import navigation, slots
from desk.supervision import home
from supervision import orders
from supervision.orders import reading
from tenants.requests import StaffRequest


def of_case(request: HttpRequest, values: Mapping[str, Any]) -> SafeString | None:
    case = cast(Case, values["case"])
    actor = getattr(request, "actor", None)
    if actor is None or case.sealed or not home.may_enter(actor):
        return None
    held = case.state != State.S99 and case.closed_at is None and case.unit != actor.root
    issues = held and bool(orders.instruments(actor))
    context = {
        "orders": [(row, reverse("desk:order", args=[row.pk])) for row in reading.of_case(actor, case.id)],
        "issue_url": f"{reverse('desk:order_new')}?case={case.id}" if issues else "",
    }
    return SafeString(render_to_string("desk/supervision/of_case.html", context, cast(StaffRequest, request)))


def register() -> None:
    """Called when the app is ready."""
    slots.fill("case.aside", of_case)
    navigation.count_by("supervision", reading.waiting)
