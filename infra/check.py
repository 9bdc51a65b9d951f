"""`check.py lint` and `check.py test [pytest's arguments]`: prints each command, runs all, fails if one failed."""

import os
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from infra import browser, services
from infra.env import ROOT, GroundError, keep_bytecode

BIN = Path(sys.executable).parent
LINT = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["lint-imports"],
    ["python", "platform/manage.py", "makemigrations", "--check", "--dry-run"],
    ["python", "infra/messages.py", "check"],
]


def run(command: list[str], *, aside: bool = False) -> bool:
    """`aside`: others run meanwhile, so what it says comes in one piece, at its end."""
    title = f"\n$ {shlex.join(command)}"
    if not aside:
        print(title, flush=True)
    started = time.monotonic()
    # A test run's commands look at our own folders, not at what the caller has on its path.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE if aside else None,
        stderr=subprocess.STDOUT if aside else None,
        text=True,
        check=False,
    )
    said = f"{title}\n{done.stdout}" if aside else ""
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{said}  {verdict}, {time.monotonic() - started:.1f} s", flush=True)
    return done.returncode == 0


def _workers() -> int:
    """Three for two cores: a test in the browser waits as long as it works."""
    return max(2, (os.cpu_count() or 2) * 3 // 2)


def main() -> int:
    verb, arguments = sys.argv[1], sys.argv[2:]
    keep_bytecode()
    try:
        services.ensure_env()
        if verb == "test" and arguments:
            return 0 if run(["pytest", *arguments]) else 1
        if verb == "test":
            browser.ensure()
        tests = [["pytest", "-n", str(_workers()), "--dist", "loadfile", "--no-loadscope-reorder"]]
        commands = [*LINT, *(tests if verb == "test" else [])]
        # Beside the tests one at a time is read: no core waits for the slowest.
        with services.lease(), ThreadPoolExecutor(1 if verb == "test" else os.cpu_count()) as others:
            linted = others.map(partial(run, aside=True), LINT)
            tested = [run(command) for command in commands[len(LINT) :]]
            passed = [*linted, *tested]
        failed = [command for command, well in zip(commands, passed, strict=True) if not well]
    except GroundError as error:
        print(error, file=sys.stderr)
        return 1
    if failed:
        print("\nFailed: " + "; ".join(shlex.join(command) for command in failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
