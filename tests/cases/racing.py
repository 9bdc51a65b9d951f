"""Processes that hand over, object and report at random, as fast as they can; and the test's side of them.

A process is given a seed and case ids, and more of them by its input, a line each. It prints "ready" and a line for
each verb done, until its input ends; every refusal is fine, every other error is not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from select import select
from threading import Thread
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]


class Race:
    """So many processes, running since all were ready."""

    def __init__(self, processes: int, cases: list[UUID], env: dict[str, str]) -> None:
        paths = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
        self._running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.cases.racing", str(seed), ",".join(map(str, cases))],
                cwd=ROOT,
                env={**os.environ, **env, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "config.settings"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for seed in range(processes)
        ]
        self._said: list[str] = []
        for process in self._running:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        self._begun = time.monotonic()
        self._ears = [Thread(target=self._hear, args=(process,), daemon=True) for process in self._running]
        for ear in self._ears:
            ear.start()

    def _hear(self, process: subprocess.Popen[str]) -> None:
        self._said += map(str.strip, process.stdout or ())

    def run(self, seconds: float, wanted: set[str], *, most: float, fresh: Callable[[], UUID] | None = None) -> None:
        """For so long, and then until every wanted verb was done: a busy machine gets on slowly. Cases end; with
        `fresh` there is always another."""
        while (gone := time.monotonic() - self._begun) < most and (gone < seconds or not wanted <= set(self._said)):
            self._ears[0].join(0.2)
            assert all(process.poll() is None for process in self._running), "a process ended on its own"
            case = fresh() if fresh else None
            for process in self._running if case else ():
                assert process.stdin
                print(case, file=process.stdin, flush=True)

    def done(self) -> Counter[str]:
        """Stops them; how often each verb was done."""
        for process in self._running:
            assert process.stdin
            process.stdin.close()
        for process, ear in zip(self._running, self._ears, strict=True):
            ear.join(120)
            assert process.stdout
            process.stdout.close()
            assert process.wait(120) == 0
        return Counter(self._said)


def main() -> None:
    os.nice(10)  # the other tests get on meanwhile
    seed, cases = int(sys.argv[1]), [UUID(text) for text in sys.argv[2].split(",")]
    import django

    django.setup()
    from kernel.errors import HuiyinError
    from tests.cases.crowd import Crowd

    crowd, luck = Crowd(), Random(seed)
    print("ready", flush=True)
    while True:
        if select([sys.stdin], [], [], 0)[0]:
            if not (line := sys.stdin.readline()):
                break
            cases.append(UUID(line.strip()))
        case_id = luck.choice(cases)
        choice = crowd.open_choice(luck, case_id)
        if choice is None:
            continue
        with suppress(HuiyinError):
            crowd.call(luck, choice[0], choice[1], case_id, propose=choice[2])
            print(choice[1], flush=True)


if __name__ == "__main__":
    main()
