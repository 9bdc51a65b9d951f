"""Which view answers at which address, under which name, and its words in the schema file."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import inline_serializer
from rest_framework.serializers import BaseSerializer, CharField
from rest_framework.views import APIView

from cases.api import codes, printing
from cases.api.answers import history
from cases.api.answers import preparing as answers
from cases.api.answers.full import CaseInFullOut
from cases.api.answers.listed import CaseOut
from cases.api.answers.sheets import PaperOut, ReceiptOut, SheetOut
from cases.api.answers.waiting import ApprovalOut, CountsOut
from cases.api.bodies import queries
from cases.api.schema import described
from cases.api.views import drafts, exports, lists, preparing, sheets, waiting
from cases.api.views.together import TOGETHER_VIEWS
from cases.api.views.verbs import VERB_VIEWS, Register


class CasesView(lists.Cases, Register):
    """The worklist, and where a filing enters."""


class DraftsView(lists.Drafts, drafts.StartDraft):
    """One's own drafts."""


def page_of(name: str, item: type[BaseSerializer[Any]]) -> Any:
    return inline_serializer(name, {"items": item(many=True), "next": CharField(allow_null=True)})


def items_of(name: str, item: type[BaseSerializer[Any]]) -> Any:
    return inline_serializer(name, {"items": item(many=True)})


def _name(item: type[BaseSerializer[Any]]) -> str:
    return item.__name__.removesuffix("Out")


def _list(view: type[lists.ListView], name: str, said: str, words: str, tag: str = "cases") -> type[APIView]:
    answer = page_of(f"{_name(view.item)}Page", view.item)
    return _get(view, name, said, words, answer, tag, view.query)


def _get(
    view: type[APIView],
    name: str,
    said: str,
    words: str,
    answer: Any,
    tag: str = "cases",
    query: type[BaseSerializer[Any]] | None = None,
) -> type[APIView]:
    """`said` in Chinese, for a list of operations; `words` in English."""
    return described(view, "get", name, summary=said, description=words, tag=tag, answer=answer, parameters=query)


def _post(view: type[APIView], name: str, said: str, words: str, tag: str) -> type[APIView]:
    return described(view, "post", name, summary=said, description=words, tag=tag)


_CODES = inline_serializer("CodeLists", {name: history.CodeOut(many=True) for name in codes.LISTS})
REGISTER = "T1, T1u: a filing and its case, number and query code at once."
_BYTES = {(200, "*/*"): OpenApiTypes.BINARY}

described(CasesView, "post", "register", summary="登记", description=REGISTER, tag="verbs")
_post(DraftsView, "start_draft", "存一份草稿", "T0: a new draft.", "drafts")

# (address, name, view)
Route = tuple[str, str, type[APIView]]
CASES: list[Route] = [
    ("cases", "cases", _list(CasesView, "cases", "本单位的件", "What the caller may see, soonest due first.")),
    ("cases/<uuid:case_id>", "case", _get(lists.CaseInFull, "case", "一件的全部", "One case in full.", CaseInFullOut)),
    ("cases/<uuid:case_id>/events", "events", _list(lists.Events, "events", "经过", "What happened, first to last.")),
    ("cases/<uuid:case_id>/notes", "notes", _list(lists.Notes, "notes", "备注和理由", "What people wrote.")),
    (
        "cases/<uuid:case_id>/attachments",
        "attachments",
        _list(lists.Attachments, "attachments", "材料", "The material."),
    ),
    (
        "cases/<uuid:case_id>/attachments/<uuid:attachment_id>/content",
        "attachment_content",
        _get(lists.Content, "attachment_content", "一份材料的内容", "The bytes of one file.", _BYTES),
    ),
]
DESK: list[Route] = [
    ("inbox", "inbox", _list(waiting.Inbox, "inbox", "待签收", "What was sent here and is not signed for.", "desk")),
    (
        "approvals",
        "approvals",
        _get(
            waiting.Approvals,
            "approvals",
            "待审批",
            "Opinions to check or sign, and what somebody proposed.",
            items_of("Approvals", ApprovalOut),
            "desk",
        ),
    ),
    (
        "tasks",
        "tasks",
        _get(
            waiting.Tasks,
            "tasks",
            "等本局决定的",
            "Objections and reports to decide, on what is not held here.",
            items_of("Tasks", CaseOut),
            "desk",
        ),
    ),
    (
        "counts",
        "counts",
        _get(
            waiting.Counts,
            "counts",
            "各有多少",
            "The numbers of the worklist and beside the entries.",
            CountsOut,
            "desk",
            queries.CountsQuery,
        ),
    ),
]
BEFORE: list[Route] = [
    (
        "cases/<uuid:case_id>/targets",
        "targets",
        _get(
            preparing.Targets,
            "targets",
            "可以转给谁",
            "Receivers by name, code, sound or duty, with their load.",
            items_of("Targets", answers.TargetOut),
            "preparing",
            queries.TargetsQuery,
        ),
    ),
    (
        "cases/<uuid:case_id>/after_transfer",
        "after_transfer",
        _get(
            preparing.AfterTransfer,
            "after_transfer",
            "转过去会怎样",
            "The receiver's dates, and what travels.",
            answers.AfterTransferOut,
            "preparing",
            queries.AfterTransferQuery,
        ),
    ),
    (
        "cases/<uuid:case_id>/drafting",
        "drafting",
        _get(
            preparing.Drafting,
            "drafting",
            "起草中的意见书",
            "The opinion in the making and what is still missing.",
            answers.DraftingOut,
            "preparing",
        ),
    ),
    (
        "cases/<uuid:case_id>/preview_opinion",
        "preview_opinion",
        _post(sheets.PreviewOpinion, "preview_opinion", "预览意见书", "As it would be issued.", "preparing"),
    ),
    (
        "cases/<uuid:case_id>/after_service",
        "after_service",
        _get(
            preparing.AfterService,
            "after_service",
            "送达后会怎样",
            "Which clocks stop and until when review may be asked.",
            answers.AfterServiceOut,
            "preparing",
            queries.ServedQuery,
        ),
    ),
    (
        "cases/<uuid:case_id>/reporting",
        "reporting",
        _get(
            preparing.Reporting,
            "reporting",
            "结报",
            "Owed to whom, what it may say, what it said.",
            answers.ReportingOut,
            "preparing",
        ),
    ),
    (
        "staff",
        "staff",
        _get(
            preparing.Staff,
            "staff",
            "可以分派给谁",
            "Sections of the own body and their people.",
            items_of("Staff", answers.StaffOut),
            "preparing",
        ),
    ),
]
PAPERS: list[Route] = [
    (
        "cases/<uuid:case_id>/papers",
        "papers",
        _get(sheets.Papers, "papers", "有哪些文书", "What may be read.", items_of("Papers", PaperOut), "papers"),
    ),
    (
        "cases/<uuid:case_id>/papers/<slug:kind>/<uuid:paper_id>",
        "paper",
        _get(
            sheets.Paper,
            "paper",
            "一份文书",
            "One paper, masked: as structured text, or as a document to print (Accept: text/html).",
            {(200, "application/json"): SheetOut, (200, printing.HTML): OpenApiTypes.STR},
            "papers",
        ),
    ),
    (
        "cases/<uuid:case_id>/receipt",
        "receipt",
        _get(
            sheets.Receipt,
            "receipt",
            "登记回执",
            "Receipt of a case registered here; with Accept: text/html the document to print, without the query code.",
            {(200, "application/json"): ReceiptOut, (200, printing.HTML): OpenApiTypes.STR},
            "papers",
        ),
    ),
    (
        "cases/<uuid:case_id>/registration",
        "registration",
        _get(
            sheets.Registration,
            "registration",
            "登记表",
            "The registration sheet to print, masked.",
            printing.HTML_ONLY,
            "papers",
        ),
    ),
    (
        "cases/<uuid:case_id>/sheet",
        "case_sheet",
        _get(
            sheets.CaseSheet,
            "case_sheet",
            "案卷单",
            "The case on paper with its history, masked; each one is logged.",
            printing.HTML_ONLY,
            "papers",
            queries.SheetQuery,
        ),
    ),
]
TAKEN: list[Route] = [
    (
        "book",
        "book",
        _list(exports.Book, "book", "登记簿", "What was registered in a period, in its order.", "desk"),
    ),
    (
        "exports/worklist",
        "export_worklist",
        _get(
            exports.ExportWorklist,
            "export_worklist",
            "导出工作台",
            "The list as a spreadsheet, masked; each one is logged.",
            printing.XLSX_ONLY,
            "exports",
            queries.TakenQuery,
        ),
    ),
    (
        "exports/book",
        "export_book",
        _get(
            exports.ExportBook,
            "export_book",
            "导出登记簿",
            "The register book as a spreadsheet, masked; each one is logged.",
            printing.XLSX_ONLY,
            "exports",
            queries.PeriodQuery,
        ),
    ),
]
OWN: list[Route] = [
    ("drafts", "drafts", _list(DraftsView, "drafts", "自己的草稿", "One's own drafts, the latest first.", "drafts")),
    (
        "drafts/<uuid:draft_id>",
        "one_draft",
        _get(lists.OneDraft, "one_draft", "一份草稿", "One draft with its content.", history.DraftOut, "drafts"),
    ),
    (
        "drafts/<uuid:draft_id>/save_draft",
        "save_draft",
        _post(drafts.SaveDraft, "save_draft", "再存草稿", "T0: over the version named.", "drafts"),
    ),
    (
        "drafts/<uuid:draft_id>/discard",
        "discard",
        _post(drafts.Discard, "discard", "丢弃草稿", "T0.", "drafts"),
    ),
    ("files", "files", _post(drafts.Files, "upload", "上传材料", "Keep a file; its token attaches it.", "files")),
    (
        "departments",
        "departments",
        _list(lists.Departments, "departments", "单位和科室", "By name, code or pinyin.", "office"),
    ),
    (
        "places",
        "places",
        _get(
            preparing.Places,
            "places",
            "问题属地",
            "Places a matter may be about.",
            items_of("Places", answers.PlaceOut),
            "office",
        ),
    ),
    ("codes", "codes", _get(lists.Codes, "codes", "代码表", "Every code list with its words.", _CODES, "office")),
    ("me", "me", _get(lists.Me, "me", "我是谁", "Who is asking, from which post.", history.MeOut, "office")),
]
ROUTES: list[Route] = [
    *CASES,
    *((f"cases/<uuid:case_id>/{verb}", verb, view) for verb, view in VERB_VIEWS.items()),
    *((f"together/{verb}", f"{verb}_together", view) for verb, view in TOGETHER_VIEWS.items()),
    *DESK,
    *BEFORE,
    *PAPERS,
    *TAKEN,
    *OWN,
]
