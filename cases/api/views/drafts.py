"""Drafts and uploads: what is not yet a filing (T0)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.parsers import MultiPartParser

from cases import actions
from cases.api.answers import history
from cases.api.bodies import filings, handling
from cases.api.tokens import token_for
from cases.api.views.verbs import PostView
from cases.models import Draft
from kernel import files
from tenants.actors import Actor


class SaveDraft(PostView):
    """A new draft: POST /drafts; the next saves name the version they were typed over."""

    body = filings.DraftBody
    answer = history.DraftListedOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, draft_id: UUID) -> Draft:
        return actions.save_draft(actor, draft=draft_id, version=version, **data)


class StartDraft(PostView):
    body = filings.DraftBody
    answer = history.DraftListedOut
    needs_version = False
    success = 201

    def act(self, actor: Actor, data: dict[str, Any], version: int | None) -> Draft:
        return actions.save_draft(actor, **data)

    def location(self, result: Draft) -> str:
        return f"/api/v1/drafts/{result.id}"


class Discard(PostView):
    needs_version = False
    body = handling.Nothing
    answer = None

    def act(self, actor: Actor, data: dict[str, Any], version: int | None, *, draft_id: UUID) -> None:
        actions.discard(actor, draft=draft_id)


class Files(PostView):
    """One file of a multipart form, checked and kept; what it is worth is the token."""

    parser_classes = (MultiPartParser,)
    needs_version = False
    success = 201
    body = filings.UploadBody
    answer = history.UploadOut

    def act(self, actor: Actor, data: dict[str, Any], version: int | None) -> dict[str, Any]:
        received = files.receive(data["file"])
        return {
            "token": token_for(actor, received),
            "sha256": received.sha,
            "name": received.name,
            "mime": received.mime,
            "size": received.size,
        }
