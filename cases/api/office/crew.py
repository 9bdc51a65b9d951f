"""导入人员: rows as the sheet has them, each checked; then carried out a few at a time (R19)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.answers.listed import Out
from cases.api.bodies import queries
from cases.api.bodies.filings import Body, several
from cases.api.fields import Day, Text, optional_text
from cases.api.office.acts import TAG, act
from cases.api.office.reference import RefusedRowOut
from cases.api.routing import Route, one
from cases.api.views.lists import ReadView, asked_of
from kernel.api import actor_of
from kernel.errors import NotFound
from tenants.actors import Actor
from tenants.administration import jobs, people_sheet
from tenants.models import Job
from tenants.sheets import Line

MOST = 1000


class PersonRowBody(Body):
    """`department`: name, short name or code. `roles`: codes or names."""

    username = Text(max_length=60)
    name = Text(max_length=40)
    phone = optional_text(24)
    department = Text(max_length=60)
    roles = serializers.ListField(child=Text(max_length=40), allow_empty=False, max_length=20)
    since = Day(required=False, allow_null=True)


class BringPeopleBody(Body):
    """人员, as the sheet has it. The same rows again change nothing."""

    rows = several(PersonRowBody, allow_empty=False, max_length=MOST)


class PeopleJobOut(Out):
    """`new`: accounts, `post`: posts of who has one, `ask`: posts that wait for a second administrator; `known`:
    nothing to do. `refused` holds up no other. Passwords are given by `reset_password`."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(Job.Status.values)
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    new = serializers.IntegerField()
    post = serializers.IntegerField()
    ask = serializers.IntegerField()
    known = serializers.IntegerField()
    refused = RefusedRowOut(many=True)

    @staticmethod
    def of(job: Job) -> dict[str, Any]:
        refused = [{"row": line.number, "errors": line.errors} for line in people_sheet.error_rows(job)]
        counts = {name: job.data["counts"][name] for name in ("new", "post", "ask", "known")}
        return {"id": job.pk, "status": job.status, "total": job.total, "done": job.done, **counts, "refused": refused}


class PeopleJob(ReadView):
    def get(self, request: Request, job_id: UUID) -> Response:
        asked_of(request, queries.NoQuery)
        job = jobs.find(actor_of(request), job_id)
        if job.kind != Job.Kind.IMPORT:
            raise NotFound
        return self.told(request, PeopleJobOut, PeopleJobOut.of(job))


@transaction.atomic
def bring(actor: Actor, *, rows: list[dict[str, Any]]) -> dict[str, Any]:
    lines = [Line(number, _cells(row)) for number, row in enumerate(rows, 1)]
    return PeopleJobOut.of(jobs.begin(actor, people_sheet.planned(actor, lines).pk))


def _cells(row: dict[str, Any]) -> dict[str, str]:
    since = row.get("since")
    return {**row, "roles": ",".join(row["roles"]), "since": since.isoformat() if since else ""}


ROUTES: list[Route] = [
    (
        "office/bring_people",
        act(
            "bring_people",
            "导入人员",
            "Checked row by row; what stands is carried out in the background.",
            bring,
            BringPeopleBody,
            PeopleJobOut,
        ),
    ),
    (
        "office/people_jobs/<uuid:job_id>",
        one(PeopleJob, "people_job", "导入人员的进度", "How far it came, and what was refused.", PeopleJobOut, TAG),
    ),
]
