"""提醒: what waits first, taken note of by one for all, and nobody else's."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from kernel import alerts
from kernel.alerts import Alert, Receipt
from tenants.streams import department_stream, streams_of
from tests.alerts.telling import register, tell
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db
COUNTY, CITY = "990123", "990100"


@pytest.fixture(autouse=True)
def kind() -> None:
    register()


def told(stream: str, n: object, level: str | None = None) -> Alert:
    tell(stream, n=n, level=level)
    alerts.relay()
    return Alert.objects.filter(stream=stream).order_by("-seq")[0]


def test_the_bar_counts_what_waits_for_this_post_only() -> None:
    clerk = actor(COUNTY, "R3")
    told(department_stream(clerk.root), 1)
    told(department_stream(actor(CITY, "R3").root), 2)
    page = client_for(clerk).get("/alerts/").content.decode()
    assert "data-waiting>1</b>" in page
    assert "提醒 1" in page
    assert "提醒 2" not in page
    other = client_for(actor(COUNTY, "R5", unit="住建局")).get("/alerts/").content.decode()
    assert "data-waiting hidden>0</b>" in other
    assert "还没有提醒" in other


def test_looking_is_kept_as_seen() -> None:
    clerk = actor(COUNTY, "R3")
    row = told(department_stream(clerk.root), 1)
    client_for(clerk).get("/alerts/")
    receipt = Receipt.objects.get(alert=row)
    assert receipt.user == clerk.user
    assert receipt.seen_at is not None
    assert receipt.acknowledged_at is None


def test_one_takes_note_and_all_see_who() -> None:
    clerk, chief = actor(COUNTY, "R3"), actor(COUNTY, "R4")
    first, second = told(department_stream(clerk.root), 1), told(department_stream(clerk.root), 2, "grave")
    page = client_for(clerk).post("/alerts/acknowledge/", {"one": str(first.pk)})
    assert "1 条已确认。" in page.content.decode()
    bar = client_for(chief).post("/alerts/acknowledge/", {"one": str(first.pk)}, headers={"HX-Request": "true"})
    assert '<b id="alerts-waiting" data-waiting hx-swap-oob="true">1</b>' in bar.content.decode()
    text = client_for(chief).get("/alerts/").content.decode()
    assert f"{clerk.name} 已确认" in text
    assert text.index("提醒 2") < text.index("提醒 1"), "what waits comes first"
    client_for(chief).post("/alerts/acknowledge/", {"alert": [str(second.pk)], "back": "waiting=1"})
    assert not Alert.objects.filter(acknowledged=False).exists()


def test_the_list_says_who_knew_and_when() -> None:
    clerk, chief = actor(COUNTY, "R3"), actor(COUNTY, "R4")
    row = told(department_stream(clerk.root), 1)
    alerts.deliver(clerk.user, streams_of(clerk), [row.pk])
    client_for(clerk).post("/alerts/acknowledge/", {"one": str(row.pk)})
    page = client_for(chief).get("/alerts/").content.decode()
    assert "2 人收到" in page
    mine, theirs = (re.search(rf"<p>{who.name} (.*?)</p>", page) for who in (chief, clerk))
    assert mine
    assert theirs
    assert [word in mine[1] for word in ("送达", "看到", "确认")] == [True, True, False]
    assert [word in theirs[1] for word in ("送达", "看到", "确认")] == [True, True, True]


def test_another_desks_alert_does_not_exist_and_nothing_changes() -> None:
    clerk, upper = actor(COUNTY, "R3"), actor(CITY, "R3")
    mine, theirs = told(department_stream(clerk.root), 1), told(department_stream(upper.root), 2)
    browser = client_for(clerk)
    for ids in ([str(theirs.pk)], [str(mine.pk), str(theirs.pk)], [str(uuid4())]):
        assert browser.post("/alerts/acknowledge/", {"alert": ids}).status_code == 404
    assert browser.post("/alerts/acknowledge/", {"alert": ["x"]}).status_code == 422
    assert browser.post("/alerts/acknowledge/", {}).status_code == 422
    assert not Alert.objects.filter(acknowledged=True).exists()
    assert not Receipt.objects.filter(acknowledged_at__isnull=False).exists()


def test_filters_and_pages() -> None:
    clerk = actor(COUNTY, "R3")
    stream = department_stream(clerk.root)
    for n in range(52):
        tell(stream, n=f"-{n}-", level="grave" if n == 3 else None)
    alerts.relay()
    browser = client_for(clerk)
    text = browser.get("/alerts/").content.decode()
    assert text.count("data-alert=") == 50
    assert "再看 50 条" in text
    found = browser.get("/alerts/?level=grave&kind=test&waiting=1").content.decode()
    assert "-3-" in found
    names = re.findall(r"<option[^>]*>([^<]+)", found)
    assert len(set(names)) == len(names)
    assert "没有符合所选条件的提醒" in browser.get("/alerts/?level=serious").content.decode()
    assert browser.get("/alerts/?after=x").status_code == 422


def test_polling_replays_what_the_socket_would_and_leaves_the_same_receipt() -> None:
    clerk = actor(COUNTY, "R3")
    stream, foreign = department_stream(clerk.root), department_stream(actor(CITY, "R3").root)
    browser = client_for(clerk)
    start = browser.get("/alerts/since/").json()
    assert set(start["streams"]) == set(streams_of(clerk))
    epoch = start["streams"][stream]["epoch"]
    row = told(stream, 1)
    told(foreign, 2)
    (rendered,) = alerts.render([row])
    asked = {"at": [f"{stream},{epoch},0", f"{foreign},{epoch},0", "nonsense"]}
    answer = browser.get("/alerts/since/", asked).json()
    assert foreign not in answer["streams"]
    assert answer["waiting"] == "1"
    replay = answer["streams"][stream]
    assert (replay["head"], replay["reset"]) == (1, False)
    assert replay["alerts"] == [rendered]
    (receipt,) = Receipt.objects.filter(user=clerk.user)
    assert (receipt.alert, receipt.seen_at) == (row, None), "delivered, and no more is known"
    assert browser.get("/alerts/since/", {"at": f"{stream},other,0"}).json()["streams"][stream]["reset"]
