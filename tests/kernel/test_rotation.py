"""Every encrypted value of every office comes under the current key; stopping in the middle is no harm."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from kernel import files
from kernel.crypto import EncryptedField, key_id_of
from kernel.idempotency import Idempotency
from kernel.ids import new_id
from kernel.rotation import columns, renew_column
from kernel.schema import use_schema

KEYS = {"k1": base64.b64encode(b"1" * 32).decode(), "k2": base64.b64encode(b"2" * 32).decode()}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=str(tmp_path), HUIYIN_KEYS=KEYS, HUIYIN_KEY_CURRENT="k1"):
        yield


def fill(count: int) -> None:
    for number in range(count):
        Idempotency.objects.create(
            schema="t", actor=new_id(), key=str(number), target_hash=b"", body_hash=b"", answer={"n": number}
        )


def key_ids() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM kernel_idempotency")
        return {key_id_of(bytes(row[0])) for row in cursor.fetchall()}


def rotate(**options: object) -> str:
    out = io.StringIO()
    with override_settings(HUIYIN_KEY_CURRENT="k2"):
        call_command("rotate_keys", stdout=out, **options)
    return out.getvalue()


def test_everything_is_renewed_and_the_old_key_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.rotation.BATCH", 3)
    fill(8)
    with use_schema("t_one"):
        sha = files.put(b"paper")
    assert "9 would be renewed" in rotate(dry_run=True)
    assert key_ids() == {"k1"}
    assert "9 renewed, 0 unreadable" in rotate()
    assert key_ids() == {"k2"}
    assert "0 renewed" in rotate()
    with override_settings(HUIYIN_KEYS={"k2": KEYS["k2"]}, HUIYIN_KEY_CURRENT="k2"):
        assert [row.answer["n"] for row in Idempotency.objects.order_by("pk")] == list(range(8))
        assert files.get(sha, office="t_one") == b"paper"


def test_a_run_that_was_stopped_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.rotation.BATCH", 3)
    fill(8)

    def stop(outcome: object) -> None:
        raise KeyboardInterrupt

    (column,) = [column for column in columns() if column.field.model is Idempotency]
    with override_settings(HUIYIN_KEY_CURRENT="k2"), pytest.raises(KeyboardInterrupt):
        renew_column(column, stop)
    assert key_ids() == {"k1", "k2"}
    assert "5 renewed" in rotate()


def test_what_cannot_be_read_is_counted_and_the_rest_renewed() -> None:
    fill(3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_idempotency SET answer = set_byte(answer, 20, 0) WHERE key = '1'")
        cursor.execute("UPDATE kernel_idempotency SET answer = set_byte(answer, 21, 0) WHERE key = '1'")
    out = io.StringIO()
    with override_settings(HUIYIN_KEY_CURRENT="k2"), pytest.raises(CommandError):
        call_command("rotate_keys", stdout=out)
    assert "2 renewed, 1 unreadable" in out.getvalue()


def test_every_encrypted_field_of_every_office_is_found() -> None:
    from django.apps import apps
    from django.conf import settings
    from django_tenants.utils import get_tenant_model

    offices = get_tenant_model().objects.count()
    expected = 0
    for model in apps.get_models():
        fields = sum(isinstance(field, EncryptedField) for field in model._meta.local_fields)
        in_offices = apps.get_app_config(model._meta.app_label).name in settings.TENANT_APPS
        expected += fields * (offices if in_offices else 1)
    assert len(list(columns())) == expected > 0
