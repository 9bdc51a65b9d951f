"""Opinion, approvals, service, report and the papers themselves; before the verbs done in place."""

from django.urls import path

from desk import approvals, opinions, papers, reports, serving

pages = [
    path("cases/<uuid:case_id>/opinion/", opinions.editor, name="opinion"),
    path("cases/<uuid:case_id>/opinion/draft/", opinions.autosave, name="opinion_draft"),
    path("cases/<uuid:case_id>/opinion/preview/", opinions.preview, name="opinion_preview"),
    path("cases/<uuid:case_id>/earlier/", opinions.earlier, name="earlier"),
    path("cases/<uuid:case_id>/opinion/laws/", opinions.laws, name="opinion_laws"),
    path("cases/<uuid:case_id>/opinion/presence/", opinions.presence, name="opinion_presence"),
    path("approvals/", approvals.listing, name="approvals"),
    path("approvals/<uuid:item_id>/", approvals.approve, name="approve"),
    path("cases/<uuid:case_id>/serve/", serving.serve, name="serve"),
    path("cases/<uuid:case_id>/serve/address/", serving.address, name="serve_address"),
    path("cases/<uuid:case_id>/report/", reports.report, name="report"),
    path("cases/<uuid:case_id>/papers/<slug:kind>/<uuid:paper_id>/", papers.paper, name="paper"),
]
