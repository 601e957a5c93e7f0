"""One play of the example company, shared by those tests that only look at it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from standfirst.certification.demo_keys import demo_policy
from standfirst.certification.path import Play, Played
from standfirst.cli.assessing import assessed as assessed_of
from standfirst.cli.example import example
from standfirst.cli.opening import opened
from standfirst.conformity.document import Assessed
from standfirst.records.package.package import Package
from standfirst.trust.policy import Policy
from standfirst.trust.verdict import Verification
from standfirst.trust.verification import verify
from standfirst.words.render import sentence

NOW = datetime(2026, 11, 22, 15, 30, 7, tzinfo=UTC)


@pytest.fixture(scope="session")
def client() -> Package:
    return opened(example("quantum-computer"), at=NOW)


@pytest.fixture(scope="session")
def assessed(client: Package) -> Assessed:
    """The client's own result, on the last day of its ledger."""
    assert client.store.last_time is not None
    return assessed_of(client, at=client.store.last_time.date())


@pytest.fixture(scope="session")
def story(
    client: Package, assessed: Assessed, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Play, list[str]]:
    """A play that is over, and the names of its steps with their days."""
    play = Play(client, assessed, tmp_path_factory.mktemp("plays") / "played", now=NOW)
    told = []
    for step in play.steps():
        step.run()
        assert sentence(step.reason)
        told.append(f"{step.reason.code} {step.at:%Y-%m-%dT%H:%M}")
    return play, told


@pytest.fixture(scope="session")
def played(story: tuple[Play, list[str]]) -> Played:
    return story[0].played


@pytest.fixture(scope="session")
def folder(played: Played) -> Path:
    return played.folder


@pytest.fixture(scope="session")
def asked() -> Callable[..., Verification]:
    """What a stranger with the demonstration's policy is told of a bundle about a moment; ``now`` is that moment too."""
    policy = Policy.read(demo_policy())
    return lambda bundle, at, now=None: verify(bundle, policy, at, now=now)
