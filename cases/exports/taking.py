"""A spreadsheet that is taken along: cut after so many rows, which its last line says, and written down for the
auditor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from cases.actions import log_access
from tenants import spreadsheets
from tenants.actors import Actor

Row = Sequence[str]


def answer(
    actor: Actor, look: str, name: str, headings: Row, rows: Iterable[Row], *, most: int, **codes: Any
) -> FileResponse:
    """`rows` is read once, `most` and one more at most; `codes` stand with the look, never what was typed."""
    taken = _Taken(rows, most)
    made = spreadsheets.answer(name, headings, taken)
    log_access(actor, look, rows=taken.count, **codes)
    return made


class _Taken:
    """Counts what it hands out."""

    def __init__(self, rows: Iterable[Row], most: int) -> None:
        self.rows, self.most, self.count = rows, most, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            if self.count == self.most:
                yield [_("只到这里：一次最多 %(n)s 行。缩小条件，分几次导出。") % {"n": self.most}]
                return
            self.count += 1
            yield row
