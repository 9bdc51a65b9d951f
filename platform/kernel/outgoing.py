"""Requests to other systems: where they may go, how long they may take, and that they end at the address checked.

https, or http where a setting allows; never this machine, a link's own addresses or a cloud's metadata, unless a
setting names the network. The name is resolved once, every address of it is checked, and the connection goes to that
address: a name that answers otherwise a moment later leads nowhere else. Redirects are not followed.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import SimpleQueue
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError

LONGEST = 300
WELL_KNOWN_PORTS = frozenset({80, 443})
FIRST_FREE_PORT = 1024
Address = IPv4Address | IPv6Address

# What the flags of `ipaddress` do not name: metadata services outside link-local, and IPv4 in IPv6's clothes.
NAMED = ("0.0.0.0/8", "100.100.100.200/32", "fd00:ec2::254/128", "64:ff9b::/96", "2002::/16")
ELSEWHERE = tuple(map(ip_network, NAMED))


class BadTarget(Exception):
    """The address may not be called; the message is its code: scheme, address, port, unresolved, forbidden."""


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` None: nothing came back, and `error` says why: a code of BadTarget, timeout, tls or connection."""

    status: int | None
    ms: int
    error: str = ""

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def check(url: str) -> None:
    """Raises BadTarget. Resolves the name: for a form, where waiting a moment is right."""
    _resolved(_parts(url))


def post(request: Request) -> Answer:
    """Waits for the answer, WEBHOOK_TIMEOUT_S at most."""
    answers: SimpleQueue[Answer] = SimpleQueue()
    start(request, answers.put)
    return answers.get()


def start(request: Request, done: Callable[[Answer], object]) -> None:
    """`done` is called exactly once, from another thread, within the time-out: whatever DNS or the receiver do."""
    began, told = time.monotonic(), threading.Lock()

    def tell(status: int | None, error: str = "") -> None:
        if told.acquire(blocking=False):
            done(Answer(status, int((time.monotonic() - began) * 1000), error))

    late = threading.Timer(settings.WEBHOOK_TIMEOUT_S, tell, [None, "timeout"])
    late.daemon = True

    def attempt() -> None:
        try:
            status = _call(request, began + settings.WEBHOOK_TIMEOUT_S)
            tell(status, "redirect" if 300 <= status < 400 else "" if status < 300 else "status")
        except BadTarget as error:
            tell(None, str(error))
        except (SSLError, ssl.SSLError):
            tell(None, "tls")
        except TimeoutError:
            tell(None, "timeout")
        except (HTTPError, OSError, ValueError) as error:
            tell(None, "timeout" if "timed out" in str(error) else "connection")
        finally:
            late.cancel()

    late.start()
    threading.Thread(target=attempt, name="outgoing", daemon=True).start()


def _call(request: Request, until: float) -> int:
    parts = _parts(request.url)
    address, port = _resolved(parts)
    left = max(0.1, until - time.monotonic())
    connection: HTTPConnection
    if parts.scheme == "https":
        host = str(parts.hostname)
        connection = HTTPSConnection(
            str(address),
            port,
            timeout=left,
            server_hostname=host,
            assert_hostname=host,
            ssl_context=ssl.create_default_context(),
        )
    else:
        connection = HTTPConnection(str(address), port, timeout=left)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Host": parts.netloc, "User-Agent": "Huiyin", **request.headers}
        connection.request("POST", path, body=request.body, headers=headers, preload_content=False)
        answer = connection.getresponse()
        status = int(answer.status)
        answer.release_conn()
    finally:
        connection.close()
    return status


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadTarget("address") from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    if not plain or not parts.hostname or parts.username is not None or parts.fragment:
        raise BadTarget("address")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOK_HTTP):
        raise BadTarget("scheme")
    if port is not None and port not in WELL_KNOWN_PORTS and port < FIRST_FREE_PORT:
        raise BadTarget("port")
    return parts


def _resolved(parts: SplitResult) -> tuple[Address, int]:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadTarget("unresolved") from None
    addresses = [ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    if not addresses or not all(map(_may_be_called, addresses)):
        raise BadTarget("forbidden")
    return addresses[0], port


def _may_be_called(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in ip_network(name, strict=False) for name in settings.WEBHOOK_NETWORKS):
        return True
    refused = (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
        or (isinstance(address, IPv6Address) and address.is_site_local)
    )
    return not refused and not any(address in network for network in ELSEWHERE)
