"""The scope of a token in words: what a system with these roles may be allowed, grouped as one reads it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from cases.queries import labels
from cases.transitions import VERBS
from desk.office import role_words
from tenants import tokens
from tenants.models.token import MACHINE_ROLES

DRAFTING = ("save_draft", "discard")


def roles() -> list[tuple[str, str]]:
    """Code and name, in the order people know them."""
    return [(code, role_words.name(code)) for code in sorted(MACHINE_ROLES, key=lambda code: int(code[1:]))]


def choices(role: str) -> list[tuple[str, str]]:
    """Reading first, then the verbs, then what it may ask a person to do."""
    known = [verb for verb in tokens.offered([role]) if _exists(verb)]
    acts = [verb for verb in known if not verb.startswith("propose:")]
    asks = [verb for verb in known if verb.startswith("propose:")]
    return [(verb, word(verb)) for verb in (tokens.READ, *acts, *asks)]


def notes() -> dict[str, str]:
    return {
        tokens.READ: _("列表、件的内容和经过；姓名、电话打码"),
        "unmask": _("不打码，每次写明理由，逐次留痕"),
        "register": _("登记后系统得到编号和查询码"),
    }


def _exists(verb: str) -> bool:
    plain = verb.removeprefix("propose:")
    return plain in VERBS or plain in DRAFTING


def said(verbs: Iterable[str]) -> str:
    return _("、").join(word(verb) for verb in sorted(verbs, key=_order))


def _order(verb: str) -> tuple[bool, bool, str]:
    return verb != tokens.READ, verb.startswith("propose:"), verb


def word(verb: str) -> str:
    if verb == tokens.READ:
        return _("查看")
    if verb in DRAFTING:
        return _("存草稿") if verb == "save_draft" else _("丢弃草稿")
    if verb.startswith("propose:"):
        return labels.asked(verb.removeprefix("propose:"))
    return labels.verb(verb)
