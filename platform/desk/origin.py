"""Which list a case was opened from: it stays in the address as `back`, so that one goes back to it and on along it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cases.models import Case
from cases.queries import neighbours
from cases.queries.neighbours import Kept
from cases.queries.worklist import Asked
from tenants.requests import StaffRequest

LONGEST = 600
LISTS = {Kept.WORKLIST: "desk:worklist", Kept.SEALED: "desk:sealed", Kept.INBOX: "desk:inbox"}
_others: dict[str, str | Promise] = {}


def offer(url_name: str, name: str | Promise) -> None:
    """A list of another app: one goes back to it, but not on along it."""
    _others[url_name] = name


@dataclass(frozen=True, slots=True)
class Origin:
    """`url`: the list's own address, as it was narrowed; `source` None where it is another app's, called `other`."""

    source: Kept | None
    url: str
    asked: Asked
    other: str = ""

    @property
    def name(self) -> str:
        if self.source is None:
            return self.other
        words = {Kept.WORKLIST: _("工作台"), Kept.SEALED: _("封存件"), Kept.INBOX: _("待签收")}
        return words[self.source]


def of(request: StaffRequest) -> Origin | None:
    """Named in the address, else the page one came from; nothing but a list of our own counts."""
    named = request.GET.get("back", "")
    if named:
        return _read(named)
    came = urlsplit(request.headers.get("hx-current-url", "") or request.headers.get("referer", ""))
    return _read(QueryDict(came.query).get("back", "")) or _read(f"{came.path}?{came.query}")


def _read(given: str) -> Origin | None:
    if not given.startswith("/") or len(given) > LONGEST:
        return None
    parts = urlsplit(given)
    query = QueryDict(parts.query, mutable=True)
    query.pop("after", None)
    url = f"{parts.path}?{query.urlencode()}" if query else parts.path
    for source, name in LISTS.items():
        if parts.path == reverse(name):
            return Origin(source, url, Asked.read({key: query.get(key, "") for key in query}))
    for name, words in _others.items():
        if parts.path == reverse(name):
            return Origin(None, url, Asked(), str(words))
    return None


def case_url(case_id: UUID, found: Origin | None, **more: str) -> str:
    """The case's address, with the list it belongs to."""
    url = reverse("desk:case", args=[case_id])
    pairs = {**more, **({"back": found.url} if found is not None else {})}
    return f"{url}?{urlencode(pairs)}" if pairs else url


@dataclass(frozen=True, slots=True)
class Way:
    """Back to the list, and the case before and after in it."""

    url: str
    name: str
    before: str = ""
    after: str = ""
    listed: bool = False


def way(request: StaffRequest, case: Case, found: Origin | None) -> Way:
    if found is None:
        kept = Kept.SEALED if case.sealed else Kept.WORKLIST
        return Way(reverse(LISTS[kept]), Origin(kept, "", Asked()).name)
    if found.source is None:
        return Way(found.url, found.name)
    near = neighbours.beside(request.actor, case, found.source, found.asked)
    return Way(
        found.url,
        found.name,
        case_url(near.before, found) if near.before else "",
        case_url(near.after, found) if near.after else "",
        listed=True,
    )
