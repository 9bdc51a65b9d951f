"""What a person typed, understood: words, phrases, what to leave out, numbers, places, units and times.

Nothing raises: what is not understood stays a word. Numbers, times and names of places are recognised as they stand;
after 编号: 地点: 单位: 时间: they may be cut short, codes or the letters of their sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from kernel.clock import today
from search.language import dates, named, numbers, synonyms, words
from search.language.dates import Span
from search.language.named import Known, Named
from search.shapes import Asked, Query, Word
from tenants.models import Tenant

LONGEST, MOST_WORDS = 200, 12
SURE_SOUND = 5  # letters of a name's sound before it is taken for one unasked: jinxu

_QUOTES = {"“": "”", "”": "”", '"': '"', "「": "」", "『": "』", "＂": "＂"}
_MINUS = "-－–—"
_PREFIXES = {
    "编号": "number", "编码": "number", "編號": "number", "number": "number", "no": "number",
    "地点": "place", "属地": "place", "地點": "place", "屬地": "place", "place": "place",
    "单位": "unit", "部门": "unit", "單位": "unit", "部門": "unit", "unit": "unit", "department": "unit",
    "时间": "time", "日期": "time", "時間": "time", "time": "time", "date": "time",
}  # fmt: skip
_PREFIX = re.compile(rf"({'|'.join(_PREFIXES)})[:：]\s*", re.IGNORECASE)
_APART = re.compile(r"[，、；。！？,;!?]+")


class Token(NamedTuple):
    text: str
    prefix: str = ""
    phrase: bool = False
    excluded: bool = False


def tokens(text: str) -> Iterator[Token]:
    """The pieces of what was typed; a quotation mark that is not closed reaches to the end."""
    at, end = 0, len(text)
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        excluded = text[at] in _MINUS and at + 1 < end and not text[at + 1].isspace()
        at += excluded
        prefix = ""
        if not excluded and (found := _PREFIX.match(text, at)):
            prefix, at = _PREFIXES[found[1].lower()], found.end()
            if at == end:
                yield Token("", prefix)
                return
        if text[at] in _QUOTES:
            close = text.find(_QUOTES[text[at]], at + 1)
            close = end if close < 0 else close
            yield Token(text[at + 1 : close], prefix, phrase=True, excluded=excluded)
            at = close + 1
            continue
        stop = next((n for n in range(at, end) if text[n].isspace() or text[n] in _QUOTES), end)
        piece = text[at:stop]
        at = stop
        if prefix or excluded:
            yield Token(piece, prefix, excluded=excluded)
        else:
            yield from (Token(part) for part in _APART.split(piece) if part)


def understand(office: Tenant, asked: Asked) -> Query:
    reading = _Reading(office)
    text = asked.text[:LONGEST].replace("\x00", " ")
    for token in tokens(text):
        reading.take(token)
    if len(asked.text) >= LONGEST:
        reading.notes.append(_("写得太长，只按前 %(n)d 个字查。") % {"n": LONGEST})
    if len(reading.words) > MOST_WORDS:
        reading.notes.append(_("词太多，只按前 %(n)d 个词查。") % {"n": MOST_WORDS})
    reading.narrow(Span(asked.since, asked.until))
    return Query(
        words=tuple(reading.words[:MOST_WORDS]),
        numbers=tuple(dict.fromkeys(reading.numbers)),
        places=tuple(dict.fromkeys(reading.places)),
        units=tuple(dict.fromkeys(reading.units)),
        chosen=asked.chosen,
        since=reading.span.since,
        until=reading.span.until,
        told=tuple(dict.fromkeys(reading.told)),
        notes=tuple(dict.fromkeys(reading.notes)),
    )


class _Reading:
    """What was understood so far."""

    def __init__(self, office: Tenant) -> None:
        self.office = office
        self.words: list[Word] = []
        self.numbers: list[str] = []
        self.places: list[str] = []
        self.units: list[UUID] = []
        self.span = Span()
        self.told: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self._known: Known | None = None

    @property
    def known(self) -> Known:
        if self._known is None:
            self._known = named.known(self.office)
        return self._known

    def take(self, token: Token) -> None:
        if token.excluded or (token.phrase and not token.prefix):
            self._word(token.text, phrase=token.phrase, excluded=token.excluded)
        elif token.prefix:
            said: dict[str, Callable[[str], bool]] = {
                "number": lambda text: self._number(text, asked=True),
                "place": self._place,
                "unit": self._unit,
                "time": lambda text: self._time(text, asked=True),
            }
            if not words.fold(token.text):
                self.notes.append(_("冒号后面还没有写。"))
            elif not said[token.prefix](token.text):
                self.notes.append(_unknown(token))
                self._word(token.text, phrase=token.phrase)
        elif not (self._number(token.text) or self._time(token.text) or self._named(token.text)):
            self._word(token.text)

    def _word(self, text: str, *, phrase: bool = False, excluded: bool = False, also: tuple[str, ...] = ()) -> None:
        plain = words.fold(text)
        if not plain:
            return
        others = () if phrase or excluded else (*also, *synonyms.others(self.office.pk, plain))
        kept = tuple(dict.fromkeys(other for other in map(words.fold, others) if other and other != plain))
        word = Word(plain, phrase=phrase, excluded=excluded, others=kept)
        if word not in self.words:
            self.words.append(word)

    def _number(self, text: str, *, asked: bool = False) -> bool:
        plain = text.translate(_PLAIN)
        pattern = numbers.pattern(plain, asked=asked)
        if pattern:
            self.numbers.append(pattern)
            self.told.append((_("编号"), plain))
        return bool(pattern)

    def _time(self, text: str, *, asked: bool = False) -> bool:
        found = dates.span(text.translate(_PLAIN), today(), asked=asked)
        if found is not None:
            self.narrow(found)
            self.told.append((_("时间"), span_words(found)))
        return found is not None

    def narrow(self, span: Span) -> None:
        """Several times said at once must all hold."""
        since = max((day for day in (self.span.since, span.since) if day), default=None)
        until = min((day for day in (self.span.until, span.until) if day), default=None)
        self.span = Span(since, until)

    def _place(self, text: str) -> bool:
        found = self.known.place(text)
        if found is not None:
            self._at(found)
        return found is not None

    def _at(self, place: Named) -> None:
        if place.town:
            self._word(place.names[0], also=place.names[1:])
        else:
            self.places += place.codes
        self.told.append((_("地点"), place.shown))

    def _unit(self, text: str) -> bool:
        found = self.known.unit(text)[: named.MOST_UNITS]
        for one in found:
            self.units += one.units
        if found:
            self.told.append((_("单位"), found[0].shown if len(found) == 1 else words.fold(text)))
        return bool(found)

    def _named(self, text: str) -> bool:
        """Unasked, a place must be written out: its whole name or code, alone or before other words; or its sound."""
        plain = words.fold(text)
        if plain.isascii():
            return plain.isalnum() and self._code_or_sound(plain)
        for place in self.known.places:
            whole = place.names[0] if place.names else ""
            if whole and plain.startswith(whole):
                self._at(place)
                if rest := plain.removeprefix(whole):
                    self._word(rest)
                return True
        return False

    def _code_or_sound(self, plain: str) -> bool:
        for place in self.known.places:
            if place.code and plain == place.code:
                self._at(place)
                return True
        if len(plain) < SURE_SOUND or not plain.isalpha():
            return False
        for place in self.known.places:
            if plain in place.sounds:
                self._at(place)
                return True
        for unit in self.known.units:
            if plain in unit.sounds:
                self._word(plain, also=unit.names)
                self.told.append((_("单位"), unit.shown))
                return True
        return False


def _unknown(token: Token) -> str:
    text = {
        "number": _("“%(text)s”不像编号，按文字查了。"),
        "place": _("没有叫“%(text)s”的地点，按文字查了。"),
        "unit": _("没有叫“%(text)s”的单位，按文字查了。"),
        "time": _("“%(text)s”不像时间，按文字查了。时间可写 2026-09、昨天、近 30 天。"),
    }[token.prefix]
    return text % {"text": token.text}


_PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2013: "-", 0x2014: "-"}


def span_words(span: Span) -> str:
    """2025-01-01 起, 2025-03-01 至 2025-03-31."""
    names = {"since": span.since and span.since.isoformat(), "until": span.until and span.until.isoformat()}
    if span.since and span.until:
        return names["since"] or "" if span.since == span.until else _("%(since)s 至 %(until)s") % names
    return (_("%(since)s 起") if span.since else _("%(until)s 止")) % names
