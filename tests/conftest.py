"""The ground of all tests: a clone of the template per worker, entered as the application's role, which has no DDL.

`db` tests roll back. `transactional_db` tests commit, and leave their clone to be replaced by a fresh one: the
application's role may not TRUNCATE, and a flush would take away what the template provides.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.test.client import ClientHandler
from pytest_django import DjangoDbBlocker

from infra import services
from infra.testing import database as ground
from kernel.kept import forget_all
from tests.browsing import browsing, chromium, launched, server, servers  # noqa: F401  fixtures

MANY = 12  # used clones, dropped together


class Clones:
    """This worker's databases, one after the other; `name` is the one Django's default connection opens. Once a test
    has used one up, the next is always made while a test runs, and used ones are dropped several at a time."""

    def __init__(self, databases: ground.Databases, template: str, label: str, blocker: DjangoDbBlocker) -> None:
        self.databases = databases
        self._blocker = blocker
        self._template = template
        self._label = label
        self._count = 0
        self._aside = ThreadPoolExecutor(1)
        self._next: Future[str] | None = None
        self._used: list[str] = []
        self.name = ""

    def renew(self) -> None:
        """Replace the current clone by a fresh one. Connections of other threads to the old one are cut."""
        old = self.name
        self.name = self._next.result() if self._next else self._made()
        self._close()
        # Wrappers of other threads are made from the settings; the pool, shared by all, from whoever asks first: us.
        for parameters in (connections.settings["default"], connections["default"].settings_dict):
            parameters["NAME"] = self.name
        with self._blocker.unblock():
            connections["default"].ensure_connection()
            connections["default"].close()
        if old:
            self.databases.cut(old)
            self._next = self._aside.submit(self._made)
            self._used.append(old)
        if len(self._used) == MANY:
            self.databases.drop_behind(*self._used)
            self._used = []

    def finish(self) -> None:
        self._close()
        self._aside.shutdown()
        self.databases.drop_behind(*self._used, self.name, *([self._next.result()] if self._next else []))

    def _made(self) -> str:
        self._count += 1
        name = ground.clone_name(f"{self._label}_{self._count}")
        self.databases.clone(name, self._template)
        self.databases.hurry(name)
        return name

    @staticmethod
    def _close() -> None:
        connection = connections["default"]
        connection.close()
        connection.close_pool()


@pytest.fixture(scope="session")
def clones(worker_id: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Clones]:
    """The databases of this worker; the embedded servers run as long as somebody holds a lease."""
    with ExitStack() as stack:
        env = os.environ if ground.is_external() else stack.enter_context(services.lease())
        databases = ground.Databases(env["OWNER_DATABASE_URL"], env["DATABASE_URL"])
        made = Clones(databases, databases.ensure_template(), worker_id, django_db_blocker)
        with django_db_blocker.unblock():
            made.renew()
        stack.callback(made.finish)
        yield made


@pytest.fixture(scope="session")
def django_db_setup(clones: Clones) -> Iterator[None]:
    """In place of pytest-django's own databases."""

    def renew_clone(test: TransactionTestCase) -> None:
        clones.renew()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", renew_clone)
        yield


@pytest.fixture
def database_env(clones: Clones) -> dict[str, str]:
    """Environment for child processes that work in this test's database; the test itself must be transactional."""
    return clones.databases.environment(clones.name)


@pytest.fixture
def owner(clones: Clones) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A session of the database's owner in this test's clone; it sees committed rows only."""
    with psycopg.connect(clones.databases.environment(clones.name)["OWNER_DATABASE_URL"], autocommit=True) as session:
        yield session


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """What a process keeps for a minute is not handed from test to test."""
    forget_all()


def one_chain() -> None:
    """As in a web process, all requests go through one chain of middleware: Django's client would load it anew for each
    browser, and WhiteNoise look at every file."""
    load, chains = ClientHandler.load_middleware, {}

    def load_once(handler: ClientHandler, is_async: bool = False) -> None:
        key = (is_async, *settings.MIDDLEWARE)
        if key not in chains:
            load(handler, is_async)
            chains[key] = handler._middleware_chain
        handler._middleware_chain = chains[key]

    ClientHandler.load_middleware = load_once  # type: ignore[method-assign]


def pytest_configure(config: pytest.Config) -> None:
    one_chain()
    settings.MEDIA_ROOT = tempfile.mkdtemp(prefix="huiyin-media-")
    # argon2 takes a quarter of a second, on purpose; a test that is about it asks for it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def pytest_collection_finish() -> None:
    """What was loaded and collected stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


SLOW = frozenset({"chromium", "server", "database_env", "secured"})  # a browser or processes of its own


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no worker begins one when the other is done."""
    slow = {item.path for item in items if SLOW & set(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: item.path not in slow)
