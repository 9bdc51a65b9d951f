"""Each house rule on every module of ours; a failure names the lines and shows what is right and what is wrong."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.house.rules import ROOT, RULES, Rule, modules

LONGEST = 400
# Stored data, generated files and pictures are no prose of ours.
NOT_READ = re.compile(r"\.(png|ico|svg|woff2?|xlsx|lock|mo)$|^(package-lock\.json|requirements.*\.txt)$")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def named(rule: Rule) -> str:
    return rule.name.lower().replace(" ", "-")


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_rule_tells_right_from_wrong(rule: Rule) -> None:
    assert not list(rule.find(ast.parse(rule.good.replace(": …", ": pass").replace("…", ""))))
    for line in rule.bad:
        assert list(rule.find(ast.parse(line))), f"{rule.name} does not see: {line}"


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_rule_holds(rule: Rule) -> None:
    broken = []
    for path in modules():
        name = path.relative_to(ROOT).as_posix()
        if rule.applies(name):
            lines = path.read_text(encoding="utf-8").splitlines()
            broken += [f"{name}:{line} {lines[line - 1].strip()}" for line in rule.find(parsed(path))]
    assert not broken, rule.told(broken)


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_every_exception_is_still_one(rule: Rule) -> None:
    """An exception nobody needs any more is a hole."""
    for place, why in rule.but.items():
        assert why
        paths = [path for path in modules() if path.relative_to(ROOT).as_posix().startswith(place)]
        if (ROOT / place).exists():
            assert any(list(rule.find(parsed(path))) for path in paths), f"{place} no longer needs its exception"
        else:
            assert place.endswith("/"), f"{place} is gone"


def test_no_module_is_too_long() -> None:
    counted = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules(tests=True)}
    long = [f"  {path.relative_to(ROOT)}: {count}" for path, count in counted.items() if count > LONGEST]
    assert not long, (
        f"A file over {LONGEST} lines is split by noun:\n"
        + "\n".join(long)
        + "\n  right: cases/actions/transfers.py, cases/actions/reports.py\n  wrong: cases/services.py of 1,200 lines"
    )


def test_the_standard_platform_is_never_shadowed() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists(), (
        "platform/ is a folder, not a package: it would hide the standard library's module.\n"
        "  right: from kernel import clock\n  wrong: from platform.kernel import clock"
    )
    code = "import platform, kernel, config; assert platform.python_version(); print(platform.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stdout.startswith(str(ROOT / "platform"))
    wrong = [str(path) for path in modules(tests=True) if _imports_from_platform(path)]
    assert not wrong, f"right: from kernel import clock; wrong: from platform.kernel import clock: {wrong}"


def _imports_from_platform(path: Path) -> bool:
    found = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)]
    return any((node.module or "").startswith("platform.") for node in found)


def test_our_top_level_names_are_ours() -> None:
    """None is the standard library's or a distribution's we install; each leads into this folder."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    ours = {Path(package).name for package in wheel}
    folders = {path.parent.name for path in [*ROOT.glob("*/__init__.py"), *ROOT.glob("platform/*/__init__.py")]}
    assert folders - {"tests"} == ours, "every package of ours is named in pyproject.toml"
    assert not ours & set(sys.stdlib_module_names)
    others = importlib.metadata.packages_distributions()
    taken = {name: others[name] for name in ours if set(others.get(name, [])) - {"huiyin"}}
    assert not taken, f"right: kernel, tenants, cases; wrong: a name somebody else installs: {taken}"
    assert ours == set(project["tool"]["mypy"]["packages"])
    assert ours - {"infra"} <= set(project["tool"]["importlinter"]["root_packages"])


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.splitlines() if not NOT_READ.search(name) and (ROOT / name).is_file()]


# Written apart, so that this file does not name what it looks for.
PLACES = re.compile(
    r"(?<![\w.$}~])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers"]) + r")/[A-Za-z.]"
    r"|\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b"
    r"|\b[\w-]+\.(?:internal|corp|lan)\b"
)


def test_no_file_names_a_machine_or_a_place_on_one() -> None:
    good, bad = "ROOT = Path(__file__).parent", "ROOT = Path('/wo" + "rk/main')"
    assert PLACES.search(bad)
    assert not PLACES.search(good)
    found = []
    for name in tracked():
        text = (ROOT / name).read_text(encoding="utf-8", errors="ignore")
        found += [f"  {name}:{number} {line.strip()[:100]}" for number, line in _lines(text) if PLACES.search(line)]
    assert not found, "\n".join(["Paths and hosts of one machine:", *found, f"  right: {good}", f"  wrong: {bad}"])


def _lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.splitlines(), start=1))


def test_lock_files_name_no_registry() -> None:
    for name in ("package-lock.json", "requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert '"resolved"' not in text, f"{name} says where from; it should say what (hash)"
        assert "--index-url" not in text
        assert "--extra-index-url" not in text
