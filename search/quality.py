"""How good an order of hits is, given what people said of them: pure functions over keys and grades.

Grades: 2 what was sought, 1 of use; what has none counts as 0. A grade g is worth 2^g - 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean

FIRST, FAR = 10, 50


@dataclass(frozen=True, slots=True)
class Quality:
    """Over several queries: means, and the share of those that found nothing."""

    ndcg: float
    recall: float
    empty: float
    queries: int


def ndcg(found: Sequence[str], grades: Mapping[str, int], at: int = FIRST) -> float:
    """Discounted gain of the first `at`, as a share of the best order there is; 1 where nothing was to be found."""
    best = _gain(sorted(grades.values(), reverse=True)[:at])
    return _gain([grades.get(key, 0) for key in found[:at]]) / best if best else 1.0


def _gain(grades: Sequence[int]) -> float:
    return sum((pow(2.0, grade) - 1) / log2(place + 1) for place, grade in enumerate(grades, start=1))


def recall(found: Sequence[str], grades: Mapping[str, int], at: int = FAR) -> float:
    """The share of what has a grade among the first `at`; no more is asked than fits."""
    wanted = {key for key, grade in grades.items() if grade}
    return len(wanted & set(found[:at])) / min(len(wanted), at) if wanted else 1.0


def judge(runs: Sequence[tuple[Sequence[str], Mapping[str, int]]]) -> Quality:
    """`runs`: what each query found, and its grades."""
    return Quality(
        ndcg=fmean(ndcg(found, grades) for found, grades in runs),
        recall=fmean(recall(found, grades) for found, grades in runs),
        empty=fmean(not found for found, _grades in runs),
        queries=len(runs),
    )
