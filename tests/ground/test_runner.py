"""The demo's runner: what dies is started again, what it started ends with it, even when it is killed with -9."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.env import ROOT, GroundError
from infra.process import command_has
from infra.runner import Program, Runner

SLEEPER = "import os, time; open('{file}', 'a').write(f'{{os.getpid()}}\\n'); time.sleep(600)"


def pids(file: Path, count: int) -> list[int]:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if file.exists() and len(found := file.read_text().split()) >= count:
            return [int(pid) for pid in found]
        time.sleep(0.05)
    raise AssertionError(f"{file} has not {count} lines")


def gone(pid: int) -> bool:
    end = time.monotonic() + 60
    while command_has(pid, "python") and time.monotonic() < end:
        time.sleep(0.05)
    return not command_has(pid, "python")


def test_killed_program_is_started_again_and_stop_ends_all(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    code = SLEEPER.format(file=file)
    script = (
        "import sys, signal; from pathlib import Path; from infra.runner import Program, Runner\n"
        f"program, logs = Program('one', [sys.executable, '-c', {code!r}]), Path({str(tmp_path)!r})\n"
        "runner = Runner([program], logs=logs, cwd=logs)\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        "runner.start()\n"
        "try:\n    runner.watch()\nfinally:\n    runner.stop()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE) as keeper:
        (first,) = pids(file, 1)
        os.kill(first, signal.SIGKILL)
        _, second = pids(file, 2)
        keeper.terminate()
        assert keeper.wait(60) == 0
        assert gone(second)


def test_programs_end_when_the_runner_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    code = SLEEPER.format(file=file)
    script = (
        "import sys; from pathlib import Path; from infra.runner import Program, Runner\n"
        f"program, logs = Program('one', [sys.executable, '-c', {code!r}]), Path({str(tmp_path)!r})\n"
        "runner = Runner([program], logs=logs, cwd=logs)\n"
        "runner.start(); runner.watch()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) as keeper:
        (child,) = pids(file, 1)
        keeper.kill()
        keeper.wait(60)
        assert gone(child)


def test_program_that_keeps_dying_is_named(tmp_path: Path) -> None:
    runner = Runner([Program("broken", [sys.executable, "-c", "raise SystemExit(5)"])], logs=tmp_path, cwd=tmp_path)
    runner.start()
    try:
        with pytest.raises(GroundError, match="broken ended 4 times"):
            runner.watch()
    finally:
        runner.stop()
