"""Orders, a clue, letters and a concern for the table of doors; all of COUNTY."""

from __future__ import annotations

from uuid import UUID

from cases.actions import Upload
from kernel import files
from kernel.clock import now
from supervision import advice
from supervision.models import Concern, Proposal, StepFile
from tests.cases.making import BUREAU, COUNTY, accepted, at, in_days
from tests.people import actor, department, tenant
from tests.supervision.ordering import UNIT, desk, officer, order, step

Made = dict[str, UUID]


def made_supervision() -> Made:
    unit = department(COUNTY, UNIT)
    found: Made = {"case": accepted(), "loose": accepted()}
    found["order"] = order(found["case"]).pk
    found["answered"] = order(accepted()).pk
    with at(desk()):
        sent = Upload(files.put("情况说明".encode()), "情况说明.txt", "text/plain", 12)
    step(desk(), "reply", found["answered"], text="已经修好。", files=[sent])
    found["file"] = StepFile.objects.get(step__order=found["answered"]).pk
    found["proposal"] = Proposal.objects.create(
        tenant=tenant(COUNTY),
        to_tenant=tenant(COUNTY),
        to_department=unit,
        trigger="V2",
        case=found["loose"],
        evidence=[{"code": "missed", "clock": "K6", "due": in_days(-1).isoformat()}],
        at=now(),
    ).pk
    letter = advice.advise(officer(), kind="improve", text="建立台账。", to_department=unit.id)
    found["advice"] = letter.pk
    found["told"] = advice.advise(officer(), kind="policy", text="完善办法。", to_department=unit.id).pk
    advice.answer_advice(desk(), found["told"], adopted="Y", text="采纳。")
    reporter = actor(BUREAU, "R3")
    found["concern"] = Concern.objects.create(
        tenant=tenant(BUREAU),
        to_tenant=tenant(COUNTY),
        kind="leak",
        text="电话被告诉了别人。",
        by=reporter.user,
        department=reporter.department,
        at=now(),
    ).pk
    return found
