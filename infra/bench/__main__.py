"""`python -m infra.bench [NAME ...]`: each suite in a process and a database of its own; none named runs all."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from infra import services
from infra.bench import place, suites
from infra.bench.figures import Figure, table, write
from infra.env import ROOT, GroundError
from infra.testing.database import is_external

RESULT = ROOT / "build" / "bench.json"


def measure(name: str) -> list[Figure]:
    """The figures of one suite, taken in a child process, so that none warms or burdens another."""
    with tempfile.NamedTemporaryFile(suffix=".json") as told:
        command = [sys.executable, "-m", "infra.bench", "--child", told.name, name]
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            raise GroundError(f"The suite {name} ended with code {done.returncode}.")
        return [Figure(**row) for row in json.loads(Path(told.name).read_text(encoding="utf-8"))]


def run_all(names: Sequence[str]) -> int:
    """0, or 1 when a suite could not be measured. An aim that is missed is a figure, not a failure."""
    found: list[Figure] = []
    failed = False
    for name in suites.chosen(names):
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            found += measure(name)
        except GroundError as error:
            print(error, file=sys.stderr)
            failed = True
    write(found, RESULT)
    print(table(found))
    print(f"\n{RESULT.relative_to(ROOT)} holds these and the last figures of every other suite.")
    return int(failed)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(suites.SUITES))
    parser.add_argument("--child", metavar="FILE", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in suites.SUITES]:
        parser.error(f"no such figure: {', '.join(unknown)}; known: {', '.join(suites.SUITES)}")
    if asked.child:
        with place.scratch() as databases:
            rows = [asdict(row) for row in suites.load(asked.names[0])(databases)]
        Path(asked.child).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return 0
    try:
        if is_external():
            return run_all(asked.names)
        with services.lease():
            return run_all(asked.names)
    except GroundError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
