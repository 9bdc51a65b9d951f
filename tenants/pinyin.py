"""How Chinese names sort and how they are typed: the embedded server has no ICU, so the key is stored."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=4096)
def sort_key(name: str) -> str:
    """Syllables apart, then the initials: "wei sheng jian kang ju wsjkj". Sorts by sound; `contains` finds either."""
    full = " ".join(lazy_pinyin(name)).lower()
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return f"{full} {initials}"[:300]


def initials(name: str) -> str:
    return sort_key(name).rsplit(" ", 1)[-1]
