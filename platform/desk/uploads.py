"""Files that came before their form was sent: stored at once, and given back as a signed token of one person.

A token names content the person has uploaded here; nobody else can attach it, and nothing can be made up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cases.actions import Upload
from kernel import files
from kernel.errors import HuiyinError, Invalid
from tenants.actors import Actor

MOST = 30


@dataclass(frozen=True, slots=True)
class Kept:
    token: str
    upload: Upload

    @property
    def size(self) -> str:
        """1.4 MB, 320 KB"""
        size = self.upload.size
        return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(size // 1024, 1)} KB"


def _salt(actor: Actor) -> str:
    return f"desk.upload:{actor.tenant}:{actor.user}"


def keep(actor: Actor, file: UploadedFile[Any]) -> Kept:
    """Store one upload under the own office. Raises TooLarge, Invalid."""
    got = files.receive(file)
    upload = Upload(got.sha, got.name, got.mime, got.size)
    token = signing.dumps([got.sha, got.name, got.mime, got.size], salt=_salt(actor), compress=True)
    return Kept(token, upload)


def keep_all(actor: Actor, given: Iterable[UploadedFile[Any]]) -> tuple[list[Kept], list[str]]:
    """Each one kept, or why not: one bad file loses none of the others."""
    kept, refused = [], []
    for file in given:
        try:
            kept.append(keep(actor, file))
        except HuiyinError as error:
            why = next((texts[0] for texts in error.fields.values()), str(error))
            refused.append(_("%(name)s：%(why)s") % {"name": file.name, "why": why})
    return kept, refused


def read(actor: Actor, tokens: Iterable[str]) -> list[Kept]:
    """The files behind the tokens, each once; a token that is not this person's is left out."""
    found: dict[str, Kept] = {}
    for token in list(tokens)[:MOST]:
        try:
            sha, name, mime, size = signing.loads(token, salt=_salt(actor))
        except (signing.BadSignature, ValueError):
            continue
        if files.exists(sha):
            found.setdefault(sha, Kept(token, Upload(sha, name, mime, size)))
    return list(found.values())


def one(actor: Actor, given: UploadedFile[Any] | None) -> Kept:
    if given is None:
        raise Invalid(_("没有收到文件。再选一次。"))
    return keep(actor, given)
