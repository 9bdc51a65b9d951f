"""Which view answers at which address, under which name, and its words in the schema file."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import inline_serializer

from cases.api import codes, printing
from cases.api.answers import history
from cases.api.answers import picking as found
from cases.api.answers import preparing as answers
from cases.api.answers.below import CaseBelowOut
from cases.api.answers.full import CaseInFullOut
from cases.api.answers.listed import CaseOut
from cases.api.answers.sheets import PaperOut, ReceiptOut, SheetOut
from cases.api.answers.waiting import ApprovalOut, CountsOut
from cases.api.bodies import queries
from cases.api.office import OFFICE
from cases.api.routing import Route, items_of, one, paged, posted
from cases.api.schema import described
from cases.api.views import alerts, drafts, exports, lists, picking, preparing, sheets, waiting
from cases.api.views.together import TOGETHER_VIEWS
from cases.api.views.verbs import VERB_VIEWS, Register


class CasesView(lists.Cases, Register):
    """The worklist, and where a filing enters."""


class DraftsView(lists.Drafts, drafts.StartDraft):
    """One's own drafts."""


_CODES = inline_serializer("CodeLists", {name: history.CodeOut(many=True) for name in codes.LISTS})
REGISTER = "T1, T1u: a filing and its case, number and query code at once."
_BYTES = {(200, "*/*"): OpenApiTypes.BINARY}

described(CasesView, "post", "register", summary="登记", description=REGISTER, tag="verbs")
posted(DraftsView, "start_draft", "存一份草稿", "T0: a new draft.", "drafts")

CASES: list[Route] = [
    ("cases", paged(CasesView, "cases", "本单位的件", "What the caller may see, soonest due first.")),
    ("cases/<uuid:case_id>", one(lists.CaseInFull, "case", "一件的全部", "One case in full.", CaseInFullOut)),
    (
        "below/<slug:office>/<uuid:case_id>",
        one(
            lists.CaseBelow,
            "case_below",
            "下级单位的一件",
            "As an office above reads it: masked; each look is logged in that office.",
            CaseBelowOut,
        ),
    ),
    ("cases/<uuid:case_id>/events", paged(lists.Events, "events", "经过", "What happened, first to last.")),
    ("cases/<uuid:case_id>/notes", paged(lists.Notes, "notes", "备注和理由", "What people wrote.")),
    ("cases/<uuid:case_id>/attachments", paged(lists.Attachments, "attachments", "材料", "The material.")),
    (
        "cases/<uuid:case_id>/attachments/<uuid:attachment_id>/content",
        one(lists.Content, "attachment_content", "一份材料的内容", "The bytes of one file.", _BYTES),
    ),
]
TAKEN_FILES: list[Route] = [
    (
        "cases/<uuid:case_id>/attachments/content",
        one(lists.AllContent, "all_content", "全部材料", "All files as one zip; logged.", printing.ZIP_ONLY),
    ),
]
DESK: list[Route] = [
    ("inbox", paged(waiting.Inbox, "inbox", "待签收", "What was sent here and is not signed for.", "desk")),
    (
        "approvals",
        one(
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
        one(
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
        one(
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
ALERTS: list[Route] = [
    ("alerts", paged(alerts.Alerts, "alerts", "提醒", "What the caller's post has to hear, what waits first.", "desk")),
    (
        "alerts/acknowledge",
        posted(alerts.Acknowledge, "acknowledge_alerts", "确认提醒", "A person takes note, for all who hear.", "desk"),
    ),
]
BEFORE: list[Route] = [
    (
        "cases/<uuid:case_id>/targets",
        one(
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
        one(
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
        one(
            preparing.Drafting,
            "drafting",
            "起草中的意见书",
            "The opinion in the making and what is still missing.",
            answers.DraftingOut,
            "preparing",
        ),
    ),
    (
        "cases/<uuid:case_id>/articles",
        one(
            picking.Articles,
            "articles",
            "可以引用的条文",
            "By words; without any those usual for the subject.",
            items_of("Articles", found.ArticleToCiteOut),
            "preparing",
            queries.TargetsQuery,
        ),
    ),
    (
        "cases/<uuid:case_id>/earlier",
        one(
            picking.Earlier,
            "earlier",
            "以往答复",
            "What the unit answered before on the same subject, nearest first.",
            items_of("Earlier", found.EarlierOut),
            "preparing",
        ),
    ),
    (
        "wordings",
        one(
            picking.Wordings,
            "wordings_to_use",
            "可以用的常用语",
            "The own unit's first, then the office's.",
            items_of("WordingsToUse", found.WordingToUseOut),
            "preparing",
        ),
    ),
    (
        "cases/<uuid:case_id>/preview_opinion",
        posted(sheets.PreviewOpinion, "preview_opinion", "预览意见书", "As it would be issued.", "preparing"),
    ),
    (
        "cases/<uuid:case_id>/after_service",
        one(
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
        one(
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
        one(
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
        one(sheets.Papers, "papers", "有哪些文书", "What may be read.", items_of("Papers", PaperOut), "papers"),
    ),
    (
        "cases/<uuid:case_id>/papers/<slug:kind>/<uuid:paper_id>",
        one(
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
        one(
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
        one(
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
        one(
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
    ("book", paged(exports.Book, "book", "登记簿", "What was registered in a period, in its order.", "desk")),
    (
        "exports/worklist",
        one(
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
        one(
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
    ("drafts", paged(DraftsView, "drafts", "自己的草稿", "One's own drafts, the latest first.", "drafts")),
    (
        "drafts/<uuid:draft_id>",
        one(lists.OneDraft, "one_draft", "一份草稿", "One draft with its content.", history.DraftOut, "drafts"),
    ),
    (
        "drafts/<uuid:draft_id>/save_draft",
        posted(drafts.SaveDraft, "save_draft", "再存草稿", "T0: over the version named.", "drafts"),
    ),
    ("drafts/<uuid:draft_id>/discard", posted(drafts.Discard, "discard", "丢弃草稿", "T0.", "drafts")),
    ("files", posted(drafts.Files, "upload", "上传材料", "Keep a file; its token attaches it.", "files")),
    ("departments", paged(lists.Departments, "departments", "单位和科室", "By name, code or pinyin.", "office")),
    (
        "places",
        one(
            preparing.Places,
            "places",
            "问题属地",
            "Places a matter may be about.",
            items_of("Places", answers.PlaceOut),
            "office",
        ),
    ),
    ("codes", one(lists.Codes, "codes", "代码表", "Every code list with its words.", _CODES, "office")),
    ("me", one(lists.Me, "me", "我是谁", "Who is asking, from which post.", history.MeOut, "office")),
]
ROUTES: list[Route] = [
    *CASES,
    *TAKEN_FILES,
    *((f"cases/<uuid:case_id>/{verb}", view) for verb, view in VERB_VIEWS.items()),
    *((f"together/{verb}", view) for verb, view in TOGETHER_VIEWS.items()),
    *DESK,
    *ALERTS,
    *BEFORE,
    *PAPERS,
    *TAKEN,
    *OWN,
    *OFFICE,
]
