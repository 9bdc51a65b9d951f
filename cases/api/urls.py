"""Addresses of the API: nouns are read, verbs are posted to."""

from __future__ import annotations

from django.urls import path

from cases.api.routes import ROUTES
from cases.api.routing import FURTHER, name_of

app_name = "api"
urlpatterns = [path(address, view.as_view(), name=name_of(view)) for address, view in [*ROUTES, *FURTHER]]
