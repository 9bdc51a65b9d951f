"""An office's events pushed to other systems: what is told, how it is signed, what a dead receiver costs the others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.webhooks import collecting, sending
from cases.webhooks.payload import KINDS, signature
from kernel import outbox, outgoing
from kernel.clock import recorded_now
from kernel.errors import Conflict, Invalid, NotFound, Refused
from kernel.outgoing import BadTarget
from tenants import context
from tenants.administration import webhooks
from tenants.models import Change, Delivery, Webhook
from tests.api.receiving import Receiver, receiving
from tests.cases.making import COUNTY, OTHER, at_unit, do, register
from tests.people import actor

pytestmark = pytest.mark.django_db
Status = Delivery.Status


@pytest.fixture(autouse=True)
def _this_machine(settings: Any) -> Iterator[None]:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, ["127.0.0.0/8"]
    collecting.forget()
    yield
    collecting.forget()


def added(receiver: Receiver | str, *kinds: str, code: str = COUNTY) -> tuple[Webhook, str]:
    url = receiver if isinstance(receiver, str) else receiver.url
    with context.use(context.tenant_by_code(code)):
        made = webhooks.add(actor(code, "R19"), name="数据平台", url=url, kinds=kinds, known=KINDS)
    collecting.forget()
    return made


def told() -> int:
    """What the relay and then the sender do."""
    outbox.drain()
    return sending.send_due()


def admin() -> Any:
    return actor(COUNTY, "R19")


def again(hook: Webhook) -> None:
    """As if the receiver had rested."""
    Webhook.objects.filter(pk=hook.pk).update(rests_until=None)
    Delivery.objects.filter(webhook=hook, status=Status.WAITING).update(next_at=recorded_now())


# --- what is told -----------------------------------------------------------------------------------------------------


def test_each_event_is_told_once_signed_and_without_a_word_of_the_matter() -> None:
    with receiving() as receiver:
        _hook, secret = added(receiver)
        case = register().case.id
        do(actor(COUNTY, "R3"), "note", case, text="赵晚舟再次来电")
        assert told() == 2
        with context.use(context.tenant_by_code(COUNTY)):
            collecting.collect(context.tenant_by_code(COUNTY).schema_name, str(case))
        assert told() == 0
        assert receiver.kinds == ["registered", "noted"]
        headers, body = receiver.heard[0]
        assert headers["huiyin-signature"] == f"v1={signature(secret, headers['huiyin-timestamp'], body)}"
        first = receiver.bodies[0]
        assert first.keys() == {"delivery", "office", "event", "case"}
        assert first["delivery"] == headers["huiyin-delivery"]
        assert first["office"] == COUNTY
        assert first["event"].keys() == {"id", "kind", "seq", "happened_at"}
        assert first["case"] == {"id": str(case), "version": 1, "state": "S10"}
        for word in ("赵晚舟", "13800000016", "电梯", "锦澜", secret):
            assert word.encode() not in b"".join(body for _headers, body in receiver.heard)


def test_only_the_kinds_asked_for_of_the_own_office_and_nothing_sealed() -> None:
    with receiving() as receiver, receiving() as elsewhere:
        added(receiver, "transferred")
        added(elsewhere, code=OTHER)
        at_unit()
        register(klass="B", purpose="02", text="某局长收受好处。")
        told()
        assert receiver.kinds == ["transferred"]
        assert elsewhere.heard == []


def test_what_is_sealed_before_it_was_sent_is_never_sent() -> None:
    with receiving() as receiver:
        hook, _secret = added(receiver)
        case = register().case.id
        outbox.drain()
        do(actor(COUNTY, "R3"), "correct", case, changes={"klass": "B"}, reason="检举控告")
        told()
        assert receiver.heard == []
        assert set(Delivery.objects.filter(webhook=hook).values_list("status", flat=True)) == {Status.DROPPED}


def test_an_office_without_receivers_writes_nothing_for_them() -> None:
    register()
    assert not outbox.OutboxRow.objects.filter(subscriber="webhooks").exists()


def test_what_came_before_the_receiver_is_not_told() -> None:
    with receiving() as receiver:
        case = register().case.id
        added(receiver)
        do(actor(COUNTY, "R3"), "note", case, text="x")
        told()
        assert receiver.kinds == ["noted"]


# --- when it is not heard ---------------------------------------------------------------------------------------------


def test_a_dead_receiver_delays_no_other_and_rests(settings: Any) -> None:
    settings.WEBHOOK_TIMEOUT_S = 1.0
    with receiving(pause_s=3.0) as dead, receiving() as alive:
        first, _secret = added(dead)
        added(alive)
        for _n in range(3):
            register()
        assert told() == 3
        assert len(alive.heard) == 3
        assert len(dead.heard) == 1
        first.refresh_from_db()
        assert (first.failures, first.rests_until is not None) == (1, True)
        assert told() == 0
        assert len(dead.heard) == 1
        row = Delivery.objects.filter(webhook=first).earliest("id")
        assert (row.status, row.error, row.answer_status) == (Status.WAITING, "timeout", None)


def test_a_failed_one_is_tried_again_later_each_time_and_then_heard() -> None:
    with receiving(status=503) as receiver:
        hook, _secret = added(receiver)
        register()
        waits = []
        for _n in range(3):
            assert told() == 0
            row = Delivery.objects.get(webhook=hook)
            assert row.tried_at is not None
            waits.append(round((row.next_at - row.tried_at).total_seconds()))
            again(hook)
        assert waits == [5, 10, 20]
        assert (row.answer_status, row.error) == (503, "status")
        receiver.status = 200
        assert told() == 1
        hook.refresh_from_db()
        assert (hook.failures, hook.rests_until) == (0, None)
        assert len({headers["huiyin-delivery"] for headers, _body in receiver.heard}) == 1


def test_after_a_day_it_is_parked_and_can_be_replayed_one_or_all() -> None:
    with receiving(status=500) as receiver:
        hook, _secret = added(receiver)
        for _n in range(2):
            register()
        outbox.drain()
        Delivery.objects.update(waits_since=recorded_now() - timedelta(days=1, minutes=1))
        for _n in range(2):
            sending.send_due()
            again(hook)
        assert Delivery.objects.filter(status=Status.PARKED).count() == 2
        assert sending.send_due() == 0
        receiver.status = 204
        with context.use(context.tenant_by_code(COUNTY)):
            row = Delivery.objects.filter(webhook=hook).earliest("id")
            assert webhooks.replay(admin(), hook.pk, row.pk) == 1
            row.refresh_from_db()
            assert (row.attempts, row.error, row.answer_status, row.answer_ms) == (0, "", None, None)
            assert sending.send_due() == 1
            assert webhooks.replay(admin(), hook.pk) == 1
            assert sending.send_due() == 1
            with pytest.raises(NotFound):
                webhooks.replay(actor(OTHER, "R19"), hook.pk)
        assert Change.objects.filter(kind="webhook.replayed", subject=hook.pk).count() == 2


def test_a_redirect_is_not_followed() -> None:
    with receiving() as secret, receiving(status=307, headers={"Location": secret.url}) as receiver:
        hook, _secret = added(receiver)
        register()
        assert told() == 0
        assert secret.heard == []
        assert Delivery.objects.get(webhook=hook).error == "redirect"


def test_a_paused_receiver_hears_nothing_and_a_removed_one_never_again() -> None:
    with receiving() as receiver:
        hook, _secret = added(receiver)
        register()
        outbox.drain()
        with context.use(context.tenant_by_code(COUNTY)):
            webhooks.switch(admin(), hook.pk, active=False)
            assert sending.send_due() == 0
            webhooks.switch(admin(), hook.pk, active=True)
            assert sending.send_due() == 1
            webhooks.remove(admin(), hook.pk)
            assert webhooks.listed(admin()) == []
        collecting.forget()
        register()
        assert told() == 0
        assert len(receiver.heard) == 1


def test_a_ping_says_at_once_whether_the_way_is_open() -> None:
    with receiving() as receiver:
        hook, secret = added(receiver)
        with context.use(context.tenant_by_code(COUNTY)):
            row = sending.ping(admin(), hook.pk)
            assert (row.status, row.answer_status, row.kind) == (Status.DONE, 204, "ping")
            headers, body = receiver.heard[0]
            assert headers["huiyin-signature"] == f"v1={signature(secret, headers['huiyin-timestamp'], body)}"
            assert receiver.bodies[0]["case"] is None
            receiver.status = 500
            assert sending.ping(admin(), hook.pk).status == Status.DROPPED
    with context.use(context.tenant_by_code(COUNTY)):
        assert sending.ping(admin(), hook.pk).error == "connection"
        with pytest.raises(Refused):
            sending.ping(actor(COUNTY, "R3"), hook.pk)
    assert sending.send_due() == 0


def test_old_deliveries_are_forgotten() -> None:
    with receiving() as receiver:
        added(receiver)
        register()
        told()
    Delivery.objects.update(created_at=recorded_now() - timedelta(days=31))
    assert sending.forget() == 1


# --- where it may go --------------------------------------------------------------------------------------------------

FORBIDDEN = (
    "https://127.0.0.1/",
    "https://127.1.2.3/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://localhost/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.100.100.200/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://0.0.0.0/",
    "https://0/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://224.0.0.1/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
)
ADDRESS = (
    "ftp://a.example/",
    "https://",
    "https://u:p@198.51.100.1/",
    "https://198.51.100.1/#x",
    "https://198.51.100.1:99999/",
    "x",
)


def refused_for(url: str) -> str:
    with pytest.raises(BadTarget) as refused:
        outgoing.check(url)
    return str(refused.value)


def test_this_machine_links_and_metadata_are_never_called(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = []
    assert {url: refused_for(url) for url in FORBIDDEN} == dict.fromkeys(FORBIDDEN, "forbidden")


def test_an_address_that_is_none_says_why(settings: Any) -> None:
    assert [refused_for(url) for url in ADDRESS] == ["scheme", *["address"] * 5]
    assert refused_for("https://198.51.100.1:22/") == "port"
    assert refused_for("https://nowhere.invalid/") == "unresolved"
    settings.WEBHOOK_HTTP = False
    assert refused_for("http://198.51.100.1/") == "scheme"
    outgoing.check("https://198.51.100.1:8443/events")
    with pytest.raises(Invalid) as refused:
        added("http://198.51.100.1/")
    assert refused.value.fields.keys() == {"url"}


def test_a_name_that_moves_after_the_check_leads_nowhere_else(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is resolved is checked at each call, and the connection goes to what was checked."""
    with receiving() as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])
        asked: list[str] = []

        def moving(host: str, *_rest: Any, **_more: Any) -> list[Any]:
            asked.append(host)
            address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        real = socket.getaddrinfo
        monkeypatch.setattr(
            "kernel.outgoing.socket.getaddrinfo",
            lambda host, *rest, **more: (moving if host == "moving.example" else real)(host, *rest, **more),
        )
        request = outgoing.Request(f"http://moving.example:{port}/", b"{}")
        assert outgoing.post(request).status == 204
        assert receiver.heard[0][0]["host"] == f"moving.example:{port}"
        assert outgoing.post(request).error == "forbidden"
        assert len(receiver.heard) == 1


def test_a_receiver_that_drips_ends_with_the_time_out(settings: Any) -> None:
    settings.WEBHOOK_TIMEOUT_S = 0.5
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        answer = outgoing.post(outgoing.Request(f"http://127.0.0.1:{deaf.getsockname()[1]}/", b"{}"))
        assert (answer.status, answer.error) == (None, "timeout")


def test_ten_receivers_are_enough_and_only_the_administrator_adds_them() -> None:
    made = [added(f"http://127.0.0.1:{9000 + n}/")[0].pk for n in range(10)]
    with pytest.raises(Conflict):
        added("http://127.0.0.1:9999/")
    with context.use(context.tenant_by_code(COUNTY)):
        with pytest.raises(Refused):
            webhooks.add(actor(COUNTY, "R4"), name="x", url="https://198.51.100.1/", kinds=[], known=KINDS)
        with pytest.raises(Invalid) as refused:
            webhooks.add(admin(), name=" ", url="x", kinds=["read"], known=KINDS)
        assert refused.value.fields.keys() == {"name", "url", "kinds"}
        with pytest.raises(NotFound):
            webhooks.one(actor(OTHER, "R19"), UUID(str(made[0])))
