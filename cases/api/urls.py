"""Addresses of the API: nouns are read, verbs are posted to."""

from __future__ import annotations

from django.urls import path

from cases.api.routes import ROUTES
from cases.api.routing import FURTHER

app_name = "api"
urlpatterns = [path(address, view.as_view(), name=name) for address, name, view in [*ROUTES, *FURTHER]]
