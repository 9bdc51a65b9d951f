"""The house rules, each with a line that is right, one that is wrong, and where an exception has its reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cases", "infra", "portal", "realtime", "search", "supervision", "tenants", "platform")
WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create"}
ROWS = re.compile(r"\b(?:objects|_default_manager|_base_manager|all\(\)|filter\(.*\)|exclude\(.*\))$", re.DOTALL)
MANAGERS = {"objects", "_default_manager", "_base_manager"}


@dataclass(frozen=True)
class Rule:
    """`find` gives the lines of a module that break it. `only`: folders it is about; `but`: path -> why it may."""

    name: str
    why: str
    good: str
    bad: tuple[str, ...]
    find: Callable[[ast.Module], Iterator[int]]
    only: tuple[str, ...] = ()
    but: dict[str, str] = field(default_factory=dict)

    def applies(self, path: str) -> bool:
        if self.only and not path.startswith(self.only):
            return False
        return not any(path == place or (place.endswith("/") and path.startswith(place)) for place in self.but)

    def told(self, broken: list[str]) -> str:
        lines = "\n".join(f"  {line}" for line in broken)
        return f"{self.name}\n{lines}\n{self.why}\n  right: {self.good}\n  wrong: {self.bad[0]}"


def modules(*, tests: bool = False) -> list[Path]:
    """Our own modules; migrations are written by Django."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    found += (ROOT / "tests").rglob("*.py") if tests else []
    return sorted(path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)


@cache
def _nodes(tree: ast.AST) -> list[ast.AST]:
    return list(ast.walk(tree))


@cache
def _calls(tree: ast.AST) -> list[tuple[ast.Call, str, str]]:
    """Method calls: the call, what it is called on, the method."""
    return [
        (node, ast.unparse(node.func.value), node.func.attr)
        for node in _nodes(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in _nodes(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)


def tasks_sent(tree: ast.Module) -> Iterator[int]:
    yield from (c.lineno for c, _on, name in _calls(tree) if name in {"delay", "apply_async", "send_task"})


def signals(tree: ast.Module) -> Iterator[int]:
    yield from (line for line, name in _imports(tree) if re.search(r"\bsignals\b|django\.dispatch", name))
    yield from (c.lineno for c, on, name in _calls(tree) if name == "connect" and re.search(r"(pre|post)_\w+$", on))


def written(tree: ast.Module) -> Iterator[int]:
    """A model's save, and whatever a manager or a query writes. A dict has `update` too; a workbook has `save`."""
    for call, on, name in _calls(tree):
        rows = bool(ROWS.search(on))
        plain = name in {"save", "delete"} and not re.search(r"\b(book|storage|session|super\(\))$", on)
        if name in WRITES and (rows or plain or name.startswith("bulk_")):
            yield call.lineno
    yield from (n.lineno for n in _nodes(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "Batch")


def managers(tree: ast.Module) -> Iterator[int]:
    yield from (n.lineno for n in _nodes(tree) if isinstance(n, ast.Attribute) and n.attr in MANAGERS)


SWITCHES = {"use_schema", "schema_context", "tenant_context", "set_schema", "set_tenant", "set_schema_to_public"}
SWITCHING = re.compile(r"\bset\s+(?:local\s+|session\s+)?search_path|set_config\(", re.IGNORECASE)


def switches(tree: ast.Module) -> Iterator[int]:
    for node in _nodes(tree):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if name in SWITCHES or SWITCHING.search(text):
            yield node.lineno


def asynchronous(tree: ast.Module) -> Iterator[int]:
    yield from (n.lineno for n in _nodes(tree) if isinstance(n, ast.AsyncFunctionDef))


def serializer_saves(tree: ast.Module) -> Iterator[int]:
    yield from (c.lineno for c, on, name in _calls(tree) if name == "save" and "serializer" in on.lower())
    for node in _nodes(tree):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
            serializer = any("Serializer" in base for base in bases)
            names = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
            if "ModelSerializer" in bases or (serializer and names & {"create", "update", "save"}):
                yield node.lineno


CLOCKS = {
    *(("datetime", name) for name in ("now", "utcnow", "today")),
    *(("timezone", name) for name in ("now", "localtime", "localdate")),
    *(("time", name) for name in ("time", "localtime", "gmtime")),
    ("date", "today"),
}


def clocks(tree: ast.Module) -> Iterator[int]:
    yield from (call.lineno for call, on, name in _calls(tree) if (on.rsplit(".", 1)[-1], name) in CLOCKS)
    for node in _nodes(tree):
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node.value.lineno
    yield from (line for line, name in _imports(tree) if name == "django.db.models.functions.Now")


RULES = [
    Rule(
        "Tasks are sent by kernel.tasks alone",
        "A send before the commit runs on what may be rolled back, and a hung broker would hold up a clerk.",
        "outbox.publish('case', schema, key)",
        ("close_case.delay(case.id)", "relay.apply_async((1,))"),
        tasks_sent,
        but={"platform/kernel/tasks.py": "the one door"},
    ),
    Rule(
        "No model signals",
        "A receiver hides what a change does. Say it in the action; what others must hear goes through kernel.outbox.",
        "outbox.publish('case', schema, key)",
        ("from django.db.models.signals import post_save", "from django.dispatch import receiver"),
        signals,
    ),
    Rule(
        "Only actions write",
        "Every change locks, checks, records and publishes in one transaction (cases.actions.frame).",
        "actions.note(actor, case.id, text='…')",
        ("case.save()", "Case.objects.filter(id=1).update(state='S90')", "case.clocks.all().delete()", "Batch()"),
        written,
        but={
            "cases/actions/": "the actions",
            "cases/delivery.py": "what a hand-over writes at the receiver's",
            "cases/endings.py": "how an action ends a case",
            "cases/seals.py": "how an action seals one",
            "cases/history.py": "seals over the chains, by one nightly process",
            "cases/webhooks/": "the rows of what other systems still have to hear",
            "platform/kernel/": "outbox, idempotency, limits, files: their own rows, no domain words",
            "platform/desk/language.py": "one's own language, on one's own row",
            "supervision/orders/": "the steps of an order, in the same shape",
            "supervision/advice.py": "advice letters",
            "supervision/indicators/snapshots.py": "figures that were reported, never changed",
            "supervision/concerns.py": "what goes past a unit",
            "supervision/ledger.py": "the region's books, which follow what actions wrote",
            "supervision/sweep.py": "how far the books' clocks were told",
            "supervision/rollup.py": "counters folded from the books",
            "supervision/rewind.py": "pictures of past days, from the books",
            "supervision/check.py": "where books and cases differ",
            "supervision/renewal.py": "in which shape an office's books are",
            "supervision/setting_warnings.py": "when people are warned in a place",
            "supervision/triggers.py": "proposals, which nobody has to take",
            "search/language/synonyms.py": "words an office keeps for one another",
            "search/saved.py": "one's own searches",
            "search/telling.py": "what was new to them",
            "search/documents/": "documents, which follow what actions wrote",
            "search/indexing/": "which index of a province is at what",
            "tenants/models/": "what saving a shared row takes along",
            "tenants/administration/": "what an office's administrator and the operator do, each with its Change",
            "tenants/digests.py": "one's own wish for a daily mail, and that it was sent",
            "tenants/tokens.py": "when another system was last here",
            "tenants/organisation.py": "departments and people",
            "tenants/provisioning.py": "offices",
            "tenants/owner_work.py": "what became of a request",
            "tenants/steps.py": "the numbered steps of a schema",
            "tenants/calendars.py": "the calendar",
            "tenants/profiles.py": "rule profiles",
            "tenants/reference.py": "which seed data a database has",
            "tenants/demo.py": "the people of the demo region",
            "tenants/demo_duties.py": "what the units of the demo region answer for",
            "infra/bench/": "measures bare creates as the floor",
        },
    ),
    Rule(
        "Pages, API and consumers ask policy, not the tables",
        "A query that forgot who asks shows what is not theirs. policy.visible(actor) starts every question.",
        "policy.visible(actor).filter(state='S10')",
        ("Case.objects.filter(state='S10')", "Case._default_manager.all()"),
        managers,
        only=("platform/desk/", "platform/portal/", "portal/", "cases/api/", "realtime/"),
        but={
            "cases/api/names.py": "names of departments and people by their ids: shared rows, no case",
            "platform/desk/people.py": "one's own sign-ins",
        },
    ),
    Rule(
        "Schemas are switched by tenants.context alone",
        "A switch that is not undone serves one office's rows to another.",
        "with context.use(tenant): …",
        ("with use_schema('t_1'): pass", "connection.set_tenant(t)", "cursor.execute('SET search_path TO t_1')"),
        switches,
        only=("cases/", "platform/", "portal/", "realtime/", "search/", "supervision/", "tenants/"),
        but={
            "platform/kernel/": "the mechanism",
            "tenants/context.py": "the one door",
            "tenants/steps.py": "replays the numbered steps in a new schema",
            "tenants/models/tenant.py": "an office's own row is shared: it is saved from any context",
        },
    ),
    Rule(
        "Only realtime is asynchronous",
        "The ORM, the tenant context and every action are synchronous; an await between two statements is a leak.",
        "def page(request): …",
        ("async def page(request): pass",),
        asynchronous,
        but={"realtime/": "consumers"},
    ),
    Rule(
        "A serializer checks shapes and writes nothing",
        "The action writes; a serializer that saves goes around lock, table and history.",
        "actions.note(actor, case_id, **serializer.validated_data)",
        ("serializer.save()", "class A(ModelSerializer): pass", "class B(Serializer):\n    def create(self, x): ..."),
        serializer_saves,
    ),
    Rule(
        "Time comes from kernel.clock",
        "Clocks, import and golden dates need one source: now() follows as_of, recorded_now() is the real time.",
        "kernel.clock.now()",
        ("datetime.now()", "timezone.now()", "date.today()", "DateTimeField(auto_now=True)", "time.time()"),
        clocks,
        only=("cases/", "platform/", "portal/", "realtime/", "search/", "supervision/", "tenants/"),
        but={"platform/kernel/clock.py": "the source"},
    ),
]
