"""How like two matters are: place, class and words. One way of judging it, wherever it is asked: similar cases, earlier
answers, several filings about one matter. A machine puts forward; what is the same matter, a person says.

Measured on real messages (tests/search/judged): of pairs about one matter nine in ten reach ALIKE, of pairs about one
kind of matter in two places one in seven.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

ALIKE = 0.26  # by words alone: one matter, as two people tell it
NEAR = 0.18  # where place and class are the same too
KIN = 0.09  # of the same kind
MOST_READ, RUN, MOST_SHOWN = 2000, 3, 4
SHORT = 40  # stretches: a text of fewer is too short to be alike by its length alone
TITLE = 8  # stretches: of ten characters
CROWDED = 4  # a quarter of the stretches of a long text in common is as much as one gets
# What nearly every letter says tells nothing.
STOCK = (
    "尊敬的领导", "尊敬的", "有关部门", "相关部门", "严重影响", "希望领导", "请求解决", "请问", "您好", "你好", "我是",
    "我们", "投诉", "反映", "咨询", "希望", "请求", "建议", "问题", "没有", "什么时候", "的问题",
)  # fmt: skip

GAP = "|"
AMOUNT = re.compile(
    r"[0-9零一二两三四五六七八九十百千万几半数]+(?:多|余|来)?(?:个月|个|次|年|月|天|日|周|小时|分钟|万元|元|人|户|名|件|倍)(?:多|来|以上)?"
)


@dataclass(frozen=True, slots=True)
class Matter:
    """`place` is a region's code, `spot` the place in words, `content` a class of content; each may be unknown."""

    title: str
    text: str
    place: str = ""
    spot: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`words` 0 to 1; `shared`: stretches both have, those of a title first."""

    words: float
    place: bool
    content: bool
    shared: tuple[str, ...] = ()
    elsewhere: bool = False  # both name a place, and not the same

    @property
    def same(self) -> bool:
        """Perhaps one matter."""
        near = self.place and self.content and self.words >= NEAR
        return not self.elsewhere and (near or self.words >= ALIKE)

    @property
    def kin(self) -> bool:
        """Worth showing, with a reason."""
        told = bool(self.shared) or (self.place and self.content)
        return told and self.words >= (KIN * 2 / 3 if self.content else KIN)

    @property
    def rank(self) -> float:
        return self.words + 0.08 * self.place + 0.06 * self.content


def likeness(one: Matter, other: Matter) -> Likeness:
    first, second = _whole(one), _whole(other)
    told = max(_inside(_plain(one.title), second), _inside(_plain(other.title), first))
    runs = _runs(first), _runs(second)
    common = len(runs[0] & runs[1])
    deep = min(1.0, CROWDED * common / max(SHORT, min(map(len, runs))))
    place = _same_place(one, other)
    return Likeness(
        words=(told + deep) / 2 if common else 0.0,
        place=bool(one.place)
        and one.place == other.place
        and (not one.spot or not other.spot or one.spot == other.spot),
        content=bool(one.content) and one.content == other.content,
        shared=tuple(_shared(one, other)) if common else (),
        elsewhere=bool(one.place and other.place) and not place,
    )


def _same_place(one: Matter, other: Matter) -> bool:
    """A region; the spot within it too, where both name one."""
    return bool(one.place) and one.place == other.place and (not (one.spot and other.spot) or one.spot == other.spot)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Letters, digits and Han alone, without width and case; how long, how often and how many leave a gap."""
    told = AMOUNT.sub(GAP, unicodedata.normalize("NFKC", text[:MOST_READ]).lower())
    return "".join(one for one in told if one.isalnum() or one == GAP)


def _whole(matter: Matter) -> str:
    return _plain(matter.title) + _plain(matter.text)


@lru_cache(maxsize=4096)
def _runs(plain: str) -> frozenset[str]:
    return frozenset(run for at in range(len(plain) - RUN + 1) if GAP not in (run := plain[at : at + RUN]))


def _inside(title: str, whole: str) -> float:
    """The share of a title that the other says too; of a short one less."""
    said = _runs(title)
    return len(said & _runs(whole)) / max(TITLE, len(said))


def _shared(one: Matter, other: Matter) -> Iterator[str]:
    """Stretches of the other, its title first, that this one has as well; no stock phrases, none twice."""
    whole, shown = _whole(one), list[str]()
    said = sorted(_stretches(_plain(other.text), whole), key=len, reverse=True)
    for stretch in (*_stretches(_plain(other.title), whole), *(each for each in said if len(each) > RUN)):
        if len(shown) == MOST_SHOWN:
            break
        if not any(stretch in each for each in shown):
            shown.append(stretch)
            yield stretch


def _stretches(text: str, whole: str) -> Iterator[str]:
    known, at = _runs(whole), 0
    while at + RUN <= len(text):
        if text[at : at + RUN] not in known:
            at += 1
            continue
        end = at + RUN
        while end < len(text) and text[end] != GAP and text[at : end + 1] in whole:
            end += 1
        if (stretch := _telling(text[at:end])) and len(stretch) >= RUN and not stretch.isdigit():
            yield stretch[:12]
        at = end


def _telling(stretch: str) -> str:
    for phrase in STOCK:
        stretch = stretch.removeprefix(phrase).removesuffix(phrase)
    return stretch
