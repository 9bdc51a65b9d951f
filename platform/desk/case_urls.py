"""Worklist, inbox, case page and the verbs done in place. A verb's address never hides a page of its own."""

from django.urls import path, re_path

from desk import casefiles, casepage, casesheet, export, inbox, together, verbs, worklist
from desk.forms import FORMS

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

pages = [
    path("worklist/", worklist.page, name="worklist"),
    path("worklist/sign-for/", worklist.sign_for, name="worklist_sign_for"),
    re_path(r"^worklist/together/(?P<verb>allot|transfer|assign)/$", together.together, name="together"),
    path("worklist/export/", export.export, name="worklist_export"),
    path("sealed/", worklist.sealed, name="sealed"),
    path("inbox/", inbox.page, name="inbox"),
    path("inbox/sign-for/", inbox.sign_for, name="inbox_sign_for"),
    path("cases/<uuid:case_id>/", casepage.page, name="case"),
    path("cases/<uuid:case_id>/people/", casepage.people, name="people"),
    path("cases/<uuid:case_id>/sealed-words/", casepage.sealed_words, name="sealed_words"),
    path("cases/<uuid:case_id>/files/", casefiles.taken, name="files_taken"),
    path("cases/<uuid:case_id>/files/<uuid:file_id>/", casefiles.file, name="file"),
    path("cases/<uuid:case_id>/files/<uuid:file_id>/preview/", casefiles.preview, name="file_preview"),
    path("cases/<uuid:case_id>/sheet/", casesheet.sheet, name="sheet"),
    re_path(rf"^cases/(?P<case_id>{_UUID})/(?P<verb>{'|'.join(sorted(FORMS))})/$", verbs.verb, name="verb"),
]
