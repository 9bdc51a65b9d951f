"""Who signs in, as allauth checks it; the person of a session is read without compiling the question each time."""

from __future__ import annotations

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from kernel import batch
from tenants.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    def get_user(self, user_id: UUID) -> User | None:
        (found,) = batch.read(batch.Ask(User, "id", user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None
