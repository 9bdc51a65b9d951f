"""A place sets when people are warned: it holds at once, there and below, never laxer than above, with its record."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from kernel.clock import as_of
from kernel.errors import Invalid, Refused, Stale
from supervision import ledger, setting_warnings, sweep, warning_rules
from supervision.setting_warnings import put
from supervision.thresholds import thresholds_of
from tenants.models import Change
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY
from tests.ledger.test_sweep import heard, on_day
from tests.people import actor, client_for, tenant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgotten() -> Any:
    warning_rules.invalidate()
    yield
    warning_rules.invalidate()


def given(code: str, **changes: int) -> dict[str, int]:
    return {**warning_rules.values_of(code)._asdict(), **changes}


def test_what_a_place_sets_is_told_from_then_on() -> None:
    case = making.at_unit()
    assert put(actor(COUNTY, "R19"), given(COUNTY, remind_1=5, remind_2=0, remind_3=0, serious=10))
    ledger.warn_anew(tenant(COUNTY))
    for days in (10, 16, 25):
        with as_of(on_day(days)):
            sweep.sweep()
    assert heard(case) == [-5, 1, 10]
    assert Change.objects.filter(tenant=tenant(COUNTY), kind="warning.changed").count() == 1
    (past,) = setting_warnings.present(actor(COUNTY, "R19")).past
    assert past.changed["serious"] == (15, 10)
    assert not put(actor(COUNTY, "R19"), given(COUNTY))


def test_below_it_is_inherited_and_never_laxer() -> None:
    put(actor(BUREAU, "R19"), given(BUREAU, overdue=1, serious=12, hops=2, remind_1=10))
    assert warning_rules.values_of(COUNTY)[:5] == (10, 3, 1, 1, 12)
    assert thresholds_of(warning_rules.values_of(COUNTY)).hops == 2
    for name, value in (("serious", 13), ("serious", 0), ("hops", 3)):
        with pytest.raises(Invalid) as refused:
            put(actor(COUNTY, "R19"), given(COUNTY, **{name: value}))
        assert set(refused.value.fields) == {name}
    put(actor(COUNTY, "R19"), given(COUNTY, serious=8, remind_1=0))
    assert (warning_rules.values_of(COUNTY).serious, warning_rules.values_of(BUREAU).serious) == (8, 12)
    put(actor(BUREAU, "R19"), given(BUREAU, serious=5))
    assert warning_rules.values_of(COUNTY).serious == 5


def test_only_the_administrator_and_one_at_a_time() -> None:
    with pytest.raises(Refused):
        put(actor(COUNTY, "R13"), given(COUNTY, serious=9))
    for wrong in ({"remind_1": 3}, {"serious": 40}, {"grave": 366}, {"cluster_days": 0}):
        with pytest.raises(Invalid):
            put(actor(BUREAU, "R19"), given(BUREAU, **wrong))
    seen = setting_warnings.present(actor(COUNTY, "R19")).version
    put(actor(COUNTY, "R19"), given(COUNTY, serious=9), version=seen)
    with pytest.raises(Stale):
        put(actor(COUNTY, "R19"), given(COUNTY, serious=8), version=seen)


def test_the_page_keeps_what_was_typed_and_says_what_was_changed() -> None:
    client = client_for(actor(COUNTY, "R19"))
    page = reverse("desk:warnings")
    form = {name: str(value) for name, value in given(COUNTY).items()} | {
        "seen": client.get(page).context["there"].version
    }
    refused = client.post(page, {**form, "serious": "99"})
    assert refused.status_code == 422
    assert 'value="99"' in refused.content.decode()
    done = client.post(page, {**form, "serious": "9"}, follow=True)
    assert "15 改为 9" in done.content.decode()
