"""The nation's plan of a year, put in force by the operator as the State Council General Office publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import Invalid
from tenants import calendar_files
from tenants.administration.calendar_days import LONGEST_SOURCE
from tenants.administration.changes import record
from tenants.calendars import NATION
from tenants.workdays import Day


def read(file: UploadedFile[Any] | None) -> dict[date, Day]:
    """The days in an uploaded file, whole years of them. Raises Invalid; `fields` are its rows or years."""
    if file is None:
        raise Invalid(fields={"file": [_("选一个文件。")]})
    if getattr(file, "too_large", False) or (file.size or 0) > calendar_files.MOST_BYTES:
        raise Invalid(fields={"file": [_("文件太大。放假安排一年不过几十行，检查是不是选错了文件。")]})
    days = calendar_files.read(file.read(), file.name or "")
    calendar_files.load(NATION, days, "", dry_run=True)
    return days


@transaction.atomic
def publish(by: UUID, days: Mapping[date, Day], *, source: str) -> list[int]:
    """The years put in force; each replaces what was known of it. Raises Invalid."""
    source = source.strip()
    if not source or len(source) > LONGEST_SOURCE:
        raise Invalid(fields={"source": [_("写明依据，例如文件名称和文号，最多 120 字。")]})
    years = calendar_files.load(NATION, dict(days), source)
    record(by, None, "calendar.published", count=len(days), on=date(years[0], 1, 1), until=date(years[-1], 12, 31))
    return years
