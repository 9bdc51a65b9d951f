"""The kinds of alerts the apps brought: which words an alert is told in, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.alerts.models import Alert


class Level(models.TextChoices):
    """From light to grave. The words hold for whatever is told; that a date has passed, the kind's own text says."""

    NOTICE = "notice", pgettext_lazy("alert", "提示")
    REMINDER = "reminder", pgettext_lazy("alert", "提醒")
    OVERDUE = "overdue", _("警示")
    SERIOUS = "serious", _("严重")
    GRAVE = "grave", _("特别严重")


@dataclass(frozen=True, slots=True)
class Kind:
    """`text` is asked under the reader's language, `link` for a path on the reader's host; both read the alert only, or
    what seldom changes. `name` is what a list calls the kind."""

    code: str
    text: Callable[[Alert], str]
    link: Callable[[Alert], str | None]
    level: str = Level.NOTICE
    name: str | Promise = ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called while the apps load."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"Another kind of alert is called {kind.code}.")


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def kind_of(code: str) -> Kind | None:
    """None for a kind of an app that is not there."""
    return _kinds.get(code)
