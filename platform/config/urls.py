"""Addresses on a tenant's host."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("cases.api.urls")),
    path("", include("desk.urls")),
]
