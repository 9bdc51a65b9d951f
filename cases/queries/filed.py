"""All files of a case as one zip, read while it is sent: for the page and the API alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from cases.models import Attachment
from kernel import archive, files
from kernel.archive import Member


def zipped(office: str, rows: Iterable[Attachment]) -> Iterator[bytes]:
    """`office`: the schema whose files they are; each is opened when its turn comes."""
    return archive.zipped(
        Member(str(row.name), row.added_at, partial(files.stream, row.sha256, office=office)) for row in rows
    )
