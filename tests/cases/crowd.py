"""Anybody doing anything: who may call what now, with fields that could stand. Used by the machine and by the race."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from cases import actions, policy
from cases.models import Answer, Case, Proposal
from cases.transitions import VERBS
from kernel.clock import as_of, now
from tenants import context
from tenants.actors import Actor
from tenants.models import Department
from tests.cases.making import BUREAU, COUNTY, OTHER, answers
from tests.people import actor, department, tenant

OFFICES = (BUREAU, COUNTY, OTHER)
CALLED = [*sorted(VERBS - {"register"}), "turn_down"]
STAYING = {"note", "attach", "correct", "complete", "reissue_code", "unmask", "contact", "allot"}


class Crowd:
    """The people of two counties and their common superior. `late` is how far their clocks have run ahead."""

    def __init__(self) -> None:
        self.offices = [tenant(code) for code in OFFICES]
        self.people = [actor(code, role) for code in OFFICES for role in ("R2", "R3", "R4")]
        for code in OFFICES:
            for unit in units(code):
                self.people += [actor(code, role, unit=unit) for role in ("R5", "R6", "R7", "R8", "R9")]
        self.late = timedelta()

    def open_choice(self, luck: Random, case_id: UUID) -> tuple[Actor, str, bool] | None:
        """Somebody, a verb open to them on this case now, and whether they only propose it."""
        choices: list[tuple[Actor, str, bool]] = []
        for office in self.offices:
            with context.use(office):
                case = Case.objects.filter(id=case_id).first()
                for who in self.people if case is not None and not case.sealed else []:
                    if who.tenant == office.id:
                        choices += [(who, row.verb, propose) for row, propose in policy.available(who, case)]
        # Verbs that lead on are drawn more often than the many that leave the state as it is.
        leading = [choice for choice in choices if choice[1] not in STAYING]
        found = leading if leading and luck.random() < 0.8 else choices
        if not found:
            return None
        verb = luck.choice(sorted({choice[1] for choice in found}))
        return luck.choice([choice for choice in found if choice[1] == verb])

    def call(self, luck: Random, who: Actor, verb: str, case_id: UUID, *, propose: bool) -> None:
        """Raises what the action raises."""
        with as_of(now() + self.late), context.use(who.schema):
            if propose and verb in VERBS:
                actions.propose(who, case_id, verb=verb, fields={})
                return
            fields = self.fields(luck, who, verb, case_id)
            getattr(actions, verb)(who, case_id, **fields)

    def fields(self, luck: Random, who: Actor, verb: str, case_id: UUID) -> dict[str, Any]:
        today = now().date()
        soon = today + timedelta(days=luck.randint(1, 40))
        target = luck.choice(self.targets(who))
        ground = luck.choice(["N1", "N2", "N3"])
        section = luck.choice([p for p in self.people if p.schema == who.schema]).department
        supported = luck.random() < 0.5
        table: dict[str, dict[str, Any]] = {
            "transfer": {"to_department": target},
            "assign": {"to_department": target, "feedback_on": soon},
            "allot": {"to_department": section},
            "object": {"reason": "duty", "text": "不属于", "law": "权责清单"},
            "refuse": {"text": "驳回"},
            "route": {"path": "C2", "procedure": "仲裁", "body": "仲裁委", "law": "仲裁法"},
            "decline": {"ground": ground, "text": "说明", "body": "某局", "same_facts": True},
            "redirect": {"ground": "N3", "text": "说明", "body": "某局"},
            "answer": {"text": "答复", "way": "0"},
            "notify": {"way": "1"},
            "record_result": {"number": "1", "result": "结束", "ended_on": today},
            "contact": {"way": "phone", "text": "联系"},
            "note": {"text": "备注"},
            "attach": {"files": []},
            "extend": {"days": luck.randint(1, 31), "reason": "复杂"},
            "draft": {"answers": self.written(who, case_id, supported, today)},
            "send_back": {"gates": ["facts"], "reason": "重写"},
            "serve": {"way": "0", "received_on": today},
            "prove_execution": {"answer": self.item(who, case_id), "executed_on": today, "proof": "照片"},
            "report": {"facts": "实", "handling": "办", "attitude": "好"},
            "return_report": {"gate": "facts", "reason": "退", "redo": luck.random() < 0.5},
            "defer": {"feedback_on": soon + timedelta(days=40)},
            "close": {"closing_kind": "settled", "reason": "签字"},
            "complete": {"changes": {"important": luck.random() < 0.5}},
            "correct": {"changes": {"persons": 2}, "reason": "数错"},
            "reissue_code": {"identity_checked": True},
            "unmask": {"reason": "contact"},
            "turn_down": {"proposal": self.proposal(who, case_id), "reason": "不妥"},
        }
        return table.get(verb, {})

    def targets(self, who: Actor) -> list[UUID]:
        found = [department(code).id for code in OFFICES]
        code = next(office.code for office in self.offices if office.schema_name == who.schema)
        return found + [department(code, unit).id for unit in units(code)] * 2

    def written(self, who: Actor, case_id: UUID, supported: bool, today: Any) -> dict[str, dict[str, str]]:
        code = next(office.code for office in self.offices if office.schema_name == who.schema)
        item = {"item": "修好", "execute_by": (today + timedelta(days=9)).isoformat()} if supported else {}
        klass = Case.objects.filter(id=case_id).values_list("klass", flat=True).first()
        return answers(code, case_id, outcome="ADOPT" if klass == "A" else "SUPPORT", **({} if klass == "A" else item))

    def item(self, who: Actor, case_id: UUID) -> UUID:
        rows = Answer.objects.filter(opinion__case_id=case_id, executed_on=None).exclude(item="")
        return rows.values_list("id", flat=True).first() or UUID(int=1)

    def proposal(self, who: Actor, case_id: UUID) -> UUID:
        rows = Proposal.objects.filter(case_id=case_id, status="open")
        return rows.values_list("id", flat=True).first() or UUID(int=1)


def units(code: str) -> list[str]:
    names = Department.objects.filter(tenant__code=code, kind="unit").values_list("short_name", flat=True)
    return [name for name in names if name]
