"""The administrator's pages for other systems (R19): tokens and receivers; and the reference of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.webhooks import collecting, sending
from desk.reference import operations
from kernel import outbox
from kernel.clock import today
from tenants.models import ApiToken, Delivery, PostRequest, Webhook
from tests.api.receiving import receiving
from tests.api.tokens import System
from tests.cases.making import COUNTY, register
from tests.people import actor, client_for, department

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return client_for(actor(COUNTY, "R19"))


def given(**changes: Any) -> dict[str, Any]:
    return {
        "role": "R3",
        "name": "12345 热线",
        "department": str(department(COUNTY).pk),
        "expires_on": (today() + timedelta(days=90)).isoformat(),
        "verbs": ["read", "register", "propose:assign"],
        **changes,
    }


def secret_on(page: str) -> str:
    found = re.search(r'id="secret" readonly autocomplete="off" value="([^"]+)"', page)
    return found[1] if found else ""


def consented(asker: Client) -> str:
    """By the second administrator, on the page of requests; the other half of the secret."""
    where = f"/office/posts/requests/{PostRequest.objects.get().pk}/"
    assert asker.post(where, {"action": "consent"}).status_code == 403
    page = client_for(actor(COUNTY, "R19", nth=1)).post(where, {"action": "consent"}).content.decode()
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found is not None
    return found[1]


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_is_made_by_ticking_shown_once_and_works(admin: Client) -> None:
    form = admin.get("/office/tokens/new/", {"role": "R3"}).content.decode()
    for words in ("查看", "登记", "提请交办", "查看原文"):
        assert f"<span>{words}</span>" in form
    for never in ("签发", "更正</span>", "审核通过"):
        assert f"<span>{never}" not in form
    made = admin.post("/office/tokens/new/", given())
    assert made.headers["Location"] == "/office/tokens/"
    page = admin.get("/office/tokens/").content.decode()
    assert "查看、登记、提请交办" in page
    assert "还没有用过" in page
    secret = secret_on(page)
    half = consented(admin)
    assert System(COUNTY, f"{secret}.{half}").get("cases").status_code == 200
    again = admin.get("/office/tokens/").content.decode()
    assert secret_on(again) == ""
    assert secret not in again
    assert "还没有用过" not in again


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(admin: Client) -> None:
    late = (today() + timedelta(days=500)).isoformat()
    found = admin.post("/office/tokens/new/", given(name="", expires_on=late, verbs=[]))
    page = found.content.decode()
    assert found.status_code == 422
    assert late in page
    for words in ("写明是哪个系统", "最长一年", "至少勾选一项"):
        assert words in page
    assert admin.post("/office/tokens/new/", given(verbs=["sign"])).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_from_the_page(admin: Client) -> None:
    admin.post("/office/tokens/new/", given())
    first = secret_on(admin.get("/office/tokens/").content.decode())
    system = System(COUNTY, f"{first}.{consented(admin)}")
    token = ApiToken.objects.get()
    assert admin.post(f"/office/tokens/{token.pk}/revoke/").status_code == 302
    assert system.get("me").status_code == 401
    assert "已撤销" in admin.get("/office/tokens/").content.decode()


# --- receivers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def _this_machine(settings: Any) -> Iterator[None]:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, ["127.0.0.0/8"]
    collecting.forget()
    yield
    collecting.forget()


@pytest.mark.usefixtures("_this_machine")
def test_a_receiver_is_added_tried_and_told_again(admin: Client) -> None:
    with receiving(status=500) as receiver:
        added = admin.post("/office/webhooks/", {"name": "数据平台", "url": receiver.url, "kinds": ["registered"]})
        here = added.headers["Location"]
        first = admin.get(here).content.decode()
        assert secret_on(first).startswith("hyw_")
        assert secret_on(admin.get(here).content.decode()) == ""
        admin.post(f"{here}ping/")
        page = admin.get(here).content.decode()
        assert "试发" in page
        assert "500" in page
        register()
        outbox.drain()
        sending.send_due()
        Delivery.objects.filter(kind="registered").update(status=Delivery.Status.PARKED)
        assert "重发已停发的 1 条" in admin.get(here, {"status": "parked"}).content.decode()
        receiver.status = 204
        admin.post(f"{here}replay/")
        assert sending.send_due() == 1
        assert receiver.kinds == ["ping", "registered", "registered"]
        done = Delivery.objects.get(kind="registered")
        admin.post(f"{here}replay/", {"delivery": str(done.pk)})
        assert sending.send_due() == 1
        admin.post(f"{here}switch/", {"active": "0"})
        assert "恢复推送" in admin.get(here).content.decode()
        admin.post(f"{here}remove/")
        assert admin.get(here).status_code == 404
        assert Webhook.objects.get().removed_at is not None


def test_an_address_inside_is_refused_at_the_field(admin: Client) -> None:
    found = admin.post("/office/webhooks/", {"name": "x", "url": "https://169.254.169.254/"})
    assert found.status_code == 422
    assert "网络内部" in found.content.decode()
    assert 'value="https://169.254.169.254/"' in found.content.decode()
    assert not Webhook.objects.exists()


# --- the reference ----------------------------------------------------------------------------------------------------


def test_every_operation_has_a_page_without_an_outside_address(admin: Client) -> None:
    index = admin.get("/api-reference/").content.decode()
    for name in operations():
        assert f"/api-reference/{name}/" in index, name
        page = admin.get(f"/api-reference/{name}/")
        assert page.status_code == 200, name
        text = page.content.decode()
        assert "<style" not in text
        assert not re.search(r'(src|href)="https?://', text)
    assert admin.get("/api-reference/nothing/").status_code == 404
