"""What profiles say on which day: the dated facts of each jurisdiction, and what is left open by an inventory."""

from datetime import date
from typing import Any

import pytest
from tests.evidence.cryptography.boms import alone, asset, bom, examined, standing

from standfirst.evidence.cryptography.algorithm import completions
from standfirst.evidence.cryptography.names import names
from standfirst.evidence.cryptography.policy import Policy, worst_of
from standfirst.standards.cryptography.algorithms import algorithm_table
from standfirst.standards.cryptography.profiles import Standing, jurisdictions, published


def missed(name: str, jurisdiction: str, **properties: Any) -> tuple[str, str] | None:
    found = alone(jurisdiction, name=name, **properties).judgement.first_missed
    return None if found is None else (found.day.isoformat(), found.rule)


STANDINGS: list[tuple[str, str, str, str]] = [
    # jurisdiction, algorithm, day, standing
    ("us-nist", "RSA-2048", "2030-12-31", "permitted"),
    ("us-nist", "RSA-2048", "2031-01-01", "deprecated"),
    ("us-nist", "RSA-2048", "2035-12-31", "deprecated"),
    ("us-nist", "RSA-2048", "2036-01-01", "disallowed"),
    ("us-nist", "RSA-3072", "2035-12-31", "permitted"),
    ("us-nist", "RSA-3072", "2036-01-01", "disallowed"),
    ("us-nist", "ECDSA-P224", "2031-01-01", "deprecated"),
    ("us-nist", "ECDSA-P256", "2035-12-31", "permitted"),
    ("us-nist", "Ed25519", "2026-11-22", "permitted"),
    ("us-nist", "X25519", "2026-11-22", "not-approved"),
    ("us-nist", "RSA-1024", "2026-11-22", "disallowed"),
    ("us-nist", "DSA-2048", "2026-11-22", "disallowed"),
    ("us-nist", "DSA-2048", "2024-01-01", "permitted"),
    ("us-nist", "3DES", "2023-12-31", "deprecated"),
    ("us-nist", "3DES", "2024-01-01", "disallowed"),
    ("us-nist", "SHA-1", "2026-11-22", "deprecated"),
    ("us-nist", "SHA-1", "2031-01-01", "disallowed"),
    ("us-nist", "SHA1withRSA", "2026-11-22", "disallowed"),
    ("us-nist", "MD5", "2026-11-22", "not-approved"),
    ("us-nist", "HMAC-SHA256", "2026-11-22", "permitted"),
    ("us-nist", "AES-128", "2040-01-01", "permitted"),
    ("us-nist", "AES", "2026-11-22", "permitted"),
    ("us-nist", "ChaCha20-Poly1305", "2026-11-22", "not-approved"),
    ("us-nist", "ML-KEM-512", "2040-01-01", "permitted"),
    ("us-nist", "X25519MLKEM768", "2040-01-01", "permitted"),
    ("us-nist", "X25519Kyber768", "2026-11-22", "not-approved"),
    ("us-nist", "Kyber768", "2026-11-22", "not-approved"),
    ("us-nist", "FN-DSA-512", "2026-11-22", "not-approved"),
    ("us-nss", "ML-KEM-1024", "2026-11-22", "permitted"),
    ("us-nss", "ML-KEM-768", "2026-11-22", "not-approved"),
    ("us-nss", "ML-DSA-65", "2026-11-22", "not-approved"),
    ("us-nss", "SLH-DSA-SHA2-256s", "2026-11-22", "not-approved"),
    ("us-nss", "LMS", "2026-11-22", "permitted"),
    ("us-nss", "XMSSMT", "2026-11-22", "not-approved"),
    ("us-nss", "AES-256", "2026-11-22", "permitted"),
    ("us-nss", "AES-128", "2026-11-22", "not-approved"),
    ("us-nss", "SHA-256", "2026-11-22", "not-approved"),
    ("us-nss", "RSA-3072", "2026-12-31", "permitted"),
    ("us-nss", "RSA-3072", "2027-01-01", "disallowed"),
    ("us-nss", "RSA-2048", "2026-11-22", "not-approved"),
    ("us-nss", "ECDSA-P384", "2026-11-22", "permitted"),
    ("us-nss", "SecP384r1MLKEM1024", "2026-11-22", "indeterminate"),
    ("us-nss", "X25519MLKEM768", "2026-11-22", "not-approved"),
    ("us-federal", "ECDH-P256", "2030-12-31", "permitted"),
    ("us-federal", "ECDH-P256", "2031-01-01", "disallowed"),
    ("us-federal", "ML-KEM-768", "2040-01-01", "permitted"),
    ("eu", "RSA-2048", "2030-12-31", "permitted"),
    ("eu", "RSA-2048", "2031-01-01", "disallowed"),
    ("eu", "X25519MLKEM768", "2040-01-01", "permitted"),
    ("eu", "MD5", "2026-11-22", "not-approved"),
    ("uk", "RSA-2048", "2032-01-01", "disallowed"),
    ("uk", "Kyber768", "2026-11-22", "not-approved"),
    ("canada", "ECDSA-P256", "2031-12-31", "permitted"),
    ("canada", "ECDSA-P256", "2032-01-01", "disallowed"),
    ("canada", "RSA-2048", "2031-01-01", "deprecated"),
    ("australia", "RSA-2048", "2030-12-31", "permitted"),
    ("australia", "RSA-2048", "2031-01-01", "not-approved"),
    ("australia", "ML-KEM-768", "2031-01-01", "not-approved"),
    ("australia", "AES-128", "2031-01-01", "not-approved"),
    ("australia", "X25519MLKEM768", "2026-11-22", "deprecated"),
    ("germany", "ECDH-P256", "2031-12-31", "not-approved"),
    ("germany", "RSA-2048", "2026-11-22", "not-approved"),
    ("germany", "ECDSA-P256", "2035-12-31", "permitted"),
    ("germany", "ML-KEM-768", "2026-11-22", "not-approved"),
    ("germany", "SecP256r1MLKEM768", "2026-11-22", "permitted"),
    ("germany", "SLH-DSA-SHA2-192s", "2026-11-22", "permitted"),
    ("france", "ML-DSA-65", "2026-11-22", "not-approved"),
    ("france", "p384_mldsa65", "2026-11-22", "permitted"),
    ("france", "RSA-2048", "2031-01-01", "not-approved"),
    ("china", "SM2", "2026-11-22", "indeterminate"),
    ("china", "MD5", "2026-11-22", "indeterminate"),
]


@pytest.mark.parametrize(("jurisdiction", "name", "on", "expected"), STANDINGS)
def test_standing_on_a_day(jurisdiction: str, name: str, on: str, expected: str) -> None:
    assert standing(name, jurisdiction, on) == expected


@pytest.mark.parametrize(
    ("jurisdiction", "name", "expected"),
    [
        ("us-nist", "ECDSA-P224", ("2030-12-31", "ir-8547-signatures-112-bit")),
        ("us-nist", "ECDSA-P384", ("2035-12-31", "ir-8547-signatures")),
        ("us-nist", "ECDH-P256", ("2035-12-31", "ir-8547-key-establishment")),
        ("us-nist", "3DES", ("2019-03-21", "triple-des")),
        ("us-nist", "ML-KEM-768", None),
        ("us-nist", "AES-128", None),
        ("us-nist", "MD5", None),
        ("us-nss", "RSA-3072", ("2027-01-01", "new-acquisitions-2027")),
        ("us-federal", "ECDH-P256", ("2030-12-31", "contractors-2030")),
        ("eu", "RSA-2048", ("2030-12-31", "high-risk-2030")),
        ("uk", "Ed25519", ("2031-12-31", "highest-priority-2031")),
        ("australia", "SHA-256", ("2030-12-31", "smaller-symmetric-2030")),
        ("germany", "ECDH-P256", ("2030-12-31", "key-agreement-2030-very-high")),
    ],
)
def test_the_first_missed_date_and_its_rule(
    jurisdiction: str, name: str, expected: tuple[str, str] | None
) -> None:
    assert missed(name, jurisdiction) == expected


@pytest.mark.parametrize(
    ("jurisdiction", "addressee", "name", "expected"),
    [
        ("eu", "medium-risk", "RSA-2048", "2035-12-31"),
        ("eu", "low-risk", "RSA-2048", "2035-12-31"),
        ("us-federal", "high-value-systems", "ECDSA-P256", "2031-12-31"),
        ("us-federal", "high-value-systems", "ECDH-P256", "2030-12-31"),
        ("us-federal", "contractors", "ECDSA-P256", "2030-12-31"),
        ("us-nss", "web-and-cloud", "RSA-3072", "2031-12-31"),
        ("us-nss", "networking-equipment", "RSA-3072", "2030-12-31"),
        ("uk", "highest-priority", "RSA-2048", "2031-12-31"),
    ],
)
def test_an_addressee_chooses_among_the_rules(
    jurisdiction: str, addressee: str, name: str, expected: str
) -> None:
    (one,) = examined(bom(asset(name)), jurisdiction, addressee=addressee).inventory.assets
    assert one.judgement.first_missed is not None
    assert one.judgement.first_missed.day.isoformat() == expected


def test_what_is_left_open_leaves_the_standing_open() -> None:
    one = alone("us-nist", name="SHA512withRSA").judgement
    assert (one.standing, one.rule) == (Standing.INDETERMINATE, "not-stated-in-full")
    assert one.first_missed is not None
    assert one.first_missed.day == date(2035, 12, 31)
    assert one.possibly_missed is not None
    assert one.possibly_missed.day == date(2013, 12, 31)


def test_what_is_left_open_does_not_matter_where_all_agree() -> None:
    assert standing("SHA512withRSA", "us-nist", "2036-01-01") == "disallowed"
    assert standing("SHA512withRSA", "eu", "2026-11-22") == "permitted"
    assert standing("ML-KEM", "us-nist", "2026-11-22") == "permitted"
    assert standing("ML-KEM", "us-nss", "2026-11-22") == "indeterminate"


def test_a_key_for_an_unknown_purpose_is_judged_for_both() -> None:
    """Between the two dates of the order it depends on what the key is for."""
    (one,) = examined(bom(asset("RSA-3072")), "us-federal", addressee="high-value-systems").inventory.assets
    assert one.judgement.first_missed is not None
    assert one.judgement.first_missed.day == date(2031, 12, 31)
    assert one.judgement.possibly_missed is not None
    assert one.judgement.possibly_missed.day == date(2030, 12, 31)
    assert standing("RSA-3072", "us-federal", "2031-06-01") == "disallowed"  # as a contractor, either way
    assert standing("RSA-3072", "us-federal", "2032-01-01") == "disallowed"


@pytest.mark.parametrize("jurisdiction", jurisdictions())
def test_a_later_day_never_gives_a_better_standing(jurisdiction: str) -> None:
    ground = published(jurisdiction)
    policy = Policy(ground.profile, ground.algorithms)
    table = algorithm_table()[0]
    days = [date(2000, 1, 1), *ground.profile.dates(), date(2050, 1, 1)]
    for name in (
        "RSA-2048",
        "ECDSA-P384",
        "X25519",
        "AES-128",
        "SHA-1",
        "3DES",
        "ML-KEM-768",
        "X25519MLKEM768",
    ):
        for algorithm in names().read(name).algorithms:
            for one in completions(table, algorithm):
                ranks = [policy.judge(one, day).standing.rank for day in days]
                known = [rank for rank in ranks if rank != Standing.INDETERMINATE.rank]
                assert known == sorted(known), (name, ranks)


def test_the_worst_part_decides_and_the_earliest_date() -> None:
    policy = Policy(published("us-nist").profile, published("us-nist").algorithms)
    parts = [
        policy.judge(algorithm, date(2026, 11, 22))
        for name in ("AES-256", "RSA-2048", "3DES")
        for algorithm in names().read(name).algorithms
    ]
    found = worst_of(parts)
    assert found == worst_of(reversed(parts))
    assert (found.standing, found.rule) == (Standing.DISALLOWED, "triple-des")
    assert found.first_missed == parts[2].first_missed
