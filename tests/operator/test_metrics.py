"""What monitoring reads: for who has the token, on any host; nothing without it, and nothing of a case or person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.checks import nobody_guesses_the_way_to_the_metrics
from kernel.clock import recorded_now
from kernel.outbox import OutboxRow
from search import documents
from tests.api.tokens import issued
from tests.cases.making import COUNTY, register
from tests.operator import asking
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-more-than-thirty-two-characters"
SAMPLE = re.compile(r'huiyin_[a-z_]+\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\} \d+(\.\d+)?(e[+-]\d+)?')


def read(token: str, host: str = "process.example:8000") -> Any:
    return Client(headers={"host": host, "authorization": f"Bearer {token}"}).get("/metrics")


def test_without_the_setting_there_is_no_such_address(settings: Any) -> None:
    assert settings.METRICS_TOKEN == ""
    for host in (asking.HOST, "chengyu.localhost", "nowhere.example"):
        for token in ("", TOKEN):
            assert read(token, host).status_code in {400, 404}


def test_only_who_has_the_token_reads(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    for token in ("", TOKEN[:-1], f"{TOKEN}x", issued(COUNTY, "R3", "read")[1]):
        refused = read(token)
        assert (refused.status_code, refused.content) == (401, b"")
    for visitor in (Client(headers={"host": asking.HOST}), asking.client(), client_for(actor(COUNTY, "R19"))):
        assert visitor.get("/metrics").status_code == 401
    for host in (asking.HOST, "chengyu.localhost", "nowhere.example"):
        assert read(TOKEN, host).status_code == 200


def test_a_short_token_is_an_error_of_the_installation(settings: Any) -> None:
    settings.METRICS_TOKEN = "short"
    assert [error.id for error in nobody_guesses_the_way_to_the_metrics(None)] == ["huiyin.E004"]
    settings.METRICS_TOKEN = TOKEN
    assert nobody_guesses_the_way_to_the_metrics(None) == []


def test_backlog_parked_rows_and_the_lag_of_each_province_are_told(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    case = register().case
    waits = OutboxRow.objects.filter(key=str(case.id), subscriber=documents.DOCUMENTS)
    waits.update(created_at=recorded_now() - timedelta(seconds=90))
    OutboxRow.objects.filter(key=str(case.id), subscriber="webhooks").update(parked=True)
    schema = waits.get().schema
    OutboxRow.objects.create(topic="case", subscriber=documents.DOCUMENTS, schema=schema, key="x", parked=True)
    answer = read(TOKEN)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    text = answer.content.decode()
    told = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}
    assert told['huiyin_outbox_waiting{subscriber="search.documents"}'] == 1
    assert told['huiyin_outbox_parked{subscriber="search.documents"}'] == 1
    assert 90 <= told['huiyin_outbox_oldest_seconds{subscriber="search.documents"}'] < 900
    assert 90 <= told['huiyin_search_lag_seconds{province="990000"}'] < 900
    assert told['huiyin_process_alive{process="worker"}'] in {0, 1}
    assert all(SAMPLE.fullmatch(line) for line in text.splitlines() if not line.startswith("# "))
    for hidden in (schema, str(case.id), case.number, "赵晚舟"):
        assert hidden not in text
