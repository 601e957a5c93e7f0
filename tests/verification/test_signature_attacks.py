"""Steps 2 to 4: roots that are not the root, signatures stripped, swapped, replaced, and documents passed off."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.verification.world import (
    AT,
    BODY,
    GONE,
    ROOT,
    ROOT_NAME,
    Parts,
    Tale,
    accreditation_payload,
    answer,
    asked,
    body_keys,
    edited,
    honest,
    honest_bundle,
    honest_policy,
    key,
    policy,
    policy_document,
    public_keys,
    resigned,
    root_keys,
    sealed,
    told,
)

from standfirst.trust.bundle import BundleRejected
from standfirst.trust.digests import Domain, Salt
from standfirst.trust.envelope import Envelope
from standfirst.trust.keys import Algorithm

DOCUMENTS = {
    "accreditation": (Domain.ACCREDITATION, "accreditation", Algorithm.ML_DSA_87),
    "certificate": (Domain.CERTIFICATE, "certificate", Algorithm.ML_DSA_65),
    "certificate_snapshot": (Domain.STATUS_SNAPSHOT, "snapshots", Algorithm.ML_DSA_65),
    "accreditation_snapshot": (Domain.STATUS_SNAPSHOT, "snapshots", Algorithm.ML_DSA_87),
}
SIGNED = [
    (name, algorithm) for name, (_, _, pq) in DOCUMENTS.items() for algorithm in (Algorithm.ED25519, pq)
]


def with_document(name: str, envelope: Envelope) -> Parts:
    return honest().but(**{name: envelope})


def document(name: str) -> Envelope:
    found: Envelope = getattr(honest(), name)
    return found


# --- stripped, replaced, swapped -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "algorithm"), SIGNED)
def test_a_signature_stripped(name: str, algorithm: Algorithm) -> None:
    kept = tuple(each for each in document(name).signatures if each.algorithm is not algorithm)
    stripped = with_document(name, replace(document(name), signatures=kept))
    step = DOCUMENTS[name][1]
    assert answer(stripped) == ("NOT VALID", step, "envelope.signature-missing")


@pytest.mark.parametrize(("name", "algorithm"), SIGNED)
def test_a_signature_of_somebody_else(name: str, algorithm: Algorithm) -> None:
    domain, step, _ = DOCUMENTS[name]
    mallory = resigned(document(name), algorithm, key("mallory", algorithm), domain)
    assert answer(with_document(name, mallory)) == ("NOT VALID", step, "envelope.unknown-key")


@pytest.mark.parametrize(("name", "algorithm"), SIGNED)
def test_a_signature_under_a_borrowed_name(name: str, algorithm: Algorithm) -> None:
    """Made with a key of one's own, and labelled with the id of the right one."""
    domain, step, _ = DOCUMENTS[name]
    mallory = resigned(document(name), algorithm, key("mallory", algorithm), domain)
    right = {each.algorithm: each.key for each in document(name).signatures}
    labelled = replace(
        mallory, signatures=tuple(replace(each, key=right[each.algorithm]) for each in mallory.signatures)
    )
    assert answer(with_document(name, labelled)) == ("NOT VALID", step, "envelope.signature-failed")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_both_signatures_of_another_document(name: str) -> None:
    """Of the same sort, by the same keys, over another payload."""
    other = told(Tale(certificate={"number": "CC-2026-0002"}, accreditation={"number": "THA-0008"}))
    swapped = replace(document(name), signatures=getattr(other, name).signatures)
    assert answer(with_document(name, swapped))[:2] == ("NOT VALID", DOCUMENTS[name][1])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_same_payload_under_a_new_salt(name: str) -> None:
    salted = replace(document(name), salt=Salt(b"\x01" * 32))
    assert answer(with_document(name, salted)) == (
        "NOT VALID",
        DOCUMENTS[name][1],
        "envelope.signature-failed",
    )


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("kept", [0, 1])
def test_a_document_that_asks_for_one_algorithm_only(name: str, kept: int) -> None:
    """Honestly signed with one key, and saying so: what is required is the policy's to say."""
    keys = [(root_keys() if "accreditation" in name else body_keys())[kept]]
    tales = {
        "accreditation": Tale(root=keys),
        "certificate": Tale(certificate_keys=keys),
        "certificate_snapshot": Tale(snapshot_keys=keys),
        "accreditation_snapshot": Tale(root=keys),
    }
    status, _, code = answer(told(tales[name]))
    assert (status, code) == ("NOT VALID", "envelope.required-missing")


def test_a_policy_may_require_less_and_still_verifies_all_that_is_claimed() -> None:
    roots = [{**policy_document()["roots"][0], "required": ["Ed25519"]}]
    lenient = policy(roots=roots, body_required=["ML-DSA-65"])
    assert answer(honest(), by=lenient)[0] == "VALID"
    assert answer(told(Tale(certificate_keys=body_keys()[1:])), by=lenient)[0] == "VALID"
    kept = honest().certificate.signatures[1:]
    stripped = with_document("certificate", replace(honest().certificate, signatures=kept))
    assert answer(stripped, by=lenient)[2] == "envelope.signature-missing"


def test_a_further_signature_of_another_algorithm_neither_helps_nor_harms() -> None:
    national = resigned(
        honest().certificate, Algorithm.ED25519, key("nation", Algorithm.ML_DSA_44), Domain.CERTIFICATE
    )
    (more,) = [each for each in national.signatures if each.algorithm is Algorithm.ML_DSA_44]
    all_three = replace(
        honest().certificate,
        signatures=tuple(sorted((*honest().certificate.signatures, more), key=lambda each: each.algorithm)),
    )
    # The certificate's digest covers all signatures, so the history is that of another document.
    assert answer(with_document("certificate", all_three)) == (
        "NOT VALID",
        "certificate-history",
        "status.other-subject",
    )


# --- passed off ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        (name, other)
        for name, (own, *_) in DOCUMENTS.items()
        for other in (Domain.STATUS_EVENT, Domain.RECORD, Domain.CERTIFICATE)
        if own is not other
    ],
)
def test_a_document_made_for_another_purpose(name: str, domain: Domain) -> None:
    keys = root_keys() if "accreditation" in name else body_keys()
    elsewhere = sealed(domain, json.loads(document(name).payload), keys)
    with pytest.raises(BundleRejected, match="other-domain"):
        with_document(name, elsewhere).bundle()  # our own tool makes no such bundle
    # The label put right: the signatures still are for the other purpose, for both algorithms.
    relabelled = replace(elsewhere, domain=DOCUMENTS[name][0])
    assert answer(with_document(name, relabelled)) == (
        "NOT VALID",
        DOCUMENTS[name][1],
        "envelope.signature-failed",
    )


def test_an_accreditation_is_no_certificate() -> None:
    swapped = honest().but(certificate=replace(honest().accreditation, domain=Domain.CERTIFICATE))
    assert answer(swapped) == ("NOT VALID", "certificate", "envelope.required-missing")


def test_the_bodys_own_signature_makes_no_accreditation() -> None:
    own = sealed(Domain.ACCREDITATION, accreditation_payload(body_keys()), body_keys())
    assert answer(with_document("accreditation", own)) == (
        "NOT VALID",
        "accreditation",
        "envelope.required-missing",
    )


def test_the_roots_signature_makes_no_certificate() -> None:
    tale = Tale(certificate_keys=root_keys())
    assert answer(told(tale)) == ("NOT VALID", "certificate", "envelope.required-missing")


def test_a_certificate_of_another_body_under_this_accreditation() -> None:
    tale = Tale(certificate_keys=body_keys("other.demo.standfirst.example"))
    assert answer(told(tale)) == ("NOT VALID", "certificate", "envelope.unknown-key")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"accreditation.digest": "00" * 32}, "certificate.other-accreditation"),
        ({"accreditation.number": "THA-0008"}, "certificate.other-accreditation-number"),
        ({"body.id": "cb2.demo.standfirst.example"}, "certificate.other-body"),
        ({"body.name": "Calder Certification"}, "certificate.other-body"),
        ({"body.name": "С\u0430lder Certification (fictional)"}, "certificate.other-body"),
        ({"body.country": "Sudland (fictional)"}, "certificate.other-body"),
    ],
)
def test_a_certificate_that_names_another_body_or_accreditation(changes: dict[str, Any], code: str) -> None:
    assert answer(told(Tale(certificate=changes))) == ("NOT VALID", "certificate", code)


def test_an_exchanged_accreditation() -> None:
    """Genuine, of the same root for the same body, and not the one that the certificate was issued under."""
    other = told(Tale(accreditation={"number": "THA-0008"}))
    assert answer(honest().but(accreditation=other.accreditation))[:2] == ("NOT VALID", "certificate")


def test_a_body_with_a_key_of_the_root() -> None:
    shared = [root_keys()[0], body_keys()[1]]
    assert answer(told(Tale(body=shared))) == ("NOT VALID", "accreditation", "accreditation.keys-of-the-root")


def test_a_body_that_accredits_itself() -> None:
    assert answer(told(Tale(accreditation={"body.id": ROOT})))[2] == "accreditation.of-itself"


# --- roots that are not the root -------------------------------------------------------------------------------------

MALLORY = "mallory.example/accreditation"


def of_mallory(**named: str) -> Parts:
    """A whole world of Mallory's own, under whatever names."""
    changes = {f"accreditation_body.{member}": value for member, value in named.items()}
    return told(Tale(accreditation=changes, root=root_keys("mallory"), body=body_keys("mallory's body")))


def notices(parts: Parts) -> list[tuple[str, Any]]:
    return [(each.code, each.parameters.get("which")) for each in asked(parts).notices]


def test_a_root_that_the_policy_does_not_know() -> None:
    found = asked(of_mallory(id=MALLORY, name="Mallory's Marks"))
    assert (found.status.value, found.reason and found.reason.code) == ("UNRECOGNISED", "root.not-in-policy")
    assert found.shown.certificate is None
    assert found.shown.root is None


def test_the_right_id_with_other_keys() -> None:
    assert answer(of_mallory(id=ROOT)) == ("NOT VALID", "accreditation", "envelope.unknown-key")


@pytest.mark.parametrize(
    ("body_id", "which"),
    [
        ("ab.demo.standfirst.examp1e", "id"),
        ("ab.demo.standfirst.exarnple", "id"),
        ("ab.dem0.standfirst.example", "id"),
        ("\u0430b.demo.standfirst.example", "id"),
        ("ab.demo.standfirst.\uff45xample", "id"),
    ],
)
def test_an_id_that_looks_like_the_roots(body_id: str, which: str) -> None:
    parts = of_mallory(id=body_id, name="Some Name")
    assert answer(parts) == ("UNRECOGNISED", "root", "root.not-in-policy")
    assert ("root.looks-like", which) in notices(parts)


@pytest.mark.parametrize(
    "name",
    ["Thоrnmere Accreditation (fictional)", "Thornmere \u0410ccreditation (fictional)", "Thommere Accreditation (fictional)",
     "THORNMERE ACCREDITATION (FICTIONAL)", "Thornmere  Accreditation (fictional)"],
)  # fmt: skip
def test_a_name_that_looks_like_the_roots(name: str) -> None:
    parts = of_mallory(id=MALLORY, name=name)
    assert answer(parts) == ("UNRECOGNISED", "root", "root.not-in-policy")
    assert ("root.looks-like", "name") in notices(parts)


def test_a_root_under_another_name_is_told() -> None:
    """Signed by the root itself: the keys decide, and the policy's own name is what is shown."""
    renamed = told(
        Tale(accreditation={"accreditation_body.name": "Th\u043ernmere Accreditation (fictional)"})
    )
    found = asked(renamed)
    assert found.status.value == "VALID"
    assert [each.code for each in found.notices] == ["root.named-otherwise", "root.looks-like"]
    assert found.shown.root is not None
    assert found.shown.root.name == ROOT_NAME


def test_the_roots_keys_under_an_id_that_nobody_knows() -> None:
    """One letter of the id changed and the checksum made anew: the signatures still say whose it was."""
    stray = told(Tale(accreditation={"accreditation_body.id": MALLORY}))
    assert answer(stray) == ("NOT VALID", "root", "root.keys-of-another")
    payload = honest().accreditation.payload.decode()
    typo = edited(honest_bundle(), {"accreditation.payload": payload.replace(ROOT, ROOT.replace("ab", "ac"))})
    assert answer(typo) == ("NOT VALID", "root", "root.keys-of-another")


@pytest.mark.parametrize(
    "changes", [{"accreditation_body": GONE}, {"accreditation_body": 7}, {"accreditation_body.id": None}]
)
def test_a_root_that_is_not_named(changes: dict[str, Any]) -> None:
    assert answer(told(Tale(accreditation=changes))) == ("NOT VALID", "root", "root.keys-of-another")
    nameless = Tale(accreditation=changes, root=root_keys("mallory"))
    assert answer(told(nameless)) == ("UNRECOGNISED", "root", "root.not-in-policy")


def test_with_two_roots_each_is_believed_for_its_own_only() -> None:
    other = {
        "id": MALLORY,
        "name": "Mallory",
        "keys": public_keys(root_keys("mallory")),
        "required": ["Ed25519"],
    }
    both = policy(roots=[*policy_document()["roots"], other])
    assert answer(honest(), by=both)[0] == "VALID"
    assert answer(of_mallory(id=ROOT), by=both) == ("NOT VALID", "accreditation", "envelope.unknown-key")
    mixed = told(Tale(accreditation={"accreditation_body.id": MALLORY}))
    assert answer(mixed, by=both) == ("NOT VALID", "accreditation", "envelope.unknown-key")


def test_a_name_of_the_body_that_looks_like_a_root_is_told() -> None:
    name = "Th\u043ernmere Accreditation (fictional)"
    found = asked(told(Tale(accreditation={"body.name": name}, certificate={"body.name": name})))
    assert found.status.value == "VALID"
    assert {(each.code, each.parameters.get("which", "")) for each in found.notices} == {
        ("root.looks-like", "body"),
        ("lookalike.mixed-scripts", ""),
    }


def test_an_organisation_in_letters_of_two_scripts_is_told() -> None:
    found = asked(told(Tale(certificate={"organisation.name": "Brightw\u0435ll Quantum (fictional)"})))
    assert [(each.code, each.parameters) for each in found.notices] == [
        ("lookalike.mixed-scripts", {"field": "organisation", "word": "Brightw\u0435ll"})
    ]


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff", "\u3164", "\x1b", "\n"])
def test_text_with_what_nobody_can_see(hidden: str) -> None:
    for member in ("scope.statement", "organisation.name", "sites.0.name", "scope.exclusions.0.what"):
        tale = Tale(certificate={member: f"Design {hidden}of processors"})
        assert answer(told(tale)) == ("NOT VALID", "certificate", "document.unseen-character")


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000", "\u202f", "\u1680", "  ", "   "])
def test_white_space_that_could_forge_a_line(space: str) -> None:
    code = "document.spacing" if space.isascii() else "document.unseen-character"
    for member in ("scope.statement", "organisation.name", "organisation.country", "sites.0.name"):
        tale = Tale(certificate={member: f"Quantum{space}VALID"})
        assert answer(told(tale)) == ("NOT VALID", "certificate", code)


def test_a_number_holds_no_white_space() -> None:
    tale = Tale(certificate={"number": "CC 1"})
    assert answer(told(tale)) == ("NOT VALID", "certificate", "document.badly-written")


@pytest.mark.parametrize("name", [" Quantum", "Quantum "])
def test_a_name_has_no_space_at_its_ends(name: str) -> None:
    assert answer(told(Tale(certificate={"organisation.name": name})))[2] == "document.spacing"


def test_four_marks_on_a_letter_are_enough() -> None:
    for count, code in ((4, ""), (5, "document.marks")):
        tale = Tale(certificate={"organisation.name": "Q" + "\u0332" * count})
        assert answer(told(tale))[2] == code


@pytest.mark.parametrize(
    ("member", "field"),
    [
        ("organisation.country", "country"),
        ("sites.1.name", "site"),
        ("scope.exclusions.0.what", "exclusion"),
        ("scope.exclusions.0.reason", "exclusion"),
    ],
)
def test_look_alikes_are_told_wherever_people_read(member: str, field: str) -> None:
    found = asked(told(Tale(certificate={member: "\u0406\u0412\u041c"})))
    assert [(each.code, each.parameters["field"]) for each in found.notices] == [
        ("lookalike.foreign-word", field)
    ]


def test_every_objection_names_policy_time_and_step() -> None:
    found = asked(of_mallory(id=ROOT))
    assert found.policy is honest_policy()
    assert found.at == AT
    assert found.reason is not None
    assert found.reason.step.value == "accreditation"
    assert [step.outcome.value for step in found.steps] == ["passed"] * 2 + ["failed"] + ["not-reached"] * 12
    assert BODY not in str(found.reason.parameters)
