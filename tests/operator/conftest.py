"""The owner worker's work is done by this process, signed in as the database's owner."""

from tests.tenancy.conftest import as_owner  # noqa: F401  fixture
