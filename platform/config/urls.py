"""Addresses on a tenant's host."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("cases.api.urls")),
    path("", include("desk.urls")),
    *([path("", include("search.pages.urls"))] if apps.is_installed("search") else []),
]

handler400 = "kernel.errors.bad_request"
handler403 = "kernel.errors.permission_denied"
handler404 = "kernel.errors.page_not_found"
handler500 = "kernel.errors.server_error"
