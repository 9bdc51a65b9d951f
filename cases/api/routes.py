"""Which view answers at which address, under which name, and its words in the schema file."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import inline_serializer
from rest_framework.serializers import BaseSerializer, CharField
from rest_framework.views import APIView

from cases.api import codes
from cases.api.answers import history
from cases.api.answers.full import CaseInFullOut
from cases.api.schema import described
from cases.api.views import drafts, lists
from cases.api.views.verbs import REGISTER, VERB_VIEWS, Register


class CasesView(lists.Cases, Register):
    """The worklist, and where a filing enters."""


class DraftsView(lists.Drafts, drafts.StartDraft):
    """One's own drafts."""


def page_of(name: str, item: type[BaseSerializer[Any]]) -> Any:
    return inline_serializer(name, {"items": item(many=True), "next": CharField(allow_null=True)})


def _list(view: type[lists.ListView], name: str, summary: str, tag: str = "cases") -> type[APIView]:
    answer = page_of(f"{view.item.__name__.removesuffix('Out')}Page", view.item)
    return described(view, "get", name, summary=summary, tag=tag, answer=answer, parameters=view.query)


def _one(view: type[APIView], name: str, summary: str, answer: Any, tag: str = "cases") -> type[APIView]:
    return described(view, "get", name, summary=summary, tag=tag, answer=answer)


_CODES = inline_serializer("CodeLists", {name: history.CodeOut(many=True) for name in codes.LISTS})
_BYTES = {(200, "*/*"): OpenApiTypes.BINARY}

described(CasesView, "post", "register", summary=REGISTER.summary, tag="verbs", example=REGISTER.example)
described(DraftsView, "post", "start_draft", summary="暂存 (T0): a new draft.", tag="drafts")

# (address, name, view)
ROUTES: list[tuple[str, str, type[APIView]]] = [
    ("cases", "cases", _list(CasesView, "cases", "The rows of the own office that the caller may see, by due date.")),
    ("cases/<uuid:case_id>", "case", _one(lists.CaseInFull, "case", "One case in full.", CaseInFullOut)),
    ("cases/<uuid:case_id>/events", "events", _list(lists.Events, "events", "What happened, first to last.")),
    ("cases/<uuid:case_id>/notes", "notes", _list(lists.Notes, "notes", "What people wrote.")),
    ("cases/<uuid:case_id>/attachments", "attachments", _list(lists.Attachments, "attachments", "The material.")),
    (
        "cases/<uuid:case_id>/attachments/<uuid:attachment_id>/content",
        "attachment_content",
        _one(lists.Content, "attachment_content", "The bytes of one file.", _BYTES),
    ),
    *((f"cases/<uuid:case_id>/{verb}", verb, view) for verb, view in VERB_VIEWS.items()),
    ("drafts", "drafts", _list(DraftsView, "drafts", "One's own drafts, the latest first.", "drafts")),
    (
        "drafts/<uuid:draft_id>",
        "one_draft",
        _one(lists.OneDraft, "one_draft", "One draft with its content.", history.DraftOut, "drafts"),
    ),
    (
        "drafts/<uuid:draft_id>/save_draft",
        "save_draft",
        described(drafts.SaveDraft, "post", "save_draft", summary="暂存 (T0): over the version named.", tag="drafts"),
    ),
    (
        "drafts/<uuid:draft_id>/discard",
        "discard",
        described(drafts.Discard, "post", "discard", summary="丢弃 (T0).", tag="drafts"),
    ),
    (
        "files",
        "files",
        described(drafts.Files, "post", "upload", summary="Keep a file; its token attaches it.", tag="files"),
    ),
    (
        "departments",
        "departments",
        _list(lists.Departments, "departments", "Where a case may go, by name, code or pinyin.", "office"),
    ),
    ("codes", "codes", _one(lists.Codes, "codes", "Every code list with its words.", _CODES, "office")),
    ("me", "me", _one(lists.Me, "me", "Who is asking, from which post.", history.MeOut, "office")),
]
