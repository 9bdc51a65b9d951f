"""The ground of the API: versions, the same thing once, one form of refusal."""

import json
import threading
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from kernel import errors
from kernel.api import ActionView, KeysetPagination, exception_handler
from kernel.errors import Conflict, ErrorMiddleware, HuiyinError, Invalid, NotFound, Stale, response_for
from kernel.idempotency import Idempotency
from kernel.ids import new_id
from kernel.outbox import OutboxRow

ACTOR = SimpleNamespace(user=UUID(int=7), schema="t_one")
OTHER = SimpleNamespace(user=UUID(int=8), schema="t_one")


class Body(serializers.Serializer[Any]):
    topic = serializers.CharField(max_length=20)
    parts = serializers.ListField(child=serializers.IntegerField(), required=False)


class Out(serializers.Serializer[Any]):
    topic = serializers.CharField()
    version = serializers.IntegerField()


@dataclass
class Thing:
    topic: str
    version: int


class Do(ActionView):
    permission_classes: ClassVar[Any] = [AllowAny]
    authentication_classes: ClassVar[Any] = []
    body = Body
    answer = Out

    def act(self, actor: Any, data: dict[str, Any], version: int | None, **where: Any) -> Thing:
        assert connection.in_atomic_block
        OutboxRow.objects.create(topic=data["topic"], subscriber="x", schema=actor.schema, key=str(actor.user))
        if data["topic"] == "conflict":
            raise Conflict("已过异议期。", way_on="/cases/1")
        if version is not None and version != 3:
            raise Stale
        return Thing(data["topic"], (version or 0) + 1)


class Make(Do):
    needs_version = False
    success = 201

    def location(self, result: Thing) -> str:
        return f"/api/v1/things/{result.topic}"


def call(view: type[APIView], data: Any = None, actor: Any = ACTOR, **headers: str) -> Any:
    request = APIRequestFactory().post("/api/v1/things", data or {"topic": "a"}, format="json", headers=headers)
    request.actor = actor
    response = view.as_view()(request)
    response.render()
    return response


def done() -> int:
    return OutboxRow.objects.count()


def key() -> str:
    return str(new_id())


pytestmark = pytest.mark.django_db


def test_a_change_needs_the_version_it_is_based_on() -> None:
    refused = call(Do)
    assert (refused.status_code, refused.data["code"]) == (428, "precondition-required")
    for malformed in ("3", '"x"', "*", '"3", "4"', '""', '"-1"', '"99999999999999"'):
        assert call(Do, **{"If-Match": malformed}).status_code == 400
    assert done() == 0


@pytest.mark.parametrize("tag", ['"3"', 'W/"3"'])
def test_the_answer_carries_the_next_version(tag: str) -> None:
    response = call(Do, **{"If-Match": tag})
    assert (response.status_code, response.data) == (200, {"topic": "a", "version": 4})
    assert response.headers["ETag"] == '"4"'
    assert done() == 1


def test_a_stale_version_changes_nothing() -> None:
    response = call(Do, **{"If-Match": '"2"'})
    assert (response.status_code, response.data["code"]) == (412, "stale")
    assert done() == 0


def test_something_new_needs_none_and_says_where_it_is() -> None:
    response = call(Make)
    assert response.status_code == 201
    assert response.headers["Location"] == "/api/v1/things/a"


def test_the_same_key_gives_the_same_answer_and_acts_once() -> None:
    mine = key()
    first = call(Make, **{"Idempotency-Key": mine})
    second = call(Make, **{"Idempotency-Key": mine})
    assert first.data == second.data
    assert second.status_code == 201
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert done() == 1


def test_the_same_key_for_another_body_is_refused() -> None:
    mine = key()
    call(Make, **{"Idempotency-Key": mine})
    refused = call(Make, {"topic": "b"}, **{"Idempotency-Key": mine})
    assert (refused.status_code, refused.data["code"]) == (422, "idempotency-key-reused")
    assert done() == 1


def test_the_order_of_members_is_no_other_body() -> None:
    mine = key()
    call(Make, {"topic": "b", "parts": [1]}, **{"Idempotency-Key": mine})
    assert call(Make, {"parts": [1], "topic": "b"}, **{"Idempotency-Key": mine}).status_code == 201
    assert done() == 1


def test_another_person_may_use_the_same_key() -> None:
    mine = key()
    call(Make, **{"Idempotency-Key": mine})
    call(Make, actor=OTHER, **{"Idempotency-Key": mine})
    assert done() == 2


def test_after_a_refusal_the_key_may_try_again() -> None:
    mine = key()
    assert call(Make, {"topic": "conflict"}, **{"Idempotency-Key": mine}).status_code == 409
    assert Idempotency.objects.count() == 0
    assert done() == 0
    assert call(Make, {"topic": "a"}, **{"Idempotency-Key": mine}).status_code == 201


@pytest.mark.parametrize("bad", ["short", "x" * 129, "钥匙钥匙钥匙钥匙"])
def test_a_key_has_a_form(bad: str) -> None:
    request = APIRequestFactory().post("/api/v1/things", {"topic": "a"}, format="json")
    request.META["HTTP_IDEMPOTENCY_KEY"] = bad
    request.actor = ACTOR
    assert Make.as_view()(request).status_code == 422
    assert done() == 0


def test_what_was_answered_lies_encrypted() -> None:
    call(Make, {"topic": "赵晚舟"}, **{"Idempotency-Key": key()})
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text, answer FROM kernel_idempotency r")
        text, answer = cursor.fetchone()
    assert "赵" not in text
    assert "赵".encode() not in bytes(answer)


@pytest.mark.django_db(transaction=True)
def test_six_at_once_act_once() -> None:
    mine = key()
    results: list[int] = []

    def ask() -> None:
        results.append(call(Make, **{"Idempotency-Key": mine}).status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [201] * 6
    assert done() == 1


def test_fields_are_named_with_their_path_and_unknown_ones_refused() -> None:
    wrong = call(Make, {"topic": "x" * 30, "parts": [1, "zwei"]})
    assert wrong.status_code == 422
    assert set(wrong.data["fields"]) == {"topic", "parts.1"}
    odd = call(Make, {"topic": "a", "tpoic": "b"})
    assert (odd.status_code, set(odd.data["fields"])) == (422, {"tpoic"})
    assert done() == 0


def test_nobody_without_a_post_acts() -> None:
    response = call(Make, actor=None)
    assert (response.status_code, response.data["code"]) == (403, "no-membership")


def test_a_refusal_is_a_problem_with_a_way_on() -> None:
    response = call(Make, {"topic": "conflict"})
    assert response.headers["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body == {
        "type": "urn:huiyin:error:conflict",
        "title": "现在不能办这一步",
        "status": 409,
        "detail": "已过异议期。",
        "code": "conflict",
        "way_on": "/cases/1",
    }


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not-found"),
        (PermissionDenied(), 403, "refused"),
        (serializers.ValidationError({"a": ["b"]}), 422, "invalid"),
        (NotFound(), 404, "not-found"),
    ],
)
def test_other_frameworks_errors_are_the_same_problems(error: Exception, status: int, code: str) -> None:
    response = exception_handler(error, {})
    assert response is not None
    assert (response.status_code, response.data["code"]) == (status, code)


def test_broken_json_and_wrong_methods_are_problems_too() -> None:
    request = APIRequestFactory().post("/api/v1/things", "{", content_type="application/json")
    request.actor = ACTOR
    assert Make.as_view()(request).data["code"] == "parse-error"
    assert Make.as_view()(APIRequestFactory().get("/api/v1/things")).data["code"] == "method-not-allowed"
    odd = APIRequestFactory().post("/api/v1/things", "x", content_type="text/csv")
    odd.actor = ACTOR
    assert Make.as_view()(odd).status_code == 415


def test_a_bug_is_no_refusal() -> None:
    assert exception_handler(KeyError("赵晚舟"), {}) is None


def test_pages_of_a_list() -> None:
    from rest_framework.generics import ListAPIView

    class Row(serializers.Serializer[Any]):
        key = serializers.CharField()

    class Rows(ListAPIView[OutboxRow]):
        permission_classes: ClassVar[Any] = [AllowAny]
        authentication_classes: ClassVar[Any] = []
        serializer_class = Row
        pagination_class = KeysetPagination
        ordering = ("-id",)
        queryset = OutboxRow.objects.all()

    for number in range(5):
        OutboxRow.objects.create(topic="t", subscriber="x", schema="s", key=str(number))
    first = Rows.as_view()(APIRequestFactory().get("/api/v1/rows", {"size": 3}))
    assert [row["key"] for row in first.data["items"]] == ["4", "3", "2"]
    second = Rows.as_view()(APIRequestFactory().get("/api/v1/rows", {"size": 3, "cursor": first.data["next"]}))
    assert [row["key"] for row in second.data["items"]] == ["1", "0"]
    assert second.data["next"] is None


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_page_of_a_refusal_says_what_to_do_and_where_to_go() -> None:
    error = Invalid("电话少一位。", fields={"phone": ["补成 11 位，或留空。"]}, way_on="/register")
    response = response_for(RequestFactory().get("/register"), error)
    page = response.content.decode()
    assert response.status_code == 422
    assert response.headers["Cache-Control"] == "no-store"
    for text in ("有几处要改", "电话少一位。", "补成 11 位，或留空。", 'href="/register"', "kernel/error.css"):
        assert text in page
    assert "<style" not in page
    assert "<script" not in page


def test_the_middleware_answers_refusals_and_leaves_bugs() -> None:
    middleware = ErrorMiddleware(lambda request: HttpResponse())
    request = RequestFactory().get("/cases/1")
    answer = middleware.process_exception(request, NotFound())
    assert answer is not None
    assert answer.status_code == 404
    assert middleware.process_exception(request, KeyError()) is None
    assert middleware(request).status_code == 200


@pytest.mark.parametrize("path", ["/x", "/api/v1/x"])
@pytest.mark.parametrize(
    ("handler", "status"),
    [
        (errors.bad_request, 400),
        (errors.permission_denied, 403),
        (errors.csrf_failure, 403),
        (errors.page_not_found, 404),
        (errors.server_error, 500),
    ],
)
def test_djangos_own_pages_look_the_same(handler: Any, status: int, path: str) -> None:
    request: HttpRequest = RequestFactory().get(path)
    response = handler(request)
    assert response.status_code == status
    kind = response.headers["Content-Type"]
    assert kind.startswith("application/problem+json" if path.startswith("/api/") else "text/html")


def _classes(base: type[HuiyinError]) -> list[type[HuiyinError]]:
    return [base, *(found for inner in base.__subclasses__() for found in _classes(inner))]


@pytest.mark.parametrize("kind", [found for found in _classes(HuiyinError) if found.__module__ == "kernel.errors"])
def test_every_refusal_says_something_without_being_told(kind: type[HuiyinError]) -> None:
    error = kind()
    assert str(error).endswith("。")
    assert str(error.title)
    assert 400 <= error.status < 600
    codes = [other.code for other in _classes(HuiyinError) if other.__module__ == "kernel.errors"]
    assert codes.count(error.code) == 1
