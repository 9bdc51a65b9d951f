"""Addresses of the desk on the public host: how to find one's office, and the operator's pages."""

from django.urls import include, path

from desk import language, people

urlpatterns = [
    path("", people.landing, name="landing"),
    path("sign-in", people.SignIn.as_view(), name="account_login"),
    path("sign-out", people.SignOut.as_view(), name="account_logout"),
    path("password", people.NewPassword.as_view(), name="account_change_password"),
    path("", include(([path("language", language.choose_language, name="language")], "desk"))),
    path("", include("desk.operator.urls")),
]
