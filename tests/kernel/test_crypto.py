"""Personal data at rest: what is altered, moved or under an unknown key does not open; what is stored shows nothing."""

import base64
import os

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from kernel import crypto
from kernel.crypto import DecryptionError, EncryptedJSONField, EncryptedTextField, PrivateText
from kernel.idempotency import Idempotency

KEYS = {"k1": base64.b64encode(b"1" * 32).decode(), "k10": base64.b64encode(b"2" * 32).decode()}


@given(st.binary(max_size=2000))
def test_what_goes_in_comes_out(data: bytes) -> None:
    assert crypto.decrypt(crypto.encrypt(data, "a.b.c"), "a.b.c") == data


def test_the_same_content_never_looks_the_same() -> None:
    assert crypto.encrypt(b"x", "a") != crypto.encrypt(b"x", "a")


def test_every_single_altered_byte_is_noticed() -> None:
    blob = crypto.encrypt("赵晚舟".encode(), "cases.person.name")
    for place in range(len(blob)):
        altered = bytearray(blob)
        altered[place] ^= 1
        with pytest.raises(DecryptionError):
            crypto.decrypt(bytes(altered), "cases.person.name")


def test_every_cut_is_noticed() -> None:
    blob = crypto.encrypt(b"content", "a")
    for length in range(len(blob)):
        with pytest.raises(DecryptionError):
            crypto.decrypt(blob[:length], "a")
    with pytest.raises(DecryptionError):
        crypto.decrypt(blob + b"\0", "a")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    blob = crypto.encrypt(b"x", "cases.person.name")
    with pytest.raises(DecryptionError):
        crypto.decrypt(blob, "cases.person.phone")


def test_old_keys_open_and_the_current_one_closes() -> None:
    with override_settings(HUIYIN_KEYS=KEYS, HUIYIN_KEY_CURRENT="k1"):
        old = crypto.encrypt(b"x", "a")
    with override_settings(HUIYIN_KEYS=KEYS, HUIYIN_KEY_CURRENT="k10"):
        new = crypto.reencrypt(old, "a")
        assert crypto.decrypt(old, "a") == crypto.decrypt(new, "a") == b"x"
        assert new.startswith(crypto.current_header())
        assert not old.startswith(crypto.current_header())
    with override_settings(HUIYIN_KEYS={"k10": KEYS["k10"]}, HUIYIN_KEY_CURRENT="k10"), pytest.raises(DecryptionError):
        crypto.decrypt(old, "a")


def test_a_relabelled_key_does_not_pass() -> None:
    same = {"k1": KEYS["k1"], "k2": KEYS["k1"]}
    with override_settings(HUIYIN_KEYS=same, HUIYIN_KEY_CURRENT="k1"):
        blob = crypto.encrypt(b"x", "a")
        with pytest.raises(DecryptionError):
            crypto.decrypt(blob.replace(b"k1", b"k2", 1), "a")


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"1" * 31).decode(), "不是"])
def test_a_bad_key_in_the_settings_says_so_and_does_not_quote_it(key: str) -> None:
    with override_settings(HUIYIN_KEYS={"k": key}, HUIYIN_KEY_CURRENT="k"), pytest.raises(ImproperlyConfigured) as told:
        crypto.encrypt(b"x", "a")
    assert not key or key not in str(told.value)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "13812345616", "+86 138-1234-5616"),
        ("phone", "13812345616", "８６１３８１２３４５６１６"),
        ("phone", "13812345616", " 138 1234 5616 "),
        ("phone", "05316012345", "(0531) 6012345"),
        ("id", "11010519491231002X", "110105 19491231 002x"),
        ("id", "11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ"),
        ("name", "赵晚舟", " 赵 晚舟"),
        ("name", "阿依古丽·买买提", "阿依古丽•买买提"),
    ],
)
def test_spellings_of_one_datum_match(kind: str, one: str, other: str) -> None:
    assert crypto.keyed_hash(kind, one) == crypto.keyed_hash(kind, other)


def test_hashes_differ_by_kind_value_and_key() -> None:
    first = crypto.keyed_hash("phone", "13812345616")
    assert len(first) == 32
    assert first != crypto.keyed_hash("phone", "13812345617")
    assert first != crypto.keyed_hash("id", "13812345616")
    with override_settings(HUIYIN_HASH_KEY=base64.b64encode(os.urandom(32)).decode()):
        assert first != crypto.keyed_hash("phone", "13812345616")


def test_a_number_that_merely_begins_with_86_keeps_it() -> None:
    assert crypto.normalise("phone", "86012345") == "86012345"


def test_seals_verify_and_former_keys_still_do() -> None:
    seal = crypto.sign(b"head")
    former = base64.b64encode(crypto.public_key()).decode()
    assert crypto.verify_signature(b"head", seal)
    assert not crypto.verify_signature(b"other", seal)
    assert not crypto.verify_signature(b"head", seal[:-1])
    with override_settings(HUIYIN_SIGNING_KEY=base64.b64encode(b"n" * 32).decode()):
        assert not crypto.verify_signature(b"head", seal)
        with override_settings(HUIYIN_FORMER_PUBLIC_KEYS=[former]):
            assert crypto.verify_signature(b"head", seal)


def test_a_decrypted_text_does_not_show_in_reports() -> None:
    text = PrivateText("赵晚舟")
    assert text == "赵晚舟"
    assert f"{text}" == "赵晚舟"
    assert "赵" not in repr(text)
    assert "赵" not in repr({"name": text})


def _row(answer: object) -> Idempotency:
    return Idempotency.objects.create(
        schema="t", actor="00000000-0000-0000-0000-000000000000", key="k", target_hash=b"", body_hash=b"", answer=answer
    )


@pytest.mark.django_db
@pytest.mark.parametrize("value", [{"姓名": "赵晚舟", "n": [1, None, {"x": "y"}]}, [1, "二"], "text", 7, {}])
def test_json_is_stored_encrypted_and_comes_back(value: object) -> None:
    row = _row(value)
    row.refresh_from_db()
    assert row.answer == value
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM kernel_idempotency")
        stored = bytes(cursor.fetchone()[0])
    assert "赵晚舟".encode() not in stored
    assert bool(stored) == (value != {})
    assert "赵" not in repr(row.answer)


@pytest.mark.django_db
def test_bulk_writes_encrypt_too() -> None:
    row = _row({"a": 1})
    row.answer = {"b": "赵晚舟"}
    Idempotency.objects.bulk_update([row], ["answer"])
    assert Idempotency.objects.get().answer == {"b": "赵晚舟"}
    Idempotency.objects.update(answer={"c": 3})
    assert Idempotency.objects.values_list("answer", flat=True).get() == {"c": 3}


def test_encrypted_columns_cannot_be_searched() -> None:
    for lookup in ("answer", "answer__contains", "answer__name", "answer__in"):
        with pytest.raises(FieldError, match="encrypted"):
            Idempotency.objects.filter(**{lookup: {}}).exists()


def test_null_and_empty_are_kept_apart() -> None:
    text, nullable = EncryptedTextField(), EncryptedTextField(null=True)
    assert text.get_default() == ""
    assert nullable.get_default() is None
    assert text.get_db_prep_value(None, connection) is None
    assert bytes(text.get_db_prep_value("", connection).obj) == b""
    assert text.from_db_value(None, None, None) is None
    assert text.from_db_value(memoryview(b""), None, None) == ""
    assert EncryptedJSONField().get_default() == {}


def test_a_dump_carries_ciphertext() -> None:
    row = Idempotency(answer={"name": "赵晚舟"})
    field = Idempotency._meta.get_field("answer")
    assert "赵晚舟".encode() not in base64.b64decode(field.value_to_string(row))
