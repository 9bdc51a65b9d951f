"""Making the books of offices anew, by hand or by itself: after an upgrade that changed the shape of the ledger's rows.

`SHAPE` goes up with a change of `supervision.rows` that rows already written have to follow. Offices whose books are
older are taken up beside normal work; a run that is stopped is begun again, and twice is harmless.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from kernel.clock import recorded_now
from supervision import ledger, rollup
from supervision.models import Books
from tenants import renewal
from tenants.models import Tenant

SHAPE = 8  # the migration since which rows are as they are
LOCK = 0x4C424F4B  # one worker makes books

Told = Callable[[Tenant, int, int, bool], None]  # office, matters done, rows corrected so far, the last of them?

log = logging.getLogger("huiyin.ledger")


def rebuild(chosen: Sequence[Tenant], told: Told = lambda *_: None) -> int:
    """The rows that were corrected. A second round where the first wrote some: what a former holder owes is put into
    the row of the present one, which may have come later."""
    corrected = _round(chosen, told)
    if corrected:
        _round(chosen, told)
        rollup.recount()
    for office in chosen:
        Books.objects.update_or_create(office=office.pk, defaults={"shape": SHAPE, "at": recorded_now()})
    return corrected


def _round(chosen: Sequence[Tenant], told: Told) -> int:
    total = 0
    for office in chosen:
        done = corrected = 0
        for done, corrected in ledger.rebuild(office):
            told(office, done, corrected, False)
        told(office, done, corrected, True)
        total += corrected
    return total


def old() -> list[Tenant]:
    """Offices whose books are of an older shape."""
    return renewal.outdated(Books.objects.filter(shape=SHAPE))


def run() -> None:
    if chosen := old():
        log.info("books of %s offices renewed, %s rows", len(chosen), rebuild(chosen))


def register() -> None:
    renewal.register("renew_books", LOCK, run)
