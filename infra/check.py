"""`check.py lint` and `check.py test [pytest's arguments]`: prints each command, runs all, fails if one failed."""

import os
import shlex
import subprocess
import sys
import time
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


def run(command: list[str]) -> bool:
    print(f"\n$ {shlex.join(command)}", flush=True)
    started = time.monotonic()
    # A test run's commands look at our own folders, not at what the caller has on its path.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=environment, check=False)
    print(f"  {'ok' if done.returncode == 0 else 'FAILED'}, {time.monotonic() - started:.1f} s", flush=True)
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
        with services.lease():
            commands = (
                LINT
                if verb == "lint"
                else [*LINT, ["pytest", "-n", str(_workers()), "--dist", "loadfile", "--no-loadscope-reorder"]]
            )
            failed = [command for command in commands if not run(command)]
    except GroundError as error:
        print(error, file=sys.stderr)
        return 1
    if failed:
        print("\nFailed: " + "; ".join(shlex.join(command) for command in failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
