"""A play that is killed, at any moment: nothing lies there that looks finished, and nobody goes on from the middle.

A child process plays and dies (SIGKILL) before one step after the other, then before every few lines of what publishes.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tests.certification.conftest import NOW

from standfirst.certification import publication, standing
from standfirst.certification.demo_keys import demo_signers
from standfirst.certification.path import Play
from standfirst.certification.publication import StatusLog
from standfirst.conformity.document import Assessed
from standfirst.records.package import stamping
from standfirst.records.package.package import Package
from standfirst.standards.problems import Unusable
from standfirst.trust.verdict import Verification

STEPS = 20
PUBLISHING = {
    function.__code__
    for function in (
        publication.publish,
        StatusLog.record,
        StatusLog.snapshot,
        StatusLog.witnessed,
        publication._bundle,
        stamping.put,
    )
}


def in_a_child(work: Callable[[], None]) -> bool:
    """Whether the child was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def play_until(play: Play, count: int, last: Callable[[Callable[[], None]], None]) -> None:
    """The first ``count`` steps; the next one is handed to ``last``."""
    for number, step in enumerate(play.steps()):
        if number == count:
            last(step.run)
            return
        step.run()


@pytest.mark.parametrize("count", range(0, STEPS, 3))
def test_killed_between_two_steps(client: Package, assessed: Assessed, tmp_path: Path, count: int) -> None:
    folder = tmp_path / "played"
    play = Play(client, assessed, folder, now=NOW)
    assert in_a_child(lambda: play_until(play, count, lambda _: die()))
    assert not (folder / "certificate.bundle").exists()
    if count:
        with pytest.raises(Unusable) as refused:
            Play(client, assessed, folder, now=NOW)
        assert refused.value.problems[0].reason.code == "play.unfinished"


@pytest.fixture(scope="module")
def certified(client: Package, assessed: Assessed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A play in which everything is decided and nothing published."""
    folder = tmp_path_factory.mktemp("half") / "played"
    play_until(Play(client, assessed, folder, now=NOW), STEPS - 1, lambda _: None)
    return folder


def lines(step: int) -> Iterator[int]:
    line = 1
    while True:
        yield line
        line += step


def test_killed_while_publishing(
    certified: Path, tmp_path: Path, asked: Callable[[bytes, datetime], Verification]
) -> None:
    """Whatever reached the log stays there; whoever publishes next, here with a fresh bundle, comes to a sound end."""
    folder = tmp_path / "played"
    deaths = 0
    for line in lines(step=29):
        shutil.copytree(certified, folder)
        if not in_a_child(lambda: _publishing(folder, line)):  # noqa: B023
            break
        deaths += 1
        written = folder / "certificate.bundle"
        assert not written.exists() or asked(written.read_bytes(), NOW).status == "VALID"
        assert asked(standing.fresh(folder, now=NOW).bundle, NOW).status == "VALID"
        shutil.rmtree(folder)
    assert deaths > 8
    assert asked((folder / "certificate.bundle").read_bytes(), NOW).status == "VALID"


def _publishing(folder: Path, line: int) -> None:
    signers = demo_signers()
    sys.settrace(_dying(line))
    data = publication.publish(folder, signers, now=NOW).bundle
    stamping.put(folder / "certificate.bundle", data)


def _dying(line: int) -> Callable[[FrameType, str, Any], Any]:
    passed = 0

    def count(_frame: FrameType, event: str, _: Any) -> Any:
        nonlocal passed
        if event == "line":
            passed += 1
            if passed == line:
                die()
        return count

    def calls(frame: FrameType, _event: str, _: Any) -> Any:
        return count if frame.f_code in PUBLISHING else None

    return calls
