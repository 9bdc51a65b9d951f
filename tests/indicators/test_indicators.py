"""The formulas of domain §12 over rows laid at their edges: who counts, on time to the day, nothing due too early."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import ProgrammingError, transaction

from kernel.clock import TZ
from kernel.errors import Invalid, NotFound, Refused
from kernel.ids import new_id
from supervision.indicators.definitions import BY_CODE, INDICATORS
from supervision.indicators.period import Period
from supervision.indicators.ratio import merged, ratio, shown
from supervision.indicators.reading import Figure, read, rows
from supervision.indicators.snapshots import freeze, one, thawed
from supervision.models import LedgerRow, Snapshot
from supervision.region import Region, region_of
from tests.people import actor

NOW = datetime(2026, 11, 22, 10, tzinfo=TZ)
PATH = "990000/990100/990123"
OFFICE = UUID(int=7)
HOME = Region("990000/990100", UUID(int=1), "prefecture")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))

pytestmark = [pytest.mark.django_db]


def day(month: int, number: int, hour: int = 9) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=TZ)


def row(**given: Any) -> LedgerRow:
    registered = given.pop("registered_at", day(9, 1))
    values: dict[str, Any] = {
        "case": new_id(),
        "number": "X",
        "version": 1,
        "updated_at": registered,
        "origin": OFFICE,
        "origin_path": PATH,
        "origin_unit": OFFICE,
        "holder": OFFICE,
        "path": PATH,
        "unit": OFFICE,
        "department": OFFICE,
        "held_since": registered,
        "channel": "NET",
        "state": "S50",
        "seat": "unit",
        "received_at": registered,
        "registered_at": registered,
    }
    return LedgerRow.objects.create(**(values | given))


def figure(code: str, first: date = YEAR[0], last: date = YEAR[1]) -> Figure:
    with time_machine.travel(NOW, tick=False):
        return read(HOME, Period.of(first, last), codes=[code])[""][code]


def counted(code: str, *days: date) -> dict[str, int]:
    return {name: int(number) for name, number in figure(code, *days).parts.items()}


def test_triage_is_on_time_to_the_end_of_the_fifteenth_day_whatever_the_hour() -> None:
    row(triaged_at=day(9, 16, 23))
    row(triaged_at=day(9, 17, 0))
    row()
    assert counted("I1") == {"on_time": 1, "late": 1, "overdue": 1}
    assert figure("I1").ratio.value == Decimal("0.3333")


def test_what_is_not_due_yet_drags_no_rate_down() -> None:
    """The period ends in the future; a filing of last week has its fifteen days still to run."""
    row(registered_at=day(11, 15), triaged_at=None)
    row(registered_at=day(11, 7))  # the fifteenth day is today: it runs still
    row(registered_at=day(11, 6))
    assert counted("I1") == {"on_time": 0, "late": 0, "overdue": 1}
    row(reply_due=day(12, 1), served_at=None)
    assert figure("I3").ratio.value is None


def test_only_first_filings_registered_by_bureaus_by_net_letter_or_visit_make_the_base_set() -> None:
    for other in (
        {"repeat": True},
        {"by_unit": True},
        {"channel": "PHONE"},
        {"counted": False},
        {"sealed": True},
        {"origin_path": "990000/990200/990201"},
    ):
        row(triaged_at=day(9, 2), **other)
    assert figure("I1").ratio.value is None
    row(triaged_at=day(9, 2), channel="LETTER")
    assert counted("I1")["on_time"] == 1


def test_a_slow_bureau_is_counted_where_it_is_wherever_the_matter_lies_now() -> None:
    """The prefecture triaged late and the county it went to sent on in time; then the reverse; I12.1 counts each step,
    I1 the first only."""
    late, kept = day(9, 20).isoformat(), day(9, 8).isoformat()
    due = day(9, 16, 23)
    relay = {"path": PATH, "unit": str(OFFICE), "due": day(10, 1, 23).isoformat()}
    origin = {"origin_path": HOME.path, "origin_unit": HOME.tenant, "triage_due": due}
    row(**origin, triaged_at=day(9, 20), relays=[{**relay, "done": late}])
    row(**origin, triaged_at=day(9, 8), relays=[{**relay, "due": kept, "done": None}])
    row(**origin, triaged_at=day(9, 8), relays=[{**relay, "done": kept}], sealed=True)
    with time_machine.travel(NOW, tick=False):
        places = read(HOME, Period.of(*YEAR), "child", ["I1", "I12.1", "I7"])
    told = {group: {code: figure.parts for code, figure in found.items()} for group, found in places.items()}
    assert {code: dict(parts) for code, parts in told[""].items()} == {
        "I1": {"on_time": 1, "late": 1, "overdue": 0},
        "I12.1": {"on_time": 1, "late": 1, "overdue": 0},
        "I7": {"net": 2, "all": 2},
    }
    assert {code: dict(parts) for code, parts in told["990123"].items()} == {
        "I12.1": {"on_time": 1, "late": 0, "overdue": 1}
    }


def test_litigation_stays_out_where_the_rule_says_so() -> None:
    row(litigation=True, triaged_at=day(9, 2), unit_received_at=day(9, 3), reply_due=day(11, 1), served_at=day(10, 1))
    assert counted("I1")["on_time"] == 1
    assert figure("I2").ratio.value is None
    assert figure("I3").ratio.value is None


def test_a_slow_bureau_is_not_the_units_fault_in_the_recommended_rate() -> None:
    """Handed over on the 25th day, notified on the 8th after: late by I2, in time by I2'."""
    row(unit_received_at=day(9, 26), notice_due=day(10, 11, 23), notified_at=day(10, 4))
    assert counted("I2") == {"on_time": 0, "late": 1, "overdue": 0}
    assert counted("I2'") == {"on_time": 1, "late": 0, "overdue": 0}


def test_what_a_bureau_answered_itself_owes_no_acceptance_by_a_unit() -> None:
    row(closed_at=day(9, 10), served_at=day(9, 10), state="S90", seat="bureau")
    assert figure("I2").ratio.value is None


def test_a_reply_counts_by_the_day_it_was_served_not_by_the_day_the_books_were_closed() -> None:
    row(reply_due=day(11, 1, 23), served_at=day(11, 1), closed_at=day(12, 2), state="S90")
    row(reply_due=day(11, 1, 23), served_at=day(11, 2), closed_at=day(11, 2), state="S90")
    assert counted("I3") == {"on_time": 1, "late": 1, "overdue": 0}
    assert counted("I3", date(2026, 10, 1), date(2026, 10, 31)) == {"on_time": 0, "late": 0, "overdue": 0}


def test_the_share_of_the_net_counts_repeats_too() -> None:
    row(repeat=True), row(channel="PHONE"), row(channel="VISIT")
    assert figure("I7").ratio.value == Decimal("0.3333")


def test_cycles_are_means_that_merge_by_cases_not_by_offices() -> None:
    row(notified_at=day(9, 3))
    row(notified_at=day(9, 5), path="990000/990100/990124")
    row(notified_at=day(9, 7), path="990000/990100/990124")
    assert figure("I10.1").ratio.value == Decimal("4.0000")
    with time_machine.travel(NOW, tick=False):
        parts = read(HOME, Period.of(*YEAR), "child", ["I10.1"])
    assert {group: found["I10.1"].ratio.value for group, found in parts.items()} == {
        "990123": Decimal("2.0000"),
        "990124": Decimal("5.0000"),
    }
    assert merged(found["I10.1"].ratio for found in parts.values()) == figure("I10.1").ratio


def test_work_in_hand_shows_what_is_late_by_age() -> None:
    row(state="S20")
    row(reply_due=NOW - timedelta(days=3))
    row(reply_due=NOW - timedelta(days=15))
    row(reply_due=NOW - timedelta(days=40))
    row(reply_due=NOW - timedelta(days=40), served_at=day(11, 1))
    found = counted("I19")
    assert found == {"to_sign": 1, "in_hand": 4, "late": 3, "late_1": 1, "late_15": 1, "late_30": 1, "all": 5}


def test_fairness_of_the_process() -> None:
    row(objections=2, hand_backs=1, transfers=3)
    row(transfers=1, extended_days=30, accepted_at=day(9, 3))
    row(accepted_at=day(9, 3), routed=True)
    row(ground="no_jurisdiction")
    values = {code: figure(code).ratio.value for code in BY_CODE if code.startswith("I20")}
    assert values == {
        "I20.1": Decimal("0.5000"),
        "I20.2": Decimal("1.0000"),
        "I20.3": Decimal("0.5000"),
        "I20.4": Decimal("0.2500"),
        "I20.5": Decimal("0.2500"),
    }


def test_every_number_opens_the_rows_it_counted() -> None:
    row(triaged_at=day(9, 2)), row(triaged_at=day(10, 2)), row(objections=1, served_at=day(9, 9), reply_due=day(10, 9))
    with time_machine.travel(NOW, tick=False):
        period = Period.of(*YEAR)
        for code, found in read(HOME, period)[""].items():
            for name, part in BY_CODE[code].parts.items():
                if part.sum_of is None:
                    assert rows(BY_CODE[code], name, HOME, period).count() == found.parts[name], (code, name)


def test_nothing_to_count_is_no_rate() -> None:
    with time_machine.travel(NOW, tick=False):
        found = read(HOME, Period.of(*YEAR))[""]
    assert set(found) == {indicator.code for indicator in INDICATORS}
    assert {figure.ratio.value for figure in found.values()} == {None}
    assert shown(None, "share") == "—"


def test_half_is_rounded_up_and_shares_are_shown_with_two_decimals() -> None:
    assert ratio(1, 16).value == Decimal("0.0625")
    assert ratio(12345, 100000).value == Decimal("0.1235")
    assert shown(ratio(2855, 2961).value, "share") == "96.42%"
    assert shown(ratio(80, 7).value, "mean") == "11.43"


def test_days_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(Invalid):
        Period.of(date(2026, 2, 1), date(2026, 1, 1))


def test_frozen_figures_stay_whatever_is_corrected_later() -> None:
    late = row(reply_due=day(11, 1, 23), served_at=day(11, 2))
    officer = actor("990100", "R13")
    with time_machine.travel(NOW, tick=False):
        period = Period.of(*YEAR)
        frozen = freeze(officer, region_of(officer), period)
        before = thawed(frozen)
        LedgerRow.objects.filter(pk=late.pk).update(served_at=day(10, 30))
        assert thawed(one(officer, frozen.pk)) == before
        assert read(HOME, period, codes=["I3"])[""]["I3"] != before[""]["I3"]
    assert set(before) == {"", "990123"}
    with pytest.raises(NotFound):
        one(actor("990123", "R13"), frozen.pk)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Snapshot.objects.filter(pk=frozen.pk).update(figures={})


def test_who_makes_statistics_sees_figures_of_the_own_region_only() -> None:
    assert region_of(actor("990100", "R16")).path == HOME.path
    assert region_of(actor("990123", "R5", unit="住建局")).unit is not None
    assert not region_of(actor("990100", "R16")).lists
    for role in ("R6", "R19", "R20"):
        with pytest.raises(Refused):
            region_of(actor("990123", role, section="物业管理科" if role == "R6" else ""))
