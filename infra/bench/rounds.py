"""Contenders timed in turn: other work on the machine hits all alike, and each round gives a ratio of its own."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

Work = Callable[[int], None]


class Timed:
    """Seconds a piece of work took, by contender, one entry a round."""

    def __init__(self, seconds: Mapping[str, list[float]], cpu: Mapping[str, list[float]]) -> None:
        self._seconds, self._cpu = seconds, cpu

    def each_s(self, name: str) -> float:
        return median(self._seconds[name])

    def each_ms(self, name: str) -> float:
        return self.each_s(name) * 1000

    def rate(self, name: str) -> float:
        """A second's worth."""
        return 1 / self.each_s(name)

    def cpu_s(self, name: str) -> float:
        """Processor time of this process alone, a piece."""
        return median(self._cpu[name])

    def ratio(self, name: str, floor: str) -> float:
        """How many times as long as the floor, the median of the rounds."""
        pairs = zip(self._seconds[name], self._seconds[floor], strict=True)
        return median(mine / other for mine, other in pairs)


def interleaved(contenders: Mapping[str, Work], *, rounds: int, size: int, warm: int = 3) -> Timed:
    """Each contender does `size` pieces a round; the order turns with each. `warm` pieces before are not counted."""
    for work in contenders.values():
        work(warm)
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    cpu: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    for number in range(rounds):
        turn = number % len(order)
        for name in order[turn:] + order[:turn]:
            gc.collect()
            started, worked = time.perf_counter(), time.process_time()
            contenders[name](size)
            seconds[name].append((time.perf_counter() - started) / size)
            cpu[name].append((time.process_time() - worked) / size)
    return Timed(seconds, cpu)
