"""Which algorithm an asset is: the OID decides, then the name; what they disagree on is kept."""

from typing import Any

import pytest
from tests.evidence.cryptography.boms import alone, asset, bom, figures, judged, measured

from standfirst.standards.vocabulary import Verdict


def contradictions(**properties: Any) -> list[str]:
    return [f"{c.first}/{c.second}/{c.about}" for c in alone(**properties).identity.contradictions]


def test_the_oid_decides_before_the_name() -> None:
    one = alone(name="our own cipher", oid="2.16.840.1.101.3.4.1.46")
    assert (one.identity.decided_by, one.algorithms[0].set, one.algorithms[0].mode) == (
        "oid",
        "aes-256",
        "gcm",
    )


def test_the_name_decides_where_the_oid_is_unknown() -> None:
    one = alone(name="ML-KEM-768", oid="1.2.3.4")
    assert (one.identity.decided_by, one.algorithms[0].set) == ("name", "ml-kem-768")


def test_the_name_fills_in_what_the_oid_leaves_open() -> None:
    one = alone(name="RSA-3072", oid="1.2.840.113549.1.1.11")
    assert (one.identity.decided_by, one.algorithms[0].size, one.algorithms[0].hash) == (
        "oid",
        3072,
        "sha-256",
    )
    assert one.identity.contradictions == ()


@pytest.mark.parametrize(
    ("properties", "decided_by", "expected"),
    [
        ({"algorithmFamily": "ML-DSA", "parameterSetIdentifier": "87"}, "family", "ml-dsa-87"),
        ({"parameterSetIdentifier": "ML-KEM-512"}, "parameters", "ml-kem-512"),
        ({"ellipticCurve": "nist/P-384"}, "curve", "p-384"),
        ({"curve": "brainpoolP512r1"}, "curve", "brainpoolp512"),
    ],
)
def test_other_fields_decide_where_the_name_says_nothing(
    properties: dict[str, Any], decided_by: str, expected: str
) -> None:
    one = alone(name="asset 7", **properties)
    (algorithm,) = one.algorithms
    assert one.identity.decided_by == decided_by
    assert expected in (algorithm.set, algorithm.curve)


@pytest.mark.parametrize(
    ("name", "parameters", "size"),
    [("RSA", "2048", 2048), ("DSA", "3072", 3072), ("FFDH", "4096", 4096), ("SHA512withRSA", "512", None)],
)
def test_a_parameter_set_is_a_size_but_not_that_of_the_hash(
    name: str, parameters: str, size: int | None
) -> None:
    assert alone(name=name, parameterSetIdentifier=parameters).algorithms[0].size == size


def test_a_curve_and_a_hash_may_stand_in_the_parameter_set() -> None:
    (algorithm,) = alone(name="ECDSA", parameterSetIdentifier="P-256/SHA-256").algorithms
    assert (algorithm.curve, algorithm.hash) == ("p-256", "sha-256")


def test_ecdh_on_curve25519_is_x25519() -> None:
    assert alone(name="ECDH", curve="curve25519").algorithms[0].family == "xdh"
    assert alone(name="ECDSA", ellipticCurve="other/Ed25519").algorithms[0].family == "eddsa"


def test_a_curve_of_a_collection_that_nobody_knows_is_still_a_curve() -> None:
    one = alone(name="x", ellipticCurve="nums/numsp512t1")
    assert (one.algorithms[0].family, one.exposure.status.value) == ("ecc", "vulnerable")
    assert alone(name="x", ellipticCurve="own/curve").algorithms == ()


def test_functions_tell_what_a_public_key_is_for() -> None:
    def purposes(**properties: Any) -> list[str]:
        return [purpose.value for purpose in alone(name="RSA-2048", **properties).algorithms[0].purposes]

    assert purposes() == ["signature", "key-establishment"]
    assert purposes(primitive="pke") == ["signature", "key-establishment"]
    assert purposes(cryptoFunctions=["keygen", "sign", "verify"]) == ["signature"]
    assert purposes(cryptoFunctions=["encapsulate"]) == ["key-establishment"]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"name": "ML-KEM-768", "oid": "1.2.840.113549.1.1.1"}, ["oid/name/family"]),
        ({"name": "SHA384", "oid": "2.16.840.1.101.3.4.2.9"}, ["oid/name/family"]),
        ({"name": "AES-256-GCM", "oid": "2.16.840.1.101.3.4.1.6"}, ["oid/name/parameters"]),
        ({"name": "AES-128-CBC", "oid": "2.16.840.1.101.3.4.1.6"}, ["oid/name/mode"]),
        ({"name": "SHA1withRSA", "oid": "1.2.840.113549.1.1.11"}, ["oid/name/hash"]),
        ({"name": "ECDSA", "oid": "1.3.132.1.12"}, ["oid/name/purpose"]),
        ({"name": "RSA-2048", "parameterSetIdentifier": "4096"}, ["name/parameters/parameters"]),
        ({"name": "ML-DSA-65", "primitive": "hash"}, ["name/primitive/purpose"]),
        ({"name": "AES-256", "algorithmFamily": "ML-KEM"}, ["name/family/family"]),
    ],
)
def test_contradictions_are_found(properties: dict[str, Any], expected: list[str]) -> None:
    assert contradictions(**properties) == expected


@pytest.mark.parametrize(
    "properties",
    [
        {"name": "RSASSA-PSS", "oid": "1.2.840.113549.1.1.1"},
        {"name": "ECDSA-P256", "oid": "1.2.840.10045.2.1"},
        {"name": "ECDH-secp521r1", "oid": "1.3.132.0.35", "algorithmFamily": "ECDH"},
        {"name": "AES", "oid": "2.16.840.1.101.3.4.1", "parameterSetIdentifier": "128", "primitive": "other"},
        {"name": "EC-secp256r1", "oid": "1.2.840.10045.2.1", "curve": "secp256r1", "primitive": "pke"},
        {"name": "X25519MLKEM768", "algorithmFamily": "ML-KEM", "primitive": "kem"},
        {"name": "HMACSHA256", "oid": "1.2.840.113549.2.9", "parameterSetIdentifier": "256"},
        {
            "name": "ECDSA-P-256-SHA-256",
            "oid": "1.2.840.10045.4.3.2",
            "parameterSetIdentifier": "P-256/SHA-256",
        },
        {"name": "ML-KEM-768", "parameterSetIdentifier": "ML-KEM-768", "algorithmFamily": "ML-KEM"},
        {"name": "MLDSA65-ECDSA-P256-SHA512", "oid": "1.3.6.1.5.5.7.6.45"},
    ],
)
def test_saying_more_or_less_of_the_same_is_no_contradiction(properties: dict[str, Any]) -> None:
    assert contradictions(**properties) == []


def test_a_false_oid_cannot_make_an_inventory_conform() -> None:
    """RSA under the OID of ML-KEM is taken for ML-KEM, and the inventory then carries no verdict."""
    result = measured(bom(asset("RSA-2048", oid="2.16.840.1.101.3.4.4.3")), "us-nss")
    assert result.check("contradictions").verdict is Verdict.INDETERMINATE
    assert result.verdict is Verdict.INDETERMINATE
    assert result.check("contradictions").codes == ("oid-against-name-on-family",)


def test_a_key_cannot_hide_behind_the_algorithm_that_it_refers_to() -> None:
    found = judged(
        bom(
            asset("ML-KEM-1024", ref="kem"),
            asset("RSA-2048", "related-crypto-material", type="public-key", algorithmRef="kem", size=2048),
        )
    )
    (contradiction,) = found["RSA-2048"].identity.contradictions
    assert (contradiction.second, contradiction.about) == ("references", "family")


def test_a_declared_level_that_does_not_fit_is_told() -> None:
    result = measured(
        bom(
            asset("RSA-2048", nistQuantumSecurityLevel=3, classicalSecurityLevel=256),
            asset("AES-256-GCM", nistQuantumSecurityLevel=1, classicalSecurityLevel=256),
            asset("ML-KEM-768", nistQuantumSecurityLevel=3),
            asset("RSA-4096", classicalSecurityLevel=140),
            asset("X25519MLKEM768", nistQuantumSecurityLevel=3),
            asset("SHA-512", nistQuantumSecurityLevel=6),
        )
    )
    assert figures(result, "declared-levels") == {
        "assets-that-declare-a-quantum-level": 5,
        "assets-with-a-wrong-level": 2,
        "of-these-overstated": 1,
    }
    assert result.check("declared-levels").verdict is None
    (offenders,) = [one for one in result.examples if one.check == "declared-levels"]
    assert [example.element for example in offenders.worst] == ["RSA-2048", "AES-256-GCM"]


@pytest.mark.parametrize(
    ("properties", "because"),
    [
        ({"name": "our own cipher"}, "name-unknown"),
        ({"name": "\u0410ES-256"}, "name-unreadable"),
        ({"name": "key-service", "primitive": "pke"}, "public-key-of-no-named-algorithm"),
        ({"name": ""}, "name-missing"),
    ],
)
def test_what_cannot_be_identified_says_why(properties: dict[str, Any], because: str) -> None:
    one = alone(**properties)
    assert (one.exposure.status.value, one.exposure.because) == ("indeterminate", because)
    assert (one.judgement.standing.value, one.judgement.rule) == ("indeterminate", "not-identified")
