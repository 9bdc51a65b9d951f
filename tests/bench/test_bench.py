"""The table of figures: well-formed rows, the named suites only, and floors that write what the action writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.bench import __main__ as bench
from infra.bench import suites
from infra.bench.figures import LEAST, MOST, Aim, Figure, figure, table, write
from infra.bench.rounds import interleaved

ROW = {"name", "value", "unit", "floor", "ratio", "aim", "met"}


def test_every_suite_has_a_module_that_measures() -> None:
    for name in suites.SUITES:
        assert callable(suites.load(name)), name


def test_only_what_was_named_runs_in_the_order_of_the_table() -> None:
    assert suites.chosen([]) == list(suites.SUITES)
    assert suites.chosen(["transfer", "registration", "transfer"]) == ["registration", "transfer"]


def test_a_name_that_is_no_figure_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["registration", "nothing"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "nothing" in said
    assert all(name in said for name in suites.SUITES)


def test_named_suites_are_measured_written_and_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def measured(name: str) -> list[Figure]:
        asked.append(name)
        return [figure(name, 120.0, "1/s", floor=150.0, aims=[Aim("ratio", LEAST, 0.6)])]

    result = bench.ROOT / "build" / f"bench-{tmp_path.name}.json"
    monkeypatch.setattr(bench, "measure", measured)
    monkeypatch.setattr(bench, "RESULT", result)
    try:
        assert bench.run_all(["transfer"]) == 0
        rows = json.loads(result.read_text(encoding="utf-8"))
    finally:
        result.unlink(missing_ok=True)
    assert asked == ["transfer"]
    assert [set(row) for row in rows] == [ROW]
    assert rows[0] == {
        "name": "transfer",
        "value": 120.0,
        "unit": "1/s",
        "floor": 150.0,
        "ratio": 0.8,
        "aim": "ratio >= 0.6",
        "met": True,
    }
    assert "transfer" in capsys.readouterr().out


def test_an_aim_holds_the_value_or_the_ratio() -> None:
    aims = [Aim("value", MOST, 100), Aim("ratio", MOST, 1.3)]
    assert figure("a", 90, "ms", floor=80, aims=aims).met is True
    assert figure("a", 90, "ms", floor=60, aims=aims).met is False
    assert figure("a", 110, "ms", floor=109, aims=aims).met is False
    assert figure("a", 90, "ms").met is None
    assert figure("a", 90, "ms", floor=60).aim is None


def test_the_figures_of_other_suites_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "build" / "bench.json"
    write([figure("a", 1, "s"), figure("b", 2, "s")], path)
    write([figure("b", 3, "s")], path)
    assert {row["name"]: row["value"] for row in json.loads(path.read_text(encoding="utf-8"))} == {"a": 1, "b": 3}
    path.write_text("{broken", encoding="utf-8")
    write([figure("c", 4, "s")], path)
    assert [row["name"] for row in json.loads(path.read_text(encoding="utf-8"))] == ["c"]


def test_the_table_lines_up() -> None:
    lines = table(
        [figure("一", 1, "s", aims=[Aim("value", MOST, 2)]), figure("zwei", 22000, "s", floor=3)]
    ).splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("met")
    assert "22,000" in lines[2]


def test_contenders_take_turns_and_do_the_same_amount() -> None:
    done: list[tuple[str, int]] = []
    contenders = {name: (lambda count, name=name: done.append((name, count))) for name in ("a", "b")}
    timed = interleaved(contenders, rounds=3, size=5, warm=1)
    assert done == [("a", 1), ("b", 1), ("a", 5), ("b", 5), ("b", 5), ("a", 5), ("a", 5), ("b", 5)]
    assert timed.ratio("a", "b") > 0


@pytest.mark.django_db
def test_the_floor_of_a_registration_writes_as_many_rows_as_the_action() -> None:
    from cases.models import Case, Clock, Demand, Event, Filing, Petitioner
    from infra.bench.pgbench import script
    from infra.bench.registration import Floor
    from infra.bench.rows import written
    from tenants import context
    from tenants.models import Custody
    from tests.cases.making import register
    from tests.people import actor

    clerk = actor("990123", "R2")
    with context.use(clerk.schema):
        models = (Custody, Filing, Case, Demand, Petitioner, Clock, Event)
        rows = written(register(who=clerk).case.id)
        once = [model._default_manager.count() for model in models]
        Floor(rows).create(1)
        assert [model._default_manager.count() for model in models] == [2 * count for count in once]
        assert len(rows) == sum(once)
        text = script(rows)
    assert text.count("INSERT INTO") == len(rows)
    assert ":n" in text
