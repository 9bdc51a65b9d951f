"""Which cases the demo shows: how many of each kind, and how many days ago their last step was taken.

The rests are chosen around the limits of domain §5 (15, 60, 30 days), so that every age occurs: fresh, soon, overdue
超期 from 1 day, serious from 15, grave from 30, and closed long ago.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cases.demo import scenes as s
from cases.demo.cast import CastIncomplete, Region
from cases.demo.journey import Journey

Scene = Callable[[Journey], None]


@dataclass(frozen=True)
class Part:
    """`count` journeys of one kind, their rests spread evenly from `first` to `last`."""

    count: int
    first: int
    last: int
    scene: Scene
    klass: str = "C"
    routed: bool = False

    def rests(self) -> Iterator[int]:
        for index in range(self.count):
            yield self.first + (self.last - self.first) * index // max(self.count - 1, 1)


def _registered(level: str) -> Scene:
    def scene(j: Journey) -> None:
        office = j.rng.choice(j.region.at(level) or j.region.offices)
        s.register(j, office, before=j.rng.randint(0, 2), urgent=j.rng.random() < 0.08)
        if j.rng.random() < 0.3:
            j.do(0, j.who("R3"), "note", text=j.say("remark"))

    return scene


def _anonymous(j: Journey) -> None:
    s.register(j, j.rng.choice(j.region.offices), anonymous=True, channel="LETTER")


def _group(j: Journey) -> None:
    """A group visit waits for the approver (T3, narrow to R4)."""
    office = j.rng.choice(j.region.offices)
    s.register(j, office, channel="VISIT", persons=j.rng.randint(6, 48), important=True)
    unit = office.unit_for(j.matter.to, j.rng)
    j.propose(1, j.who("R3"), "transfer", to_department=unit.id, letter_text=j.say("letter"))


def _assign_asked(j: Journey) -> None:
    office = j.rng.choice(j.region.offices)
    s.register(j, office)
    unit = office.unit_for(j.matter.to, j.rng)
    j.propose(
        1,
        j.who("R3"),
        "assign",
        lambda stage: {"to_department": unit.id, "feedback_on": stage.day(45), "letter_text": j.say("assign_letter")},
    )


def _answer_asked(j: Journey) -> None:
    s.register(j, j.rng.choice(j.region.offices), channel="PHONE")
    j.propose(1, j.who("R3"), "answer", text=j.say("answer"), way="0")


def _answered(j: Journey) -> None:
    s.register(j, j.rng.choice(j.region.offices), channel=j.rng.choice(("VISIT", "PHONE")))
    j.both(0, "R3", "R4", "answer", text=j.say("answer"), way="0")


def _corrected(j: Journey) -> None:
    s.register(j, j.rng.choice(j.region.offices), channel="PHONE")
    clerk = j.who("R2")
    j.do(0, clerk, "correct", changes={"place_detail": j.matter.title[:20]}, reason=j.say("correction"))
    j.do(0, clerk, "reissue_code", identity_checked=True)
    j.do(0, j.who("R3"), "unmask", reason="contact")


def _relayed(length: int = 2, feedback: int | None = None, *, signed: bool = True) -> Scene:
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


def _at_unit(*, feedback: int | None = None, signed: bool = False) -> Scene:
    def scene(j: Journey) -> None:
        s.register(j, j.rng.choice(j.region.offices), urgent=j.rng.random() < 0.1)
        s.hand_to_unit(j, feedback=feedback)
        if signed:
            s.sign_for(j)

    return scene


def _direct(j: Journey) -> None:
    s.file_at_unit(j, j.rng.choice(j.region.offices), channel="VISIT")


def _objected(*, relayed: bool = False, asked: bool = False) -> Scene:
    def scene(j: Journey) -> None:
        if relayed:
            _relayed(signed=False)(j)
        else:
            _at_unit()(j)
        s.sign_for(j, 1)
        s.object_to(j, only_proposed=asked)

    return scene


def _consented(then: int) -> Scene:
    """Taken back: waiting for triage again (K1'), or already with another unit."""

    def scene(j: Journey) -> None:
        _objected()(j)
        first, j.unit = j.unit, None
        j.do(1, j.who("R4"), "consent", text=j.say("consented"))
        if then:
            s.hand_to_unit(j, days=1, other_than=first)
            s.sign_for(j)
        if then > 1:
            s.accept(j)
            s.handle(j)

    return scene


def _relay_consented(j: Journey) -> None:
    chain = j.rng.choice(j.region.chains(2))
    s.register(j, chain[0])
    s.hand_down(j, chain[1])
    s.sign_for(j, 1)
    s.object_to(j)
    j.office = chain[0]
    j.do(1, j.who("R4"), "consent", text=j.say("consented"))


def _refused(j: Journey) -> None:
    _objected()(j)
    unit, j.unit = j.unit, None
    j.do(1, j.who("R4"), "refuse", text=j.say("refused"))
    j.unit = unit
    s.accept(j)


def _declined(kind: str, *, at_desk: bool = False, told: bool = False) -> Scene:
    ground = {"decline": "N1", "no_longer": "N2", "redirect": "N4"}[kind]

    def scene(j: Journey) -> None:
        _registered("county")(j) if at_desk else _at_unit(signed=True)(j)
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


def _accepted(*, told: bool = True) -> Scene:
    def scene(j: Journey) -> None:
        s.arrive(j)
        s.accept(j, told=told)

    return scene


def _routed(*, done: bool = False) -> Scene:
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


def _handling(length: int = 1, feedback: int | None = None, **changes: Any) -> Scene:
    def scene(j: Journey) -> None:
        s.arrive(j, length, feedback=feedback, **changes)
        s.accept(j)
        s.handle(j)

    return scene


def _drafting(j: Journey) -> None:
    _handling()(j)
    s.submit(j, "EXPLAIN", days=9)
    s.send_back(j)


def _extended(*, approved: bool = True) -> Scene:
    def scene(j: Journey) -> None:
        _handling()(j)
        s.extend(j, approved=approved)

    return scene


def _defer_asked(j: Journey) -> None:
    s.arrive(j, own=60)
    s.accept(j)
    s.handle(j)
    j.propose(5, j.who("R9"), "defer", lambda stage: {"feedback_on": stage.day(80), "reason": j.say("extension")})


def _in_approval(*, checked: bool, **changes: Any) -> Scene:
    def scene(j: Journey) -> None:
        _handling(**changes)(j)
        s.submit(j, "SUPPORT", "EXPLAIN")
        if checked:
            j.do(1, j.who("R7", but=j.handler), "check")

    return scene


def _signed(j: Journey) -> None:
    _in_approval(checked=False)(j)
    s.sign(j)


def _served(*outcomes: str, closed: bool = False, slow: int | None = None, length: int = 1) -> Scene:
    def scene(j: Journey) -> None:
        s.served(j, *outcomes, slow=slow, length=length)
        if closed:
            s.close_by_system(j)

    return scene


def _executing(days: int, *, proved: bool = False) -> Scene:
    def scene(j: Journey) -> None:
        s.served(j, "SUPPORT", item_days=days)
        if proved:
            s.prove(j, len(j.matter.demands))
            s.close_by_system(j)

    return scene


def _settled(j: Journey) -> None:
    s.served(j, "PARTIAL", "EXPLAIN")
    j.do(6, j.who("R5"), "close", closing_kind="settled", reason=j.say("settled"))


def _reported(length: int, *, own: bool = False, forwarded: bool = False, then: str = "", asked: bool = False) -> Scene:
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


def _studied(step: int) -> Scene:
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


def _accusation(j: Journey) -> None:
    office = j.rng.choice(j.region.offices)
    s.register(j, office, channel=j.rng.choice(("LETTER", "NET")), confidential=True, files=False)
    if office.desk.people.get("R18") and j.rng.random() < 0.5:
        j.do(1, j.who("R18"), "note", text=j.say("remark"))


PARTS: tuple[Part, ...] = (
    Part(20, 0, 52, _registered("county")),
    Part(8, 0, 20, _registered("prefecture")),
    Part(5, 1, 17, _registered("province")),
    Part(4, 0, 12, _anonymous),
    Part(6, 0, 14, _group),
    Part(3, 0, 9, _assign_asked),
    Part(3, 0, 2, _answer_asked),
    Part(4, 0, 10, _corrected),
    Part(8, 0, 22, _relayed()),
    Part(6, 0, 17, _relayed(signed=False)),
    Part(4, 0, 16, _relayed(3, 60)),
    Part(4, 0, 12, _relayed(feedback=40, signed=False)),
    Part(16, 0, 48, _at_unit()),
    Part(8, 0, 20, _at_unit(feedback=30)),
    Part(14, 0, 34, _at_unit(signed=True)),
    Part(7, 0, 17, _direct),
    Part(5, 0, 5, _objected()),
    Part(3, 0, 3, _objected(relayed=True)),
    Part(2, 0, 2, _objected(asked=True)),
    Part(4, 0, 5, _consented(0)),
    Part(3, 0, 6, _consented(1)),
    Part(2, 5, 20, _consented(2)),
    Part(2, 0, 4, _relay_consented),
    Part(3, 4, 30, _refused),
    Part(10, 0, 62, _accepted()),
    Part(5, 0, 15, _accepted(told=False)),
    Part(12, 0, 80, _routed(), routed=True),
    Part(5, 10, 120, _routed(done=True), routed=True),
    Part(2, 0, 10, _declined("decline")),
    Part(2, 1, 9, _declined("decline", at_desk=True)),
    Part(2, 0, 12, _declined("no_longer")),
    Part(3, 0, 11, _declined("redirect")),
    Part(2, 0, 6, _declined("redirect", at_desk=True)),
    Part(4, 20, 150, _declined("decline", told=True)),
    Part(2, 30, 120, _declined("no_longer", told=True)),
    Part(4, 5, 140, _declined("redirect", told=True)),
    Part(28, 0, 92, _handling()),
    Part(8, 4, 50, _handling(2)),
    Part(6, 4, 58, _handling(3, 60)),
    Part(4, 3, 45, _handling(channel="VISIT", persons=12)),
    Part(8, 1, 60, _extended()),
    Part(3, 0, 3, _extended(approved=False)),
    Part(5, 0, 40, _drafting),
    Part(2, 0, 6, _defer_asked),
    Part(7, 0, 38, _in_approval(checked=False)),
    Part(5, 0, 30, _in_approval(checked=True)),
    Part(3, 0, 12, _in_approval(checked=False, important=True)),
    Part(8, 0, 30, _signed),
    Part(12, 0, 27, _served("SUPPORT")),
    Part(8, 0, 25, _served("EXPLAIN", "SUPPORT")),
    Part(4, 2, 20, _served("REJECT", length=2)),
    Part(10, 0, 44, _executing(15)),
    Part(4, 0, 4, _reported(1, own=True)),
    Part(4, 0, 6, _reported(2)),
    Part(4, 0, 9, _reported(2, forwarded=True)),
    Part(2, 0, 4, _reported(1, own=True, asked=True)),
    Part(3, 1, 10, _reported(2, forwarded=True, then="return")),
    Part(3, 1, 12, _reported(2, forwarded=True, then="approve")),
    Part(7, 40, 160, _reported(2, forwarded=True, then="approve")),
    Part(6, 0, 30, _studied(0), klass="A"),
    Part(3, 0, 10, _studied(1), klass="A"),
    Part(2, 0, 6, _studied(2), klass="A"),
    Part(9, 5, 150, _studied(3), klass="A"),
    Part(8, 10, 150, _answered),
    Part(18, 41, 230, _served("SUPPORT", closed=True)),
    Part(10, 41, 210, _served("EXPLAIN", closed=True)),
    Part(9, 45, 200, _served("REJECT", closed=True)),
    Part(6, 42, 140, _served("SUPPORT", "EXPLAIN", closed=True, slow=62)),
    Part(8, 45, 180, _executing(10, proved=True)),
    Part(6, 5, 120, _settled),
    Part(8, 0, 24, _accusation, klass="B"),
)


def journeys(region: Region) -> Iterator[Journey]:
    """All of them, each the same on every call; a kind for which the region has no chain of offices is left out."""
    number = 0
    for part in PARTS:
        for rest in part.rests():
            number += 1
            j = Journey.begin(number, region, rest, klass=part.klass, routed=part.routed)
            try:
                part.scene(j)
            except (CastIncomplete, IndexError):
                continue
            yield j
