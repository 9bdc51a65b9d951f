"""送达: what it will bring is said before, the address only for a reason, the return is a paper."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from cases.models import Event, Opinion, Service
from kernel.clock import today
from tests.cases import making
from tests.cases.making import COUNTY
from tests.people import actor, client_for

UNIT = "住建局"

pytestmark = pytest.mark.django_db


def desk(code: str = "R5") -> Client:
    return client_for(actor(COUNTY, code, unit=UNIT))


def served(case_id: UUID) -> Service:
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        return Service.objects.get(opinion__case_id=case_id)


def form(**changes: str) -> dict[str, str]:
    return {"way": "0", "received_on": today().isoformat(), "signed": "1", "view": "0", **changes}


def test_the_page_says_what_service_will_bring() -> None:
    case_id = making.signed(unit=UNIT)
    page = desk().get(f"/cases/{case_id}/serve/").content.decode()
    assert "办理期限停" in page
    assert "复查期起算" in page
    assert "自收到之日起 30 日" in page
    assert "赵晚舟" not in page
    assert "13800000016" not in page
    assert "style=" not in page


def test_the_effect_follows_the_day_typed() -> None:
    case_id = making.signed(unit=UNIT)
    url = f"/cases/{case_id}/serve/?received_on={today().isoformat()}"
    part = desk().get(url, headers={"hx-request": "true"}).content.decode()
    assert part.strip().startswith("<ul")
    for bad in ("9999-12-31", "x", "0001-01-01"):
        assert desk().get(f"/cases/{case_id}/serve/?received_on={bad}").status_code == 200


def test_promises_show_their_date() -> None:
    case_id = making.submitted(unit=UNIT, given={"item": "更换曳引机", "execute_by": "2027-03-15"})
    making.do(actor(COUNTY, "R7", unit=UNIT), "check", case_id)
    making.do(actor(COUNTY, "R8", unit=UNIT), "sign", case_id)
    page = desk().get(f"/cases/{case_id}/serve/").content.decode()
    assert "执行期限起算" in page
    assert "更换曳引机" in page
    assert "2027-03-15" in page


def test_service_is_recorded_and_leads_to_its_return() -> None:
    case_id = making.signed(unit=UNIT)
    answer = desk().post(f"/cases/{case_id}/serve/", form(proof="XA123"), follow=True)
    page = answer.content.decode()
    assert "送达回证" in page
    assert "XA123" in page
    assert "赵**" in page
    assert making.row(COUNTY, case_id).state == "S61"
    assert served(case_id).view == "0"
    again = desk().post(f"/cases/{case_id}/serve/", form())
    assert again.status_code == 409


def test_a_refused_paper_needs_a_witness() -> None:
    case_id = making.signed(unit=UNIT)
    url = f"/cases/{case_id}/serve/"
    refused = desk().post(url, form(signed="0"))
    assert refused.status_code == 422
    assert "拒收的，写明见证人" in refused.content.decode()
    desk().post(url, form(signed="0", witness="社区 李主任"))
    assert served(case_id).refused
    assert making.row(COUNTY, case_id).state == "S61"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"received_on": ""}, "写明信访人收到的日期"),
        ({"received_on": "2020-01-01"}, "收到日期在签发之后"),
        ({"received_on": (today() + timedelta(days=3)).isoformat()}, "不晚于今天"),
        ({"received_on": "不知道"}, "日期写成"),
        ({"way": ""}, "选一种送达方式"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(changes: dict[str, str], told: str) -> None:
    case_id = making.signed(unit=UNIT)
    page = desk().post(f"/cases/{case_id}/serve/", form(proof="留着", **{**changes}))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert "留着" in page.content.decode()
    assert making.row(COUNTY, case_id).state == "S60"


def test_the_address_is_shown_for_service_and_leaves_a_trace() -> None:
    case_id = making.signed(unit=UNIT)
    version = making.row(COUNTY, case_id).version
    shown = desk().post(f"/cases/{case_id}/serve/address/", headers={"hx-request": "true"}).content.decode()
    assert "赵晚舟" in shown
    assert "锦溆街道锦澜小区" in shown
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        last = Event.objects.filter(case_id=case_id).last()
        assert last is not None
        assert (last.kind, last.data["reason"]) == ("read", "serve")
    assert making.row(COUNTY, case_id).version == version
    assert "赵晚舟" in desk().post(f"/cases/{case_id}/serve/address/").content.decode()


def test_only_the_units_desk_serves() -> None:
    case_id = making.signed(unit=UNIT)
    assert desk("R8").get(f"/cases/{case_id}/serve/").status_code == 403
    assert client_for(actor(COUNTY, "R5", unit="城管局")).get(f"/cases/{case_id}/serve/").status_code == 404
    early = making.submitted(unit=UNIT)
    assert desk().get(f"/cases/{early}/serve/").status_code == 409
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        assert Opinion.objects.filter(status="signed").count() == 1


def test_in_english_the_page_reads_as_a_sentence() -> None:
    case_id = making.signed(unit=UNIT)
    browser = desk()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = browser.get(f"/cases/{case_id}/serve/").content.decode()
    assert "Service: Handling opinion" in page
    assert "ServiceHandling" not in page
