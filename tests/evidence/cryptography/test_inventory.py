"""Where assets stand, what they rest on, and what happens to references that lead nowhere, in circles or to several."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.cryptography.boms import REAL, asset, bom, examined, figures, judged, measured, told

from standfirst.evidence.cryptography.assets import AssetKind
from standfirst.evidence.cryptography.references import rings
from standfirst.standards.vocabulary import Verdict


def status(source: bytes, jurisdiction: str = "us-nist") -> dict[str, str]:
    return {name: one.exposure.status.value for name, one in judged(source, jurisdiction).items()}


def test_assets_are_found_wherever_components_stand() -> None:
    nested = {
        "type": "library",
        "name": "l",
        "components": [{"type": "file", "name": "f", "components": [asset("MD5")]}],
    }
    document = json.loads(bom(nested, asset("RSA-2048")))
    document["metadata"] = {
        "component": {"type": "application", "name": "a", "components": [asset("AES-256")]}
    }
    document["formulation"] = [{"components": [asset("SHA-256")]}]
    document["components"][0]["pedigree"] = {"ancestors": [asset("RC4")]}
    found = examined(json.dumps(document).encode()).inventory.assets
    assert [(one.asset.name, one.asset.place) for one in found] == [
        ("AES-256", "$.metadata.component.components[0]"),
        ("MD5", "$.components[0].components[0].components[0]"),
        ("RSA-2048", "$.components[1]"),
        ("SHA-256", "$.formulation[0].components[0]"),
    ]


def test_an_asset_under_another_type_counts_all_the_same() -> None:
    hidden = {**asset("RC4"), "type": "library"}
    assert status(bom(hidden)) == {"RC4": "broken"}


def test_the_real_examples() -> None:
    """What the four examples of 1.6 and the one of 1.7 hold, under the profile of the EU roadmap."""
    found = {file.stem: status(file.read_bytes(), "eu") for file in REAL}
    assert found == {
        "cyclonedx-example-algorithm": {"AES-128-GCM": "weakened", "SHA512withRSA": "vulnerable"},
        "cyclonedx-example-certificate": dict.fromkeys(
            ("google.com", "SHA512withRSA", "RSA-2048"), "vulnerable"
        ),
        "cyclonedx-example-example-with-dependencies": {"AES": "weakened"},
        "cyclonedx-example-protocol": {
            **dict.fromkeys(("TLSv1.2", "google.com", "SHA512withRSA", "RSA-2048", "ECDH"), "vulnerable"),
            **dict.fromkeys(("AES-256-GCM", "SHA384"), "resistant"),
        },
        "post-quantum-migration": {
            **dict.fromkeys(("ML-KEM-768", "ML-DSA-65"), "resistant"),
            **dict.fromkeys(("ECDH-P-256", "ECDSA-P-256-SHA-256"), "vulnerable"),
        },
    }


# --- what an asset rests on ------------------------------------------------------------------------------------------


def test_a_certificate_is_as_good_as_its_algorithms() -> None:
    source = bom(
        asset("ML-DSA-65", ref="sig"),
        asset("RSA-2048", ref="alg"),
        asset("key", "related-crypto-material", ref="key", type="public-key", algorithmRef="alg"),
        asset("good", "certificate", signatureAlgorithmRef="sig", subjectPublicKeyRef="sig"),
        asset("bad", "certificate", signatureAlgorithmRef="sig", subjectPublicKeyRef="key"),
    )
    assert (status(source)["good"], status(source)["bad"]) == ("resistant", "vulnerable")


def test_certificates_of_1_7_name_related_assets() -> None:
    related = [{"type": "algorithm", "ref": "sig"}, {"type": "publicKey", "ref": "key"}]
    source = bom(
        asset("ML-DSA-65", ref="sig"),
        asset("RSA-2048", "related-crypto-material", ref="key", type="public-key", size=2048),
        asset("both", "certificate", relatedCryptographicAssets=related),
        spec="1.7",
    )
    assert status(source)["both"] == "vulnerable"


def test_a_key_is_of_the_algorithm_it_refers_to_with_its_own_size() -> None:
    source = bom(
        asset("RSA", ref="rsa"),
        asset("small", "related-crypto-material", type="private-key", algorithmRef="rsa", size=1024),
        asset("large", "related-crypto-material", type="private-key", algorithmRef="rsa", size=4096),
    )
    found = judged(source)
    assert found["small"].judgement.standing.value == "disallowed"
    assert found["large"].judgement.standing.value == "permitted"
    assert found["RSA"].judgement.standing.value == "indeterminate"


def test_keys_that_depend_on_an_algorithm_are_of_it() -> None:
    """As cbomkit writes them: a key without algorithmRef that depends on its algorithm."""
    source = bom(
        asset("EC-secp256r1", ref="ec"),
        asset("key@1", "related-crypto-material", ref="key", type="private-key"),
        dependencies=[{"ref": "key", "dependsOn": ["ec"]}],
    )
    assert status(source)["key@1"] == "vulnerable"


def test_a_password_has_no_algorithm_and_is_not_judged() -> None:
    result = measured(bom(asset("RSA-2048"), asset("admin", "related-crypto-material", type="password")))
    assert figures(result, "inventory")["nothing-to-judge"] == 1
    assert result.check("disallowed-assets").figures[1].value == 1
    assert told(result.elements[1].statements) == {
        "kind": "related-crypto-material",
        "standing": "nothing-to-judge",
    }


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"type": "tls", "version": "1.0"}, "broken"),
        ({"type": "tls", "version": "1.2", "cipherSuites": [{"name": "TLS_RSA_WITH_AES_256_CBC_SHA256"}]}, "vulnerable"),
        ({"type": "tls", "version": "1.2", "cipherSuites": [{"name": "TLS_RSA_WITH_RC4_128_MD5"}]}, "broken"),
        ({"type": "tls", "version": "1.3", "cipherSuites": [{"name": "TLS_AES_256_GCM_SHA384"}]}, "indeterminate"),
        (
            {"type": "tls", "version": "1.3", "cipherSuites": [{"name": "TLS_AES_256_GCM_SHA384", "tlsGroups": ["X25519MLKEM768"]}]},
            "hybrid",
        ),
        (
            {"type": "tls", "version": "1.3", "cipherSuites": [{"name": "TLS_AES_256_GCM_SHA384", "tlsGroups": ["x25519"]}]},
            "vulnerable",
        ),
        ({"type": "ike", "version": "2", "ikev2TransformTypes": {"ke": [{"group": 36}], "encr": [{"name": "ENCR_AES_GCM_16", "keyLength": 256}]}}, "resistant"),
        ({"type": "ike", "version": "2", "ikev2TransformTypes": {"ke": [{"group": 14}]}}, "vulnerable"),
        ({"type": "ike", "version": "2", "ikev2TransformTypes": {"ke": [{"group": 999}]}}, "indeterminate"),
        ({"type": "tls"}, "indeterminate"),
    ],
)  # fmt: skip
def test_a_protocol_is_as_good_as_what_it_negotiates(properties: dict[str, Any], expected: str) -> None:
    assert status(bom(asset("p", "protocol", **properties), spec="1.7"))["p"] == expected


def test_a_suite_without_a_key_exchange_leaves_the_protocol_open() -> None:
    suite = {"name": "TLS_AES_256_GCM_SHA384", "algorithms": ["aes"]}
    one = judged(
        bom(
            asset("AES-256", ref="aes"),
            asset("p", "protocol", type="tls", version="1.3", cipherSuites=[suite]),
        )
    )["p"]
    assert one.unknown == ("key-exchange-not-stated",)


# --- references ------------------------------------------------------------------------------------------------------


def test_a_reference_that_leads_nowhere_is_told_and_leaves_the_asset_open() -> None:
    source = bom(
        asset("c", "certificate", signatureAlgorithmRef="gone", subjectPublicKeyRef="urn:cdx:x/1#key"),
        dependencies=[{"ref": "also-gone", "dependsOn": ["gone-too"]}],
    )
    result = measured(source)
    assert figures(result, "references") == {
        "leading-nowhere": 1,
        "leading-elsewhere": 1,
        "leading-to-several": 0,
        "dependencies-leading-nowhere": 2,
        "assets-in-a-circle": 0,
        "repeated-bom-refs": 0,
    }
    assert result.check("indeterminate-assets").codes == ("reference-not-resolved",)
    assert measured(source, max_broken_references=4).check("references").verdict is Verdict.CONFORM
    assert measured(source, max_broken_references=3).check("references").verdict is Verdict.NONCONFORM


def test_a_known_bad_part_is_bad_whatever_else_is_not_known() -> None:
    source = bom(
        asset("RSA-1024", ref="rsa"),
        asset("c", "certificate", signatureAlgorithmRef="gone", subjectPublicKeyRef="rsa"),
    )
    one = judged(source)["c"]
    assert (one.exposure.status.value, one.judgement.standing.value) == ("vulnerable", "disallowed")


def test_certificates_in_a_circle_are_told_and_still_judged() -> None:
    def certificate(name: str, *refs: str) -> dict[str, Any]:
        related = [{"type": "certificate", "ref": ref} for ref in refs]
        return asset(name, "certificate", ref=name, relatedCryptographicAssets=related)

    source = bom(
        certificate("a", "b"),
        certificate("b", "a", "rsa"),
        certificate("c", "c"),
        asset("RSA-2048", ref="rsa"),
    )
    result = measured(source)
    assert figures(result, "references")["assets-in-a-circle"] == 3
    found = judged(source)
    assert [found[name].exposure.status.value for name in "abc"] == [
        "vulnerable",
        "vulnerable",
        "indeterminate",
    ]
    assert found["c"].exposure.because == "references-in-a-circle"


def test_a_bom_ref_that_two_assets_carry_leads_to_neither() -> None:
    source = bom(
        asset("AES-256", ref="x"),
        asset("RC4", ref="x"),
        asset("k", "related-crypto-material", type="secret-key", algorithmRef="x"),
    )
    result = measured(source)
    assert figures(result, "references")["repeated-bom-refs"] == 1
    assert figures(result, "references")["leading-to-several"] == 1
    assert status(source)["k"] == "indeterminate"


@given(st.lists(st.lists(st.integers(0, 11), max_size=4), min_size=12, max_size=12))
def test_rings_hold_everything_once_and_come_after_what_they_rest_on(targets: list[list[int]]) -> None:
    found = list(rings(targets))
    assert sorted(index for ring in found for index in ring) == list(range(12))
    place = {index: number for number, ring in enumerate(found) for index in ring}
    reach = [reachable(targets, start) for start in range(12)]
    for one in range(12):
        for other in targets[one]:
            assert place[other] <= place[one]
        for other in range(12):
            together = other in reach[one] and one in reach[other]
            assert (place[one] == place[other]) == (together or one == other)


def reachable(targets: list[list[int]], start: int) -> set[int]:
    found, waiting = set[int](), list(targets[start])
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += targets[here]
    return found


# --- what cannot be read ---------------------------------------------------------------------------------------------


def test_fields_of_the_wrong_type_are_left_out_and_told() -> None:
    broken = asset(
        "RSA-2048", oid=7, primitive=["x"], cryptoFunctions=[5, "sign"], nistQuantumSecurityLevel=True
    )
    result = measured(
        bom(broken, None, 5, {"type": "cryptographic-asset", "name": {}, "cryptoProperties": []})
    )
    assert figures(result, "unclear-members") == {"repeated": 0, "of-the-wrong-type": 8}
    assert result.check("unclear-members").verdict is Verdict.INDETERMINATE
    assert judged(bom(broken))["RSA-2048"].exposure.status.value == "vulnerable"


def test_a_member_that_stands_twice_leaves_its_asset_open() -> None:
    """A reader that takes the first of two names would see another algorithm."""
    text = bom(asset("ML-KEM-1024")).decode().replace('"name":', '"name": "RSA-1024", "name":')
    result = measured(text.encode())
    assert figures(result, "unclear-members") == {"repeated": 1, "of-the-wrong-type": 0}
    assert result.check("indeterminate-assets").codes == ("repeated-member",)
    assert result.verdict is Verdict.INDETERMINATE


def test_two_lists_of_components_give_no_verdict() -> None:
    text = bom(asset("ML-KEM-1024")).decode().replace('"components":', '"components": [], "components":')
    assert measured(text.encode()).check("unclear-members").verdict is Verdict.INDETERMINATE


def test_an_asset_that_does_not_say_what_it_is_is_read_by_its_name() -> None:
    bare = {"type": "cryptographic-asset", "name": "MD5"}
    (one,) = examined(bom(bare)).inventory.assets
    assert (one.asset.kind, one.exposure.status.value) == (AssetKind.UNKNOWN, "broken")
