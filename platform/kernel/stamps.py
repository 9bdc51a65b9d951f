"""The stamp: which office a row in memory belongs to. Kept on Django's `_state`, so no attribute access pays for it."""

from typing import Any

from kernel.errors import CrossTenant
from kernel.schema import current


def stamp_of(instance: Any) -> str | None:
    """None for rows of shared tables and for rows made outside any office."""
    stamp: str | None = instance._state.__dict__.get("schema")
    return stamp


def check_instance(instance: Any) -> None:
    """Raises CrossTenant when the row, or a row it points to in memory, is another office's."""
    state = instance._state.__dict__
    here = current()
    stamp = state.get("schema")
    if stamp is not None and stamp != here:
        raise CrossTenant(f"A row of {stamp} was about to be used in {here}.")
    if (related := state.get("fields_cache")) and "schema" in state:
        for other in related.values():
            stamp = other._state.__dict__.get("schema") if other is not None else None
            if stamp is not None and stamp != here:
                raise CrossTenant(f"A row in {here} was about to point to a row of {stamp}.")


class StampRouter:
    """Asked by Django with the row a relation starts from: `add`, `create`, `set`, lazy relations, refresh."""

    def db_for_read(self, model: Any, **hints: Any) -> None:
        if (instance := hints.get("instance")) is not None:
            check_instance(instance)

    db_for_write = db_for_read
