"""The text of attachments: each file is read once, by a child process that may fail, and makes its cases findable."""

from __future__ import annotations

from django.db.models import F

from cases.models import Attachment
from cases.states import Class
from kernel import files, outbox
from kernel.crypto import DecryptionError
from kernel.errors import NotFound
from search.documents import reading
from search.documents.reading import MOST_BYTES, Outcome
from search.documents.writing import UNREAD, write
from search.models import FileText
from tenants import context

SUBSCRIBER = "search.files"


def hear(schema: str, sha: str) -> None:
    """Of a file that came with a case that may be found, and with no other."""
    rows = Attachment.objects.filter(sha256=sha, case__sealed=False).exclude(case__klass=Class.B)
    file = rows.order_by("size").first()
    if file is None:
        return
    if not FileText.objects.filter(sha256=sha).exists():
        outcome, text = _read(file)
        FileText.objects.bulk_create([FileText(sha256=sha, outcome=outcome, text=text or None)], ignore_conflicts=True)
    write(context.tenant_by_schema(schema), list(rows.order_by().values_list(F("case_id"), flat=True).distinct()))


def _read(file: Attachment) -> tuple[Outcome, str]:
    if file.mime not in reading.READABLE:
        return Outcome.NONE, ""
    if file.size > MOST_BYTES:
        return Outcome.LARGE, ""
    try:
        data = files.get(file.sha256)
    except (NotFound, DecryptionError):
        return Outcome.BROKEN, ""
    return reading.text_of(data, file.mime)


def register() -> None:
    outbox.subscribe(UNREAD, SUBSCRIBER, hear, share=1)  # a file may take seconds; others wait their turn
