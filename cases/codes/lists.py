"""What a code list is: ordered codes with a label each; unknown codes (imported history) show as themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Code:
    """One entry. `exchange` is its code in the national layout where it differs from ours (domain §11)."""

    code: str
    label: Text
    parent: str = ""
    exchange: str = ""

    @property
    def sent_as(self) -> str:
        return self.exchange or self.code


class CodeList:
    """An ordered, immutable list of codes; `field` is its name in the exchange layout, "" if it is not exchanged."""

    def __init__(self, codes: Iterable[Code], *, field: str = "") -> None:
        self.field = field
        self._codes = {code.code: code for code in codes}
        self._received: dict[str, str] | None = None

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[Code]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)

    def get(self, code: str) -> Code | None:
        return self._codes.get(code)

    def label(self, code: str) -> str:
        """The words for a code in the reader's language; "" for "", an unknown code as it is."""
        found = self._codes.get(code)
        return str(found.label) if found is not None else code

    def choices(self) -> list[tuple[str, Text]]:
        return [(code.code, code.label) for code in self]

    def children(self, parent: str) -> list[Code]:
        return [code for code in self if code.parent == parent]

    def to_exchange(self, code: str) -> str:
        found = self._codes.get(code)
        return found.sent_as if found is not None else code

    def from_exchange(self, value: str) -> str | None:
        """Our code for what another system sent (its code, ours, or the Chinese label), or None."""
        if self._received is None:
            with translation.override(None):  # the labels as written, in Chinese
                self._received = {
                    known_as: code.code for code in self for known_as in (str(code.label), code.exchange) if known_as
                }
            self._received |= {code: code for code in self._codes}
        return self._received.get(value.strip())


def code_list(rows: Iterable[tuple[str, Text]], *, field: str = "") -> CodeList:
    """A list from (code, label) rows; `TextChoices.choices` is one."""
    return CodeList((Code(code, label) for code, label in rows), field=field)
