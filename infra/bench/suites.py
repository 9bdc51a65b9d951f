"""Which figures there are: name -> the module whose `measure` takes them, imported once the settings stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from infra.bench.figures import Figure
from infra.testing.database import Databases

SUITES: dict[str, str] = {
    "registration": "infra.bench.registration",
    "api": "infra.bench.api",
    "transfer": "infra.bench.transfer",
    "ledger": "infra.bench.ledger",
    "wall": "infra.bench.wall",
    "worklist": "infra.bench.worklist",
    "pages": "infra.bench.pages",
    "paint": "infra.bench.paint",
    "provisioning": "infra.bench.provisioning",
    "migration": "infra.bench.migration",
    "imports": "infra.bench.imports",
    "realtime": "infra.bench.realtime",
    "search": "infra.bench.search",
    "quality": "infra.bench.quality",
}


def chosen(names: Sequence[str]) -> list[str]:
    """In the order of the table, each once; all where none was named."""
    return [name for name in SUITES if not names or name in names]


def load(name: str) -> Callable[[Databases], list[Figure]]:
    measure: Callable[[Databases], list[Figure]] = import_module(SUITES[name]).measure
    return measure
