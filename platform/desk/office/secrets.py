"""A secret that is shown once: encrypted in the session from the act that made it to the next page, nowhere after."""

from __future__ import annotations

import base64
import json
from uuid import UUID

from kernel.crypto import decrypt, encrypt
from tenants.requests import StaffRequest

AAD = "desk.office.secret"
SESSION = "secret"


def put(request: StaffRequest, subject: UUID, secret: str) -> None:
    blob = encrypt(json.dumps([str(subject), secret]).encode(), AAD)
    request.session[SESSION] = base64.b64encode(blob).decode()


def take(request: StaffRequest, subject: UUID) -> str:
    """Once, and only for what it belongs to; "" afterwards."""
    blob = request.session.get(SESSION, "")
    if not blob:
        return ""
    owner, secret = json.loads(decrypt(base64.b64decode(blob), AAD))
    if owner != str(subject):
        return ""
    del request.session[SESSION]
    return str(secret)
