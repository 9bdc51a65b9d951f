"""What a line of a table of addresses is made of: the view, its operation id, and its words."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework.serializers import BaseSerializer, CharField
from rest_framework.views import APIView

from cases.api.schema import described
from cases.api.views import lists

# The route's name is that of its operation; of two at one address, the one that reads.
Route = tuple[str, type[APIView]]
# Addresses of apps above this one, put in while they load.
FURTHER: list[Route] = []


def name_of(view: Any) -> str:
    """As `described` says it."""
    return str(view.named)


def page_of(name: str, item: type[BaseSerializer[Any]]) -> Any:
    return inline_serializer(name, {"items": item(many=True), "next": CharField(allow_null=True)})


def items_of(name: str, item: type[BaseSerializer[Any]]) -> Any:
    return inline_serializer(name, {"items": item(many=True)})


def _name(item: type[BaseSerializer[Any]]) -> str:
    return item.__name__.removesuffix("Out")


def paged(view: type[lists.ListView], name: str, said: str, words: str, tag: str = "cases") -> type[APIView]:
    """A list by key."""
    answer = page_of(f"{_name(view.item)}Page", view.item)
    return one(view, name, said, words, answer, tag, view.query)


def one(
    view: type[APIView],
    name: str,
    said: str,
    words: str,
    answer: Any,
    tag: str = "cases",
    query: type[BaseSerializer[Any]] | None = None,
) -> type[APIView]:
    """`said` in Chinese, for a list of operations; `words` in English."""
    return described(view, "get", name, summary=said, description=words, tag=tag, answer=answer, parameters=query)


def posted(view: type[APIView], name: str, said: str, words: str, tag: str) -> type[APIView]:
    return described(view, "post", name, summary=said, description=words, tag=tag)
