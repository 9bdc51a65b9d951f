"""What goes over a socket, as JSON; a frame for many sockets is written once a language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Item = dict[str, Any]  # an alert as kernel.alerts.render tells it
AT_ONCE = 50


def text(kind: str, **told: Any) -> str:
    return json.dumps({"type": kind, **told}, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Frame:
    """Alerts of one stream, side by side in its order; `told` holds them by language."""

    stream: str
    epoch: str
    told: Mapping[str, Sequence[Item]]
    first: int = field(init=False)
    last: int = field(init=False)
    _texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        items = next(iter(self.told.values()))
        self.first, self.last = items[0]["seq"], items[-1]["seq"]

    def items(self, language: str) -> Sequence[Item]:
        return self.told.get(language) or next(iter(self.told.values()))

    def text(self, language: str, after: int) -> str:
        """What a reader who stands at `after` gets."""
        if after >= self.first:
            rest = [item for item in self.items(language) if item["seq"] > after]
            return text("alerts", stream=self.stream, epoch=self.epoch, items=rest)
        if language not in self._texts:
            items = self.items(language)
            self._texts[language] = text("alerts", stream=self.stream, epoch=self.epoch, items=items)
        return self._texts[language]

    def ids(self, after: int) -> Iterator[tuple[int, UUID]]:
        items = next(iter(self.told.values()))
        return ((item["seq"], UUID(item["id"])) for item in items if item["seq"] > after)


def cut(stream: str, epoch: str, told: Mapping[str, Sequence[Item]]) -> Iterable[Frame]:
    """Frames of a bearable size, in order."""
    count = len(next(iter(told.values())))
    for start in range(0, count, AT_ONCE):
        part = {language: items[start : start + AT_ONCE] for language, items in told.items()}
        yield Frame(stream, epoch, part)
