"""One browser for the journeys, and rates of attempts that are counted anew with each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.files.cast import files_in


@pytest.fixture
def ground(database: str, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001 - first this
    """A place for rows and one for files; nobody has tried anything yet."""
    from standfirst.server.accounts.models import CacheRow  # noqa: PLC0415 - Django is set up by now

    CacheRow.objects.all().delete()
    with files_in(tmp_path / "files"):
        yield
