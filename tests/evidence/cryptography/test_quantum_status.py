"""What a quantum computer does to each algorithm, and what an attacker of today does."""

import pytest
from tests.evidence.cryptography.boms import alone

from standfirst.evidence.cryptography.algorithm import (
    Algorithm,
    completions,
    exposure_of,
    level_of,
    strength_of,
)
from standfirst.evidence.cryptography.names import names
from standfirst.standards.cryptography.algorithms import QuantumStatus, algorithm_table

TABLE = algorithm_table()[0]

STATUS: list[tuple[str, str, int | None]] = [
    # name, status, bits that search leaves
    ("RSA-4096", "vulnerable", 0),
    ("ECDSA-P521", "vulnerable", 0),
    ("X448", "vulnerable", 0),
    ("DH", "vulnerable", 0),
    ("SM2", "vulnerable", 0),
    ("GOST R 34.10-2012", "vulnerable", 0),
    ("AES-128", "weakened", 64),
    ("AES-192", "weakened", 96),
    ("AES-256", "resistant", 128),
    ("ChaCha20", "resistant", 128),
    ("SM4", "weakened", 64),
    ("SHA-224", "weakened", 112),
    ("SHA-256", "resistant", 128),
    ("SHA3-512", "resistant", 256),
    ("HMAC-SHA1", "weakened", 80),
    ("HMAC-SHA256", "resistant", 128),
    ("HKDF-SHA512", "resistant", 256),
    ("ML-KEM-512", "resistant", None),
    ("ML-DSA-87", "resistant", None),
    ("LMS", "resistant", None),
    ("Falcon-512", "resistant", None),
    ("Kyber768", "resistant", None),
    ("X25519MLKEM768", "hybrid", None),
    ("MD5", "broken", 0),
    ("SHA-1", "broken", 0),
    ("DES", "broken", 0),
    ("3DES", "broken", 0),
    ("RC4", "broken", 0),
    ("SIKEp751", "broken", 0),
    ("RSA-512", "broken", 0),
    ("MD5withRSA", "broken", 0),
    ("SHA1withECDSA", "broken", 0),
    ("Dual_EC_DRBG", "broken", 0),
    ("SSLv3", "broken", 0),
    ("AES", "indeterminate", None),
    ("HMAC", "indeterminate", None),
    ("CMAC", "indeterminate", None),
    ("HPKE", "indeterminate", None),
    ("own cipher", "indeterminate", None),
]


@pytest.mark.parametrize(("name", "status", "effective"), STATUS, ids=[name for name, *_ in STATUS])
def test_status_and_effective_strength(name: str, status: str, effective: int | None) -> None:
    found = alone(name=name).exposure
    assert (found.status.value, found.effective) == (status, effective)
    assert found.because


def test_an_unknown_size_that_makes_no_difference_is_no_obstacle() -> None:
    assert alone(name="RSA").exposure.status is QuantumStatus.VULNERABLE
    assert alone(name="ML-KEM").exposure.status is QuantumStatus.RESISTANT


def test_a_combination_is_as_good_as_its_best_part() -> None:
    both_classical = Algorithm("", (), parts=(Algorithm("rsa", ()), Algorithm("ecc", ())))
    both_new = Algorithm("", (), parts=(Algorithm("ml-kem", ()), Algorithm("hqc", ())))
    assert exposure_of(TABLE, both_classical).status is QuantumStatus.VULNERABLE
    assert exposure_of(TABLE, both_new).status is QuantumStatus.RESISTANT


@pytest.mark.parametrize(
    ("name", "strength", "level"),
    [
        ("RSA-1024", 80, 0),
        ("RSA-2048", 112, 0),
        ("RSA-3072", 128, 0),
        ("RSA-4096", 128, 0),
        ("RSA-7680", 192, 0),
        ("ECDSA-P256", 128, 0),
        ("Ed448", 224, 0),
        ("AES-192", 192, 3),
        ("SHA-384", 192, 4),
        ("ML-DSA-44", 128, 2),
        ("X25519MLKEM768", 192, 3),
        ("LMS", None, None),
    ],
)
def test_classical_strength_and_category(name: str, strength: int | None, level: int | None) -> None:
    (algorithm,) = names().read(name).algorithms
    assert (strength_of(TABLE, algorithm), level_of(TABLE, algorithm)) == (strength, level)


def test_what_is_left_open_is_every_one_that_it_may_be() -> None:
    def of(name: str) -> int:
        (algorithm,) = names().read(name).algorithms
        return len(completions(TABLE, algorithm))

    assert of("RSA") == 4 * 2  # sizes in use, signing or carrying keys
    assert of("SHA256withRSA") == 4
    assert of("RSA-2048") == 2
    assert of("AES") == 3
    assert of("HMACSHA2") == 6
    assert of("X25519MLKEM768") == 1


def test_every_oid_of_the_table_has_a_status() -> None:
    statuses = {oid: alone(name="x", oid=oid).exposure.status for oid in list(TABLE.oid_entries)[::7]}
    assert len(statuses) > 35
    assert all(isinstance(status, QuantumStatus) for status in statuses.values())


@pytest.mark.parametrize(
    ("oid", "status"),
    [
        ("2.16.840.1.101.3.4.4.1", "resistant"),
        ("2.16.840.1.101.3.4.3.19", "resistant"),
        ("2.16.840.1.101.3.4.3.31", "resistant"),
        ("1.2.840.113549.1.9.16.3.17", "resistant"),
        ("1.3.6.1.5.5.7.6.34", "resistant"),
        ("1.3.6.1.5.5.7.6.49", "hybrid"),
        ("1.2.840.113549.1.1.1", "vulnerable"),
        ("1.3.132.0.34", "vulnerable"),
        ("1.3.101.110", "vulnerable"),
        ("1.2.840.113549.1.1.5", "broken"),
        ("1.2.840.113549.3.4", "broken"),
        ("1.3.14.3.2.26", "broken"),
        ("2.16.840.1.101.3.4.1.2", "weakened"),
        ("2.16.840.1.101.3.4.1.46", "resistant"),
        ("urn:oid:2.16.840.1.101.3.4.1.46", "resistant"),
    ],
)
def test_oids_alone(oid: str, status: str) -> None:
    one = alone(name="unnamed", oid=oid)
    assert (one.exposure.status.value, one.identity.decided_by) == (status, "oid")
