"""What an upgrade leaves behind is made good by itself, beside normal work: documents that were never made or are of an
older shape, then indexes that are missing or hold an older mapping.

A run is short and goes on where the one before stopped; twice is harmless. Commands and the worker do the same.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from contextlib import closing
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError

from kernel.clock import recorded_now
from kernel.errors import Conflict, Unavailable
from search import client, documents
from search.documents import Rebuilt
from search.elastic import indices, mapping
from search.indexing import building
from search.indexing.models import Shelf
from search.indexing.provinces import provinces
from tenants import renewal
from tenants.models import Tenant

RUN_S = 40.0  # a worker has other things to do too
LOCK = 0x53484C46  # one worker does this

log = logging.getLogger("huiyin.search")


def old() -> list[Tenant]:
    """Offices whose documents are not all of the present shape."""
    return renewal.outdated(Shelf.objects.filter(shape=documents.SHAPE, last=None))


class Waiting(NamedTuple):
    """`done`: documents made so far."""

    office: Tenant
    done: int


def waiting() -> list[Waiting]:
    """For the operator's page: what `old` says, with how far each is."""
    begun = dict(Shelf.objects.filter(shape=documents.SHAPE).values_list("office", "done"))
    return [Waiting(office, begun.get(office.pk, 0)) for office in old()]


def rebuild(office: Tenant, *, anew: bool = False) -> Generator[Rebuilt, None, None]:
    """All documents of an office: where they are of an older shape each is written, from where a run that was stopped
    had come to; else, unless `anew`, those that differ."""
    shelf = Shelf.objects.filter(office=office.pk).first()
    if shelf is not None and shelf.shape == documents.SHAPE and shelf.last is None:
        yield from documents.rebuild(office, anew=anew)
        return
    if shelf is None or shelf.shape != documents.SHAPE:
        shelf = Shelf(office=office.pk, shape=documents.SHAPE, last=documents.BEGIN)
    before = shelf.done
    for done in documents.rebuild(office, anew=True, after=shelf.last or documents.BEGIN):
        _keep(shelf, done.last, before + done.cases)
        yield done
    _keep(shelf, None, shelf.done)


def _keep(shelf: Shelf, last: UUID | None, done: int) -> None:
    shelf.last, shelf.done, shelf.at = last, done, recorded_now()
    shelf.save()


def run() -> None:
    """For the worker: as much as there is time for."""
    end = time.monotonic() + RUN_S
    if _documents(end) and client.wanted():
        _indexes(end)


def _documents(end: float) -> bool:
    """False where something is left to do."""
    whole = True
    for office in old():
        try:
            with closing(rebuild(office)) as steps:
                for _done in steps:
                    if time.monotonic() > end:
                        return False
        except (DatabaseError, Unavailable) as error:
            log.warning("documents not renewed", extra={"schema": office.schema_name, "code": type(error).__name__})
            whole = False
    return whole


def _indexes(end: float) -> None:
    try:
        shapes = indices.shapes()
    except Unavailable:
        return
    for province in provinces():
        if shapes.get(province) != mapping.SHAPE:
            try:
                with closing(building.reindex(province)) as steps:
                    for _build in steps:
                        if time.monotonic() > end:
                            return
            except (Conflict, Unavailable) as error:  # somebody else is at it, or the server went away
                log.warning("index not renewed", extra={"code": error.code, "province": province})


def register() -> None:
    renewal.register("renew_search", LOCK, run)
