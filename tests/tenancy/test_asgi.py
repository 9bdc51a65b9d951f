"""Tenancy under an event loop: async views, async ORM, reused threads, a Channels consumer (tenancy.md T4, T5)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.consumer import AsyncConsumer
from channels.db import database_sync_to_async
from django.core.asgi import get_asgi_application
from django.db import ProgrammingError, close_old_connections, connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from cases.models import Counter
from kernel.schema import current
from tenants.context import use
from tests.tenancy.conftest import SAME, A, B, whose

HOSTS = {
    "xiling.localhost": "t_990000",
    "linlan.localhost": "t_990100",
    "chengyu.localhost": "t_990123",
    "tinglan.localhost": "t_990124",
}


async def orm(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0.001)
    first = (await Counter.objects.aget(pk=SAME)).kind
    await asyncio.sleep(0.001)
    second = [row.kind async for row in Counter.objects.filter(pk=SAME)]
    return HttpResponse(",".join([first, *second]))


def sync(request: HttpRequest) -> HttpResponse:
    return HttpResponse(whose())


async def loop_thread(request: HttpRequest) -> HttpResponse:
    return HttpResponse(connection.schema_name)


async def other_office(request: HttpRequest) -> HttpResponse:
    with use(B):
        inside = (await Counter.objects.aget(pk=SAME)).kind
    return HttpResponse(f"{inside},{(await Counter.objects.aget(pk=SAME)).kind}")


def _whose_then_close() -> str:
    try:
        return whose()
    finally:
        connection.close()


async def free_thread(request: HttpRequest) -> HttpResponse:
    return HttpResponse(await sync_to_async(_whose_then_close, thread_sensitive=False)())


urlpatterns = [
    path("orm", orm),
    path("sync", sync),
    path("loop", loop_thread),
    path("other", other_office),
    path("free", free_thread),
]


@pytest.fixture(autouse=True)
def small_site(committed_rows: None) -> Iterator[None]:
    """Only the host decides here; people are test_middleware's matter."""
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=["tenants.middleware.TenantMiddleware"]):
        yield
    connection.close()


async def get(application: Any, host: str, address: str) -> str:
    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "headers": [(b"host", host.encode())],
        "query_string": b"",
        "http_version": "1.1",
        "server": ("127.0.0.1", 80),
    }
    talk = ApplicationCommunicator(application, scope)
    await talk.send_input({"type": "http.request"})
    start = await talk.receive_output(20)
    body = b""
    while True:
        part = await talk.receive_output(20)
        body += part.get("body", b"")
        if not part.get("more_body"):
            break
    await talk.wait(60)
    assert start["status"] == 200, body[:500]
    return body.decode()


def _run(work: Callable[[Any], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        return await work(get_asgi_application())

    return asyncio.run(main())


def test_t4_two_hundred_async_and_two_hundred_sync_requests_ten_at_once() -> None:
    async def work(application: Any) -> list[tuple[str, str]]:
        turn = asyncio.Semaphore(6)

        async def one(number: int) -> tuple[str, str]:
            host = list(HOSTS)[number % 4]
            async with turn:
                return host, await get(application, host, "/orm" if number % 2 else "/sync")

        return await asyncio.gather(*(one(number) for number in range(400)))

    for host, answer in _run(work):
        assert set(answer.split(",")) == {HOSTS[host]}


@pytest.mark.parametrize(
    ("address", "answer"),
    [("/loop", A), ("/other", f"{B},{A}"), ("/free", A)],
    ids=["T4b the loop thread knows the office", "T4c use() in an async view", "T4d a thread of its own"],
)
def test_t4_async_views(address: str, answer: str) -> None:
    async def work(application: Any) -> list[str]:
        await get(application, "tinglan.localhost", address)  # leaves its traces in the threads first
        return [await get(application, "chengyu.localhost", address) for _ in range(5)]

    assert set(_run(work)) == {answer}


class Bell(AsyncConsumer):
    """Reads what the office of its scope says; without one it must read nothing."""

    async def ring(self, message: dict[str, Any]) -> None:
        try:
            if message.get("schema"):
                with use(message["schema"]):
                    answer = await database_sync_to_async(whose)()
            else:
                answer = await database_sync_to_async(whose)()
        except ProgrammingError:
            answer = "nothing"
        await self.send({"type": "rang", "answer": answer, "left": current()})


def test_t5_a_consumer_without_an_office_after_one_with_reads_nothing() -> None:
    async def work(_application: Any) -> list[str]:
        answers = []
        for schema in (A, None, B, None, A):
            talk = ApplicationCommunicator(Bell.as_asgi(), {"type": "bell"})
            await talk.send_input({"type": "ring", "schema": schema})
            answer = await talk.receive_output(10)
            assert answer["left"] is None
            answers.append(answer["answer"])
            talk.stop(exceptions=False)
        await database_sync_to_async(close_old_connections)()
        await database_sync_to_async(connections.close_all)()
        return answers

    assert _run(work) == [A, "nothing", B, "nothing", A]


def test_t5_consumers_at_once_each_read_their_own() -> None:
    async def work(_application: Any) -> list[tuple[str, str]]:
        async def one(schema: str) -> tuple[str, str]:
            talk = ApplicationCommunicator(Bell.as_asgi(), {"type": "bell"})
            await talk.send_input({"type": "ring", "schema": schema})
            answer = await talk.receive_output(10)
            talk.stop(exceptions=False)
            return schema, answer["answer"]

        found = await asyncio.gather(*(one(list(HOSTS.values())[number % 4]) for number in range(40)))
        await database_sync_to_async(connections.close_all)()
        return list(found)

    assert all(asked == read for asked, read in _run(work))
