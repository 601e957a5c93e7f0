"""What honest bodies, an honest log and honest witnesses make is valid, and the verdict says what of it is known."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tests.verification.world import (
    AS_OF,
    AT,
    GRANTED,
    ROOT,
    SPRING,
    WITNESSED,
    WITNESSES,
    Happened,
    Tale,
    answer,
    asked,
    honest,
    honest_bundle,
    honest_policy,
    policy_document,
    told,
)

from standfirst.trust.status import State
from standfirst.trust.verdict import Outcome, Status, StepId
from standfirst.trust.verification import STAGES, Unaskable, verify

VALID = ("VALID", "", "")


def test_an_honest_bundle_is_valid_by_every_step() -> None:
    found = asked(honest_bundle())
    assert found.status is Status.VALID
    assert found.reason is None
    assert not found.objections
    assert not found.notices
    assert [step.number for step in found.steps] == list(range(1, 16))
    assert [step.id for step in found.steps] == list(StepId)
    assert {step.outcome for step in found.steps} == {Outcome.PASSED}
    assert all(step.source for step in found.steps)


def test_the_verdict_says_what_was_shown() -> None:
    shown = asked(honest_bundle()).shown
    assert shown.certificate is not None
    assert shown.certificate.number == "CC-2026-0001"
    assert shown.certificate_digest == honest().certificate.digest
    assert shown.root is not None
    assert shown.root.id == ROOT
    assert (shown.state, shown.snapshot_as_of, shown.witnessed) == (State.ACTIVE, AS_OF, WITNESSED)
    assert [(bloc.name, len(bloc.cosigned), bloc.of, bloc.needed) for bloc in shown.blocs] == [
        ("north", 3, 3, 2),
        ("east", 3, 3, 2),
        ("south", 3, 3, 2),
    ]


def test_every_step_needs_only_earlier_steps() -> None:
    seen: set[StepId] = set()
    for stage in STAGES:
        assert seen.issuperset(stage.needs)
        seen.add(stage.id)


def test_two_of_three_in_every_bloc_are_enough() -> None:
    six = [name for name in WITNESSES if not name.endswith("-2")]
    assert answer(told(Tale(witnessed=dict.fromkeys(six, WITNESSED)))) == VALID


@pytest.mark.parametrize(
    "events",
    [
        (Happened("suspended", SPRING), Happened("restored", SPRING + timedelta(days=30))),
        (Happened("extended", SPRING),),
        (Happened("renewed", SPRING),),
    ],
    ids=lambda events: "+".join(each.event for each in events),
)
def test_what_has_ended_well_stays_valid(events: tuple[Happened, ...]) -> None:
    assert answer(told(Tale(events=(GRANTED, *events)))) == VALID
    assert answer(told(Tale(events_after=[each_after(each) for each in events]))) == VALID


def each_after(happened: Happened) -> Happened:
    """The same so late that no snapshot could hold it."""
    return Happened(happened.event, AS_OF + timedelta(minutes=1))


def test_a_later_version_is_told() -> None:
    found = asked(told(Tale(events=(GRANTED, Happened("extended", SPRING)))))
    assert [(notice.code, notice.parameters["event"]) for notice in found.notices] == [
        ("state.later-version", "extended")
    ]


# --- the past and the future -----------------------------------------------------------------------------------------


def test_events_answer_for_the_past_by_when_they_took_effect() -> None:
    suspended = told(Tale(events=(GRANTED, Happened("suspended", SPRING))))
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    before = asked(suspended, at=summer, now=AT)
    assert before.status is Status.VALID
    assert [notice.code for notice in before.notices] == ["state.later-event"]
    assert answer(suspended, at=SPRING - timedelta(seconds=1), now=AT) == VALID
    assert answer(suspended, at=SPRING, now=AT) == ("NOT VALID", "state", "state.not-active")


def test_what_was_voided_was_never_valid() -> None:
    voided = told(Tale(events=(GRANTED, Happened("voided", SPRING))))
    assert answer(voided, at=datetime(2026, 7, 1, tzinfo=UTC), now=AT) == (
        "NOT VALID",
        "state",
        "state.not-active",
    )


def test_an_event_that_is_decided_and_not_yet_in_effect_is_told() -> None:
    leaving = Happened("withdrawn", SPRING, AT + timedelta(days=3))
    found = asked(told(Tale(events=(GRANTED, leaving))))
    assert found.status is Status.VALID
    assert [notice.parameters["event"] for notice in found.notices] == ["withdrawn"]
    assert answer(told(Tale(events=(GRANTED, leaving))), at=AT + timedelta(days=3)) == (
        "NOT VALID",
        "state",
        "state.not-active",
    )


def test_the_moment_needs_a_zone_and_a_year_that_documents_can_name() -> None:
    with pytest.raises(ValueError, match="zone"):
        verify(honest_bundle(), honest_policy(), datetime(2026, 11, 22))  # noqa: DTZ001
    for year in (1, 1999, 2200, 9999):
        with pytest.raises(Unaskable):
            verify(honest_bundle(), honest_policy(), datetime(year, 12, 31, tzinfo=UTC))


def test_the_zone_of_the_question_does_not_matter() -> None:
    east = AT.astimezone(timezone(timedelta(hours=13)))
    assert asked(honest_bundle(), at=east).at == AT


# --- alone -----------------------------------------------------------------------------------------------------------

ALONE = """
import sys
before = set(sys.modules)
from datetime import datetime
from standfirst.trust.policy import Policy
from standfirst.trust.verification import verify
bundle, policy, at = sys.argv[1:]
found = verify(open(bundle, "rb").read(), Policy.read(open(policy, "rb").read()), datetime.fromisoformat(at))
rooms = {name.partition(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)
rooms -= {"_cffi_backend", "_openssl"}  # what cryptography brings
ours = {".".join(name.split(".")[:2]) for name in sys.modules if name.startswith("standfirst.")}
print(found.status.value, sorted(rooms), sorted(ours))
"""


def test_a_stranger_needs_nothing_but_the_room_of_trust(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In a fresh process, isolated from this one: standard library, cryptography (with what it brings), trust."""
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "certificate.bundle").write_bytes(honest_bundle())
    (folder / "policy.json").write_text(json.dumps(policy_document()))
    arguments = [str(folder / "certificate.bundle"), str(folder / "policy.json"), AT.isoformat()]
    told = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, *arguments], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() == "VALID ['cryptography', 'standfirst'] ['standfirst.trust']"
