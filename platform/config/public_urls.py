"""Addresses on the public host: the operator's door. No tenant is entered here."""

from django.urls import URLPattern, URLResolver, include, path

from config.urls import handler400, handler403, handler404, handler500  # noqa: F401  the same pages of refusal

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("desk.public_urls")),
]
