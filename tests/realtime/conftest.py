"""A Valkey of the module's own and the real-time process, in a database that the module leaves behind."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from pytest_django import DjangoDbBlocker

from realtime import transport
from tests.conftest import Clones
from tests.realtime.ground import Live, Valkey
from tests.serving import Server, Servers


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    folder = Path(tempfile.mkdtemp(prefix="hy"))  # short: the address of a socket holds a hundred bytes
    made = Valkey(folder)
    made.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "REDIS_URL", made.url)
        transport._client.cache_clear()
        yield made
    transport._client.cache_clear()
    made.kill()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def live(
    clones: Clones,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    valkey: Valkey,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Live]:
    """Rows stay from test to test: each takes people of its own. A module's `ENVIRONMENT` goes to the process."""
    given: dict[str, str] = getattr(request.module, "ENVIRONMENT", {})
    environment = clones.databases.environment(clones.name) | {"REDIS_URL": valkey.url} | given
    with django_db_blocker.unblock():
        made = Live(environment, tmp_path_factory.mktemp("realtime") / "realtime.log")
        made.start()
        yield made
        made.close()
        connections["default"].close()
        clones.renew()


@pytest.fixture(scope="module")
def site(
    clones: Clones,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    valkey: Valkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, Live]]:
    """Pages and sockets on two ports, as in the demo."""
    folder = tmp_path_factory.mktemp("site")
    environment = clones.databases.environment(clones.name) | {"REDIS_URL": valkey.url, "REALTIME_LOOK_S": "2"}
    with django_db_blocker.unblock():
        live = Live(environment, folder / "realtime.log")
        ports = {"REALTIME_PORT": str(live.port)}
        servers = Servers(
            {"REALTIME_SOCKETS": "on", "MEDIA_ROOT": str(settings.MEDIA_ROOT), "REDIS_URL": valkey.url, **ports}
        )
        server = servers.start(environment["DATABASE_URL"], folder / "web.log")
        live.learn(WEB_PORT=str(server.port), **ports)
        live.start()
        yield server, live
        live.close()
        servers.close()
        connections["default"].close()
        clones.renew()
