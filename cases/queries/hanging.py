"""What hangs on one case, read in one call and kept with it, as Django keeps what was prefetched.

A page of a case shows rows of ten tables. Asked one by one they cost more in making and sending statements than in
reading; here they come together, each table once however many parts of the page show it.
"""

from __future__ import annotations

from typing import Any

from cases.models import Case
from kernel import batch


def gather(case: Case, *names: str, also: tuple[batch.Ask, ...] = ()) -> list[batch.Rows]:
    """`names`: accessors of the case ("clocks"); those it has already are left as they are. The rows of `also`, in
    the same call. The reader may see the case: that was asked when it was found."""
    kept: dict[str, Any] = case.__dict__.setdefault("_prefetched_objects_cache", {})
    missing = [name for name in names if name not in kept]
    asked = [_ask(case, name) for name in missing]
    if not (asked or also):
        return []
    found = batch.read(*asked, *also)
    for name, rows in zip(missing, found, strict=False):
        for row in rows:
            row.case = case
        whole = getattr(case, name).all()
        whole._result_cache, whole._prefetch_done = rows, True
        kept[name] = whole
    return found[len(missing) :]


def _ask(case: Case, name: str) -> batch.Ask:
    model: Any = getattr(case, name).model
    return batch.Ask(model, "case_id", case.id, tuple(model._meta.ordering))
