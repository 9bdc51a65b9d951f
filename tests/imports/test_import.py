"""History from a spreadsheet: through the actions, at its real dates, once (domain §7)."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from cases import history, integrity
from cases.importing import MISSING
from cases.imports import mapping
from cases.imports.run import Import, _items
from cases.models import Answer, Case, Event, Filing, Notice, Opinion
from cases.states import State
from kernel.clock import TZ
from tenants import context
from tenants.models import Custody, Membership
from tests.imports.sheets import REPLY, book, row

pytestmark = pytest.mark.django_db

PREFECTURE, COUNTY, OTHER = "990100", "990123", "990124"


@pytest.fixture(autouse=True)
def above() -> None:
    """The importing office stands above the places its texts name."""
    from tenants.models import Tenant

    top = context.tenant_by_code(PREFECTURE)
    assert Tenant.objects.filter(path__startswith=f"{top.path}/").exists()


def run(path: Path, *more: str, mapping: str = "answered") -> str:
    out = StringIO()
    call_command(
        "import_cases",
        str(path),
        "--tenant",
        PREFECTURE,
        "--mapping",
        mapping,
        *(more if "--jobs" in more else ("--jobs", "1", *more)),
        stdout=out,
    )
    return out.getvalue()


def held(code: str) -> list[Case]:
    with context.use(context.tenant_by_code(code)):
        return list(Case.objects.exclude(state=State.S99).select_related("filing"))


def test_an_answered_message_is_closed_at_its_own_dates(tmp_path: Path) -> None:
    run(book(tmp_path / "a.xlsx", [row(2549)]))
    (case,) = held(COUNTY)
    assert case.state == State.S90
    assert case.closing_kind == "unrecorded"
    assert case.filing.foreign_number == "2549"
    assert not case.filing.counted
    assert case.filing.received_at == datetime(2019, 4, 25, 9, 32, 9, tzinfo=TZ)
    assert case.filing.text == "澄屿县桐荫路的路灯坏了半个月。"
    assert case.replied_at == datetime(2019, 5, 10, 14, 56, 53, tzinfo=TZ)
    assert case.closed_at is not None
    assert case.closed_at.astimezone(TZ).date().isoformat() == "2019-06-11"  # 06-09 is a Sunday: K9 ends on 06-10
    with context.use(context.tenant_by_code(COUNTY)):
        answer = Answer.objects.get(opinion__case=case.id)
        assert (answer.outcome, answer.reasons) == ("unrecorded", REPLY)
        assert answer.facts == answer.law == MISSING
        opinion = Opinion.objects.get(case=case.id)
        assert opinion.written_by != opinion.signed_by
        assert Notice.objects.get(case=case.id).sent_at is not None
        assert not list(history.verify())
    assert not list(integrity.faults())


def test_history_tells_when_it_happened_and_when_it_was_written(tmp_path: Path) -> None:
    started = datetime.now(UTC)
    run(book(tmp_path / "a.xlsx", [row(1)]))
    with context.use(context.tenant_by_code(COUNTY)):
        for event in Event.objects.all():
            assert event.happened_at.year == 2019
            assert event.recorded_at >= started


def test_rows_waiting_to_be_carried_out_lie_sealed(tmp_path: Path) -> None:
    """A killed import leaves its temporary folder behind."""
    file, spool = book(tmp_path / "a.xlsx", [row(2549)]), tmp_path / "rows"
    work = Import(file, context.tenant_by_code(PREFECTURE), mapping.read(Path("answered")))
    assert work.read(spool).todo == 1
    ((record, _place, cells),) = _items(spool)
    left = spool.read_bytes()
    for word in (record.name, record.text, *(cell for cell in cells if len(cell) > 3)):
        assert word.encode() not in left, word


def test_run_again_it_adds_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [row(1), row(2, text="另一件，澄屿县。")])
    run(path)
    before = (Custody.objects.count(), Membership.objects.count())
    assert "已有 2 件" in run(path)
    assert (Custody.objects.count(), Membership.objects.count()) == before


def test_what_was_added_to_the_file_comes_with_the_next_run(tmp_path: Path) -> None:
    run(book(tmp_path / "a.xlsx", [row(1)]))
    run(book(tmp_path / "a.xlsx", [row(1), row(2, text="新的一件，澄屿县。")]))
    assert sorted(case.filing.foreign_number for case in held(COUNTY)) == ["1", "2"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    people = Membership.objects.count()
    out = run(book(tmp_path / "a.xlsx", [row(1), row(2, received="2031-01-01 10:00:00")]), "--dry-run")
    assert "可导入 1 件" in out
    assert "→ 澄屿县" in out
    assert "T00012345" not in out  # a name, as masked as anywhere
    assert not Custody.objects.exists()
    assert Membership.objects.count() == people


def test_what_names_no_place_stays_and_is_told(tmp_path: Path) -> None:
    errors = tmp_path / "e.xlsx"
    cells = row(7, title="路灯不亮", text="桐荫路的路灯坏了。")
    run(book(tmp_path / "a.xlsx", [cells]), "--errors", str(errors))
    (case,) = held(PREFECTURE)
    assert case.state == State.S10
    told = [[cell.value for cell in line] for line in load_workbook(errors)["已导入，请留意"]]
    assert told[1][0] == 2
    assert "地方" in told[1][2]


def test_the_same_words_twice_are_two_filings_and_told(tmp_path: Path) -> None:
    out = run(book(tmp_path / "a.xlsx", [row(1), row(2)]))
    assert len(held(COUNTY)) == 2
    assert "内容相同  1" in out


def test_messages_without_reply_wait_for_the_place(tmp_path: Path) -> None:
    run(book(tmp_path / "a.xlsx", [row(1), row(2, title="汀岚县停水", text="停水三天。")]), mapping="messages")
    for code in (COUNTY, OTHER):
        (case,) = held(code)
        assert (case.state, case.seat, case.due_kind) == (State.S20, "unit", "K3")
    assert not list(integrity.faults())


@pytest.mark.parametrize(
    ("changes", "column", "what"),
    [
        ({"replied": "2019-04-20 08:00:00"}, "答复时间", "答复早于来件"),
        ({"received": "25.4.2019"}, "留言时间", "不认识的时间"),
        ({"received": "9999-01-01 10:00:00"}, "留言时间", "在今天之后"),
        ({"received": "1998/4/25 9:32:09", "replied": "1998/5/25 9:32:09"}, "留言时间", "早于 2005"),
        ({"received": None}, "留言时间", "没有时间"),
        ({"replied": ""}, "答复时间", "没有时间"),
        ({"reply": " \t"}, "答复意见", "没有答复内容"),
        ({"number": None}, "留言编号", "没有编号"),
        ({"text": "　", "title": ""}, "留言详情", "没有内容"),
        ({"text": "长" * 20_001}, "留言详情", "超过 20000 字"),
        ({"text": "=1+1"}, "留言详情", "是公式"),
    ],
)
def test_a_row_that_cannot_stand_is_told_and_the_others_come(
    tmp_path: Path, changes: dict[str, Any], column: str, what: str
) -> None:
    errors = tmp_path / "e.xlsx"
    run(book(tmp_path / "a.xlsx", [row(1), _changed(2, changes)]), "--errors", str(errors))
    assert len(held(COUNTY)) == 1
    sheet = load_workbook(errors)["未导入"]
    told = [[cell.value for cell in line] for line in sheet]
    assert [told[1][0], told[1][1]] == [3, column]
    assert what in str(told[1][2])
    assert told[1][3]
    assert len(told[1]) == 4 + 7  # the original row is there
    assert all(cell.data_type != "f" for line in sheet for cell in line)


def _changed(number: int, changes: dict[str, Any]) -> list[Any]:
    return row(changes.get("number", number), **{k: v for k, v in changes.items() if k != "number"})


def test_a_number_twice_in_one_file_is_told(tmp_path: Path) -> None:
    out = run(book(tmp_path / "a.xlsx", [row(1), row(1, text="澄屿县别的事。")]))
    assert "编号与第 2 行相同" in out
    assert len(held(COUNTY)) == 1


def test_what_an_action_refuses_is_told_with_its_row(tmp_path: Path) -> None:
    errors = tmp_path / "e.xlsx"
    run(book(tmp_path / "a.xlsx", [row(1), row("9" * 64 + "9")]), "--errors", str(errors))
    assert "超过 64 字" in str(load_workbook(errors)["未导入"]["C2"].value)


def test_odd_characters_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [",".join(("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"))]
    lines.append('1,T1,"澄屿县\0路灯",2019/4/25 9:32,"<script>alert(1)</script>\' OR 1=1 --",答复,2019-05-10')
    path.write_text("\n".join(lines), encoding="gb18030")
    run(path)
    (case,) = held(COUNTY)
    assert case.title == "澄屿县路灯"
    assert case.filing.text == "<script>alert(1)</script>' OR 1=1 --"


def test_a_place_is_made_closer_by_the_place_in_it(tmp_path: Path) -> None:
    run(book(tmp_path / "a.xlsx", [row(1, title="临澜市的路灯", text="临澜市汀岚县的路灯。不是澄屿县。")]))
    (case,) = held(OTHER)
    with context.use(context.tenant_by_code(PREFECTURE)):
        assert Filing.objects.get(foreign_number="1").id == case.filing.id


def test_a_row_that_breaks_off_leaves_nothing_and_comes_with_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "a.xlsx", [row(1), row(2, text="另一件，澄屿县。")])

    def break_off(*_arguments: Any, **_fields: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("cases.actions.serve", break_off)
        with pytest.raises(RuntimeError):
            run(path)
    assert not Custody.objects.exists()
    assert not held(COUNTY)
    run(path)
    assert [case.state for case in held(COUNTY)] == [State.S90, State.S90]
    assert not list(integrity.faults())


def test_what_an_action_refuses_costs_only_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cases import actions
    from kernel.errors import Invalid

    register = actions.register

    def choosy(actor: Any, entry: Any) -> Any:
        if entry.foreign_number == "2":
            raise Invalid(fields={"text": ["不收。"]})
        return register(actor, entry)

    monkeypatch.setattr("cases.actions.register", choosy)
    errors = tmp_path / "e.xlsx"
    out = run(book(tmp_path / "a.xlsx", [row(n, text=f"澄屿县{n}") for n in (1, 2, 3)]), "--errors", str(errors))
    assert "导入 2 件" in out
    assert [cell.value for cell in load_workbook(errors)["未导入"][2]][:3] == [3, "text", "不收。"]
    assert len(held(COUNTY)) == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_workers_take_each_row_once(
    tmp_path: Path, database_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in database_env.items():
        monkeypatch.setenv(name, value)
    years = (2017, 2018, 2019)
    rows = [
        row(n, text=f"澄屿县第 {n} 件", received=f"{years[n % 3]}/4/25 9:32:09", replied=f"{years[n % 3]}/5/9 9:00:00")
        for n in range(45)
    ]
    rows += [row(n, text=f"汀岚县第 {n} 件", title="停水") for n in range(45, 50)]
    assert "导入 50 件" in run(book(tmp_path / "a.xlsx", rows), "--jobs", "2")
    assert len(held(COUNTY)) == 45
    assert len(held(OTHER)) == 5
    numbers = []
    with context.use(context.tenant_by_code(COUNTY)):
        numbers = list(Opinion.objects.values_list("number", flat=True))
        assert not list(history.verify())
    assert len(set(numbers)) == 45  # and gapless, year by year
    assert {int(n.rsplit("意", 1)[1].rstrip("号")) for n in numbers if "2018" in n} == set(range(1, 16))
    assert not list(integrity.faults())
    assert "已有 50 件" in run(book(tmp_path / "a.xlsx", rows))
