"""A post office, and counts of rates, that begin anew with every test."""

from collections.abc import Iterator

import pytest
from django.core import mail
from tests.server import databases


@pytest.fixture
def here() -> Iterator[None]:
    """SQLite alone: for pages, which ask the database nothing that the flows' tests do not ask of both."""
    (databases.set_up() / "static").mkdir(exist_ok=True)  # WhiteNoise warns where it is missing
    with databases.pointed_at(databases.migrated("sqlite")):
        from standfirst.server.accounts.models import CacheRow  # noqa: PLC0415 - Django is set up by now

        CacheRow.objects.all().delete()
        yield


@pytest.fixture(autouse=True)
def _empty_post_office() -> None:
    mail.outbox = []
