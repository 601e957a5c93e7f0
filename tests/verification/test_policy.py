"""The relying party's policy: every fault told at once, nothing guessed."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verification.world import (
    GONE,
    ROOT,
    answer,
    changed,
    honest,
    key,
    log_signer,
    policy_document,
    public_keys,
    root_keys,
    witness,
)

import standfirst.trust
from standfirst.trust.cosignature import NoteSigner, NoteType
from standfirst.trust.keys import Algorithm
from standfirst.trust.policy import MAX_BYTES, Policy, PolicyUnusable

SHIPPED = Path(standfirst.trust.__file__).parent / "policies" / "demo.json"


def faults(document: Any) -> list[tuple[str, str]]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(PolicyUnusable) as caught:
        Policy.read(data)
    assert all(fault.code in str(caught.value) for fault in caught.value.faults)
    return [(fault.where, fault.code.value) for fault in caught.value.faults]


def with_changes(changes: dict[str, Any]) -> Any:
    return changed(policy_document(), changes)


def test_the_shipped_policy_trusts_the_demonstration_and_nothing_else() -> None:
    """Its keys are those that the published formula gives; it says DEMO; no private key is in it."""
    shipped = Policy.read(SHIPPED.read_bytes())
    assert json.loads(SHIPPED.read_text()) == policy_document()
    assert (shipped.name, shipped.status, shipped.specimen) == ("DEMO trust roots", "draft scheme", True)
    assert answer(honest(), by=shipped)[0] == "VALID"


def test_the_layout_does_not_matter_and_the_digest_tells_files_apart() -> None:
    loose = json.dumps(policy_document(), indent=4, sort_keys=True).encode()
    tight = json.dumps(policy_document(), separators=(",", ":")).encode()
    one, other = Policy.read(loose), Policy.read(tight)
    assert (one.roots, one.witnessing, one.max_age) == (other.roots, other.witnessing, other.max_age)
    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"form": "standfirst-policy/2"}, [("policy.form", "document.later-form")]),
        ({"form": "policy"}, [("policy.form", "document.wrong-value")]),
        ({"name": ""}, [("policy.name", "document.empty")]),
        ({"name": "DEMO \u202eroots"}, [("policy.name", "document.unseen-character")]),
        ({"specimen": "yes"}, [("policy.specimen", "document.wrong-type")]),
        ({"schemes": []}, [("policy.schemes", "document.empty")]),
        ({"schemes": ["a", "a"]}, [("policy.schemes", "document.repeated")]),
        ({"schemes": ["QT"]}, [("policy.schemes[0]", "document.badly-written")]),
        ({"max_age_hours": 0}, [("policy.max_age_hours", "document.out-of-range")]),
        ({"max_age_hours": True}, [("policy.max_age_hours", "document.wrong-type")]),
        ({"max_age_hours": "168"}, [("policy.max_age_hours", "document.wrong-type")]),
        ({"snapshot_max_age_hours": 10**6}, [("policy.snapshot_max_age_hours", "document.out-of-range")]),
        ({"body_required": []}, [("policy.body_required", "document.empty")]),
        ({"body_required": ["RSA"]}, [("policy.body_required[0]", "document.wrong-value")]),
        ({"body_required": ["Ed25519", "Ed25519"]}, [("policy.body_required", "document.repeated")]),
        ({"roots": []}, [("policy.roots", "document.empty")]),
        ({"roots.0.id": "АB"}, [("policy.roots[0].id", "document.badly-written")]),
        ({"roots.0.keys.0.public": "AA=="}, [("policy.roots[0].keys[0]", "accreditation.key-unreadable")]),
        ({"roots.0.keys.0.public": "A" * 43 + "="}, [("policy.roots[0].keys[0]", "accreditation.key-unreadable")]),
        ({"roots.0.keys.0.algorithm": "RSA"}, [("policy.roots[0].keys[0].algorithm", "document.wrong-value")]),
        ({"roots.0.required": ["ML-DSA-65"]}, [("policy.roots[0].required", "policy.required-without-key")]),
        ({"roots.0.keys": public_keys([*root_keys(), *root_keys("b")])}, [("policy.roots[0].keys", "document.repeated")]),
        ({"witnessing": []}, [("policy.witnessing", "document.empty")]),
        ({"witnessing.0": "log nonsense"}, [("policy.witnessing[0]", "witness-policy.key")]),
        ({"witnessing.0": "# no log"}, [("policy.witnessing", "policy.no-log")]),
        ({"witnessing.14": "quorum none"}, [("policy.witnessing", "policy.no-quorum")]),
        ({"witnessing.14": "quorum south\nquorum none"}, [("policy.witnessing[14]", "document.unseen-character")]),
        ({"witnessing.14": "quorum west"}, [("policy.witnessing[14]", "witness-policy.name-unknown")]),
        ({"witnessing.14": "# none"}, [("policy.witnessing", "witness-policy.quorum-missing")]),
        ({"witnessing.4": "group north 4 north-1 north-2 north-3"}, [("policy.witnessing[4]", "witness-policy.threshold")]),
        ({"witnessing.4": "group north 0 north-1"}, [("policy.witnessing[4]", "witness-policy.threshold")]),
        ({"witnessing.4": "group north 2 north-1 north-1"}, [("policy.witnessing[4]", "witness-policy.member-twice")]),
        ({"status": GONE}, [("policy", "document.member-missing")]),
        ({"trusted": True}, [("policy", "document.member-unknown")]),
    ],
)  # fmt: skip
def test_a_fault_and_its_place(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults(with_changes(changes)) == expected


def test_every_fault_at_once() -> None:
    wrong = {
        "name": 7,
        "status": GONE,
        "extra": 1,
        "schemes": ["UP"],
        "max_age_hours": -1,
        "roots.0.id": "x",
        "witnessing.0": "log",
    }
    assert {where for where, _ in faults(with_changes(wrong))} == {
        "policy",
        "policy.name",
        "policy.schemes[0]",
        "policy.max_age_hours",
        "policy.roots[0].id",
        "policy.witnessing[0]",
    }
    assert len(faults(with_changes(wrong))) == 7


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "policy.not-json"),
        (b"\xff{}", "policy.not-json"),
        (b"{", "policy.not-json"),
        (b"[" * 100_000, "policy.not-json"),
        (b'{"a":1,"a":1}', "policy.duplicate-key"),
        (b'{"a":{"b":1,"b":2}}', "policy.duplicate-key"),
        (b'{"a":1.0}', "policy.number"),
        (b'{"a":1e3}', "policy.number"),
        (b'{"a":NaN}', "policy.number"),
        (b'{"a":-0}', "policy.number"),
        (b'{"a":9999999999999999}', "policy.number"),
        (b'{"a":"\\ud800"}', "policy.not-kept-exactly"),
        ('{"a":"e\u0301"}'.encode(), "policy.not-kept-exactly"),
        (b"[]", "document.not-an-object"),
        (b'"policy"', "document.not-an-object"),
        (b" " * (MAX_BYTES + 1), "policy.too-large"),
    ],
)
def test_what_is_no_policy(data: bytes, code: str) -> None:
    assert [found for _, found in faults(data)] == [code]


def test_roots_that_cannot_be_told_apart() -> None:
    root = policy_document()["roots"][0]
    other = {**root, "keys": public_keys([key("other", Algorithm.ED25519)]), "required": ["Ed25519"]}
    assert faults(with_changes({"roots": [root, other]})) == [("policy.roots", "policy.root-repeated")]
    alike = {**other, "id": ROOT.replace("example", "examp1e")}
    assert faults(with_changes({"roots": [root, alike]})) == [("policy.roots", "policy.roots-look-alike")]
    named = {**other, "id": "other.example", "name": root["name"].replace("o", "\u043e")}
    assert faults(with_changes({"roots": [root, named]})) == [("policy.roots", "policy.roots-look-alike")]
    sharing = {**root, "id": "other.example", "name": "Another"}
    assert faults(with_changes({"roots": [root, sharing]})) == [("policy.roots", "policy.key-repeated")]


def test_more_roots_than_anybody_knows() -> None:
    root = policy_document()["roots"][0]
    many = [{**root, "id": f"root-{n}.example"} for n in range(65)]
    assert faults(with_changes({"roots": many})) == [("policy.roots", "policy.too-many-roots")]


def test_a_root_that_keeps_the_log_or_watches_it() -> None:
    lines = policy_document()["witnessing"]
    own = root_keys()[0]
    log = NoteSigner("own.example", own, NoteType.ED25519)
    watcher = NoteSigner("own.example", own, NoteType.ED25519_COSIGNATURE)
    for line in (f"log {log.key.vkey}", f"witness own {watcher.key.vkey}"):
        assert faults(with_changes({"witnessing": [*lines[:1], line, *lines[1:]]})) == [
            ("policy.witnessing", "policy.key-of-root")
        ]


def test_one_operator_with_two_witnesses() -> None:
    """One key under two names, and a log that witnesses itself, make a quorum of nobody."""
    lines = policy_document()["witnessing"]
    twice = [*lines[:2], lines[1].replace("north-1", "north-9", 1), *lines[2:]]
    assert faults(with_changes({"witnessing": twice})) == [
        ("policy.witnessing[2]", "witness-policy.key-repeated")
    ]
    own = NoteSigner(
        "self.example", key(log_signer().key.name, Algorithm.ED25519), NoteType.ED25519_COSIGNATURE
    )
    self_witness = [*lines[:1], f"witness self {own.key.vkey}", *lines[1:]]
    assert faults(with_changes({"witnessing": self_witness}))[0][1] == "witness-policy.log-as-witness"


def test_a_witness_is_known_by_its_key() -> None:
    found = Policy.read(json.dumps(policy_document()).encode())
    assert found.witnessing.witnesses["north-1"].public == witness("north-1").key.public


@given(st.binary(max_size=60))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    with pytest.raises(PolicyUnusable):
        Policy.read(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(policy_document())), _JSON)
@settings(max_examples=150)
def test_no_value_of_any_member_brings_it_down(name: str, value: Any) -> None:
    with suppress(PolicyUnusable):
        Policy.read(json.dumps({**policy_document(), name: value}).encode())
        assert name in {"name", "status", "specimen", "max_age_hours", "snapshot_max_age_hours", "schemes"}
