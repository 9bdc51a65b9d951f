"""Runs several processes for the length of a demo: restarts what dies, stops all in order, leaves nothing behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from infra.env import GroundError

PR_SET_PDEATHSIG = 1
CALM_S = 60.0
TOO_OFTEN = 4


@dataclass
class Program:
    """One process; `stop_s` is how long it may take to finish its work when asked to end."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    stop_s: float = 8.0


class Runner:
    def __init__(self, programs: list[Program], *, logs: Path, cwd: Path) -> None:
        self._programs = programs
        self._logs = logs
        self._cwd = cwd
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: dict[str, list[float]] = {program.name: [] for program in programs}

    def start(self) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        for program in self._programs:
            self._launch(program)

    def _launch(self, program: Program) -> None:
        with (self._logs / f"{program.name}.log").open("ab") as log:
            self._running[program.name] = subprocess.Popen(
                program.command,
                cwd=self._cwd,
                env=os.environ | program.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own: the terminal's Ctrl-C reaches only us, and we stop the programs in order.
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509  one prctl call, no threads here
            )

    def watch(self) -> None:
        """Returns never; raises GroundError when a program keeps dying. A single death is a restart and a line."""
        while True:
            for program in self._programs:
                code = self._running[program.name].poll()
                if code is not None:
                    self._died(program, code)
            time.sleep(0.3)

    def _died(self, program: Program, code: int) -> None:
        log = self._logs / f"{program.name}.log"
        now = time.monotonic()
        deaths = self._deaths[program.name]
        deaths[:] = [when for when in deaths if now - when < CALM_S] + [now]
        if len(deaths) >= TOO_OFTEN:
            raise GroundError(f"{program.name} ended {len(deaths)} times within a minute (code {code}); see {log}")
        print(f"{program.name} ended with code {code}: started again ({log})", file=sys.stderr, flush=True)
        time.sleep(0.5 * len(deaths))
        self._launch(program)

    def stop(self) -> None:
        """Ask all at once, wait for each, kill what does not listen."""
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        asked = time.monotonic()
        for program in reversed(self._programs):
            if program.name not in self._running:
                continue
            running = self._running[program.name]
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(max(0.1, program.stop_s - (time.monotonic() - asked)))
            _signal_group(running, signal.SIGKILL)  # children that outlived it, or it itself
            running.wait()
        self._running.clear()


def _signal_group(process: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    """SIGTERM goes to the program, which stops its own children in its own way; SIGKILL to all of its group."""
    try:
        if how == signal.SIGKILL:
            os.killpg(process.pid, how)
        elif process.poll() is None:
            process.send_signal(how)
    except ProcessLookupError:
        pass


def die_with_parent() -> None:
    """Linux: end with us even if we are killed with -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
