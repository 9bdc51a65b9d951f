"""What an upload is worth: only who uploaded a file, in the same office and within a day, can register or attach it."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases.actions import Upload
from kernel import crypto, files
from kernel.clock import recorded_now
from kernel.errors import Invalid
from kernel.files import Received
from tenants.actors import Actor

AAD = "cases.api.upload"
GOOD_FOR = timedelta(days=1)
LONGEST = 2_000


def token_for(actor: Actor, received: Received) -> str:
    """Opaque and encrypted: a file's name is personal data, and a token may end up in a log."""
    facts = {
        "user": str(actor.user),
        "schema": actor.schema,
        "until": (recorded_now() + GOOD_FOR).isoformat(),
        "file": [received.sha, received.name, received.mime, received.size],
    }
    blob = crypto.encrypt(json.dumps(facts).encode(), AAD)
    return base64.urlsafe_b64encode(blob).decode()


def upload_of(actor: Actor, token: str, origin: str, *, field: str) -> Upload:
    """Raises Invalid at `field` for a token that is somebody else's, too old or none at all."""
    facts = _read(token)
    if facts is None or facts["user"] != str(actor.user) or facts["schema"] != actor.schema:
        raise Invalid(fields={field: [_("没有这个文件。先上传，再附上。")]})
    sha, name, mime, size = facts["file"]
    if datetime.fromisoformat(facts["until"]) < recorded_now() or not files.exists(sha):
        raise Invalid(fields={field: [_("这个文件上传已超过一天。重新上传，再附上。")]})
    return Upload(sha256=sha, name=name, mime=mime, size=size, origin=origin)


def uploads_of(actor: Actor, given: list[dict[str, Any]]) -> list[Upload]:
    """As `files` of a body: [{token, origin}]."""
    return [
        upload_of(actor, item["token"], item["origin"], field=f"files.{index}.token")
        for index, item in enumerate(given)
    ]


def _read(token: str) -> dict[str, Any] | None:
    try:
        facts: dict[str, Any] = json.loads(crypto.decrypt(base64.urlsafe_b64decode(token), AAD))
    except (ValueError, crypto.DecryptionError):
        return None
    return facts
