"""A kind of alert of the tests' own, and what a transport would have carried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import alerts, push
from kernel.alerts import Alert
from kernel.breaker import Breaker

KIND = "test"


def register() -> None:
    alerts.register(_KIND)


_KIND = alerts.Kind(KIND, lambda alert: _("提醒") + str(alert.data.get("n", "")), lambda alert: "/cases/", "notice")


def stream() -> str:
    return f"d:{uuid4()}"


def tell(*streams: str, n: object = "", dedup: str = "", level: str | None = None) -> None:
    with transaction.atomic():
        alerts.tell(KIND, streams, dedup=dedup or str(uuid4()), level=level, data={"n": n})


def seqs(name: str) -> list[int | None]:
    return list(Alert.objects.filter(stream=name).order_by("seq").values_list("seq", flat=True))


@contextmanager
def carried() -> Iterator[list[tuple[str, Mapping[str, Any]]]]:
    """What is pushed inside the block."""
    words: list[tuple[str, Mapping[str, Any]]] = []
    with transport(lambda group, body: words.append((group, body))):
        yield words


@contextmanager
def transport(carry: push.Transport) -> Iterator[None]:
    before, breaker = push._transport, push.breaker
    push.breaker = Breaker(rest_s=30)
    push.carry(carry)
    try:
        yield
    finally:
        push.carry(before)
        push.breaker = breaker
