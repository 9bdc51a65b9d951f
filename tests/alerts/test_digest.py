"""One e-mail a day to whoever asked: counts and an address, nothing else; once, at the chosen hour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage

from kernel import alerts
from kernel.clock import TZ
from kernel.errors import Invalid
from tenants import digests
from tenants.models import Digest, User
from tenants.streams import confidential_stream, department_stream
from tests.alerts.telling import register, tell
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db
COUNTY = "990123"


@pytest.fixture(autouse=True)
def kind() -> None:
    register()


@contextmanager
def at(hour: int, day: int = 1) -> Iterator[None]:
    with time_machine.travel(datetime(2026, 12, day, hour, 30, tzinfo=TZ), tick=False):
        yield


def clerk() -> User:
    return User.objects.get(pk=actor(COUNTY, "R3").user)


def test_at_the_chosen_hour_once_a_day_counts_and_no_content() -> None:
    root = department_stream(actor(COUNTY, "R3").root)
    tell(root, n="20261123-0001")
    tell(root, level="grave")
    tell(confidential_stream(actor(COUNTY, "R3").tenant))
    alerts.relay()
    with at(6):
        digests.choose(clerk(), address=" clerk@example.cn ", hour="8")
    with at(7):
        assert digests.send_due() == 0
    with at(8):
        assert digests.send_due() == 1
        assert digests.send_due() == 0
    with at(9):
        assert digests.send_due() == 0
    (message,) = mail.outbox
    assert message.to == ["clerk@example.cn"]
    assert message.subject == "回音：2 条提醒待确认"
    assert "/alerts/" in message.body
    assert "特别严重  1" in message.body
    assert "20261123" not in message.body
    assert clerk().name not in message.body
    with at(8, day=2):
        assert digests.send_due() == 1


def test_nothing_waits_nothing_is_sent_and_an_hour_gone_by_begins_tomorrow() -> None:
    with at(10):
        digests.choose(clerk(), address="clerk@example.cn", hour="8")
        tell(department_stream(actor(COUNTY, "R3").root))
        alerts.relay()
        assert digests.send_due() == 0
    row = alerts.listed([department_stream(actor(COUNTY, "R3").root)]).items[0]
    alerts.acknowledge(clerk().pk, [row.stream], [row.pk])
    with at(9, day=2):
        assert digests.send_due() == 0
    assert mail.outbox == []


def test_a_mail_server_that_fails_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(message: EmailMessage) -> int:
        raise OSError

    tell(department_stream(actor(COUNTY, "R3").root))
    alerts.relay()
    with at(6):
        digests.choose(clerk(), address="clerk@example.cn", hour="8")
    with at(8):
        with monkeypatch.context() as patch:
            patch.setattr(EmailMessage, "send", broken)
            assert digests.send_due() == 0
        assert digests.send_due() == 1
    assert len(mail.outbox) == 1


def test_who_has_left_gets_nothing() -> None:
    tell(department_stream(actor(COUNTY, "R3").root))
    alerts.relay()
    with at(6):
        digests.choose(clerk(), address="clerk@example.cn", hour="8")
    User.objects.filter(pk=clerk().pk).update(is_active=False)
    with at(8):
        assert digests.send_due() == 0
    assert mail.outbox == []


@pytest.mark.parametrize(("address", "hour"), [("x", "8"), ("", "8"), ("a@example.cn", "3"), ("a@example.cn", "x")])
def test_what_cannot_be_sent_is_said_at_the_field(address: str, hour: str) -> None:
    with pytest.raises(Invalid):
        digests.choose(clerk(), address=address, hour=hour)
    assert not Digest.objects.exists()


def test_the_page_switches_it_on_changes_it_and_off() -> None:
    browser = client_for(actor(COUNTY, "R3"))
    assert "开始每天发" in browser.get("/account/digest").content.decode()
    refused = browser.post("/account/digest", {"address": "没有", "hour": "8"})
    assert refused.status_code == 422
    assert 'value="没有"' in refused.content.decode()
    assert browser.post("/account/digest", {"address": "me@example.cn", "hour": "7"}).status_code == 302
    row = Digest.objects.get()
    assert (row.user_id, row.address, row.hour) == (clerk().pk, "me@example.cn", 7)
    assert "每天 7 点发到 me@example.cn" in browser.get("/account").content.decode()
    browser.post("/account/digest", {"act": "stop"})
    assert not Digest.objects.exists()
