"""Profiles and the table of algorithms: what ships is whole, and what is broken is told with its line."""

import re

import pytest

from standfirst.standards.cryptography.algorithms import (
    AlgorithmTable,
    QuantumStatus,
    algorithm_table,
    read_algorithms,
)
from standfirst.standards.cryptography.profiles import (
    CryptoProfile,
    Standing,
    jurisdictions,
    published,
    read_profile,
)
from standfirst.standards.library import content
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.vocabulary import Confidence

FOLDER = content() / "cryptography"
PROFILE = (FOLDER / "eu.yaml").read_text(encoding="utf-8")
TABLE = (FOLDER / "algorithms.yaml").read_text(encoding="utf-8")


def test_the_jurisdictions_that_ship() -> None:
    assert set(jurisdictions()) == {
        "australia", "canada", "china", "eu", "france", "germany", "uk", "us-federal", "us-nist", "us-nss",
    }  # fmt: skip


@pytest.mark.parametrize("jurisdiction", jurisdictions())
def test_every_rule_has_a_source_with_its_stage_and_confidence(jurisdiction: str) -> None:
    profile = published(jurisdiction).profile
    assert profile.notice
    for rule in profile.rules:
        source = profile.source_by_id[rule.source]
        assert source.document
        assert source.stage
        assert source.confidence is not Confidence.UNCONFIRMED
    assert {profile.otherwise.standing(status) for status in QuantumStatus}
    assert profile.otherwise.standing(QuantumStatus.INDETERMINATE) is Standing.INDETERMINATE


@pytest.mark.parametrize("jurisdiction", jurisdictions())
def test_rules_run_in_the_order_of_their_dates(jurisdiction: str) -> None:
    for rule in published(jurisdiction).profile.rules:
        dated = [step.dated for step in rule.steps if step.dated is not None]
        assert dated == sorted(dated)
        assert len(dated) >= len(rule.steps) - 1


def test_dated_facts_stand_in_profiles_and_nowhere_in_code() -> None:
    room = content().joinpath("..", "..")
    read = [f"standards/cryptography/{name}.py" for name in ("algorithms", "profiles", "references")]
    for place in (*read, "evidence/crypto_posture.py"):
        text = room.joinpath(place).read_text(encoding="utf-8")
        assert not re.search(r"20(2[7-9]|3\d)-\d\d-\d\d(?! like)", text.replace("like 2030-12-31", ""))
    for file in room.joinpath("evidence", "cryptography").iterdir():
        if file.name.endswith(".py"):
            assert not re.search(r"20(2[7-9]|3\d)", file.read_text(encoding="utf-8")), file.name


def test_drafts_are_held_as_drafts() -> None:
    nist = published("us-nist").profile
    assert nist.source_by_id["ir-8547-ipd"].stage.value == "draft"
    assert published("us-federal").profile.source_by_id["far-rule"].stage.value == "announced"
    assert published("eu").profile.source_by_id["roadmap"].binding.value == "roadmap"


def test_the_table_knows_the_oids_of_the_standards() -> None:
    table = algorithm_table()[0]
    for oid, family in (
        ("2.16.840.1.101.3.4.4.2", "ml-kem"),
        ("2.16.840.1.101.3.4.3.18", "ml-dsa"),
        ("2.16.840.1.101.3.4.3.24", "slh-dsa"),
        ("1.2.840.10045.3.1.7", "ecc"),
    ):
        assert table.oid_entries[oid][0].id == family


def problems(text: str, *, table: bool = False) -> list[tuple[int, str, str]]:
    def line(found: Problem) -> tuple[int, str, str]:
        return found.line, found.field, found.reason.code

    with pytest.raises(Unusable) as caught:
        read(text.encode(), table=table)
    return [line(found) for found in caught.value.problems]


def read(data: bytes, *, table: bool) -> AlgorithmTable | CryptoProfile:
    if table:
        return read_algorithms(data, file="t.yaml")
    return read_profile(data, file="p.yaml", algorithms=algorithm_table()[0])


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_rule_of_a_source_that_is_not_there() -> None:
    text = PROFILE.replace(
        "    source: roadmap\n    section: executive summary", "    source: map\n    section: x"
    )
    found = problems(text)
    assert found == [(line_of(text, "source: map"), "rules.2.source", "cryptography.unknown-reference")]


def test_a_rule_about_algorithms_that_are_not_there() -> None:
    text = PROFILE.replace(
        "{quantum: [vulnerable], purposes", "{families: [rsaa], sets: [aes-257], purposes", 1
    )
    assert [code for _, _, code in problems(text)] == ["cryptography.unknown-reference"] * 2


BROKEN: list[tuple[str, str, str]] = [
    ('after: "2030-12-31"', "after: 2030", "field.value-error"),
    ('after: "2030-12-31"', 'after: "2030-02-30"', "field.date-from-datetime-parsing"),
    ('after: "2030-12-31"', 'after: "2030-12-31", since: "2031-01-01"', "field.value-error"),
    ("{standing: permitted}", "{standing: fine}", "field.enum"),
    (
        "where: {quantum: [vulnerable], purposes: [signature, key-establishment]}",
        "where: {}",
        "field.value-error",
    ),
    ("jurisdiction: European Union", "jurisdiction: European Union\nmotto: none", "field.extra-forbidden"),
    ('version: "2026.1"', "version: latest", "field.string-pattern-mismatch"),
]


@pytest.mark.parametrize(("good", "bad", "code"), BROKEN)
def test_a_broken_profile_is_refused_with_its_line(good: str, bad: str, code: str) -> None:
    text = PROFILE.replace(good, bad, 1)
    assert text != PROFILE
    found = problems(text)
    assert code in {one for _, _, one in found}
    assert all(line > 0 for line, _, _ in found)


def test_a_table_that_says_an_oid_twice_or_names_what_is_not_there() -> None:
    twice = TABLE.replace('oid: "2.16.840.1.101.3.4.4.2"', 'oid: "2.16.840.1.101.3.4.4.1"')
    assert [code for _, _, code in problems(twice, table=True)] == ["cryptography.repeated"]
    no_set = TABLE.replace('set: "ml-kem-{1}"', 'set: "mlkem-{1}"', 1)
    assert {code for _, _, code in problems(no_set, table=True)} == {"cryptography.unknown-reference"}
    no_hash = TABLE.replace('hash: "sha-{1}"', 'hash: "sah-{1}"', 1)
    assert {code for _, _, code in problems(no_hash, table=True)} == {"cryptography.unknown-reference"}


@pytest.mark.parametrize("pattern", ["RSA", "(a|b", "a|b", "?a", "a?b", "[a-z]", "a b"])
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    text = TABLE.replace(
        "{match: 'rsassa', purposes: [signature]}", f"{{match: '{pattern}', purposes: [signature]}}"
    )
    assert text != TABLE
    assert {code for _, _, code in problems(text, table=True)} == {"field.value-error"}


def test_an_unknown_jurisdiction_is_told_the_known_ones() -> None:
    with pytest.raises(Unusable) as caught:
        published("atlantis")
    (found,) = caught.value.problems
    assert found.reason.code == "jurisdiction.unknown"
    assert "us-nist" in found.reason.parameters["known"]  # type: ignore[operator]
    with pytest.raises(Unusable):
        published("algorithms")
    with pytest.raises(Unusable):
        published("../profiles")
