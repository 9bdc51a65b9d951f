"""One more column with an index in every office of 200: the numbered step replayed, beside `migrate_schemas`."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.management import call_command

import cases.migrations
from infra.bench import region
from infra.bench.figures import MOST, Aim, Figure, figure
from infra.testing.database import Databases
from tenants import provisioning, steps
from tenants.models import Tenant

OFFICES, SAMPLE = 200, 6
PACKAGE = "huiyin_bench_migrations"

MIGRATION = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "{last}")]
    operations = [
        migrations.AddField("case", "bench", models.CharField(max_length=16, db_default="")),
        migrations.AddIndex("case", models.Index(fields=["bench", "id"], name="case_bench")),
    ]
"""


@contextlib.contextmanager
def one_more() -> Iterator[None]:
    """The migrations of `cases` and one that follows them, for this process only."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
    package = folder / PACKAGE
    try:
        shutil.copytree(Path(cases.migrations.__path__[0]), package, ignore=shutil.ignore_patterns("__pycache__"))
        last = max(path.stem for path in package.glob("[0-9]*.py"))
        (package / "9999_bench.py").write_text(MIGRATION.format(last=last), encoding="utf-8")
        sys.path.insert(0, str(folder))
        settings.MIGRATION_MODULES = {"cases": PACKAGE}
        steps.head.cache_clear()
        yield
    finally:
        shutil.rmtree(folder)


def measure(databases: Databases) -> list[Figure]:
    """The sampled offices are spread among the others; `migrate_schemas` is told each by name, as a deploy would."""
    with region.as_owner(databases) as name:
        region.fill(name, OFFICES)
        with one_more():
            provisioning.store_steps()
            offices = list(provisioning.behind())
            every = len(offices) // SAMPLE
            replayed: list[float] = []
            plain: list[float] = []
            for number, office in enumerate(offices):
                if number % every == 0 and len(plain) < SAMPLE:
                    plain.append(_timed_plain(office))
                else:
                    replayed.append(_timed_replay(office))
    ms = median(replayed) * 1000
    return [
        figure(
            f"migration: a step of {len(replayed)} offices replayed, each / migrate_schemas, each of {len(plain)}",
            ms,
            "ms",
            floor=median(plain) * 1000,
            aims=[Aim("ratio", MOST, 1)],
        ),
        figure(
            f"migration: {OFFICES} offices replayed, measured / migrate_schemas, extrapolated from {len(plain)}",
            sum(replayed) * OFFICES / len(replayed),
            "s",
            floor=median(plain) * OFFICES,
        ),
    ]


def _timed_replay(office: Tenant) -> float:
    started = time.perf_counter()
    if provisioning.migrate_tenant(office) != 1:
        raise RuntimeError(f"{office.code} was not one step behind.")
    return time.perf_counter() - started


def _timed_plain(office: Tenant) -> float:
    started = time.perf_counter()
    call_command("migrate_schemas", tenant=True, schema_name=office.schema_name, interactive=False, verbosity=0)
    return time.perf_counter() - started
