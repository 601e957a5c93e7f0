"""Signed documents: what is written is read, and every way to make one say more than was signed fails."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from dilithium_py.ml_dsa import ML_DSA_65
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.trust.canonical import JsonValue, Unrepresentable, canonical_bytes, parse_canonical
from standfirst.trust.digests import BadCommitment, Domain, Salt
from standfirst.trust.envelope import (
    Envelope,
    EnvelopeFlaw,
    EnvelopeRejected,
    Signature,
    opened,
    seal,
)
from standfirst.trust.keys import Algorithm, PrivateKey

BOTH = frozenset((Algorithm.ED25519, Algorithm.ML_DSA_65))
ED = PrivateKey.from_seed(Algorithm.ED25519, bytes(32))
ML = PrivateKey.from_seed(Algorithm.ML_DSA_65, bytes(32))
ML44 = PrivateKey.from_seed(Algorithm.ML_DSA_44, bytes(32))
STRANGER = PrivateKey.from_seed(Algorithm.ED25519, bytes(31) + b"\x01")
KEYS = [ED.public, ML.public]
SALT = Salt(bytes(range(32)))


def payload(**members: JsonValue) -> dict[str, JsonValue]:
    return {"number": "C-1", "signed_with": ["Ed25519", "ML-DSA-65"], **members}


def sealed(domain: Domain = Domain.CERTIFICATE, /, **members: JsonValue) -> Envelope:
    return seal(domain, payload(**members), [ED, ML], salt=SALT)


def refused(
    envelope: Envelope,
    flaw: EnvelopeFlaw,
    *,
    keys: list[Any] | None = None,
    required: frozenset[Algorithm] = BOTH,
    domain: Domain | None = None,
) -> EnvelopeRejected:
    with pytest.raises(EnvelopeRejected) as caught:
        opened(envelope, KEYS if keys is None else keys, required=required, domain=domain)
    assert caught.value.code is flaw
    return caught.value


def unreadable(value: JsonValue, flaw: EnvelopeFlaw) -> EnvelopeRejected:
    with pytest.raises(EnvelopeRejected) as caught:
        Envelope.read(value, where="$.certificate")
    assert caught.value.code is flaw
    assert str(caught.value.parameters["where"]).startswith("$.certificate")
    return caught.value


# --- what holds ---


def test_what_is_sealed_is_opened_after_a_journey() -> None:
    envelope = sealed()
    travelled = Envelope.read(parse_canonical(canonical_bytes(envelope.as_json())), where="$")
    assert travelled == envelope
    assert travelled.digest == envelope.digest
    assert opened(travelled, KEYS, required=BOTH, domain=Domain.CERTIFICATE) == payload()


def test_the_bytes_that_are_signed() -> None:
    envelope = sealed()
    committed = hashlib.sha256(b"standfirst/certificate/v1\x00" + SALT + canonical_bytes(payload())).digest()
    assert envelope.commitment == committed
    message = b"standfirst/certificate/v1\x00" + committed
    ed25519, ml_dsa = envelope.signatures
    ED.public.verify(ed25519.value, message)
    assert ML_DSA_65.verify(ML.public.raw, message, ml_dsa.value, ctx=b"standfirst/certificate/v1")
    assert not ML_DSA_65.verify(ML.public.raw, message, ml_dsa.value)


def test_the_form_on_paper() -> None:
    envelope = seal(Domain.CERTIFICATE, {"signed_with": ["Ed25519"]}, [ED], salt=SALT)
    written: Any = envelope.as_json()
    assert list(written) == ["domain", "payload", "salt", "signatures"]
    assert written["payload"] == '{"signed_with":["Ed25519"]}'
    assert written["salt"] == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    assert written["signatures"][0]["key"] == ED.public.id
    # Ed25519 has one signature for one message, so the whole document is known.
    assert envelope.digest == "a02faf70b0965a30c55e8c8c3e4fbeffe4170cd20839539d7ee8b00073b74747"


def test_salts_are_fresh_and_change_the_digest() -> None:
    first, second = (seal(Domain.CERTIFICATE, payload(), [ED, ML]) for _ in range(2))
    assert first.payload == second.payload
    assert len({first.salt, second.salt, SALT}) == 3
    assert first.digest != second.digest
    assert first.commitment != second.commitment


def test_keys_may_come_in_any_order_and_several_an_algorithm() -> None:
    envelope = seal(Domain.CERTIFICATE, payload(), [ML, ED])
    assert [signature.algorithm for signature in envelope.signatures] == sorted(BOTH)
    assert opened(envelope, [STRANGER.public, ML.public, ED.public], required=BOTH)


def test_more_algorithms_than_required_are_all_verified() -> None:
    three: dict[str, JsonValue] = {"signed_with": ["Ed25519", "ML-DSA-44", "ML-DSA-65"]}
    envelope = seal(Domain.CERTIFICATE, three, [ED, ML, ML44])
    assert opened(envelope, [*KEYS, ML44.public], required=BOTH) == three
    refused(envelope, EnvelopeFlaw.UNKNOWN_KEY)


@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=8), st.integers(-100, 100) | st.text('äöü\n"\\x', max_size=8)
    )
)
@settings(max_examples=25)
def test_every_payload_comes_back(members: dict[str, JsonValue]) -> None:
    envelope = sealed(**members)
    assert opened(Envelope.read(envelope.as_json(), where="$"), KEYS, required=BOTH) == payload(**members)


# --- sealing ---


@pytest.mark.parametrize(
    ("signed_with", "keys", "flaw"),
    [
        (["Ed25519"], [ED, ML], EnvelopeFlaw.SIGNED_WITH),
        (["Ed25519", "ML-DSA-65"], [ED], EnvelopeFlaw.SIGNED_WITH),
        (["ML-DSA-65", "Ed25519"], [ED, ML], EnvelopeFlaw.SIGNED_WITH),
        (["Ed25519", "Ed25519"], [ED, STRANGER], EnvelopeFlaw.SIGNED_WITH),
        (["Ed25519"], [ED, STRANGER], EnvelopeFlaw.SIGNED_WITH),
        (None, [ED], EnvelopeFlaw.SIGNED_WITH),
        ([], [], EnvelopeFlaw.NO_SIGNATURES),
    ],
)
def test_a_payload_names_exactly_its_algorithms(
    signed_with: JsonValue, keys: list[PrivateKey], flaw: EnvelopeFlaw
) -> None:
    with pytest.raises(EnvelopeRejected) as caught:
        seal(Domain.CERTIFICATE, {"signed_with": signed_with}, keys)
    assert caught.value.code is flaw


def test_what_has_no_canonical_form_is_not_sealed() -> None:
    with pytest.raises(Unrepresentable):
        sealed(days=6.5)  # type: ignore[arg-type]
    with pytest.raises(Unrepresentable):
        sealed(title="e\u0301")
    with pytest.raises(BadCommitment):
        seal(Domain.CERTIFICATE, payload(), [ED, ML], salt=Salt(bytes(31)))


# --- attacks on the signatures ---


@pytest.mark.parametrize("kept", [0, 1])
def test_stripping_a_signature_is_noticed(kept: int) -> None:
    envelope = sealed()
    stripped = replace(envelope, signatures=(envelope.signatures[kept],))
    assert stripped.digest != envelope.digest
    found = refused(stripped, EnvelopeFlaw.SIGNATURE_MISSING)
    assert found.parameters["algorithm"] == envelope.signatures[1 - kept].algorithm.value
    # Also where the reader asks for less than the payload says of itself.
    refused(stripped, EnvelopeFlaw.SIGNATURE_MISSING, required=frozenset())


def test_less_than_required_is_not_enough_however_honest() -> None:
    envelope = seal(Domain.CERTIFICATE, {"signed_with": ["Ed25519"]}, [ED])
    found = refused(envelope, EnvelopeFlaw.REQUIRED_MISSING)
    assert found.parameters == {"algorithm": "ML-DSA-65"}
    assert opened(envelope, KEYS, required=frozenset((Algorithm.ED25519,)))


def test_a_signature_that_the_payload_does_not_name_counts_for_nothing() -> None:
    envelope = seal(Domain.CERTIFICATE, {"signed_with": ["Ed25519"]}, [ED], salt=SALT)
    message = b"standfirst/certificate/v1\x00" + envelope.commitment
    value = ML.sign(message, context=b"standfirst/certificate/v1")
    added = Signature(Algorithm.ML_DSA_65, ML.public.id, value)
    more = replace(envelope, signatures=(*envelope.signatures, added))
    refused(more, EnvelopeFlaw.REQUIRED_MISSING)
    assert opened(more, KEYS, required=frozenset((Algorithm.ED25519,)))
    assert more.digest != envelope.digest


def test_signatures_swapped_between_documents_fail() -> None:
    first, second = sealed(number="C-1"), sealed(number="C-2")
    for taken in (second.signatures, (first.signatures[0], second.signatures[1])):
        refused(replace(first, signatures=taken), EnvelopeFlaw.SIGNATURE_FAILED)
    refused(replace(first, payload=second.payload), EnvelopeFlaw.SIGNATURE_FAILED)
    refused(replace(first, salt=Salt(bytes(32))), EnvelopeFlaw.SIGNATURE_FAILED)


@pytest.mark.parametrize("domain", [Domain.STATUS_EVENT, Domain.ACCREDITATION, Domain.RECORD])
def test_a_document_is_not_taken_for_another_kind(domain: Domain) -> None:
    envelope = sealed()
    refused(replace(envelope, domain=domain), EnvelopeFlaw.SIGNATURE_FAILED)
    refused(envelope, EnvelopeFlaw.OTHER_DOMAIN, domain=domain)


def test_each_signature_is_bound_to_the_domain_on_its_own() -> None:
    other = sealed(Domain.STATUS_EVENT)
    for index, required in enumerate((Algorithm.ED25519, Algorithm.ML_DSA_65)):
        alone = seal(Domain.CERTIFICATE, {"signed_with": [required.value]}, [(ED, ML)[index]], salt=SALT)
        moved = replace(alone, domain=Domain.STATUS_EVENT)
        refused(moved, EnvelopeFlaw.SIGNATURE_FAILED, required=frozenset((required,)))
    assert opened(other, KEYS, required=BOTH, domain=Domain.STATUS_EVENT)


@pytest.mark.parametrize("context", [b"", b"standfirst/status-event/v1", b"standfirst/certificate/v1\x00"])
def test_ml_dsa_in_another_context_fails(context: bytes) -> None:
    envelope = sealed()
    message = b"standfirst/certificate/v1\x00" + envelope.commitment
    wrong = Signature(Algorithm.ML_DSA_65, ML.public.id, ML.sign(message, context=context))
    found = refused(
        replace(envelope, signatures=(envelope.signatures[0], wrong)), EnvelopeFlaw.SIGNATURE_FAILED
    )
    assert found.parameters == {"algorithm": "ML-DSA-65", "key": ML.public.id}


def test_the_message_without_its_domain_fails() -> None:
    envelope = sealed()
    naked = Signature(Algorithm.ED25519, ED.public.id, ED.sign(envelope.commitment))
    refused(replace(envelope, signatures=(naked, envelope.signatures[1])), EnvelopeFlaw.SIGNATURE_FAILED)


def _with(envelope: Envelope, index: int, **changes: Any) -> Envelope:
    signatures = list(envelope.signatures)
    signatures[index] = replace(signatures[index], **changes)
    return replace(envelope, signatures=tuple(signatures))


def test_an_unknown_key_is_refused() -> None:
    envelope = sealed()
    refused(_with(envelope, 0, key="0" * 32), EnvelopeFlaw.UNKNOWN_KEY)
    refused(_with(envelope, 0, key=STRANGER.public.id), EnvelopeFlaw.UNKNOWN_KEY)
    refused(envelope, EnvelopeFlaw.UNKNOWN_KEY, keys=[])
    refused(envelope, EnvelopeFlaw.UNKNOWN_KEY, keys=[ML.public, STRANGER.public])


def test_the_name_of_another_key_is_refused() -> None:
    envelope = sealed()
    keys = [*KEYS, STRANGER.public]
    refused(_with(envelope, 0, key=STRANGER.public.id), EnvelopeFlaw.SIGNATURE_FAILED, keys=keys)


def test_an_algorithm_named_for_another_ones_key_is_refused() -> None:
    envelope = sealed()
    refused(_with(envelope, 1, key=ED.public.id), EnvelopeFlaw.OTHER_ALGORITHM)
    refused(_with(envelope, 0, key=ML.public.id), EnvelopeFlaw.OTHER_ALGORITHM)
    # The same algorithm twice cannot stand for two.
    twice = _with(envelope, 1, algorithm=Algorithm.ED25519)
    refused(twice, EnvelopeFlaw.SIGNATURE_REPEATED)


@given(st.data())
@settings(max_examples=40)
def test_any_changed_bit_of_payload_salt_or_signature_fails(data: st.DataObject) -> None:
    envelope = sealed()
    part = data.draw(st.sampled_from([None, 0, 1]))
    value = envelope.salt if part is None else envelope.signatures[part].value
    bit = data.draw(st.integers(0, 8 * len(value) - 1))
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    if part is None:
        damaged = replace(envelope, salt=Salt(bytes(changed)))
    else:
        damaged = _with(envelope, part, value=bytes(changed))
    refused(damaged, EnvelopeFlaw.SIGNATURE_FAILED)
    assert damaged.digest != envelope.digest


# --- attacks on the payload ---


def resigned(written: bytes) -> Envelope:
    """A document of exactly these bytes, signed by the true keys: only its form can be at fault."""
    envelope = Envelope(Domain.CERTIFICATE, written, SALT, ())
    message = b"standfirst/certificate/v1\x00" + envelope.commitment
    signatures = (
        Signature(Algorithm.ED25519, ED.public.id, ED.sign(message)),
        Signature(Algorithm.ML_DSA_65, ML.public.id, ML.sign(message, context=b"standfirst/certificate/v1")),
    )
    return replace(envelope, signatures=signatures)


SIGNED_WITH = '"signed_with":["Ed25519","ML-DSA-65"]'

NOT_CANONICAL = {
    "a repeated key": f'{{"a":1,"a":2,{SIGNED_WITH}}}',
    "a float": f'{{"a":1.0,{SIGNED_WITH}}}',
    "minus zero": f'{{"a":-0,{SIGNED_WITH}}}',
    "a number beyond all doubles": f'{{"a":1e400,{SIGNED_WITH}}}',
    "an integer that doubles round": f'{{"a":{2**53 + 1},{SIGNED_WITH}}}',
    "not a number": f'{{"a":NaN,{SIGNED_WITH}}}',
    "keys out of order": f'{{{SIGNED_WITH},"a":1}}',
    "a space": f'{{"a": 1,{SIGNED_WITH}}}',
    "a trailing newline": f'{{"a":1,{SIGNED_WITH}}}\n',
    "a byte order mark": f'\ufeff{{"a":1,{SIGNED_WITH}}}',
    "an escape that is not needed": f'{{"a":"\\u0062",{SIGNED_WITH}}}',
    "a lone surrogate": f'{{"a":"\\ud800",{SIGNED_WITH}}}',
    "text that is not NFC": f'{{"a":"e\u0301",{SIGNED_WITH}}}',
    "no JSON": "signed",
}


@pytest.mark.parametrize("written", NOT_CANONICAL.values(), ids=NOT_CANONICAL)
def test_only_canonical_payloads_are_opened(written: str) -> None:
    refused(resigned(written.encode()), EnvelopeFlaw.PAYLOAD_NOT_CANONICAL)
    as_json = sealed().as_json() | {"payload": written}
    found = unreadable(as_json, EnvelopeFlaw.PAYLOAD_NOT_CANONICAL)
    assert str(found.parameters["flaw"]).startswith("canonical.")


def test_a_payload_that_is_no_text_is_refused() -> None:
    refused(resigned(b'{"a":"\xff",' + SIGNED_WITH.encode() + b"}"), EnvelopeFlaw.PAYLOAD_NOT_CANONICAL)
    lone = sealed().as_json() | {"payload": f'{{"a":"\ud800",{SIGNED_WITH}}}'}
    unreadable(lone, EnvelopeFlaw.PAYLOAD_NOT_CANONICAL)


@pytest.mark.parametrize("written", ["[]", '"text"', "1", "null", "true"])
def test_a_payload_is_an_object(written: str) -> None:
    refused(resigned(written.encode()), EnvelopeFlaw.PAYLOAD_NOT_OBJECT)
    unreadable(sealed().as_json() | {"payload": written}, EnvelopeFlaw.PAYLOAD_NOT_OBJECT)


@pytest.mark.parametrize(
    ("signed_with", "flaw"),
    [
        ('["ML-DSA-65","Ed25519"]', EnvelopeFlaw.SIGNED_WITH),
        ('["Ed25519","Ed25519","ML-DSA-65"]', EnvelopeFlaw.SIGNED_WITH),
        ("[]", EnvelopeFlaw.SIGNED_WITH),
        ('"Ed25519"', EnvelopeFlaw.SIGNED_WITH),
        ('{"Ed25519":1,"ML-DSA-65":1}', EnvelopeFlaw.SIGNED_WITH),
        ("null", EnvelopeFlaw.SIGNED_WITH),
        ('["Ed25519"]', EnvelopeFlaw.REQUIRED_MISSING),
        ('["ML-DSA-65"]', EnvelopeFlaw.REQUIRED_MISSING),
        ('["Ed25519","ML-DSA-44","ML-DSA-65"]', EnvelopeFlaw.SIGNATURE_MISSING),
        ('["Ed25519","ML-DSA-65","none"]', EnvelopeFlaw.UNKNOWN_ALGORITHM),
        ('["ED25519","ML-DSA-65"]', EnvelopeFlaw.UNKNOWN_ALGORITHM),
        ('["Ed25519",1]', EnvelopeFlaw.WRONG_TYPE),
    ],
)
def test_what_a_payload_says_about_its_signatures(signed_with: str, flaw: EnvelopeFlaw) -> None:
    refused(resigned(f'{{"signed_with":{signed_with}}}'.encode()), flaw)


def test_a_payload_that_says_nothing_about_its_signatures() -> None:
    refused(resigned(b'{"number":"C-1"}'), EnvelopeFlaw.SIGNED_WITH)


# --- reading ---


def _set(*path: str | int, to: JsonValue) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return change


def _pop(*path: str | int) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value.pop(path[-1])

    return change


def _reverse(value: Any) -> None:
    value["signatures"].reverse()


def _repeat(value: Any) -> None:
    value["signatures"].insert(0, value["signatures"][0])


MISREAD = {
    "a member missing": (_pop("salt"), EnvelopeFlaw.WRONG_MEMBERS),
    "a member more": (_set("note", to="x"), EnvelopeFlaw.WRONG_MEMBERS),
    "a signature's member missing": (_pop("signatures", 0, "key"), EnvelopeFlaw.WRONG_MEMBERS),
    "a signature's member more": (_set("signatures", 0, "kid", to="x"), EnvelopeFlaw.WRONG_MEMBERS),
    "an unknown domain": (_set("domain", to="standfirst/certificate/v2"), EnvelopeFlaw.UNKNOWN_DOMAIN),
    "no domain": (_set("domain", to=1), EnvelopeFlaw.WRONG_TYPE),
    "no payload": (_set("payload", to={}), EnvelopeFlaw.WRONG_TYPE),
    "a short salt": (_set("salt", to="00" * 31), EnvelopeFlaw.SALT),
    "a long salt": (_set("salt", to="00" * 33), EnvelopeFlaw.SALT),
    "an empty salt": (_set("salt", to=""), EnvelopeFlaw.SALT),
    "a salt in capitals": (_set("salt", to="AB" * 32), EnvelopeFlaw.SALT),
    "a salt with spaces": (_set("salt", to="00 " * 32), EnvelopeFlaw.SALT),
    "a salt that is no text": (_set("salt", to=0), EnvelopeFlaw.SALT),
    "no signature": (_set("signatures", to=[]), EnvelopeFlaw.NO_SIGNATURES),
    "signatures as an object": (_set("signatures", to={}), EnvelopeFlaw.WRONG_TYPE),
    "a signature as text": (_set("signatures", 0, to="x"), EnvelopeFlaw.WRONG_TYPE),
    "another order": (_reverse, EnvelopeFlaw.SIGNATURES_OUT_OF_ORDER),
    "one twice": (_repeat, EnvelopeFlaw.SIGNATURES_OUT_OF_ORDER),
    "an unknown algorithm": (_set("signatures", 0, "algorithm", to="EdDSA"), EnvelopeFlaw.UNKNOWN_ALGORITHM),
    "a key id in capitals": (_set("signatures", 0, "key", to="AB" * 16), EnvelopeFlaw.KEY_ID),
    "a short key id": (_set("signatures", 0, "key", to="ab" * 15), EnvelopeFlaw.KEY_ID),
    "no base64": (_set("signatures", 0, "signature", to="?"), EnvelopeFlaw.SIGNATURE_TEXT),
    "a signature for another algorithm": (
        _set("signatures", 0, "algorithm", to="ML-DSA-44"),
        EnvelopeFlaw.SIGNATURE_SIZE,
    ),
    "an empty signature": (_set("signatures", 0, "signature", to=""), EnvelopeFlaw.SIGNATURE_SIZE),
}


@pytest.mark.parametrize(("change", "flaw"), MISREAD.values(), ids=MISREAD)
def test_only_the_one_form_is_read(change: Callable[[Any], None], flaw: EnvelopeFlaw) -> None:
    value = sealed().as_json()
    change(value)
    unreadable(value, flaw)


@pytest.mark.parametrize("value", [None, [], "x", 1, True])
def test_an_envelope_is_an_object(value: JsonValue) -> None:
    unreadable(value, EnvelopeFlaw.WRONG_TYPE)


def test_base64_of_a_signature_has_one_spelling() -> None:
    value: Any = sealed().as_json()
    text = value["signatures"][0]["signature"]
    assert text.endswith("==")
    padding_bits = text[:-3] + chr(ord(text[-3]) + 1) + "=="
    for other in (text.rstrip("="), text + "\n", text[:40] + "\n" + text[40:], padding_bits, " " + text):
        value["signatures"][0]["signature"] = other
        unreadable(value, EnvelopeFlaw.SIGNATURE_TEXT)


def test_where_is_told_below_the_place_given() -> None:
    value: Any = sealed().as_json()
    value["signatures"][1]["key"] = "x"
    with pytest.raises(EnvelopeRejected) as caught:
        Envelope.read(value, where="$.snapshots[0]")
    assert caught.value.parameters == {"where": "$.snapshots[0].signatures[1].key"}
