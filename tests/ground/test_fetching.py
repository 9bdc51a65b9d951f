"""Building behind an office's proxy: the machine's certificates and pip's mirror are passed on, a caller's own stay."""

import ssl
from types import SimpleNamespace

import pytest

from infra import fetching

NAMES = ("UV_SYSTEM_CERTS", "NODE_EXTRA_CA_CERTS", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def paths(cafile: str | None) -> SimpleNamespace:
    return SimpleNamespace(cafile=cafile)


def test_the_machine_s_certificates_and_pip_s_mirror_hold_for_uv_and_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths("/office/ca.pem"))
    monkeypatch.setenv("PIP_INDEX_URL", "mirror of the office")
    assert fetching.environment() == {
        "UV_SYSTEM_CERTS": "1",
        "NODE_EXTRA_CA_CERTS": "/office/ca.pem",
        "UV_DEFAULT_INDEX": "mirror of the office",
    }


def test_what_the_caller_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths("/office/ca.pem"))
    for name in ("UV_SYSTEM_CERTS", "NODE_EXTRA_CA_CERTS", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, "mine")
    assert fetching.environment() == {}


def test_a_machine_without_a_list_leaves_uv_and_node_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths(None))
    monkeypatch.setattr(fetching, "_mirror", lambda: None)
    assert fetching.environment() == {}
