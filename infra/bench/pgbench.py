"""The same rows without Python: pgbench, one client, simple protocol, as the application's role."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile

from django.db import connection, models
from django.db.models.sql import InsertQuery

from infra import postgres
from infra.bench.rows import Row, ids_of
from infra.env import GroundError

SECONDS = 5


def script(rows: list[Row]) -> str:
    """One transaction that inserts the rows; ids and numbers end in twelve random digits."""
    lines = ["\\set n random(100000000000, 999999999999)", "BEGIN;"]
    for model, columns in rows:
        given = {**columns, "number": "bench:n"} if "number" in columns else columns
        lines.append(_insert(model(**given)).replace("\n", " ") + ";")
    text = "\n".join([*lines, "END;", ""])
    for number, value in enumerate(ids_of(rows), start=1):
        text = text.replace(str(value), _random(number)).replace(value.hex, _random(number))
    return text


def _random(number: int) -> str:
    return f"0197a000-{number:04}-7000-8000-:n"


def _insert(row: models.Model) -> str:
    query = InsertQuery(type(row))
    query.insert_values(list(row._meta.concrete_fields), [row])
    ((statement, parameters),) = query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        text: str = cursor.mogrify(statement, parameters)
    return text


def rate(text: str, schema: str) -> float:
    """Transactions a second."""
    settings = connection.settings_dict
    server = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"] or "5432",
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        "PGOPTIONS": f"-c search_path={schema},public",
    }
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        command = [str(postgres.binaries() / "pgbench"), "-n", "-c", "1", "-T", str(SECONDS), "-f", file.name]
        done = subprocess.run(command, env=os.environ | server, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or found is None or not re.search(r"failed transactions: 0 ", done.stdout):
        raise GroundError(f"pgbench failed:\n{done.stdout}{done.stderr}")
    return float(found[1])
