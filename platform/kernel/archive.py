"""Several files as one zip, written while it is read: nothing is kept on disk, in memory one piece at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from kernel.clock import TZ
from kernel.file_types import safe_name

OLDEST_YEAR = 1980  # what a zip can say


@dataclass(frozen=True, slots=True)
class Member:
    """`content` is asked for its pieces when its turn comes."""

    name: str
    at: datetime
    content: Callable[[], Iterator[bytes]]


class _Sink:
    """A file nobody can seek in: what was written since one last asked."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        return None

    close = flush

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """Stored, not packed: scans and photographs are packed already. Names are made safe and unlike each other."""
    sink, used = _Sink(), set[str]()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            at = member.at.astimezone(TZ)
            info = zipfile.ZipInfo(_other_than(used, safe_name(member.name)), _stamp(at))
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as entry:
                for piece in member.content():
                    entry.write(piece)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


def _stamp(at: datetime) -> tuple[int, int, int, int, int, int]:
    return max(at.year, OLDEST_YEAR), at.month, at.day, at.hour, at.minute, at.second


def _other_than(used: set[str], name: str) -> str:
    """照片.jpg, 照片 (2).jpg: compared as Windows would."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    made, number = name, 2
    while made.casefold() in used:
        made, number = f"{stem} ({number}){dot}{ending}", number + 1
    used.add(made.casefold())
    return made
