"""The schema file tells the refusals and the two headers of a change."""

from typing import Any

from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from kernel.api import ActionView, KeysetPagination
from kernel.openapi import ProblemSchema, add_problem
from kernel.outbox import OutboxRow


class OpenApiBody(serializers.Serializer[Any]):
    reason = serializers.CharField()


class OpenApiOut(serializers.Serializer[Any]):
    version = serializers.IntegerField()


class Close(ActionView):
    body, answer = OpenApiBody, OpenApiOut
    schema = ProblemSchema()


class Listing(ListAPIView[OutboxRow]):
    serializer_class = OpenApiOut
    pagination_class = KeysetPagination
    queryset = OutboxRow.objects.all()
    ordering = ("id",)
    schema = ProblemSchema()


PATTERNS = [path("api/v1/cases/<uuid:case_id>/close", Close.as_view()), path("api/v1/rows", Listing.as_view())]


def test_a_change_names_its_headers_and_refusals() -> None:
    schema = add_problem(SchemaGenerator(patterns=PATTERNS).get_schema(public=True))
    close = schema["paths"]["/api/v1/cases/{case_id}/close"]["post"]
    headers = {p["name"]: p["required"] for p in close["parameters"] if p["in"] == "header"}
    assert headers == {"If-Match": True, "Idempotency-Key": False}
    assert set(close["responses"]) >= {"200", "400", "403", "404", "409", "412", "413", "422", "428", "429"}
    body = close["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert body.endswith("/OpenApiBody")
    rows = schema["paths"]["/api/v1/rows"]["get"]
    assert {p["name"] for p in rows["parameters"]} == {"cursor", "size"}
    assert "409" not in rows["responses"]
    page = rows["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert schema["components"]["schemas"][page]["required"] == ["items", "next"]
    assert "Problem" in schema["components"]["schemas"]
