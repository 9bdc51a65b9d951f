"""Keys are UUIDs of version 7: they sort by time and never run ahead of the clock."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()
