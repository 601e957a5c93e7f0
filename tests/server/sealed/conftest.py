"""A house on each engine."""

import pytest
from tests.server import databases
from tests.server.sealed.cast import House, house


@pytest.fixture
def home(database: str) -> House:  # noqa: ARG001 - it stands in it
    (databases.set_up() / "static").mkdir(exist_ok=True)  # WhiteNoise warns where it is missing
    return house()
