"""Where attachments and papers lie: encrypted blobs, named by content within an office, in the default storage.

A blob is a head (magic, key id, nonce prefix), one record with the SHA-256 of the content, then records of 64 KiB. Each
record is AES-256-GCM; its nonce holds its number and whether it is the last, so that none can be cut, moved or swapped.
"""

import hashlib
import io
import os
import struct
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from kernel import crypto, schema
from kernel.errors import NotFound, TooLarge
from kernel.file_types import HEAD_BYTES, safe_name, sniff

MAX_BYTES = 50 * 1024 * 1024
RECORD = 64 * 1024
TAG = 16
MAGIC = b"HYF1"
SPOOL = 1024 * 1024

__all__ = ["MAX_BYTES", "Received", "copy", "delete", "exists", "get", "put", "receive", "safe_name", "sniff", "stream"]


@dataclass(frozen=True, slots=True)
class Received:
    """What a row keeps of an upload. The name is personal data: an encrypted column."""

    sha: str
    name: str
    mime: str
    size: int


def receive(upload: "UploadedFile[Any]") -> Received:
    """Check and keep an upload. Raises TooLarge, Invalid."""
    if getattr(upload, "too_large", False) or (upload.size or 0) > MAX_BYTES:
        raise TooLarge()
    content = cast(BinaryIO, upload.file)
    content.seek(0)
    head = content.read(HEAD_BYTES)
    content.seek(0)
    mime = sniff(head, upload.name or "", content)
    return Received(put(content), safe_name(upload.name or "", mime), mime, upload.size or 0)


def put(data: bytes | BinaryIO, *, office: str | None = None) -> str:
    """Keep the content under the current (or the given) office's prefix; its SHA-256 in hex. Raises TooLarge."""
    content: BinaryIO = io.BytesIO(data) if isinstance(data, bytes) else data
    sha = _hash(content)
    name = _place(sha, office)
    if not default_storage.exists(name):
        with _sealed(sha, content) as blob:
            _write(name, blob)
    return sha


def get(sha: str, *, office: str | None = None) -> bytes:
    """Raises NotFound when it is not here, DecryptionError when it was altered."""
    whole = io.BytesIO()
    for part in stream(sha, office=office):
        whole.write(part)
    return whole.getvalue()


def stream(sha: str, *, office: str | None = None) -> Iterator[bytes]:
    """The content piece by piece, each checked before it is given; the first piece is read at once."""
    try:
        blob = default_storage.open(_place(sha, office), "rb")
    except FileNotFoundError:
        raise NotFound() from None
    return _Stream(_opened(blob, sha))


class _Stream(Iterator[bytes]):
    """Pieces whose file is closed with them, also by a reader who stops before the first one."""

    def __init__(self, pieces: Generator[bytes, None, None]) -> None:
        self._pieces = pieces
        self._first: bytes | None = next(pieces, None)

    def __next__(self) -> bytes:
        first, self._first = self._first, None
        return next(self._pieces) if first is None else first

    def close(self) -> None:
        self._pieces.close()


def exists(sha: str, *, office: str | None = None) -> bool:
    return default_storage.exists(_place(sha, office))


def copy(sha: str, *, source: str, target: str) -> None:
    """Stage a file for a hand-over: under the receiver's prefix, before the transaction. Twice is harmless."""
    if exists(sha, office=target):
        return
    try:
        with default_storage.open(_place(sha, source), "rb") as blob:
            _write(_place(sha, target), blob)
    except FileNotFoundError:
        raise NotFound() from None


def delete(sha: str, *, office: str | None = None) -> None:
    default_storage.delete(_place(sha, office))


def _place(sha: str, office: str | None) -> str:
    """<schema>/<two letters>/<keyed hash>: the name tells nobody which known document it is."""
    prefix = office or schema.current()
    if not prefix or len(sha) != 64 or not set(sha) <= set("0123456789abcdef"):
        raise ValueError("A file belongs to an office and is named by its hash.")
    hashed = crypto.keyed_hash("file", f"{prefix}:{sha}").hex()
    return f"{prefix}/{hashed[:2]}/{hashed}"


def _hash(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    size = 0
    content.seek(0)
    while part := content.read(RECORD):
        size += len(part)
        if size > MAX_BYTES:
            raise TooLarge()
        digest.update(part)
    content.seek(0)
    return digest.hexdigest()


@contextmanager
def _sealed(sha: str, content: BinaryIO) -> Iterator[IO[bytes]]:
    """The blob, in memory while small, else in a nameless temporary file that holds ciphertext only."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as blob:
        for record in _seal(sha, content):
            blob.write(record)
        blob.seek(0)
        yield blob


def _seal(sha: str, content: BinaryIO) -> Iterator[bytes]:
    key_id = crypto.current_key_id().encode()
    prefix = os.urandom(7)
    head = MAGIC + bytes([len(key_id)]) + key_id + prefix
    cipher = crypto.cipher_for(key_id.decode())
    yield head + cipher.encrypt(_nonce(prefix, 0, False), bytes.fromhex(sha), head)
    number, part = 1, content.read(RECORD)
    while True:
        following = content.read(RECORD)
        yield cipher.encrypt(_nonce(prefix, number, not following), part, head)
        if not following:
            return
        number, part = number + 1, following


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">I", number) + (b"\1" if last else b"\0")


def _opened(blob: "File[bytes]", sha: str | None) -> Generator[bytes, None, None]:
    with blob:
        head, key_id, prefix = _head(blob)
        cipher = crypto.cipher_for(key_id)
        named = crypto.open_sealed(cipher, _nonce(prefix, 0, False), blob.read(32 + TAG), head)
        if sha is not None and named.hex() != sha:
            raise crypto.DecryptionError("another file's content")
        number, part = 1, blob.read(RECORD + TAG)
        while True:
            following = blob.read(RECORD + TAG)
            yield crypto.open_sealed(cipher, _nonce(prefix, number, not following), part, head)
            if not following:
                return
            number, part = number + 1, following


def _head(blob: "File[bytes]") -> tuple[bytes, str, bytes]:
    start = blob.read(len(MAGIC) + 1)
    if len(start) != len(MAGIC) + 1 or not start.startswith(MAGIC):
        raise crypto.DecryptionError("not a blob")
    rest = blob.read(start[-1] + 7)
    if len(rest) != start[-1] + 7:
        raise crypto.DecryptionError("cut short")
    return start + rest, rest[:-7].decode("ascii", "replace"), rest[-7:]


def _write(name: str, blob: IO[bytes], *, replace: bool = False) -> None:
    """Appears whole or not at all. On a file system: written beside, then renamed. An object store's put is whole."""
    if _has_paths():
        beside = default_storage.save(f"{name}.part", File(blob))
        os.replace(default_storage.path(beside), default_storage.path(name))
        return
    if replace:
        default_storage.delete(name)
    saved = default_storage.save(name, File(blob))
    if saved != name:  # another process put the same content first
        default_storage.delete(saved)


def _has_paths() -> bool:
    try:
        default_storage.path("probe")
    except NotImplementedError:
        return False
    return True


# Rotation ------------------------------------------------------------------------------------------------------------


def places(folder: str = "") -> Iterator[str]:
    """Every blob of every office."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        if not name.endswith(".part"):
            yield f"{folder}/{name}" if folder else name
    for inner in folders:
        yield from places(f"{folder}/{inner}" if folder else inner)


def is_old(name: str) -> bool:
    with default_storage.open(name, "rb") as blob:
        return _head(blob)[1] != crypto.current_key_id()


def reencrypt_place(name: str) -> bool:
    """Bring one blob under the current key; False when it was so already.

    An object store cannot rename: there the new blob is kept in the temporary file until the old one is replaced.
    """
    with default_storage.open(name, "rb") as blob:
        head, key_id, prefix = _head(blob)
        if key_id == crypto.current_key_id():
            return False
        sha = crypto.open_sealed(crypto.cipher_for(key_id), _nonce(prefix, 0, False), blob.read(32 + TAG), head).hex()
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as fresh:
        plain: Any = _Pieces(_opened(default_storage.open(name, "rb"), sha))
        for record in _seal(sha, plain):
            fresh.write(record)
        fresh.seek(0)
        _write(name, fresh, replace=True)
    return True


class _Pieces:
    """Reads records that come as they were written: RECORD bytes each, the last one shorter."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, size: int) -> bytes:
        return next(self._pieces, b"")
