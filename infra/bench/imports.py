"""An import of answered messages from a spreadsheet made on the spot, beside bare inserts of as many rows."""

from __future__ import annotations

import os
import random
import tempfile
import time
from io import StringIO
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from openpyxl import Workbook
from psycopg import sql
from psycopg.types.string import TextLoader

from cases.models import Filing
from infra.bench.figures import LEAST, Aim, Figure, figure
from infra.bench.region import TOP
from infra.testing.database import Databases
from tenants import context
from tenants.models import Tenant

ROWS, JOBS = 960, 2  # long enough that starting two processes, some seconds, is no third of it
HEADER = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
PLACES = ("澄屿县", "汀岚县", "临澜市", "")
MATTERS = ("路灯不亮", "电梯停用", "垃圾未清运", "公交绕行", "物业收费不公开")


def measure(databases: Databases) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder:
        path = spreadsheet(Path(folder) / "invented.xlsx", ROWS)
        before = sizes()
        started = time.perf_counter()
        call_command(
            "import_cases", path, tenant=TOP, mapping=Path("answered"), jobs=JOBS, stdout=StringIO(), stderr=StringIO()
        )
        seconds = time.perf_counter() - started
        with context.use(context.tenant_by_code(TOP)):
            taken = Filing.objects.filter(foreign_number__startswith="B").count()
    if taken != ROWS:
        raise RuntimeError(f"Only {taken} of {ROWS} rows were taken.")
    floor = copied(before)
    return [
        figure(
            f"imports: rows of a spreadsheet, answered and closed, {JOBS} processes / the same rows by psycopg",
            ROWS / seconds,
            "1/s",
            floor=ROWS / floor,
            aims=[Aim("value", LEAST, 20)],
        )
    ]


def spreadsheet(path: Path, rows: int) -> Path:
    """Invented messages over ten years; one in four names no place."""
    luck = random.Random("huiyin bench")
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for number in range(rows):
        place, matter, year = luck.choice(PLACES), luck.choice(MATTERS), luck.randint(2012, 2021)
        words = f"{place}第 {number} 街区{matter}已有半个月，请尽快处理。"
        sheet.append(
            [
                f"B{number:06}",
                f"T{number:08}",
                f"{place}{matter}",
                f"{year}/{luck.randint(1, 6)}/{luck.randint(1, 28)} 9:32:09",
                words * 4,
                "经核查情况属实，责任单位已于三日内处理完毕。" * 3,
                f"{year}-0{luck.randint(7, 9)}-{luck.randint(10, 28)} 14:56:53",
            ]
        )
    book.save(path)
    return path


def tables() -> list[tuple[str, str]]:
    schemas = list(Tenant.objects.values_list("schema_name", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = ANY(%s)"
            " AND table_name LIKE 'cases\\_%%' ORDER BY 1, 2",
            [schemas],
        )
        return [(schema, name) for schema, name in cursor.fetchall()]


def sizes() -> dict[tuple[str, str], int]:
    found = {}
    with connection.cursor() as cursor:
        for schema, name in tables():
            cursor.execute(f'SELECT count(*) FROM "{schema}"."{name}"')  # names of our own catalog
            ((count,),) = cursor.fetchall()
            found[schema, name] = count
    return found


def copied(before: dict[tuple[str, str], int]) -> float:
    """Seconds that psycopg alone takes to insert the rows the import left, one statement a row, a commit every 50."""
    done = 0.0
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as bare:  # the application may make no tables
        bare.adapters.register_loader("jsonb", TextLoader)  # as it stands: to be written again, not to be looked at
        for (schema, name), count in before.items():
            table = sql.Identifier(schema, name)
            rows = bare.execute(sql.SQL("SELECT * FROM {} OFFSET {}").format(table, count)).fetchall()
            if not rows:
                continue
            bare.execute(sql.SQL("CREATE TEMPORARY TABLE floor (LIKE {} INCLUDING ALL)").format(table))
            bare.commit()
            places = sql.SQL(", ").join([sql.Placeholder()] * len(rows[0]))
            insert = sql.SQL("INSERT INTO floor VALUES ({})").format(places)
            done += _inserted(bare, insert, rows)
            bare.execute("DROP TABLE floor")
            bare.commit()
    return done


def _inserted(
    bare: psycopg.Connection[tuple[object, ...]], insert: sql.Composed, rows: list[tuple[object, ...]]
) -> float:
    started = time.perf_counter()
    for number, row in enumerate(rows, start=1):
        bare.execute(insert, row)
        if number % 50 == 0:
            bare.commit()
    bare.commit()
    return time.perf_counter() - started
