"""How personal data is kept: AES-256-GCM under a named key, matched by HMAC, seals signed with Ed25519.

A blob is: length of the key id (1 byte), key id, nonce (12), ciphertext with tag (16). The key id and the caller's
associated data ("app.model.field") are authenticated, so that a value moved to another column does not decrypt.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

NONCE_BYTES = 12
SHOWN = "•••"


class DecryptionError(Exception):
    """A stored value was altered, moved, or its key is gone."""


def _raw(value: bytes | str, size: int = 32) -> bytes:
    """Keys come from the settings as bytes, or as base64 from the environment."""
    try:
        raw = base64.b64decode(value, validate=True) if isinstance(value, str) else bytes(value)
    except ValueError as error:
        raise ImproperlyConfigured("A key in the settings is not base64.") from error
    if len(raw) != size:
        raise ImproperlyConfigured(f"A key in the settings has {len(raw)} bytes instead of {size}.")
    return raw


@lru_cache(maxsize=32)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def current_key_id() -> str:
    return str(settings.HUIYIN_KEY_CURRENT)


def _key(key_id: str) -> bytes:
    for known, value in settings.HUIYIN_KEYS.items():
        if str(known) == key_id:
            return _raw(value)
    raise DecryptionError("unknown key")


def cipher_for(key_id: str) -> AESGCM:
    """For formats of several records; raises DecryptionError when the key is unknown."""
    return _cipher(_key(key_id))


def open_sealed(cipher: AESGCM, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, sealed, aad)
    except (InvalidTag, ValueError):
        raise DecryptionError("altered or cut short") from None


def _header(key_id: str) -> bytes:
    raw = key_id.encode()
    if not 0 < len(raw) < 256:
        raise ImproperlyConfigured("A key id has 1 to 255 bytes.")
    return bytes([len(raw)]) + raw


def key_id_of(blob: bytes) -> str:
    """The id of the key a blob was encrypted under."""
    size = blob[0] if blob else 0
    if not size or len(blob) < 1 + size + NONCE_BYTES + 16:
        raise DecryptionError("malformed")
    try:
        return blob[1 : 1 + size].decode()
    except UnicodeDecodeError as error:
        raise DecryptionError("malformed") from error


def encrypt(data: bytes, aad: str) -> bytes:
    key_id = current_key_id()
    header = _header(key_id)
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + _cipher(_key(key_id)).encrypt(nonce, data, header + aad.encode())


def decrypt(blob: bytes, aad: str) -> bytes:
    """Raises DecryptionError when the blob was altered, belongs elsewhere, or its key is unknown."""
    blob = bytes(blob)
    key_id = key_id_of(blob)
    header = _header(key_id)
    nonce = blob[len(header) : len(header) + NONCE_BYTES]
    try:
        return _cipher(_key(key_id)).decrypt(nonce, blob[len(header) + NONCE_BYTES :], header + aad.encode())
    except InvalidTag:
        raise DecryptionError(f"altered or misplaced: {aad}") from None


def current_header() -> bytes:
    """What every blob of the current key begins with."""
    return _header(current_key_id())


def reencrypt(blob: bytes, aad: str) -> bytes:
    """The same content under the current key."""
    return encrypt(decrypt(blob, aad), aad)


# Matching ------------------------------------------------------------------------------------------------------------

_PHONE_NOISE = re.compile(r"[\s\-–—‐()（）.·]+")
_SPACE = re.compile(r"\s+")


def _normal_phone(value: str) -> str:
    digits = _PHONE_NOISE.sub("", value)
    return re.sub(r"^(?:\+86|0086|86)(?=1\d{10}$|0\d{9,11}$)", "", digits)


def _normal_id(value: str) -> str:
    return _PHONE_NOISE.sub("", value).upper()


def _normal_name(value: str) -> str:
    return _SPACE.sub("", value).replace("•", "·").replace("・", "·").casefold()


_NORMAL: dict[str, Callable[[str], str]] = {"phone": _normal_phone, "id": _normal_id, "name": _normal_name}


def normalise(kind: str, value: str) -> str:
    """One spelling per person's datum: NFKC; phone without +86 and separators, id in capitals, name without spaces."""
    folded = unicodedata.normalize("NFKC", value).strip()
    return _NORMAL[kind](folded) if kind in _NORMAL else folded


def keyed_hash(kind: str, value: str) -> bytes:
    """32 bytes that match the same datum across offices and say nothing without the cell's key."""
    text = f"{kind}\0{normalise(kind, value)}"
    return hmac.new(_raw(settings.HUIYIN_HASH_KEY), text.encode("utf-8", "replace"), hashlib.sha256).digest()


# Seals ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _signer(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def sign(data: bytes) -> bytes:
    """64 bytes, Ed25519."""
    return _signer(_raw(settings.HUIYIN_SIGNING_KEY)).sign(data)


def public_key() -> bytes:
    """The 32 bytes with which anyone can check this cell's seals."""
    key = _signer(_raw(settings.HUIYIN_SIGNING_KEY)).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def verify_signature(data: bytes, signature: bytes) -> bool:
    """Signed by the present key, or by a former one whose public half is in HUIYIN_FORMER_PUBLIC_KEYS."""
    former: Sequence[bytes | str] = getattr(settings, "HUIYIN_FORMER_PUBLIC_KEYS", ())
    for raw in (public_key(), *(_raw(key) for key in former)):
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(bytes(signature), data)
        except InvalidSignature:
            continue
        return True
    return False


# Fields --------------------------------------------------------------------------------------------------------------


class PrivateText(str):
    """A decrypted text. It behaves as text, but `repr` (logs, error reports, debugger) does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{SHOWN}'"


class PrivateDict(dict[str, Any]):
    """A decrypted JSON object whose `repr` does not show it."""

    def __repr__(self) -> str:
        return f"{{{SHOWN}}}"


class PrivateList(list[Any]):
    """A decrypted JSON array whose `repr` does not show it."""

    def __repr__(self) -> str:
        return f"[{SHOWN}]"


def _private(value: Any) -> Any:
    if isinstance(value, str):
        return PrivateText(value)
    if isinstance(value, dict):
        return PrivateDict({name: _private(part) for name, part in value.items()})
    if isinstance(value, list):
        return PrivateList(_private(part) for part in value)
    return value


if TYPE_CHECKING:
    _Binary = models.Field[Any, Any]  # the stubs fix what a BinaryField gives
else:
    _Binary = models.BinaryField


class EncryptedField(_Binary):
    """Common to both kinds. Null stays null, the empty value is stored as zero bytes; only `isnull` can be queried."""

    empty: ClassVar[Any] = ""

    @property
    def aad(self) -> str:
        """Of the model that defines the column: a proxy or a historical model in a migration says the same."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def to_bytes(self, value: Any) -> bytes:
        raise NotImplementedError

    def from_bytes(self, data: bytes) -> Any:
        raise NotImplementedError

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_default(self) -> Any:
        if self.has_default():
            return self.default() if callable(self.default) else self.default
        return None if self.null else self._empty()

    def _empty(self) -> Any:
        return type(self.empty)()

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        blob = b"" if value == self.empty else encrypt(self.to_bytes(value), self.aad)
        return super().get_db_prep_value(blob, connection, prepared)

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        if value is None:
            return None
        blob = bytes(value)
        return self.from_bytes(decrypt(blob, self.aad)) if blob else self._empty()

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Dumps carry ciphertext, never the value."""
        value = self.value_from_object(obj)
        if value is None or value == self.empty:
            return ""
        return base64.b64encode(encrypt(self.to_bytes(value), self.aad)).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by keyed_hash, not by {lookup_name}.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self.name} is encrypted: nothing in it can be queried.")


class EncryptedTextField(EncryptedField):
    _pyi_private_set_type: str
    _pyi_private_get_type: str

    def to_bytes(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"{self.name} takes text.")
        return value.encode("utf-8", "replace")

    def from_bytes(self, data: bytes) -> PrivateText:
        return PrivateText(data.decode())

    def formfield(self, *args: Any, **kwargs: Any) -> None:
        """No automatic form shows or takes it."""
        return None


class EncryptedJSONField(EncryptedField):
    empty: ClassVar[Any] = {}
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode(
            "utf-8", "replace"
        )

    def from_bytes(self, data: bytes) -> Any:
        return _private(json.loads(data))
