"""What stands beneath the entry 机构: the tree, the office's own page, and what other modules of this package bring."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# URL name of the page, its word; those without a page are left out.
TABS: list[tuple[str, str | Promise]] = [
    ("desk:departments", _("机构")),
    ("desk:office_page", _("本局信息")),
    ("desk:duties", pgettext_lazy("tab", "权责清单")),
    ("desk:laws", pgettext_lazy("tab", "法规条文")),
    ("desk:wordings", _("常用语")),
    ("desk:tokens", pgettext_lazy("tab", "接口令牌")),
    ("desk:webhooks", pgettext_lazy("tab", "事件推送")),
]


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """For `{% tabs %}`; the page one is on is current."""
    known: list[tuple[str, str | Promise]] = []
    for name, text in TABS:
        try:
            known.append((reverse(name), text))
        except NoReverseMatch:
            continue
    here = max((url for url, _text in known if request.path.startswith(url)), key=len, default="")
    return [{"url": url, "text": text, "current": url == here} for url, text in known]
