"""One address per verb: POST /cases/{id}/{verb}. The table is the whole of it; what a verb does is its action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.parsers import BaseParser
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from cases import actions
from cases.actions import Entry
from cases.api import reading
from cases.api.answers.history import PeopleInClearOut, SealedWordsOut
from cases.api.answers.listed import CaseOut, RegisteredOut
from cases.api.answers.papers import DraftedOut
from cases.api.bodies import filings, handling, papers
from cases.api.parsers import StrictJSONParser
from cases.api.schema import CaseSchema, described
from cases.api.tokens import uploads_of
from cases.api.views.proposals import checked
from cases.models import Case, Opinion
from cases.people import Person
from cases.queries import labels
from kernel.api import ActionView
from tenants.actors import Actor


class PostView(ActionView):
    """What all changes share."""

    parser_classes: Sequence[type[BaseParser]] = (StrictJSONParser,)
    metadata_class = None
    schema = CaseSchema()


class VerbView(PostView):
    """POST: the action of the same name, with the body's members as its arguments."""

    verb: ClassVar[str]
    answer: ClassVar[type[BaseSerializer[Any]] | None] = CaseOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, case_id: UUID) -> Any:
        return getattr(actions, self.verb)(actor, case_id, version=version, **data)


@dataclass(frozen=True)
class Registration:
    """What `RegisteredOut` tells, and the ETag of the new case."""

    case: Case
    query_code: str

    @property
    def version(self) -> int:
        return self.case.version


class Register(PostView):
    body = filings.RegisterBody
    needs_version = False
    success = 201
    answer = RegisteredOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None) -> Registration:
        draft = data.pop("draft", None)
        data["people"] = [Person(**person) for person in data.get("people", ())]
        data["files"] = uploads_of(actor, data.get("files", []))
        made = actions.register(actor, Entry(**data), draft=draft)
        return Registration(made.case, made.query_code)

    def location(self, result: Registration) -> str:
        return f"/api/v1/cases/{result.case.id}"


class ReissueCode(VerbView):
    answer = RegisteredOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, case_id: UUID) -> Registration:
        made = actions.reissue_code(actor, case_id, version=version, **data)
        return Registration(made.case, made.query_code)


class Attach(VerbView):
    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, case_id: UUID) -> Case:
        reading.case(actor, case_id)  # a case that is not theirs does not exist, whatever the files are
        return actions.attach(actor, case_id, version=version, files=uploads_of(actor, data["files"]))


class DraftOpinion(VerbView):
    """The text has a version of its own, in the body: typing moves no case."""

    needs_version = False
    answer = DraftedOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, case_id: UUID) -> Opinion:
        return actions.draft(actor, case_id, **data)


class Propose(VerbView):
    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, case_id: UUID) -> Case:
        fields = checked(data["fields"], BODIES[data["verb"]])
        return actions.propose(actor, case_id, version=version, verb=data["verb"], fields=fields)


class ReadingView(VerbView):
    """A look that leaves a trace. It is never answered from memory: an Idempotency-Key has no meaning here."""

    needs_version = False
    remembers = False


class Unmask(ReadingView):
    answer = PeopleInClearOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, case_id: UUID) -> dict[str, Any]:
        return {"people": actions.unmask(actor, case_id, **data)}


class ReadSealed(ReadingView):
    answer = SealedWordsOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, case_id: UUID) -> dict[str, str]:
        return actions.read_sealed(actor, case_id)


BODIES: dict[str, type[filings.Body]] = {
    "complete": filings.CompleteBody,
    "correct": filings.CorrectBody,
    "reissue_code": filings.ReissueCodeBody,
    "transfer": handling.TransferBody,
    "assign": handling.AssignBody,
    "allot": handling.AllotBody,
    "sign_for": handling.SignForBody,
    "object": handling.ObjectBody,
    "consent": handling.ConsentBody,
    "refuse": handling.RefuseBody,
    "accept": handling.Nothing,
    "route": handling.RouteBody,
    "study": handling.Nothing,
    "decline": handling.DeclineBody,
    "redirect": handling.RedirectBody,
    "answer": handling.AnswerBody,
    "notify": handling.NotifyBody,
    "record_result": handling.RecordResultBody,
    "contact": handling.ContactBody,
    "note": handling.NoteBody,
    "attach": handling.AttachBody,
    "extend": handling.ExtendBody,
    "draft": papers.DraftOpinionBody,
    "submit": handling.Nothing,
    "check": handling.Nothing,
    "sign": handling.Nothing,
    "send_back": papers.SendBackBody,
    "serve": papers.ServeBody,
    "prove_execution": papers.ProveExecutionBody,
    "report": papers.ReportBody,
    "forward_report": handling.Nothing,
    "approve_report": papers.ApproveReportBody,
    "return_report": papers.ReturnReportBody,
    "defer": papers.DeferBody,
    "close": papers.CloseBody,
    "unmask": papers.UnmaskBody,
    "read_sealed": handling.Nothing,
    "propose": papers.ProposeBody,
    "turn_down": papers.TurnDownBody,
}
OWN: dict[str, type[VerbView]] = {
    "reissue_code": ReissueCode,
    "attach": Attach,
    "draft": DraftOpinion,
    "propose": Propose,
    "unmask": Unmask,
    "read_sealed": ReadSealed,
}


# Where the button's word alone would not tell, in a list of all.
CALLED = {
    "propose": "提请",
    "read_sealed": "查看封存的原文",
    "send_back": "退回重办（审核）",
    "return_report": "退回重办（结报）",
}


def _view(verb: str, body: type[filings.Body]) -> type[APIView]:
    base = OWN.get(verb, VerbView)
    name = "".join(part.title() for part in verb.split("_"))
    made = type(f"{name}View", (base,), {"verb": verb, "body": body, "__doc__": "", "__module__": __name__})
    words = (getattr(actions, verb).__doc__ or "").strip().splitlines()[0]
    summary = CALLED.get(verb) or labels.verb(verb)
    return described(made, "post", verb, summary=summary, description=words, tag="verbs")


VERB_VIEWS = {verb: _view(verb, body) for verb, body in BODIES.items()}
