"""The one door to Elasticsearch: where it is, who we are there, how long anybody waits, and a breaker, so that a server
that is down costs nobody's time. Whoever asks speaks its REST interface; what comes back is JSON.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from kernel.breaker import Breaker
from kernel.errors import Unavailable

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

SEARCH_S = 3.0  # somebody looks at the page
WORK_S = 60.0  # a worker fills or builds an index
REST_S = 10.0
LINES = {"accept": "application/json", "content-type": "application/x-ndjson"}
JSON = {"accept": "application/json", "content-type": "application/json"}
NOT_NOW = (401, 403, 429)  # signed in wrongly, or too many at once: nothing the asker could put right

log = logging.getLogger("huiyin.search")
breaker = Breaker(rest_s=REST_S)


class Rejected(Exception):
    """Elasticsearch answered that the question is wrong; `kind` is its own word for why."""

    def __init__(self, status: int, kind: str, reason: str = "") -> None:
        super().__init__(f"{status} {kind} {reason}".strip())
        self.status = status
        self.kind = kind


def wanted() -> bool:
    """Is there an Elasticsearch to search in?"""
    return bool(settings.ELASTICSEARCH_URL)


def ask(
    method: str, path: str, body: Mapping[str, Any] | None = None, *, params: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """For somebody who waits. Unavailable at once while the server is known to be down."""
    if not breaker.allows():
        raise _down()
    try:
        answer = _asked(method, path, body, params, JSON, SEARCH_S)
    except Unavailable:
        breaker.failed()
        raise
    except Rejected:
        breaker.worked()
        raise
    breaker.worked()
    return answer


def work(
    method: str,
    path: str,
    body: Mapping[str, Any] | Sequence[bytes] | None = None,
    *,
    params: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """For a worker or a command, which tries again by itself. A sequence is sent line by line."""
    headers = JSON if body is None or isinstance(body, Mapping) else LINES
    return _asked(method, path, body, params, headers, WORK_S)


def _asked(
    method: str,
    path: str,
    body: Mapping[str, Any] | Sequence[bytes] | None,
    params: Mapping[str, Any] | None,
    headers: Mapping[str, str],
    wait_s: float,
) -> dict[str, Any]:
    if not wanted():
        raise _down()
    from elastic_transport import TransportError  # noqa: PLC0415  a third of a second, where there is no such server
    from elasticsearch import ApiError, UnsupportedProductError  # noqa: PLC0415

    client = _connected(os.getpid(), settings.ELASTICSEARCH_URL, wait_s)
    try:
        answer = client.perform_request(method, path, params=dict(params or {}), headers=dict(headers), body=body)
    except (TransportError, UnsupportedProductError) as error:
        raise _down() from error
    except ApiError as error:
        if error.status_code in NOT_NOW or error.status_code >= 500:
            log.warning("refused", extra={"status": error.status_code})
            raise _down() from error
        raise Rejected(error.status_code, *_told(error.body)) from error
    found: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}  # a HEAD has none
    return found


def _told(body: Any) -> tuple[str, str]:
    error = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(error, Mapping):
        return str(error.get("type", "")), str(error.get("reason", ""))[:300]
    return str(error or ""), ""


def _down() -> Unavailable:
    return Unavailable(_("检索服务没有应答。稍后再试。"), code="search-down")


@lru_cache(maxsize=8)
def _connected(process: int, urls: str, wait_s: float) -> Elasticsearch:
    """One a process: connections are not shared with those it was forked from."""
    from elasticsearch import Elasticsearch  # noqa: PLC0415  as above

    who: dict[str, Any] = {}
    if settings.ELASTICSEARCH_API_KEY:
        who = {"api_key": settings.ELASTICSEARCH_API_KEY}
    elif settings.ELASTICSEARCH_USER:
        who = {"basic_auth": (settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD)}
    if urls.startswith("https"):
        who["verify_certs"] = settings.ELASTICSEARCH_VERIFY
        who["ssl_show_warn"] = False
        if settings.ELASTICSEARCH_CA:
            who["ca_certs"] = settings.ELASTICSEARCH_CA
    return Elasticsearch(urls.split(","), request_timeout=wait_s, max_retries=1, retry_on_timeout=False, **who)


def forget() -> None:
    """Sign in anew with the settings as they are now; the server is no longer thought to be down."""
    _connected.cache_clear()
    breaker.worked()
