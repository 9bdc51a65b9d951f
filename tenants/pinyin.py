"""How Chinese names sort and how they are typed: the embedded server has no ICU, so the key is stored."""

from functools import lru_cache


def sounds(text: str) -> list[str]:
    """The syllable of each character; what is not Chinese stays as it stands."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  its dictionaries take half a second, and few commands need them

    found: list[str] = lazy_pinyin(text)
    return found


def first_letters(text: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  as above

    found: list[str] = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return found


@lru_cache(maxsize=4096)
def sort_key(name: str) -> str:
    """Syllables apart, then the initials: "wei sheng jian kang ju wsjkj". Sorts by sound; `contains` finds either."""
    full = " ".join(sounds(name)).lower()
    initials = "".join(first_letters(name)).lower()
    return f"{full} {initials}"[:300]


def initials(name: str) -> str:
    return sort_key(name).rsplit(" ", 1)[-1]
