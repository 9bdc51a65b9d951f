"""Chromium reaches a tenant's host on a served process, and may load nothing the content policy does not name."""

from http.client import HTTPConnection

import pytest
from playwright.sync_api import Browser

from tests.browsing import Server, listen, look, window


@pytest.mark.browser
@pytest.mark.slow
def test_tenants_page_loads_without_a_refused_resource(server: Server, chromium: Browser) -> None:
    page = window(chromium, server)
    spoken = listen(page)
    page.goto(server.url("chengyu.localhost"))
    assert "回音" in page.title()
    assert spoken == []
    look(page, "landing", spoken)


@pytest.mark.slow
def test_headers_of_every_answer(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/sign-in", headers={"Host": "chengyu.localhost"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"]
    connection.close()
