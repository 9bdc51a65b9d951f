"""Every verb once, on a handful of cases of three offices, with words in every field that a person may type into.

`Words` are what must never lie or travel in clear: what a person is (name, phone, ID, address, file name) and what is
typed into notes, reasons, letters, proofs and drafts. Narratives of classes A and C and the text of answers are plain
by design (design §4) and stay free of them here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from cases import actions
from cases.actions import Upload
from cases.models import Answer, Proposal
from cases.people import Person
from cases.transitions import VERBS
from kernel import files
from tenants import context
from tenants.actors import Actor
from tests.cases.making import BUREAU, COUNTY, answers, at, do, entry, in_days
from tests.people import actor, department

UNIT = "住建局"
PDF = b"%PDF-1.7 "
BESIDES = frozenset({"save_draft", "discard", "propose", "turn_down", "read_sealed"})


@dataclass(frozen=True)
class Words:
    """`person` is masked in every office; `inner` never leaves the office that typed it; `typed` may travel, sealed."""

    name: str = "尉迟青鸾"
    phone: str = "13977770123"
    id_number: str = "110101199003077758"
    address: str = "翡翠湾渡口路七弄八号"
    file: str = "青鸾密证"
    content: str = "附件正文之秘"
    inner: str = "内部密语不出门"
    typed: str = "苍鹭往来密语"
    accusation: str = "检举原文之秘"

    @property
    def text(self) -> str:
        return f"{self.typed}，{self.name}，{self.phone}，{self.id_number}，{self.address}"

    @property
    def note(self) -> str:
        return f"{self.inner}，{self.name}，{self.phone}，{self.id_number}"

    def every(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def who(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("name", "phone", "id_number", "address")}

    def person(self, **changes: str) -> Person:
        given = self.who() | {"id_type": "1", "mailing_address": self.address}
        return Person(**{**given, **changes})


@dataclass
class Drive:
    """Calls verbs and remembers which; `cases` are the ids, by what happened to them."""

    words: Words = field(default_factory=Words)
    called: set[str] = field(default_factory=set)
    cases: dict[str, UUID] = field(default_factory=dict)

    def act(self, who: Actor, verb: str, case_id: UUID, /, **fields: Any) -> Any:
        self.called.add(verb)
        return do(who, verb, case_id, **fields)

    def asked(self, first: Actor, second: Actor, verb: str, case_id: UUID, /, **fields: Any) -> Any:
        """Two pairs of eyes; the proposal holds what was typed as well."""
        self.act(first, "propose", case_id, verb=verb, fields={k: str(v) for k, v in fields.items()})
        return self.act(second, verb, case_id, **fields)

    def upload(self, who: Actor, part: int = 0) -> Upload:
        with at(who):
            body = PDF + f"{self.words.content} {part}".encode()
            kept = files.receive(SimpleUploadedFile(f"{self.words.file}{part}.pdf", body))
            return Upload(kept.sha, kept.name, kept.mime, kept.size)

    def register(self, label: str, who: Actor, **changes: Any) -> UUID:
        self.called.add("register")
        given = {"people": [self.words.person()], **changes}
        with at(who):
            made = actions.register(who, entry(**given))
        self.cases[label] = made.case.id
        return made.case.id

    def at_unit(self, label: str, **changes: Any) -> UUID:
        case_id = self.register(label, actor(COUNTY, "R2"), **changes)
        target = department(COUNTY, UNIT).id
        self.act(actor(COUNTY, "R3"), "transfer", case_id, to_department=target, letter_text=self.words.text)
        self.act(actor(COUNTY, "R5", unit=UNIT), "sign_for", case_id)
        return case_id

    def proposal(self, code: str, case_id: UUID) -> UUID:
        with context.use(context.tenant_by_code(code)):
            found: UUID = Proposal.objects.get(case_id=case_id, status="open").id
        return found


def drive(words: Words | None = None, *, only: Iterable[str] = ()) -> Drive:
    """All of it; the verbs called are all there are."""
    made = Drive(words or Words())
    chosen = [part for part in PARTS if not only or part.__name__ in only]
    for part in chosen:
        part(made)
    if not only:
        assert made.called == VERBS | BESIDES, sorted((VERBS | BESIDES) ^ made.called)
    return made


def drafted(made: Drive) -> None:
    clerk = actor(COUNTY, "R2")
    with at(clerk):
        for goes in (True, False):
            row = actions.save_draft(clerk, body={"text": made.words.text, "people": [made.words.who()]})
            actions.save_draft(clerk, body={"text": made.words.note}, draft=row.id, version=row.version)
            if goes:
                actions.discard(clerk, draft=row.id)
    made.called |= {"save_draft", "discard"}


def assigned(made: Drive) -> None:
    """Down two levels, worked on, answered, reported, sent back, reported again, closed."""
    words = made.words
    clerk, sender, leader = actor(BUREAU, "R2"), actor(BUREAU, "R3"), actor(BUREAU, "R4")
    case_id = made.register("assigned", clerk, files=[made.upload(clerk)])
    people = [words.person(), Person(name=words.name, role="cosigner", phone=words.phone)]
    made.act(clerk, "complete", case_id, changes={"content_class": "0307"}, people=people)
    made.act(clerk, "correct", case_id, changes={"persons": 2}, people=people, reason=words.text)
    made.act(clerk, "note", case_id, text=words.note)
    made.act(clerk, "attach", case_id, files=[made.upload(clerk, 1)])
    made.act(clerk, "reissue_code", case_id, identity_checked=True)
    made.act(clerk, "unmask", case_id, reason="contact")
    letter = {"to_department": department(COUNTY).id, "feedback_on": in_days(45), "letter_text": words.text}
    made.act(sender, "propose", case_id, verb="assign", fields={k: str(v) for k, v in letter.items()})
    made.act(leader, "turn_down", case_id, proposal=made.proposal(BUREAU, case_id), reason=words.text)
    made.asked(sender, leader, "assign", case_id, **letter)
    _answered(made, case_id)


def _answered(made: Drive, case_id: UUID) -> None:
    words, leader = made.words, actor(BUREAU, "R4")
    relay, desk = actor(COUNTY, "R3"), actor(COUNTY, "R5", unit=UNIT)
    handler, office = actor(COUNTY, "R6", unit=UNIT), actor(COUNTY, "R7", unit=UNIT)
    deputy, head = actor(COUNTY, "R8", unit=UNIT), actor(COUNTY, "R9", unit=UNIT)
    made.act(relay, "sign_for", case_id)
    made.act(relay, "transfer", case_id, to_department=department(COUNTY, UNIT).id, letter_text=words.text)
    made.act(desk, "sign_for", case_id)
    made.act(desk, "accept", case_id)
    made.act(desk, "notify", case_id, way="1", proof=words.text)
    made.act(desk, "allot", case_id, to_department=handler.department, handler=handler.user)
    made.act(handler, "contact", case_id, way="phone", text=words.text, persons=words.name)
    made.act(handler, "note", case_id, text=words.note)
    made.asked(handler, head, "extend", case_id, days=5, reason=words.text)
    made.act(desk, "notify", case_id, way="1", proof=words.text)
    made.act(head, "propose", case_id, verb="defer", fields={"reason": words.text, "feedback_on": str(in_days(90))})
    made.act(leader, "turn_down", case_id, proposal=made.proposal(BUREAU, case_id), reason=words.text)
    made.asked(head, leader, "defer", case_id, feedback_on=in_days(90), reason=words.text)

    item = {"item": "修复电梯", "execute_by": in_days(20).isoformat()}
    for again in (True, False):
        written = answers(COUNTY, case_id, **item)
        made.called.add("draft")
        do(handler, "draft", case_id, answers=written, overall=words.note)
        made.act(handler, "submit", case_id)
        if again:
            made.act(office, "send_back", case_id, gates=["facts"], reason=words.text)
    made.act(office, "check", case_id)
    made.act(deputy, "sign", case_id)
    proof = {"witness": words.text, "proof": words.text, "refused": True}
    made.act(desk, "serve", case_id, way="0", received_on=in_days(0), view="9", **proof)
    with at(desk):
        rows = list(Answer.objects.filter(opinion__case_id=case_id).values_list("id", flat=True))
    for row in rows:
        made.act(desk, "prove_execution", case_id, answer=row, executed_on=in_days(0), proof=words.text)
    words_up = dict.fromkeys(("facts", "handling", "attitude", "execution"), words.text)
    for again in (True, False):
        made.asked(desk, deputy, "report", case_id, **words_up)
        made.act(relay, "forward_report", case_id)
        if again:
            made.act(leader, "return_report", case_id, gate="form", reason=words.text)
    made.act(leader, "approve_report", case_id, text=words.text)
    made.act(desk, "close", case_id, closing_kind="settled", reason=words.text)


def objected(made: Drive) -> None:
    """Between two offices: refused, then, of another case, consented to and taken back."""
    words = made.words
    clerk, sender, leader = actor(BUREAU, "R2"), actor(BUREAU, "R3"), actor(BUREAU, "R4")
    first, second = actor(COUNTY, "R3"), actor(COUNTY, "R4")
    for decision in ("refuse", "consent"):
        case_id = made.register(decision, clerk, files=[made.upload(clerk, 2)])
        made.act(sender, "transfer", case_id, to_department=department(COUNTY).id, letter_text=words.text)
        made.act(first, "note", case_id, text=words.note)
        made.asked(first, second, "object", case_id, reason="duty", text=words.text, law=words.text)
        made.act(leader, decision, case_id, text=words.text)


def routed(made: Drive) -> None:
    desk = actor(COUNTY, "R5", unit=UNIT)
    case_id = made.at_unit("routed")
    words = made.words
    fields = {"path": "C2", "procedure": words.text, "body": words.text, "law": "《劳动争议调解仲裁法》"}
    made.act(desk, "route", case_id, **fields)
    made.act(desk, "notify", case_id, way="1", proof=words.text)
    number = f"{words.typed}{words.phone}"
    made.act(desk, "record_result", case_id, number=number, result=words.text, ended_on=in_days(0))


def studied(made: Drive) -> None:
    case_id = made.at_unit("studied", klass="A", purpose="01")
    made.act(actor(COUNTY, "R5", unit=UNIT), "study", case_id)


def ended_early(made: Drive) -> None:
    """declined, redirected by a unit; answered by the bureau."""
    words = made.words
    desk, deputy = actor(COUNTY, "R5", unit=UNIT), actor(COUNTY, "R8", unit=UNIT)
    case_id = made.at_unit("declined")
    made.asked(desk, deputy, "decline", case_id, ground="N1", text=words.text, body=words.text, same_facts=True)
    made.act(desk, "notify", case_id, way="1", proof=words.text)
    case_id = made.at_unit("redirected")
    made.asked(desk, deputy, "redirect", case_id, ground="N3", text=words.text, body=words.text)
    case_id = made.register("answered", actor(COUNTY, "R2"))
    made.asked(actor(COUNTY, "R3"), actor(COUNTY, "R4"), "answer", case_id, text=words.text, way="0")


def sealed(made: Drive) -> None:
    """An accusation from the first word, and one found to be so in a county after the prefecture had sent it down."""
    words = made.words
    story = {
        "text": f"{words.accusation}，{words.text}",
        "title": words.accusation,
        "demands": [words.accusation],
        "place_detail": words.accusation,
        "addressee": words.accusation,
    }
    clerk = actor(COUNTY, "R2")
    case_id = made.register("sealed", clerk, klass="B", purpose="02", files=[made.upload(clerk, 3)], **story)
    keeper = actor(COUNTY, "R18")
    made.act(keeper, "note", case_id, text=words.note)
    made.act(keeper, "unmask", case_id, reason="contact")
    made.act(keeper, "read_sealed", case_id)
    case_id = made.register("sealed later", actor(BUREAU, "R2"), purpose="99", klass="", **story)
    target = department(COUNTY).id
    made.act(actor(BUREAU, "R3"), "transfer", case_id, to_department=target, letter_text=words.text)
    made.act(actor(COUNTY, "R3"), "sign_for", case_id)
    made.act(actor(COUNTY, "R3"), "correct", case_id, changes={"klass": "B"}, reason=words.text)


PARTS: tuple[Callable[[Drive], None], ...] = (drafted, assigned, objected, routed, studied, ended_early, sealed)
