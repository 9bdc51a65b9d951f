"""Addresses of the desk. allauth finds its own by name, so those stand outside the namespace."""

from django.urls import include, path

from desk import (
    alerts,
    book,
    case_urls,
    digest,
    language,
    manual,
    objections,
    paper_urls,
    people,
    reference,
    register,
    statistics,
    transfers,
)
from desk.office import urls as office_urls
from desk.supervision import urls as supervision_urls
from desk.wall import urls as wall_urls

pages = [
    path("", people.home, name="home"),
    path("posts", people.choose_post, name="posts"),
    path("account", people.account, name="account"),
    path("account/sign-out-everywhere", people.sign_out_everywhere, name="sign_out_everywhere"),
    path("language", language.choose_language, name="language"),
    path("help/", manual.page, name="help"),
    path("register/", register.register, name="register"),
    path("register/draft/", register.draft, name="draft"),
    path("register/draft/<uuid:draft_id>/discard/", register.discard, name="discard"),
    path("register/files/", register.upload, name="upload"),
    path("register/<uuid:case_id>/", register.receipt, name="receipt"),
    path("cases/<uuid:case_id>/registration/", register.paper, name="registration"),
    path("cases/<uuid:case_id>/transfer/", transfers.transfer, name="transfer"),
    path("cases/<uuid:case_id>/transfer/units/", transfers.found, name="transfer_units"),
    path("cases/<uuid:case_id>/transfer/copies/", transfers.found_copies, name="transfer_copies"),
    path("cases/<uuid:case_id>/transfer/after/", transfers.after, name="transfer_after"),
    path("cases/<uuid:case_id>/object/", objections.object_, name="object"),
    path("cases/<uuid:case_id>/object/units/", objections.found, name="object_units"),
    path("cases/<uuid:case_id>/objection/", objections.objection, name="objection"),
    *alerts.pages,
    *digest.pages,
    *book.pages,
    *statistics.pages,
    *wall_urls.pages,
    *office_urls.pages,
    *supervision_urls.pages,
    *reference.pages,
    *paper_urls.pages,
    *case_urls.pages,
]

urlpatterns = [
    path("sign-in", people.SignIn.as_view(), name="account_login"),
    path("sign-out", people.SignOut.as_view(), name="account_logout"),
    path("password", people.NewPassword.as_view(), name="account_change_password"),
    path("account/sign-out-elsewhere", people.sign_out_elsewhere, name="usersessions_list"),
    path("", include((pages, "desk"))),
]
