"""查看记录 and 核验历史: what the auditor reads, takes along and has checked (R20)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from rest_framework import serializers
from rest_framework.request import Request

from cases import jobs
from cases.api import printing
from cases.api.answers.listed import Out
from cases.api.bodies.handling import Nothing
from cases.api.bodies.queries import PageQuery, PeriodQuery
from cases.api.fields import Code, Uid, optional_text
from cases.api.office.acts import WholeList, act, both
from cases.api.routing import Route, items_of, one, paged
from cases.api.views.exports import SheetView
from cases.api.views.lists import ListView, asked_of
from cases.exports import readings as sheet
from cases.models import Verification
from cases.queries import readings, verifications
from kernel import paging
from kernel.api import actor_of
from kernel.errors import Invalid, Refused
from kernel.paging import Page
from tenants.actors import Actor

TAG = "audit"


class ReadingOut(Out):
    """One line, in words. `sealed`: kind and time alone are told. `said_on`: the day it is said to have happened."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    who = serializers.CharField()
    post = serializers.CharField()
    number = serializers.CharField(source="full_number")
    detail = serializers.CharField()
    said_on = serializers.DateField(allow_null=True)
    sealed = serializers.BooleanField()


class VerificationOut(Out):
    """One check of the office's whole history; `place` and `fault` of the first break."""

    id = serializers.UUIDField()
    asked_at = serializers.DateTimeField()
    who = serializers.CharField()
    step = serializers.ChoiceField(Verification.Step.values)
    share = serializers.IntegerField()
    events = serializers.IntegerField()
    total = serializers.IntegerField()
    cases = serializers.IntegerField()
    seals = serializers.IntegerField()
    done_at = serializers.DateTimeField(allow_null=True)
    whole = serializers.BooleanField()
    breaks = serializers.IntegerField()
    place = serializers.CharField()
    fault = serializers.CharField()


class ReadingsAsked(PeriodQuery):
    """`kind`: a look's or event's code, "noun.verb" of administration, or administration for all of it."""

    tab = Code([*readings.TABS], required=False, default="views")
    kind = optional_text(40)
    person = Uid(required=False)
    department = Uid(required=False)
    number = optional_text(40)


class ReadingsQuery(PageQuery, ReadingsAsked):
    """Newest first."""


class Readings(ListView):
    query = ReadingsQuery
    item = ReadingOut

    def page(self, actor: Actor, asked: dict[str, Any], **where: UUID) -> Page[Any]:
        cursor, size = asked.pop("cursor", ""), asked.pop("size")
        wanted = readings.Asked(**asked)
        if not readings.may_read(actor):
            raise Refused
        if faults := wanted.faults():
            raise Invalid(fields={name: [text] for name, text in faults.items()})
        found = readings.read(actor, wanted, paging.unwrap(cursor) if cursor else "", size)
        return Page(found.lines, paging.wrap(found.next) if found.next else None)


class ExportReadings(SheetView):
    def get(self, request: Request) -> FileResponse:
        return sheet.export(actor_of(request), readings.Asked(**asked_of(request, ReadingsAsked)))


class Verifications(WholeList):
    """The latest, newest first."""

    item = VerificationOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        return verifications.runs(actor)


def verify(actor: Actor) -> verifications.Run:
    run = jobs.start_verification(actor)
    return next(one for one in verifications.runs(actor) if one.id == run)


ROUTES: list[Route] = [
    ("readings", paged(Readings, "readings", "查看记录", "Who looked at what, who changed what.", TAG)),
    (
        "exports/readings",
        one(
            ExportReadings,
            "export_readings",
            "导出查看记录",
            "As a spreadsheet; each one is itself a line.",
            printing.XLSX_ONLY,
            TAG,
            ReadingsAsked,
        ),
    ),
    (
        "verifications",
        both(
            one(
                Verifications,
                "verifications",
                "核验历史",
                "How each check went.",
                items_of("Verifications", VerificationOut),
                TAG,
            ),
            act(
                "verify",
                "开始核验",
                "One at a time; its result stays.",
                verify,
                Nothing,
                VerificationOut,
                made=True,
                tag=TAG,
            ),
        ),
    ),
]
