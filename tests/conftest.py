"""What the whole run shares: one PostgreSQL server, started by the first process before its workers."""

import os
from contextlib import ExitStack

import pytest
from hypothesis import settings
from tests.server import databases, postgres

settings.register_profile(
    "on any machine", deadline=None
)  # how long an example may take depends on who else is at work
settings.load_profile("on any machine")

_RUNNING = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or postgres.ADDRESS in os.environ or config.option.collectonly:
        return
    folder = _RUNNING.enter_context(postgres.running())
    if folder is not None:
        os.environ[postgres.ADDRESS] = folder


def pytest_unconfigure() -> None:
    databases.discard()
    _RUNNING.close()
