"""What a monitoring system reads of this installation, as Prometheus' text: counts and seconds, by the names of
subscribers, processes and tasks and the codes of provinces; nothing of a case, an office or a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.apps import apps

from kernel import backlog, failures, heartbeats, outbox
from kernel.clock import recorded_now

KIND = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[dict[str, str], float]


class Gauge(NamedTuple):
    name: str
    help: str
    samples: Sequence[Sample]


def text() -> str:
    """Raises django.db.Error."""
    return "".join(f"{line}\n" for gauge in _gauges() for line in _lines(gauge))


def _lines(gauge: Gauge) -> Iterator[str]:
    name = f"huiyin_{gauge.name}"
    yield f"# HELP {name} {gauge.help}"
    yield f"# TYPE {name} gauge"
    for labels, value in gauge.samples:
        inside = ",".join(f'{label}="{_escaped(said)}"' for label, said in labels.items())
        yield f"{name}{{{inside}}} {value:.15g}"


def _escaped(said: str) -> str:
    return said.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _gauges() -> Iterator[Gauge]:
    yield from _outbox()
    yield Gauge(
        "process_alive",
        "1 where the process was heard of lately.",
        [({"process": one.name}, one.alive) for one in heartbeats.pulses()],
    )
    yield Gauge(
        "task_failures",
        "Runs that failed within 30 days; search-mismatch: an index said what rights do not show.",
        [({"task": task, "code": code}, count) for (task, code), count in sorted(failures.counted().items())],
    )
    if apps.is_installed("search"):
        from search.indexing import copying  # noqa: PLC0415  not everywhere is there a search

        lags = sorted(copying.lags().items())
        yield Gauge(
            "search_lag_seconds",
            "How long the oldest change waits that cannot be found yet.",
            [({"province": province}, lag.total_seconds()) for province, lag in lags],
        )


def _outbox() -> Iterator[Gauge]:
    """Every subscriber, also one that has heard everything."""
    names, at = outbox.later_subscribers(), recorded_now()
    waiting, parked, oldest = (dict.fromkeys(names, 0.0) for _gauge in range(3))
    for row in backlog.backlog():
        waiting[row.subscriber], parked[row.subscriber] = row.waiting, row.parked
    for one in backlog.waiting():
        oldest[one.subscriber] = max(oldest.get(one.subscriber, 0.0), (at - one.since).total_seconds())
    for name, words, values in (
        ("waiting", "Changes not heard of yet.", waiting),
        ("parked", "Changes given up: an operator decides.", parked),
        ("oldest_seconds", "How long the oldest change waits that is not given up.", oldest),
    ):
        samples = [({"subscriber": subscriber}, value) for subscriber, value in sorted(values.items())]
        yield Gauge(f"outbox_{name}", words, samples)
