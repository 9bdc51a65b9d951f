"""Addresses on the public host: the operator's door. No tenant is entered here."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("desk.public_urls")),
]
