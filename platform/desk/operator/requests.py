"""What the operator's views may rely on, and the bar above their pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_htmx.middleware import HtmxDetails

from tenants.models import User


class OperatorRequest(HttpRequest):
    """For annotations only: the middleware lets no other person pass (tenants.middleware)."""

    user: User
    htmx: HtmxDetails


@dataclass(frozen=True, slots=True)
class Entry:
    url: str
    label: str | Promise
    current: bool


ENTRIES: tuple[tuple[str, str | Promise], ...] = (
    ("operator:offices", pgettext_lazy("operator", "机构")),
    ("operator:batches", _("开通记录")),
    ("operator:national", _("全国日历")),
    ("operator:queues", _("队列")),
    ("operator:health", _("服务健康")),
    ("operator:changes", _("变更记录")),
)


def entries(path: str) -> list[Entry]:
    return [Entry(url, label, path.startswith(url)) for url, label in ((reverse(name), text) for name, text in ENTRIES)]
