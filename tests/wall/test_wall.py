"""The wall: what stands in it for whom, the lists behind its numbers, looking back, and no sealed matter anywhere."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import escape
from io import BytesIO

import pytest
from django.db import transaction
from openpyxl import load_workbook

from cases.deadlines import local_day
from cases.numbers import brief
from cases.states import Class
from kernel import alerts
from kernel.clock import as_of, now, today
from supervision.models import LedgerRow
from tenants.streams import department_stream
from tests.cases.making import BUREAU, COUNTY, at_unit, do, register
from tests.people import actor, client_for, department, tenant

pytestmark = pytest.mark.django_db


def page(who: tuple[str, str], path: str = "/wall/", **query: str) -> str:
    answer = client_for(actor(*who)).get(path, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def number(text: str, key: str) -> str:
    found = re.search(rf'data-n="{re.escape(key)}"[^>]*>(?:<a [^>]*>)?(?:<b>)?([^<]+)', text)
    assert found, key
    return found[1]


def late(days: int, code: str = COUNTY) -> str:
    with as_of(now() - timedelta(days=days + 15)):
        return str(register(code).case.id)


def test_a_county_late_by_a_day_shows_at_once_with_the_prefecture_and_is_ranked_by_lateness() -> None:
    register("990124")
    case = late(3)
    text = page((BUREAU, "R13"))
    assert (number(text, "n.open"), number(text, "n.overdue"), number(text, "n.serious")) == ("2", "1", "0")
    assert number(text, "990123.overdue") == "1"
    assert number(text, "990123.late") == "100.00%"
    assert text.index("990123.open") < text.index("990124.open")
    assert f"/region/990123/cases/{case}/" in text


def test_every_number_opens_the_list_it_counts() -> None:
    case = late(3)
    listed = page((BUREAU, "R13"), "/wall/list/", level="overdue", office="990123")
    assert listed.count("/region/990123/cases/") == 1
    assert f"/cases/{case}/" in listed
    assert "/region/" not in page((BUREAU, "R13"), "/wall/list/", level="serious")
    due = LedgerRow.objects.get(case=case).due_raw
    assert due is not None
    assert case in page((BUREAU, "R13"), "/wall/list/", due=due.date().isoformat())
    assert case in page((BUREAU, "R13"), "/wall/list/", level="overdue", only="own", office="990123")
    answer = client_for(actor(BUREAU, "R13")).get("/wall/list/", {"level": "no such"})
    assert answer.status_code == 422


def test_charts_lead_on_a_place_down_to_it_a_number_to_its_list() -> None:
    case = late(3)
    text = page((BUREAU, "R13"))
    tree = re.search(r'id="tree-data"[^>]*>(.*?)</script>', text)
    assert tree
    (place,) = json.loads(tree[1])
    assert place["url"] == "/wall/?office=990123"
    for field in place["children"]:
        assert f'<a href="{escape(field["url"])}">1</a>' in text
        assert case in client_for(actor(BUREAU, "R13")).get(field["url"]).content.decode()
    row = LedgerRow.objects.get(case=case)
    day = local_day(row.registered_at).isoformat()
    assert case in page((BUREAU, "R13"), "/wall/list/", came=day, channel=row.channel)
    assert case not in page((BUREAU, "R13"), "/wall/list/", came=day, channel="phone")
    assert f"came={day}&amp;channel={row.channel}" not in page((BUREAU, "R16")), "figures only"
    assert "/statistics/?office=990123" in text


def test_what_came_in_is_told_by_content_and_opens_its_list() -> None:
    case = str(register(COUNTY).case.id)
    text = page((BUREAU, "R13"))
    assert "按内容分类看新收" in text
    found = re.search(r'href="(/wall/list/\?[^"]*since=[^"]*)"', text)
    assert found
    assert f"/cases/{case}/" in page((BUREAU, "R13"), found[1].replace("&amp;", "&"))
    field = LedgerRow.objects.get(case=case).content_class[:2] or "-"
    other = "02" if field == "01" else "01"
    day = today().isoformat()
    assert case not in page((BUREAU, "R13"), "/wall/list/", came=day, since=day, field=other)


def test_what_came_in_is_counted_where_it_did_and_no_more_is_told_of_it_elsewhere() -> None:
    down = register(BUREAU).case.id
    do(actor(BUREAU, "R3"), "transfer", down, to_department=department(COUNTY).id)
    gone = register(COUNTY).case.id
    assert number(page((BUREAU, "R13")), "n.came") == "2"
    assert number(page((COUNTY, "R4")), "n.came") == "1"
    other = tenant("990124")
    LedgerRow.objects.filter(case=gone).update(holder=other.pk, path=other.path, unit=department("990124").pk)
    assert number(page((COUNTY, "R4")), "n.came") == "1"
    listed = page((COUNTY, "R4"), "/wall/list/", came=today().isoformat())
    row = LedgerRow.objects.get(case=gone)
    assert brief(row.number, COUNTY) in listed
    assert "已转出" in listed
    assert str(gone) not in listed
    assert str(down) not in listed


def test_a_county_sees_itself_by_unit_and_nothing_beside_or_above() -> None:
    at_unit()
    text = page((COUNTY, "R4"))
    assert "住建局" in text
    for office in ("990124", "990100"):
        assert client_for(actor(COUNTY, "R4")).get("/wall/", {"office": office}).status_code == 403
        assert client_for(actor(COUNTY, "R4")).get("/statistics/", {"office": office}).status_code == 403


def test_a_sealed_matter_is_in_no_number_and_in_no_list() -> None:
    register(COUNTY, klass=Class.B)
    text = page((BUREAU, "R13"))
    assert number(text, "n.open") == "0"
    assert "少于 5 件" in text
    assert "/region/" not in page((BUREAU, "R13"), "/wall/list/", level="open")


def test_what_waits_stays_in_the_feed_and_so_does_what_was_just_acknowledged() -> None:
    officer = actor(BUREAU, "R13")
    kind, stream = sorted(alerts.kinds())[0], department_stream(officer.department)
    with transaction.atomic():
        for number in range(15):
            alerts.tell(kind, [stream], dedup=f"feed-{number}", level="serious")
    alerts.relay()
    newest = alerts.listed([stream], size=1).items[0]
    client = client_for(officer)
    client.post("/wall/acknowledge/", {"one": str(newest.pk)}, headers={"HX-Request": "true"})
    feed = client.get("/wall/").content.decode().partition('id="feed"')[2]
    assert feed.count('class="new"') == 12
    assert '<a href="/alerts/?waiting=1">待确认 14 条</a>' in feed
    assert f'data-alert="{newest.pk}"' in feed
    assert feed.rindex('class="new"') < feed.index(str(newest.pk))


def test_looking_back_shows_the_day_as_it_ended() -> None:
    case = late(3)
    then = (today() - timedelta(days=10)).isoformat()
    assert number(page((BUREAU, "R13"), day=then), "n.overdue") == "0"
    assert number(page((BUREAU, "R13"), day=then), "n.open") == "1"
    yesterday = page((BUREAU, "R13"), day=(today() - timedelta(days=1)).isoformat())
    assert number(yesterday, "n.overdue") == "1"
    assert f"/region/990123/cases/{case}/" in yesterday
    listed = page((BUREAU, "R13"), "/wall/list/", day=then, level="open")
    assert f"/region/990123/cases/{case}/" in listed
    assert f"level=overdue&amp;day={then}" in page((BUREAU, "R13"), day=then)
    assert case not in page((BUREAU, "R13"), "/wall/list/", day=then, level="overdue")
    assert '"value": 1' in yesterday.partition('id="tree-data"')[2]
    assert "互相推转" in yesterday
    before = (today() - timedelta(days=60)).isoformat()
    assert number(page((BUREAU, "R13"), day=before), "n.open") == "0"


def test_a_unit_below_is_named_with_its_place() -> None:
    LedgerRow.objects.filter(case=at_unit()).update(due_raw=now() - timedelta(days=3))
    oldest = page((BUREAU, "R13")).partition('id="t-old"')[2]
    assert "澄屿县 住建局" in oldest
    assert "澄屿县 住建局" not in page((COUNTY, "R4"))


def test_the_calendar_counts_what_falls_due() -> None:
    case = register(COUNTY).case.id
    due = LedgerRow.objects.get(case=case).due_raw
    assert due is not None
    assert "1 件" in page((BUREAU, "R13"), "/wall/due/", month=f"{due:%Y-%m}")


def test_figures_are_taken_along_and_frozen() -> None:
    late(3)
    client = client_for(actor(BUREAU, "R16"))
    for path in ("/wall/export/", "/statistics/export/"):
        sheet = load_workbook(BytesIO(client.post(path).getvalue())).active
        assert sheet is not None
        assert "澄屿县" in "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
        if path == "/wall/export/":
            assert [cell.value for cell in sheet[2]][1:6] == [1, 0, 1, 0, 1]  # numbers, and the share that is late
    frozen = client.post("/statistics/freeze/", follow=True)
    assert "定格" in frozen.content.decode()
    assert client.get("/statistics/I19/late/").status_code == 403
