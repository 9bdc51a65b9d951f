"""Who filed: what is typed about a person becomes encrypted particulars and keyed hashes (domain §11.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.codes.persons import PersonRole
from cases.models import Case, Petitioner
from kernel.crypto import keyed_hash
from kernel.masking import mask_address, mask_id, mask_name, mask_phone, scrub

PARTICULARS = ("name", "phone", "id_type", "id_number", "address", "mailing_address")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Person:
    """One person as entered. `role`: a PersonRole."""

    name: str = ""
    phone: str = ""
    address: str = ""
    role: str = "main"
    id_type: str = ""
    id_number: str = ""
    mailing_address: str = ""
    address_code: str = ""


def faults(people: Sequence[Person], *, most_representatives: int) -> dict[str, list[str]]:
    """What cannot stand, by field name `people.<index>.<field>`."""
    found: dict[str, list[str]] = {}

    def add(index: int, field: str, text: str) -> None:
        found.setdefault(f"people.{index}.{field}", []).append(text)

    for index, person in enumerate(people):
        digits = re.sub(r"[\s\-()（）+]", "", person.phone)
        if person.phone and not digits.isdigit():
            add(index, "phone", _("联系电话只能是数字。改正，或留空。"))
        elif digits.startswith("1") and len(digits) == 10:
            add(index, "phone", _("联系电话少一位。补成 11 位，或留空。"))
        elif digits and not 7 <= len(digits) <= 15:
            add(index, "phone", _("联系电话的位数不对。改正，或留空。"))
        if person.role not in PersonRole.values:
            add(index, "role", _("身份只能是主访人、代表、联名人或代理人。"))
        for field in PARTICULARS:
            if len(getattr(person, field)) > LONGEST:
                add(index, field, _("太长了，最多 200 字。"))
    if sum(person.role == "main" for person in people) > 1:
        add(0, "role", _("主访人只能有一位，其他人改为联名人。"))
    if sum(person.role == PersonRole.REPRESENTATIVE for person in people) > most_representatives:
        add(0, "role", _("代表最多 %(n)d 人（《信访工作条例》第二十条）。") % {"n": most_representatives})
    return found


def rows(case: Case, people: Sequence[Person]) -> list[Petitioner]:
    """Unsaved rows, in the order entered; the first is the main petitioner where none is named."""
    made = []
    mains = any(person.role == "main" for person in people)
    for seq, person in enumerate(people, start=1):
        role = person.role if mains or seq > 1 else "main"
        given: dict[str, Any] = {k: v.strip() for k in PARTICULARS if (v := getattr(person, k))}
        made.append(
            Petitioner(
                case=case,
                role=role,
                seq=seq,
                particulars=given,
                name_hash=_hash("name", person.name),
                phone_hash=_hash("phone", person.phone),
                id_hash=_hash("id", person.id_number),
                address_code=person.address_code[:12],
            )
        )
    return made


def _hash(kind: str, value: str) -> bytes | None:
    return keyed_hash(kind, value) if value.strip() else None


@dataclass(frozen=True, slots=True)
class Known:
    """What a case knows of its people: hidden in what was written, too."""

    names: Sequence[str] = ()
    numbers: Sequence[str] = ()
    addresses: Sequence[str] = ()

    @classmethod
    def of(cls, people: Iterable[Petitioner], spelt: Callable[[str], str] = str) -> Known:
        """`spelt`: how the texts they are looked for in are written."""
        told = [person.particulars for person in people]

        def every(*kinds: str) -> list[str]:
            return [spelt(value) for one in told for kind in kinds if (value := one.get(kind, ""))]

        return cls(every("name"), every("phone", "id_number"), every("address", "mailing_address"))

    def hidden(self, text: str) -> str:
        """The text without them and without any ID or phone number, as long as it was."""
        return scrub(text, self.names, self.numbers, self.addresses)


def masked(person: Petitioner) -> dict[str, str]:
    """What everybody entitled to the case sees without giving a reason."""
    given = person.particulars
    return {
        "name": mask_name(given.get("name", "")),
        "phone": mask_phone(given.get("phone", "")),
        "address": mask_address(given.get("address", "")),
        "id_number": mask_id(given.get("id_number", "")),
    }
