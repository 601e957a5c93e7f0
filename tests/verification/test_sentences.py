"""Every code that verification can give has its sentence, and no table takes another's."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

import pytest
from tests.verification.test_log_attacks import THIN_TALE
from tests.verification.world import GRANTED, SPRING, Happened, Tale, asked, told

import standfirst.trust
from standfirst.cli.verdicts import because
from standfirst.standards.reason import Reason
from standfirst.trust.verdict import StepId, Verification
from standfirst.words import render, verifying
from standfirst.words.render import sentence


def codes() -> Iterator[str]:
    """The members of every closed list of codes in the room: those with a dot, such as ``log.not-included``."""
    for found in pkgutil.walk_packages(standfirst.trust.__path__, "standfirst.trust."):
        module = importlib.import_module(found.name)
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, StrEnum) and thing.__module__ == module.__name__:
                yield from (member.value for member in thing if "." in member.value)


ELSEWHERE = ("tile.", "tlog-proof.", "passkey.")
"""Read by logs, monitors and signatures, whose words stand there."""


def test_every_code_of_the_room_has_a_sentence() -> None:
    found = {code for code in codes() if not code.startswith(ELSEWHERE)}
    assert len(found) > 150
    assert sorted(code for code in found if code not in verifying.SENTENCES) == []


def test_every_sentence_belongs_to_a_code() -> None:
    at_the_door = {
        "bundle.unreadable",
        "bundle.folder",
        "bundle.no-plain-file",
        "bundle.no-file",
        "policy.unreadable",
    }
    assert sorted(set(verifying.SENTENCES) - set(codes()) - at_the_door) == []
    assert set(verifying.HINTS) <= set(verifying.SENTENCES)


def test_every_step_has_a_name() -> None:
    assert list(verifying.STEPS) == [step.value for step in StepId]


def test_no_code_stands_in_two_tables() -> None:
    counted = Counter(code for table in render._TABLES for code in table.SENTENCES)
    assert [code for code in verifying.SENTENCES if counted[code] > 1] == []


def test_a_cause_is_told_after_what_it_causes() -> None:
    """Codes that come as ``flaw`` are told without parameters."""
    for code in (*codes(),):
        if code.startswith(("canonical.", "merkle.")):
            assert sentence(Reason(code)).endswith(".")


@pytest.mark.parametrize(
    ("tale", "said"),
    [
        (Tale(events=(GRANTED, Happened("suspended", SPRING))), "The certificate is suspended, since 2026-09-01T09:00:00Z."),
        (Tale(certificate={"expires_on": "2030-01-01"}), "The certificate lasts until 2030-01-01, longer than three years from its decision (2029-06-01)."),
        (Tale(accreditation={"scope.domains": ["computing"]}), "The body is not accredited for simulation."),
        (Tale(accreditation={"valid_until": "2026-11-22"}), "The accreditation (2026-01-05 until before 2026-11-22) does not hold on 2026-11-22, the day asked about."),
        (THIN_TALE, "3 of 9 witnesses vouch for the log, which is not enough: too few of north, east, south. It may be showing others another history."),
    ],
)  # fmt: skip
def test_a_reason_in_one_plain_sentence(tale: Tale, said: str) -> None:
    found: Verification = asked(told(tale))
    assert found.reason is not None
    assert because(found.reason) == said
