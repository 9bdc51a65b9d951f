"""A case as its page shows it: filing, demands, masked people, clocks with why, path, papers, what may be done now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from cases import people, policy
from cases.api.answers import clocks, papers
from cases.api.answers.listed import CaseOut, Listed, NamedOut, OfficeOut, Out
from cases.models import Case, Handover
from cases.queries import related


class FilingOut(Out):
    """信访件, as it came in. The words of a sealed case are read with `read_sealed` alone."""

    id = serializers.UUIDField()
    foreign_number = serializers.CharField()
    channel = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    petition_date = serializers.DateField(allow_null=True)
    postmark_date = serializers.DateField(allow_null=True)
    persons = serializers.IntegerField()
    concerned = serializers.IntegerField()
    anonymous = serializers.BooleanField()
    confidential = serializers.BooleanField()
    joint = serializers.BooleanField()
    addressee = serializers.CharField()
    green_envelope = serializers.BooleanField()
    text = serializers.CharField()
    place = serializers.CharField()
    place_detail = serializers.CharField()
    content_class = serializers.CharField()
    purpose = serializers.CharField()
    cause = serializers.CharField()
    in_court = serializers.BooleanField(allow_null=True)
    in_reconsideration = serializers.BooleanField(allow_null=True)
    in_arbitration = serializers.BooleanField(allow_null=True)
    litigation = serializers.BooleanField()
    counted = serializers.BooleanField()
    public_consent = serializers.BooleanField()


class DemandOut(Out):
    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    text = serializers.CharField()


class PersonOut(Out):
    """Masked; in clear only through `unmask`, with a reason."""

    id = serializers.UUIDField()
    role = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    address = serializers.CharField()
    id_number = serializers.CharField()


class HandoverOut(Out):
    """One stay: who gave it to whom, with what date, and what became of an objection."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    kind = serializers.ChoiceField(Handover.Kind.values)
    from_office = OfficeOut()
    from_department = NamedOut()
    to_office = OfficeOut()
    to_department = NamedOut()
    seat = serializers.CharField()
    at = serializers.DateTimeField()
    letter_number = serializers.CharField()
    copy_to = NamedOut(many=True)
    feedback_due = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    promised_on = serializers.DateField(allow_null=True)
    objected_at = serializers.DateTimeField(allow_null=True)
    objection_reason = serializers.CharField()
    decision = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    hop = serializers.BooleanField()
    undone_at = serializers.DateTimeField(allow_null=True)


class AvailableOut(Out):
    """A verb open to the caller on this case now; `propose` where another person must then act."""

    verb = serializers.CharField()
    propose = serializers.BooleanField()


class RelatedOut(Out):
    """A case that goes together with this one: the letter `letter_number` handed over both."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    letter_number = serializers.CharField()


class CaseInFullOut(CaseOut):
    """All that the caller may see of a case. `related`: the first few."""

    accepted_at = serializers.DateTimeField(allow_null=True)
    notified_at = serializers.DateTimeField(allow_null=True)
    replied_at = serializers.DateTimeField(allow_null=True)
    extended_days = serializers.IntegerField()
    sent_back = serializers.IntegerField()
    outside = serializers.DictField(child=serializers.CharField())
    origin = OfficeOut()
    filing = FilingOut()
    demands = DemandOut(many=True)
    people = PersonOut(many=True)
    clocks = clocks.ClockOut(many=True)
    handovers = HandoverOut(many=True)
    available = AvailableOut(many=True)
    proposals = papers.ProposalOut(many=True)
    notices = papers.NoticeOut(many=True)
    opinions = papers.OpinionOut(many=True)
    reports = papers.ReportOut(many=True)
    related = RelatedOut(many=True)

    def to_representation(self, instance: Case) -> dict[str, Any]:
        found: dict[str, Any] = serializers.Serializer.to_representation(self, _Full(instance, self))
        return found


class _Full:
    def __init__(self, case: Case, answer: CaseInFullOut) -> None:
        names, actor = answer.names, answer.actor
        self._row = Listed(case, names)
        may_read = policy.may_read_people(actor, case)
        inside = policy.holds(actor, case)
        self.origin = names.office(case.origin)
        self.filing, self.demands = case.filing, case.demands.all()
        self.people = list(_masked(case)) if may_read else []
        self.clocks = clocks.told(case)
        stays = list(case.handovers.all())
        self.handovers = _path(stays, answer)
        self.related = related.of(actor, case, stays).cases
        self.available = [{"verb": row.verb, "propose": propose} for row, propose in policy.available(actor, case)]
        self.proposals = papers.proposals(case, names, shown=may_read)
        self.notices = papers.notices(case, shown=may_read)
        self.opinions = papers.opinions(case, names, shown=inside)
        self.reports = papers.reports(case, names, shown=may_read)
        self.outside = {name: str(value) for name, value in case.outside.items()}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def _masked(case: Case) -> Iterator[dict[str, Any]]:
    for person in case.petitioners.all():
        yield {"id": person.id, "role": person.role, **people.masked(person)}


def _path(rows: list[Handover], answer: CaseInFullOut) -> list[dict[str, Any]]:
    names = answer.names
    names.learn(departments=[pk for row in rows for pk in (row.from_department, row.to_department, *row.copy_to)])
    plain = [name for name in map(str, HandoverOut().fields) if not name.startswith(("from_", "to_", "copy_"))]
    return [
        {
            **{name: getattr(row, name) for name in plain},
            "from_office": names.office(row.from_tenant),
            "from_department": names.department(row.from_department),
            "to_office": names.office(row.to_tenant),
            "to_department": names.department(row.to_department),
            "copy_to": [names.department(pk) for pk in row.copy_to],
        }
        for row in rows
    ]
