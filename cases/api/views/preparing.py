"""Reading before acting, as the forms of the pages do: receivers, effects, who is there, what is missing. No change."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cases import actions, policy
from cases.api import reading
from cases.api.answers import papers, preparing
from cases.api.bodies import queries
from cases.api.names import Names as ById
from cases.api.views.lists import ReadView, asked_of
from cases.codes import lead_word
from cases.models import Case
from cases.queries import drafting, loads, preview, reporting, serving, staffing
from cases.queries.names import Names
from kernel.api import actor_of
from kernel.clock import now, today
from kernel.errors import Conflict, Invalid, NotFound, Refused
from tenants import finding
from tenants.actors import Actor
from tenants.context import tenant_by_id


def _open(request: Request, case_id: UUID, *verbs: str) -> tuple[Actor, Case]:
    """A case on which the caller may take or propose one of these steps now. NotFound; else what the step would say."""
    actor = actor_of(request)
    case = reading.case(actor, case_id)
    if not any(row.verb in verbs for row, _propose in policy.available(actor, case)):
        policy.require(actor, verbs[0], case)
    return actor, case


class Targets(ReadView):
    """Who may be meant as a receiver, best first, with the load of the own units."""

    conflicts: ClassVar[bool] = True

    def get(self, request: Request, case_id: UUID) -> Response:
        asked = asked_of(request, queries.TargetsQuery)
        actor, case = _open(request, case_id, "transfer", "assign")
        filing = case.filing
        lead = lead_word(filing.content_class) if filing.content_class else ""
        office = tenant_by_id(actor.tenant)
        found, _total = finding.units(office, asked["text"], lead=lead, place=filing.place_detail)
        known = loads.lately()
        rows = [preparing.TargetOut.of(one, known) for one in found]
        return Response({"items": preparing.TargetOut(rows, many=True, context={"request": request}).data})


class AfterTransfer(ReadView):
    """The receiver's dates, and what travels."""

    conflicts: ClassVar[bool] = True

    def get(self, request: Request, case_id: UUID) -> Response:
        asked = asked_of(request, queries.AfterTransferQuery)
        actor, case = _open(request, case_id, "transfer", "assign")
        office = tenant_by_id(actor.tenant)
        target = finding.unit(office, asked["to_department"])
        if target is None or not target.open:
            raise Invalid(fields={"to_department": [_("件不能送到那里。从可选的单位里选。")]})
        starts = preview.sent_to(case, office, target, at=now(), feedback_on=asked.get("feedback_on"), klass=case.klass)
        told = {"clocks": [preparing.StartOut.of(start) for start in starts], "luggage": preview.luggage(case)}
        return self.told(request, preparing.AfterTransferOut, told)


class Staff(ReadView):
    """The sections of the own body, and whom a case can be allotted to there."""

    def get(self, request: Request) -> Response:
        asked_of(request, queries.NoQuery)
        sections = staffing.sections(actor_of(request).unit)
        people = staffing.people([section.id for section in sections])
        rows = [
            {
                "id": section.id,
                "name": section.name,
                "people": [{"id": pk, "name": name} for pk, name in people[section.id]],
            }
            for section in sections
        ]
        return Response({"items": preparing.StaffOut(rows, many=True, context={"request": request}).data})


class Drafting(ReadView):
    """What the editor of an opinion shows."""

    def get(self, request: Request, case_id: UUID) -> Response:
        asked_of(request, queries.NoQuery)
        actor, case = inside(request, case_id)
        names, row = Names(actor.tenant), drafting.current(case)
        every = papers.opinions(case, ById(), shown=True)
        told: dict[str, Any] = {
            "opinion": next((one for one in every if row is not None and one["id"] == row.id), None),
            "missing": actions.missing(case, row),
            "outcomes": [code for code, _label in drafting.outcomes(case, set())],
            "checked_and_signed_by": drafting.route_of(case),
            "notice_sent": drafting.notice_sent(case.clocks.all()),
            "sent_back": drafting.Told(case, names).sent_back(),
        }
        return self.told(request, preparing.DraftingOut, told)


def inside(request: Request, case_id: UUID) -> tuple[Actor, Case]:
    """An opinion in the making is for the holder's people alone. NotFound, Refused."""
    actor = actor_of(request)
    case = reading.case(actor, case_id)
    if case.sealed or not policy.holds(actor, case) or not policy.may_read_people(actor, case):
        raise Refused(_("起草中的意见书只给承办单位自己看。"))
    return actor, case


class AfterService(ReadView):
    """Which clocks stop, until when review may be asked, what has to be executed."""

    conflicts: ClassVar[bool] = True

    def get(self, request: Request, case_id: UUID) -> Response:
        asked = asked_of(request, queries.ServedQuery)
        actor, case = _open(request, case_id, "serve")
        opinion = serving.to_serve(case)
        if opinion is None:
            raise Conflict(_("没有等待送达的意见书。"))
        found = serving.effect(actor, case, opinion, min(asked.get("received_on") or today(), today()))
        told = {
            "stops": [{"label": label, "due": due} for label, due in found.stops],
            "late": found.late,
            "window_until": found.window.effective if found.window is not None else None,
            "items": found.items,
            "ends": found.ends,
            "report": found.report,
        }
        return self.told(request, preparing.AfterServiceOut, told)


class Reporting(ReadView):
    """The report of a case: owed to whom, what it may say, what it said."""

    def get(self, request: Request, case_id: UUID) -> Response:
        asked_of(request, queries.NoQuery)
        actor = actor_of(request)
        case = reading.case(actor, case_id)
        if case.sealed:
            raise NotFound
        if not policy.may_read_people(actor, case):
            raise Refused(_("您的岗位不看信访人的材料和备注。"))
        names, row = Names(actor.tenant), reporting.climbing(case) or reporting.last(case)
        told = {
            "owed": reporting.owed(case, names),
            "ended": reporting.ended(case),
            "ending": reporting.ending(case, row),
            "verdict": reporting.verdict(row) if row is not None else "",
            "suggestion": reporting.suggestion(case),
            "answers": reporting.answers(row) if row is not None else [],
            "items": reporting.items(case),
        }
        return self.told(request, preparing.ReportingOut, told)


class Places(ReadView):
    """Places a matter may be about: own towns first, then offices near by."""

    def get(self, request: Request) -> Response:
        asked_of(request, queries.NoQuery)
        rows = finding.places(tenant_by_id(actor_of(request).tenant))
        return Response({"items": preparing.PlaceOut(rows, many=True, context={"request": request}).data})
