"""Addresses of the desk on the public host: how to find one's office, nothing else."""

from django.urls import include, path

from desk import language, people

urlpatterns = [
    path("", people.landing, name="landing"),
    path("", include(([path("language", language.choose_language, name="language")], "desk"))),
]
