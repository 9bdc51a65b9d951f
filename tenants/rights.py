"""Says that what a person may do has changed: whoever keeps a connection of that person open looks again at once."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction

from kernel import push


def changed(user: UUID) -> None:
    """After the commit. Unheard it is found by the next look, within a minute."""
    transaction.on_commit(partial(push.push, f"auth.{user}", {}), robust=True)
