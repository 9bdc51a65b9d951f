"""The ways a demo case goes: each scene is a sequence of verbs that brings it to a state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cases.demo import scenes as s
from cases.demo import texts
from cases.demo.journey import Journey

Scene = Callable[[Journey], None]


def registered(level: str) -> Scene:
    def scene(j: Journey) -> None:
        office = j.rng.choice(j.region.at(level) or j.region.offices)
        s.register(j, office, before=j.rng.randint(0, 2), urgent=j.rng.random() < 0.08)
        if j.rng.random() < 0.3:
            j.do(0, j.who("R3"), "note", text=j.say("remark"))

    return scene


def anonymous(j: Journey) -> None:
    s.register(j, j.rng.choice(j.region.offices), anonymous=True, channel="LETTER")


def group(j: Journey) -> None:
    """A group visit waits for the approver (T3, narrow to R4)."""
    office = j.rng.choice(j.region.offices)
    s.register(j, office, channel="VISIT", persons=j.rng.randint(6, 48), important=True)
    unit = office.unit_for(j.matter.to, j.rng)
    j.propose(1, j.who("R3"), "transfer", to_department=unit.id, letter_text=j.say("letter"))


def assign_asked(j: Journey) -> None:
    office = j.rng.choice(j.region.offices)
    s.register(j, office)
    unit = office.unit_for(j.matter.to, j.rng)
    j.propose(
        1,
        j.who("R3"),
        "assign",
        lambda stage: {"to_department": unit.id, "feedback_on": stage.day(45), "letter_text": j.say("assign_letter")},
    )


def answer_asked(j: Journey) -> None:
    s.register(j, j.rng.choice(j.region.offices), channel="PHONE")
    j.propose(1, j.who("R3"), "answer", text=j.say("answer"), way="0")


def answered(j: Journey) -> None:
    s.register(j, j.rng.choice(j.region.offices), channel=j.rng.choice(("VISIT", "PHONE")))
    j.both(0, "R3", "R4", "answer", text=j.say("answer"), way="0")


def corrected(j: Journey) -> None:
    s.register(j, j.rng.choice(j.region.offices), channel="PHONE")
    clerk = j.who("R2")
    j.do(0, clerk, "correct", changes={"place_detail": texts.address(j.rng)}, reason=j.say("correction"))
    j.do(0, clerk, "reissue_code", identity_checked=True)
    j.do(0, j.who("R3"), "unmask", reason="contact")


def relayed(length: int = 2, feedback: int | None = None, *, signed: bool = True) -> Scene:
    """With the bureau below: to sign for, or signed for and to be passed on."""

    def scene(j: Journey) -> None:
        chain = j.rng.choice(j.region.chains(length))
        s.register(j, chain[0])
        for lower in chain[1:]:
            if j.unit is None and j.at is not chain[0]:
                s.sign_for(j)
            s.hand_down(j, lower, feedback=feedback)
        if signed:
            s.sign_for(j)

    return scene


def at_unit(*, feedback: int | None = None, signed: bool = False) -> Scene:
    def scene(j: Journey) -> None:
        s.register(j, j.rng.choice(j.region.offices), urgent=j.rng.random() < 0.1)
        s.hand_to_unit(j, feedback=feedback)
        if signed:
            s.sign_for(j)

    return scene


def direct(j: Journey) -> None:
    s.file_at_unit(j, j.rng.choice(j.region.offices), channel="VISIT")


def objected(*, from_above: bool = False, asked: bool = False) -> Scene:
    def scene(j: Journey) -> None:
        if from_above:
            relayed(signed=False)(j)
        else:
            at_unit()(j)
        s.sign_for(j, 1)
        s.object_to(j, only_proposed=asked)

    return scene


def consented(then: int) -> Scene:
    """Taken back: waiting for triage again (K1'), or already with another unit."""

    def scene(j: Journey) -> None:
        objected()(j)
        first, j.unit = j.unit, None
        j.do(1, j.who("R4"), "consent", text=j.say("consented"))
        if then:
            s.hand_to_unit(j, days=1, other_than=first)
            s.sign_for(j)
        if then > 1:
            s.accept(j)
            s.handle(j)

    return scene


def relay_consented(j: Journey) -> None:
    chain = j.rng.choice(j.region.chains(2))
    s.register(j, chain[0])
    s.hand_down(j, chain[1])
    s.sign_for(j, 1)
    s.object_to(j)
    j.office = chain[0]
    j.do(1, j.who("R4"), "consent", text=j.say("consented"))


def refused(j: Journey) -> None:
    objected()(j)
    unit, j.unit = j.unit, None
    j.do(1, j.who("R4"), "refuse", text=j.say("refused"))
    j.unit = unit
    s.accept(j)


def declined(kind: str, *, at_desk: bool = False, told: bool = False) -> Scene:
    ground = {"decline": "N1", "no_longer": "N2", "redirect": "N4"}[kind]

    def scene(j: Journey) -> None:
        registered("county")(j) if at_desk else at_unit(signed=True)(j)
        by, then = ("R3", "R4") if at_desk else ("R5", "R8")
        fields: dict[str, object] = {"ground": ground, "text": j.say(kind), "body": ""}
        if kind == "redirect":
            fields["body"] = j.say("court")
        else:
            fields |= {"same_facts": True, "body": j.body.name if ground == "N1" else ""}
        j.both(1, by, then, "redirect" if kind == "redirect" else "decline", **fields)
        if told:
            j.do(2, j.who("R3" if at_desk else "R5"), "notify", way="1", proof=j.say("proof"))

    return scene


def accepted(*, told: bool = True) -> Scene:
    def scene(j: Journey) -> None:
        s.arrive(j)
        s.accept(j, told=told)

    return scene


def routed(*, done: bool = False) -> Scene:
    def scene(j: Journey) -> None:
        s.arrive(j)
        s.route(j)
        if done:
            result = j.say("outside_result")
            j.do(
                50,
                j.who("R5"),
                "record_result",
                lambda stage: {"number": f"{stage.at:%Y}-{j.number:04}", "result": result, "ended_on": stage.at.date()},
            )

    return scene


def handling(length: int = 1, feedback: int | None = None, **changes: Any) -> Scene:
    def scene(j: Journey) -> None:
        s.arrive(j, length, feedback=feedback, **changes)
        s.accept(j)
        s.handle(j)

    return scene


def drafting(j: Journey) -> None:
    handling()(j)
    s.submit(j, "EXPLAIN", days=9)
    s.send_back(j)


def extended(*, approved: bool = True) -> Scene:
    def scene(j: Journey) -> None:
        handling()(j)
        s.extend(j, approved=approved)

    return scene


def defer_asked(j: Journey) -> None:
    s.arrive(j, own=60)
    s.accept(j)
    s.handle(j)
    j.propose(5, j.who("R9"), "defer", lambda stage: {"feedback_on": stage.day(80), "reason": j.say("extension")})


def in_approval(*, checked: bool, **changes: Any) -> Scene:
    def scene(j: Journey) -> None:
        handling(**changes)(j)
        s.submit(j, "SUPPORT", "EXPLAIN")
        if checked:
            j.do(1, j.who("R7", but=j.handler), "check")

    return scene


def signed(j: Journey) -> None:
    in_approval(checked=False)(j)
    s.sign(j)


def served(*outcomes: str, closed: bool = False, slow: int | None = None, length: int = 1) -> Scene:
    def scene(j: Journey) -> None:
        s.served(j, *outcomes, slow=slow, length=length)
        if closed:
            s.close_by_system(j)

    return scene


def executing(days: int, *, proved: bool = False) -> Scene:
    def scene(j: Journey) -> None:
        s.served(j, "SUPPORT", item_days=days)
        if proved:
            s.prove(j, len(j.matter.demands))
            s.close_by_system(j)

    return scene


def settled(j: Journey) -> None:
    s.served(j, "PARTIAL", "EXPLAIN")
    j.do(6, j.who("R5"), "close", closing_kind="settled", reason=j.say("settled"))


def reported(length: int, *, own: bool = False, forwarded: bool = False, then: str = "", asked: bool = False) -> Scene:
    """Assigned and reported back: waits at the own bureau, the one between or the assigner's; approved; returned."""

    def scene(j: Journey) -> None:
        s.served(j, "SUPPORT", length=length, feedback=None if own else 70, own=70 if own else None)
        s.report(j, only_proposed=asked)
        unit, lowest = j.unit, j.at
        if forwarded:
            j.unit = None
            j.do(1, j.who("R3"), "forward_report")
            chain = [office for office in j.region.offices if lowest in office.below]
            j.office = chain[0]
        j.unit = None
        if then == "approve":
            j.do(2, j.who("R4"), "approve_report")
        elif then == "return":
            j.do(2, j.who("R4"), "return_report", gate="form", reason=j.say("returned"))
        j.office, j.unit = lowest, unit
        if then == "approve":
            s.close_by_system(j)

    return scene


def studied(step: int) -> Scene:
    """Class A: 0 under study, 1 in approval, 2 signed, 3 replied."""

    def scene(j: Journey) -> None:
        s.arrive(j)
        s.accept(j)
        if step:
            s.handle(j)
            s.submit(j, j.rng.choice(("ADOPT", "PARTLY", "DECLINE")))
        if step > 1:
            s.sign(j)
        if step > 2:
            s.serve(j)

    return scene


def accusation(j: Journey) -> None:
    office = j.rng.choice(j.region.offices)
    s.register(j, office, channel=j.rng.choice(("LETTER", "NET")), confidential=True, files=False)
    if office.desk.people.get("R18") and j.rng.random() < 0.5:
        j.do(1, j.who("R18"), "note", text=j.say("remark"))
