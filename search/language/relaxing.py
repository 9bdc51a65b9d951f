"""What is asked instead when nothing, or next to nothing, has the words as typed: most of all that was said.

Half a sentence is no word: whoever types one means what is in it. Words that stand in every text say nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import ceil

from search.language import words
from search.shapes import Query, Word

FEW = 10  # hits, of which half a sentence is content with fewer only when nothing else comes near
SENTENCE = 5  # Han characters side by side
LEAST = 0.34  # of the pairs of characters that tell something

_EMPTY = re.compile(
    "怎么|什么|如何|因为|所以|但是|可以|请问|希望|要求|反映|问题|情况|关于|一直|经常|没有|不能"
    "|[的了着吗呢吧啊和与及或在被把给很太就都也还又要不没无有我你他她它们这那是对从让使其]"
)


def tells(pair: str) -> bool:
    """Not of those that stand in every text."""
    return not _EMPTY.search(pair)


def relaxed(query: Query) -> Query | None:
    """None where that asks for nothing else. Phrases, numbers and what is left out stay as they are."""
    said = [word for word in query.words if not (word.phrase or word.excluded)]
    plain = [word for word in said if any(map(tells, words.needed(word.text)))]
    text = words.GAP.join(word.text for word in plain)
    needed = words.needed(text)
    telling = sum(tells(pair) for pair in needed if words.is_han(pair[0]))
    if telling < 2 or (len(plain) == 1 and len(needed) < 3):
        return None
    kept = tuple(word for word in query.words if word.phrase or word.excluded)
    least = max(2 if telling > 2 else 1, ceil(telling * LEAST))
    return replace(query, words=(*kept, Word(text, least=least)))


def is_sentence(query: Query) -> bool:
    """Does it say more than its words? Then what comes near is shown behind what has it all."""
    return any(
        han and len(run) >= SENTENCE
        for word in query.words
        if not (word.phrase or word.excluded)
        for run, han in words.runs(word.text)
    )
