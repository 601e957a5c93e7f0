"""Rates of attempts are counted anew with every test."""

import pytest


@pytest.fixture(autouse=True)
def _no_attempts_yet(request: pytest.FixtureRequest) -> None:
    if {"database", "here"} & set(request.fixturenames):
        request.getfixturevalue("database" if "database" in request.fixturenames else "here")
        from standfirst.server.accounts.models import CacheRow  # noqa: PLC0415 - Django is set up by now

        CacheRow.objects.all().delete()
