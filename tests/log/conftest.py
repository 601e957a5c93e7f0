"""Nothing here cuts the power, so most tests leave out the waiting for the disk; `test_folder` looks at it by itself."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _without_waiting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "syncs" not in request.fixturenames:
        monkeypatch.setattr(os, "fsync", lambda _: None)
        monkeypatch.setattr(os, "fdatasync", lambda _: None)


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is waited for and what is renamed into place, in their order: ``sync tile``, ``replace tile/0/000``."""
    done: list[str] = []

    def watch(name: str) -> None:
        wait = getattr(os, name)

        def watched(descriptor: int) -> None:
            done.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink()}")
            wait(descriptor)

        monkeypatch.setattr(os, name, watched)

    def renamed(source: Path, target: Path) -> None:
        done.append(f"replace {source} {target}")
        rename(source, target)

    watch("fsync")
    watch("fdatasync")
    rename = os.replace
    monkeypatch.setattr(os, "replace", renamed)
    return done
