"""Sessions in the database, read at every request by a statement that is not compiled anew each time."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from kernel import batch
from kernel.clock import recorded_now


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        (rows,) = batch.read(batch.Ask(self.model, "session_key", self.session_key))
        if rows and rows[0].expire_date > recorded_now():
            return rows[0]
        return super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out; it forgets the key
