"""Work split among processes: each takes its share, tells of every piece done, and hands its failure to the parent.

No model is imported here: a fresh process imports this module before Django is set up.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import queue
import traceback
from collections.abc import Callable, Iterator
from typing import Any

Worker = Callable[[int, int, dict[str, Any], Callable[[Any], None]], None]


class ShareFailed(RuntimeError):
    """A worker process died; the message is its own last word."""


def _load(name: str) -> Worker:
    module, _colon, function = name.partition(":")
    found: Worker = getattr(importlib.import_module(module), function)
    return found


def run_shares(worker: str, jobs: int, arguments: dict[str, Any], hear: Callable[[Any], None]) -> None:
    """Runs `worker` ("package.module:function") in `jobs` processes, one of them this one where there is only one.

    `hear` is given what the workers tell, as it comes. Raises ShareFailed when a process fails or dies.
    """
    if jobs <= 1:
        _load(worker)(0, 1, arguments, hear)
        return
    spawn = multiprocessing.get_context("spawn")
    channel: Any = spawn.Queue()
    running = [
        spawn.Process(target=_run, args=(worker, part, jobs, arguments, channel), daemon=True) for part in range(jobs)
    ]
    for process in running:
        process.start()
    try:
        for what in _listen(channel, running):
            hear(what)
    finally:
        for process in running:
            if process.is_alive():
                process.terminate()
            process.join()


def _listen(channel: Any, running: list[Any]) -> Iterator[Any]:
    left = len(running)
    while left:
        try:
            kind, what = channel.get(timeout=1)
        except queue.Empty:
            if any(process.exitcode not in (None, 0) for process in running):
                codes = [process.exitcode for process in running]
                raise ShareFailed(f"A worker process ended by itself: {codes}") from None
            continue
        if kind == "done":
            left -= 1
        elif kind == "failed":
            raise ShareFailed(what)
        else:
            yield what


def _run(worker: str, part: int, parts: int, arguments: dict[str, Any], channel: Any) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415  this process has nothing set up yet

    django.setup()
    try:
        _load(worker)(part, parts, arguments, lambda what: channel.put(("told", what)))
    except BaseException:
        channel.put(("failed", traceback.format_exc(limit=-12)))
        raise
    channel.put(("done", part))
