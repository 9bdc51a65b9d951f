"""Addresses of search under /api/v1, and their words in the schema file."""

from __future__ import annotations

from cases.api import printing, routing, scope
from cases.api.bodies.handling import Nothing
from cases.api.office.acts import act, both
from cases.api.routing import Route, items_of, one, posted
from search import saved
from search.api import answers, bodies, synonyms, views
from tenants.tokens import READ

TAG = "search"
_HITS = items_of("Hits", answers.HitOut)
_KEPT = both(
    one(views.SavedSearches, "saved_searches", "常用查询", "One's own.", items_of("Saved", answers.SavedOut), TAG),
    act(
        "keep_search",
        "存为常用查询",
        "One's own; with tells, later cases are told.",
        views.keep,
        bodies.KeepSearchBody,
        answers.SavedOut,
        made=True,
        tag=TAG,
    ),
)

ROUTES: list[Route] = [
    (
        "search",
        one(
            views.Search,
            "search",
            "查询",
            "Cases by words, numbers and dates as typed on the page 查询, with what one may narrow down by.",
            answers.FoundOut,
            TAG,
            bodies.SearchQuery,
        ),
    ),
    (
        "search/near",
        one(views.Near, "search_near", "相近的件", "Where few hits have it all.", _HITS, TAG, bodies.AskedBody),
    ),
    (
        "search/suggest",
        one(views.Suggest, "suggest", "边输入边查", "By title and number.", _HITS, TAG, bodies.TypedQuery),
    ),
    (
        "search/people",
        act(
            "search_people",
            "按姓名、证件或电话查",
            "Exactly, in the own office, for a reason; each one is logged.",
            views.seek,
            bodies.SoughtBody,
            answers.SoughtOut,
            once=True,
            tag=TAG,
        ),
    ),
    ("search/alike", posted(views.Alike, "search_alike", "与正在登记的相似的件", "By what is written so far.", TAG)),
    (
        "cases/<uuid:case_id>/similar",
        one(
            views.SimilarTo,
            "similar",
            "相似的件",
            "What is like a case, and why.",
            items_of("SimilarCases", answers.SimilarOut),
            TAG,
        ),
    ),
    (
        "exports/search",
        one(
            views.ExportHits,
            "export_search",
            "导出查询结果",
            "The hits as a spreadsheet, masked; each one is logged.",
            printing.XLSX_ONLY,
            "exports",
            bodies.AskedBody,
        ),
    ),
    (
        "search/recent",
        one(
            views.Recent, "recent_searches", "最近查过", "The latest first.", items_of("Recent", answers.RecentOut), TAG
        ),
    ),
    (
        "search/recent/forget",
        act("forget_recent_searches", "清除最近查过", "All of them.", saved.forget_recent, Nothing, tag=TAG),
    ),
    ("search/saved", _KEPT),
    (
        "search/saved/<uuid:saved_id>/look",
        act(
            "look_at_search",
            "打开常用查询",
            "What was new to it is known from now on.",
            saved.look,
            Nothing,
            answers.SavedOut,
            tag=TAG,
        ),
    ),
    (
        "search/saved/<uuid:saved_id>/change",
        act(
            "change_search",
            "修改常用查询",
            "Its name, and whether it tells.",
            views.change,
            bodies.ChangeSearchBody,
            answers.SavedOut,
            tag=TAG,
        ),
    ),
    (
        "search/saved/<uuid:saved_id>/forget",
        act("forget_search", "删除常用查询", "One's own.", saved.forget, Nothing, tag=TAG),
    ),
]


def register() -> None:
    """While the app loads. Another system asks for a person where it may also read who somebody is."""
    routing.FURTHER += [*ROUTES, *synonyms.ROUTES]
    scope.POSTED |= {"search_people": ("unmask",), "search_alike": (READ,)}
