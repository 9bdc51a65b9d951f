"""What a change of a case tells: who objected, what is being tossed about or sent back, where filings gather, what is
sealed. A "later" subscriber; it reads the office's rows as they stand, and tells a thing heard twice once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from cases.models import Case, Event, Filing, Handover
from cases.states import NOT_HELD
from kernel import alerts, outbox
from kernel.alerts import Level
from kernel.clock import now
from supervision import alert_kinds, alike, places
from supervision.thresholds import Thresholds, reached, thresholds_of
from supervision.warning_rules import values_of
from tenants import context
from tenants.actors import root_of
from tenants.models import Tenant
from tenants.streams import confidential_desk, department_stream

TOPIC = "case"
SUBSCRIBER = "supervision.alerts"
# What happened long before it was written down (an import, the demo's past) is news to nobody.
NEWS = timedelta(days=7)
SENT_BACK = frozenset({"sent_back", "report_returned", "report_sent_back"})


def hear(schema: str, key: str) -> None:
    """In the office `schema`, whose row of the case may be the holder's or that of one it passed through."""
    office = context.tenant_by_schema(schema)
    case = Case.objects.select_related("filing").filter(id=key).first()
    if case is None:
        return
    if case.sealed:
        _sealed(office, case)
        return
    rules = thresholds_of(values_of(office.code))
    stays = list(Handover.objects.filter(case=case).order_by("seq"))
    _objected(office, case, stays)
    if case.state not in NOT_HELD:
        _tossed(office, case, stays, rules)
        _sent_back(office, case, rules)
    if case.filing.tenant == office.pk:
        _gathering(office, case, rules)


def _bureau(office: UUID) -> str:
    """The desk of an office: whoever reads all of it hears this."""
    return department_stream(root_of(office))


def _objected(office: Tenant, case: Case, stays: list[Handover]) -> None:
    """To the sender, who decides within K4s."""
    for stay in stays:
        open_ = stay.objected_at is not None and not stay.decision and stay.undone_at is None
        if open_ and stay.from_tenant == office.pk and stay.objected_at and stay.objected_at > now() - NEWS:
            data = {"number": case.number, "by": str(stay.to_department), "reason": stay.objection_reason}
            _tell(alert_kinds.OBJECTED, [_bureau(office.pk)], f"{stay.id}", office, case, data)


def _tossed(office: Tenant, case: Case, stays: list[Handover], rules: Thresholds) -> None:
    """互相推转 (domain §8, V5): to the bureau of the holder and the supervisors over all who had it."""
    sent = [stay for stay in stays if stay.kind in (Handover.Kind.TRANSFER, Handover.Kind.ASSIGN)]
    objections = sum(stay.objected_at is not None for stay in sent)
    back = sum(stay.kind == Handover.Kind.RETURN for stay in stays)
    objections, hops = max(objections, back), sum(stay.hop for stay in sent)
    last = max((stay.objected_at or stay.at for stay in stays), default=None)
    if last is None or last < now() - NEWS:
        return
    if not (reached(objections, rules.objections) or reached(hops, rules.hops)):
        return
    offices = {office.pk, *(stay.from_tenant for stay in stays), *(stay.to_tenant for stay in stays)}
    streams = {_bureau(office.pk), _bureau(places.over_all(offices).pk)}
    data = {"number": case.number, "objections": objections, "hops": hops, "unit": str(case.unit)}
    _tell(alert_kinds.TOSSED, streams, f"{case.id}:{objections}.{hops}", office, case, data)


def _sent_back(office: Tenant, case: Case, rules: Thresholds) -> None:
    """An opinion or a report was sent back again: to the unit and its bureau."""
    if not reached(case.sent_back, rules.sent_back):
        return
    last = Event.objects.filter(case=case, kind__in=SENT_BACK).order_by("-seq").first()
    if last is None or last.happened_at < now() - NEWS:
        return
    data = {"number": case.number, "times": case.sent_back, "unit": str(case.unit)}
    streams = {department_stream(case.unit), _bureau(office.pk)}
    _tell(alert_kinds.SENT_BACK, streams, f"{case.id}:{case.sent_back}", office, case, data)


def _gathering(office: Tenant, case: Case, rules: Thresholds) -> None:
    """Several filings of one place and content class within days: a count, never who; to the office's bureau and the
    upper one, which may see more of them come in beside it. Fewer are told where their words are alike."""
    filing, since = case.filing, now() - timedelta(days=rules.cluster_days)
    if not (filing.place and filing.content_class) or filing.registered_at < max(since, now() - NEWS):
        return
    kin = Filing.objects.filter(
        registered_at__gte=since,
        tenant=office.pk,
        place=filing.place,
        content_class=filing.content_class,
        case__sealed=False,
    )
    step = rules.cluster_step(kin.count())
    about_one = step is None and alike.reach(case, kin, rules.alike)
    if about_one:
        step = (rules.alike, Level.REMINDER)
    if step is None:
        return
    month = f"{now():%Y-%m}"  # while it goes on, each step is said once a month
    data = {"place": filing.place, "content": filing.content_class, "count": step[0], "days": rules.cluster_days}
    dedup = f"{filing.place}:{filing.content_class}:{'alike' if about_one else step[0]}:{month}"
    if about_one:
        data["alike"] = True
    alerts.tell(
        alert_kinds.GATHERING,
        [_bureau(place) for place in (office.pk, office.parent_id) if place is not None],
        dedup=f"{alert_kinds.GATHERING}:{office.pk}:{dedup}",
        tenant=office.pk,
        level=step[1],
        data=data,
    )


def _sealed(office: Tenant, case: Case) -> None:
    """Past the unit, to the confidential desk that answers for the office."""
    if case.state in NOT_HELD or case.held_since < now() - NEWS:
        return
    _tell(alert_kinds.SEALED, [confidential_desk(office)], f"{case.id}:{office.pk}", office, case, {})


def _tell(kind: str, streams: Iterable[str], dedup: str, office: Tenant, case: Case, data: Mapping[str, Any]) -> None:
    alerts.tell(kind, streams, dedup=f"{kind}:{dedup}", case=case.id, tenant=office.pk, data=data)


def register() -> None:
    """Called while the app loads."""
    alert_kinds.register()
    outbox.subscribe(TOPIC, SUBSCRIBER, hear)
