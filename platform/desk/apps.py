"""The desk holds pages only; it has no tables."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
