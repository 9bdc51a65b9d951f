"""Where the pages of search stand among those of the desk."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import policy
from cases.queries import precedents
from desk import navigation, origin, slots
from desk.office import tabs
from desk.templatetags import desk as parts
from search import similar as likeness
from search.pages import health, similar, suggesting

READERS = policy.WHOLE_OFFICE | policy.OWN_SECTION | policy.READS_BELOW


def join() -> None:
    navigation.offer("query", "search:page", roles=READERS)
    origin.offer("search:page", gettext_lazy("查询"))
    slots.fill("head", suggesting.head)
    slots.fill("topbar.search", suggesting.topbar)
    slots.fill("operator.health", health.panel)
    slots.fill("case.aside", similar.of_case)
    slots.fill("register.aside", similar.at_registration)
    slots.fill("office.tabs", office_tabs)
    precedents.nearest_by(likeness.nearest)
    entry = ("search:synonyms", gettext_lazy("近义词"))
    if entry not in tabs.TABS:
        tabs.TABS.append(entry)


def office_tabs(request: HttpRequest, values: Mapping[str, Any]) -> SafeString | None:
    return parts.tabs(tabs.tabs(request), _("机构设置"))
