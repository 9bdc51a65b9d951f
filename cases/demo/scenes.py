"""The scenes of a journey: how a case comes to a unit, is handled, answered, reported back, disputed and ended."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from cases.demo.cast import Office
from cases.demo.journey import Journey, Stage, answers, item
from cases.demo.texts import word
from kernel.clock import today
from tenants.profiles import profile_for


def register(j: Journey, office: Office, **changes: Any) -> None:
    j.office, j.unit = office, None
    j.changes.update(changes)
    j.do(0, j.who("R2"), "register")


def file_at_unit(j: Journey, office: Office, **changes: Any) -> None:
    """A citizen comes to the unit itself (T1u)."""
    j.office = office
    j.unit = office.unit_for(j.matter.to, j.rng)
    j.changes.update(changes)
    j.do(0, j.who("R5"), "register")


def hand_down(j: Journey, to: Office, *, feedback: int | None = None, days: int | None = None) -> None:
    """To the bureau below; with a feedback date (days from now) it is an assignment."""
    _send(j, to.desk.id, feedback, days)
    j.office, j.unit = to, None


def hand_to_unit(
    j: Journey, *, feedback: int | None = None, days: int | None = None, other_than: object = None
) -> None:
    found = [unit for unit in j.at.units if unit is not other_than]
    unit = j.at.unit_for(j.matter.to, j.rng)
    unit = j.rng.choice(found) if unit is other_than else unit
    _send(j, unit.id, feedback, days)
    j.unit = unit


def _send(j: Journey, target: Any, feedback: int | None, days: int | None) -> None:
    gap = j.rng.randint(0, 3) if days is None else days
    who = j.who("R4" if feedback is not None or j.sensitive else "R3")
    copied = _copied(j, target)
    if feedback is None:
        j.do(gap, who, "transfer", to_department=target, letter_text=j.say("letter"), copy_to=copied)
        return
    letter = j.say("assign_letter")

    def fields(stage: Stage) -> dict[str, Any]:
        due = stage.at.date() + timedelta(days=feedback)
        return {"to_department": target, "feedback_on": due, "letter_text": letter, "copy_to": copied}

    j.do(gap, who, "assign", fields)


def _copied(j: Journey, target: Any) -> list[Any]:
    """Every fifth letter or so goes to another unit of the office too, and some to the bureau above."""
    rng = random.Random(f"copies {j.number} {len(j.steps)}")  # noqa: S311  the rest of the journey stays as it is
    others = [unit.id for unit in j.at.units if unit.id != target]
    above = [office.desk.id for office in j.region.offices if j.at in office.below]
    if rng.random() < 0.2 and others:
        return [rng.choice(others), *(above if rng.random() < 0.3 else [])]
    return []


def sign_for(j: Journey, days: int | None = None) -> None:
    gap = j.rng.randint(0, 2) if days is None else days
    if j.unit is None:
        j.do(gap, j.who("R3"), "sign_for")
    else:
        j.do(gap, j.who("R5"), "sign_for", lambda stage: {"promised_on": stage.at.date() + timedelta(days=30)})


def arrive(j: Journey, length: int = 1, *, feedback: int | None = None, own: int | None = None, **changes: Any) -> None:
    """Registered at the top of a chain of `length` bureaus, handed down, signed for by a unit of the last: S30.

    `feedback` assigns the first leg, `own` the last one.
    """
    chain = j.rng.choice(j.region.chains(length))
    register(j, chain[0], **changes)
    for index, lower in enumerate(chain[1:]):
        hand_down(j, lower, feedback=feedback if index == 0 else None)
        sign_for(j)
    hand_to_unit(j, feedback=own)
    sign_for(j)


def accept(j: Journey, *, told: bool = True, days: int | None = None) -> None:
    """S40; class A: S42."""
    desk = j.who("R5")
    j.do(j.rng.randint(1, 4) if days is None else days, desk, "study" if j.matter.klass == "A" else "accept")
    if told:
        j.do(j.rng.randint(0, 2), desk, "notify", way=j.rng.choice("012"), proof=j.say("proof"))


def handle(j: Journey, days: int | None = None) -> None:
    """Allotted to a section, the petitioner was called: S50 (class A stays S42)."""
    handler = j.handler = j.who("R6")
    j.do(j.rng.randint(0, 2), j.who("R5"), "allot", to_department=handler.department, handler=handler.user)
    gap = j.rng.randint(1, 6) if days is None else days
    j.do(gap, handler, "contact", way=j.rng.choice(("phone", "site", "meeting")), text=j.say("contact"))
    if j.rng.random() < 0.3:
        j.do(j.rng.randint(0, 3), handler, "note", text=j.say("remark"))


def submit(j: Journey, *outcomes: str, days: int | None = None, item_days: int | None = None) -> None:
    assert j.handler is not None
    gap = j.rng.randint(8, 22) if days is None else days
    given = list(outcomes) or ["SUPPORT"]
    j.do(gap, j.handler, "draft", lambda stage: answers(stage, given, item_days=item_days))
    j.do(0, j.handler, "submit")


def send_back(j: Journey) -> None:
    j.do(1, j.who("R7"), "send_back", gates=[j.rng.choice(("facts", "policy"))], reason=j.say("send_back"))


def sign(j: Journey) -> None:
    if j.important:
        j.do(j.rng.randint(1, 3), j.who("R9", but=j.handler), "sign")
        return
    j.do(j.rng.randint(0, 2), j.who("R7", but=j.handler), "check")
    j.do(j.rng.randint(0, 2), j.who("R8", but=j.handler), "sign")


def serve(j: Journey) -> None:
    j.do(
        j.rng.randint(0, 4),
        j.who("R5"),
        "serve",
        lambda stage: {"way": j.rng.choice("01"), "received_on": stage.at.date(), "view": j.rng.choice("019")},
    )


def served(j: Journey, *outcomes: str, length: int = 1, slow: int | None = None, **more: Any) -> None:
    """From registration to service. `slow`: days from the contact to the draft."""
    item_days = more.pop("item_days", None)
    arrive(j, length, **more)
    accept(j)
    handle(j)
    submit(j, *outcomes, days=slow, item_days=item_days)
    sign(j)
    serve(j)


def prove(j: Journey, items: int = 1) -> None:
    text = j.say("executed")
    for _turn in range(items):
        j.do(
            j.rng.randint(5, 12),
            j.who("R5"),
            "prove_execution",
            lambda stage: {"answer": item(stage), "executed_on": stage.at.date(), "proof": text},
        )


def extend(j: Journey, *, approved: bool = True) -> None:
    """Asked for early: some places have 30 days counted from delivery, most have 60 from acceptance."""
    assert j.handler is not None
    reason, days = j.say("extension"), profile_for(j.at.code, today()).handling().value // 10
    j.propose(days, j.handler, "extend", days=30, reason=reason)
    if approved:
        j.do(1, j.who("R9", but=j.handler), "extend", days=30, reason=reason)
        j.do(1, j.who("R5"), "notify", way="1", proof=j.say("proof"))


def object_to(j: Journey, *, only_proposed: bool = False) -> None:
    """The unit (or the relayed bureau) says it is not for it, within K4."""
    by, then = ("R5", "R8") if j.unit is not None else ("R3", "R4")
    fields = {"reason": "duty", "text": j.say("objection"), "law": j.say("objection_law")}
    if only_proposed:
        j.propose(1, j.who(by), "object", **fields)
    else:
        j.both(1, by, then, "object", **fields)


def report(j: Journey, *, days: int | None = None, only_proposed: bool = False) -> None:
    gap = j.rng.randint(1, 6) if days is None else days
    by, then = ("R5", "R8") if j.unit is not None else ("R3", "R4")
    fields = {
        "facts": j.say("report_facts"),
        "handling": j.say("report_handling"),
        "attitude": j.say("attitude"),
    }
    if only_proposed:
        j.propose(gap, j.who(by), "report", **fields)
    else:
        j.both(gap, by, then, "report", **fields)


def route(j: Journey, *, told: bool = True) -> None:
    path = j.matter.path
    term = 60 if path in ("C4", "C5") else None
    fields = {
        "path": path,
        "procedure": word("procedures", path),
        "body": word("bodies", path),
        "law": j.matter.law,
        "term_days": term,
    }
    j.do(j.rng.randint(1, 4), j.who("R5"), "route", **fields)
    if told:
        j.do(1, j.who("R5"), "notify", way="1", proof=j.say("proof"))


def close_by_system(j: Journey) -> None:
    j.closes = True
