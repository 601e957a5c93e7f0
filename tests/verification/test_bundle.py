"""The file itself: one canonical JSON object, whole and unharmed, or not a bundle at all."""

import hashlib
import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verification.world import Tale, answer, asked, changed, edited, honest, honest_bundle, told

from standfirst.trust.bundle import MAX_BYTES, Leaf, NotABundle, build, checksum, read
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.envelope import MAX_PAYLOAD
from standfirst.trust.errors import Rejected

GOOD = honest_bundle()
DOCUMENT: dict[str, Any] = json.loads(GOOD)


def summed(document: dict[str, Any]) -> dict[str, Any]:
    inside = {name: value for name, value in document.items() if name != "checksum"}
    return {**inside, "checksum": checksum(inside)}


# --- building and reading --------------------------------------------------------------------------------------------


def test_what_is_built_is_read() -> None:
    found = read(GOOD)
    parts = honest()
    assert found.certificate == parts.certificate
    assert found.accreditation == parts.accreditation
    assert found.certificate_snapshot == parts.certificate_snapshot
    assert found.accreditation_snapshot == parts.accreditation_snapshot
    assert found.checkpoint == parts.checkpoint
    assert found.leaves == parts.leaves


def test_digests_are_those_of_the_envelopes() -> None:
    found = read(GOOD)
    for name in ("certificate", "accreditation", "certificate_snapshot", "accreditation_snapshot"):
        assert getattr(found, f"{name}_digest") == getattr(found, name).digest


def test_the_order_in_which_leaves_are_handed_in_does_not_matter() -> None:
    for order in permutations(honest().leaves):
        assert honest().but(leaves=order).bundle() == GOOD


def test_a_bundle_is_canonical_json_with_a_checksum() -> None:
    assert canonical_bytes(parse_canonical(GOOD)) == GOOD
    assert summed(DOCUMENT) == DOCUMENT
    assert DOCUMENT["notice"].startswith("SPECIMEN")


@pytest.mark.parametrize("filler", [b"[],", b"{},", b"1,", b"[["])
def test_a_file_of_brackets_is_refused_before_anything_is_built(filler: bytes) -> None:
    """Unsigned, and a thousand times its size once built: counted first."""
    flood = (filler * 500_001).decode()
    with pytest.raises(NotABundle, match="too-many-parts"):
        read(GOOD.replace(b'"form":', b'"flood":"%b","form":' % flood.encode(), 1))


@pytest.mark.parametrize("name", ["accreditation", "certificate"])
def test_a_document_of_more_than_a_mebibyte(name: str) -> None:
    payload = canonical_bytes({"a": "x" * MAX_PAYLOAD}).decode()
    assert answer(edited(GOOD, {f"{name}.payload": payload})) == (
        "NOT VALID",
        "read",
        "envelope.payload-too-large",
    )
    just = canonical_bytes({"a": "x" * (MAX_PAYLOAD - 8)}).decode()
    assert len(just) == MAX_PAYLOAD
    assert answer(edited(GOOD, {f"{name}.payload": just}))[1] != "read"


def test_a_snapshot_may_be_longer() -> None:
    lines = [{"subject": f"{n:064x}", "state": "active", "event": "00" * 32} for n in range(8_000)]
    parts = told(Tale(root_snapshot={"subjects": lines}))
    assert len(parts.accreditation_snapshot.payload) > MAX_PAYLOAD
    assert answer(parts)[2] == "snapshot.subject-missing"


def test_nothing_is_built_that_could_not_be_read() -> None:
    leaf = honest().leaves[0]
    for wrong in (
        Leaf(leaf.index, b"{}", leaf.path),
        Leaf(leaf.index, leaf.data, (b"short",)),
        Leaf(honest().leaves[1].index, leaf.data, leaf.path),
    ):
        with pytest.raises(Rejected):
            honest().but(leaves=(wrong, *honest().leaves[1:])).bundle()
    with pytest.raises(Rejected):
        honest().but(certificate=honest().accreditation).bundle()
    with pytest.raises(Rejected):
        build(**{**parts_of(), "notice": "\u202e"})


def parts_of() -> dict[str, Any]:
    names = (
        "certificate",
        "accreditation",
        "certificate_snapshot",
        "accreditation_snapshot",
        "checkpoint",
        "leaves",
    )
    return {name: getattr(honest(), name) for name in names}


# --- the same in other words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        json.dumps(DOCUMENT).encode(),
        json.dumps(DOCUMENT, indent=1, sort_keys=True).encode(),
        json.dumps(DOCUMENT, sort_keys=True, separators=(",", ":")).encode(),  # the dash escaped
        GOOD + b"\n",
        b" " + GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"/", b"\\/"),
        GOOD.replace("\u2014".encode(), b"\\u2014"),
    ],
    ids=["loose", "indented", "ascii", "newline", "space", "mark", "slashes", "escaped"],
)
def test_other_spellings(other: bytes) -> None:
    assert json.loads(other.decode("utf-8-sig")) == DOCUMENT
    assert answer(other) == ("NOT VALID", "read", "bundle.not-canonical")


def cause(data: bytes) -> Any:
    found = asked(data).reason
    assert found is not None
    return found.parameters.get("flaw")


def test_members_that_stand_twice() -> None:
    first = GOOD.replace(b'{"accreditation":', b'{"accreditation":1,"accreditation":', 1)
    inside = GOOD.replace(b'"form":', b'"form":"standfirst-bundle/1","form":', 1)
    deep = GOOD.replace(b'"index":', b'"index":0,"index":', 1)
    for twice in (first, inside, deep):
        assert answer(twice) == ("NOT VALID", "read", "bundle.not-canonical")
        assert cause(twice) == "canonical.duplicate-key"


@pytest.mark.parametrize(
    ("number", "flaw"),
    [
        (b"5e0", "canonical.float"),
        (b"-0", "canonical.minus-zero"),
        (b"05", "canonical.malformed"),
        (b"+5", "canonical.malformed"),
        (b"9" * 5_000, "canonical.integer-too-large"),
    ],
)
def test_numbers_in_other_spellings(number: bytes, flaw: str) -> None:
    other = GOOD.replace(b'"index":5', b'"index":' + number, 1)
    assert other != GOOD
    assert answer(other)[:2] == ("NOT VALID", "read")
    assert cause(other) == flaw


def loosely_written(changes: dict[str, Any]) -> bytes:
    """With a checksum, and without our own encoder, which refuses what is asked for here."""

    def written(value: dict[str, Any]) -> bytes:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    document = changed(DOCUMENT, changes)
    del document["checksum"]
    return written({**document, "checksum": hashlib.sha256(written(document)).hexdigest()})


@pytest.mark.parametrize("number", [5.0, float("nan"), 2**53, 2**63 - 1, 2**63, -1, True])
def test_a_number_that_no_index_is(number: float) -> None:
    assert answer(loosely_written({"log.leaves.0.index": number}))[:2] == ("NOT VALID", "read")


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"notice": "SPECIMEN e\u0301"}, "canonical.not-nfc"),
        ({"notice": "SPECIMEN \ufdd0"}, "canonical.noncharacter"),
        ({"log.checkpoint": "log e\u0301\n1\n"}, "canonical.not-nfc"),
    ],
)
def test_text_that_canonical_json_does_not_keep(changes: dict[str, Any], flaw: str) -> None:
    data = loosely_written(changes)
    assert answer(data) == ("NOT VALID", "read", "bundle.not-canonical")
    assert cause(data) == flaw


@pytest.mark.parametrize("name", ["Läufer & Søn, 量子", "Brightwell — Quantum", "— — —", "Læ — ø", "𝔸 — B"])
def test_names_beyond_ascii_are_read_as_well(name: str) -> None:
    """Also with dashes, like those at the beginning of signature lines."""
    parts = told(Tale(certificate={"organisation.name": name, "sites.0.name": f"Site — {name}"}))
    found = asked(parts)
    assert found.status.value == "VALID"
    assert found.shown.certificate is not None
    assert found.shown.certificate.organisation.name == name
    assert read(parts.bundle()).checkpoint == parts.checkpoint
    assert read(parts.bundle()).certificate_digest == parts.certificate.digest


def test_a_stand_in_for_a_dash_is_no_dash() -> None:
    """The reader lets a control character stand in for dashes: one that is in the file stands for itself."""
    for other in (GOOD.replace("\u2014".encode(), b"\x7f"), GOOD.replace("\u2014".encode(), b"\x7f", 1)):
        assert answer(other) == ("NOT VALID", "read", "bundle.checksum")
    document = {**DOCUMENT, "notice": "SPECIMEN \x7f"}
    assert answer(canonical_bytes(summed(document))) == ("NOT VALID", "read", "document.unseen-character")
    note = DOCUMENT["log"]["checkpoint"].replace("\u2014", "\x7f")
    assert answer(edited(GOOD, {"log.checkpoint": note})) == (
        "NOT VALID",
        "checkpoint",
        "note.signature-line",
    )


# --- members ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(DOCUMENT) - {"form", "checksum"}))
def test_a_member_that_is_missing(name: str) -> None:
    less = {each: value for each, value in DOCUMENT.items() if each != name}
    assert answer(canonical_bytes(summed(less))) == ("NOT VALID", "read", "document.member-missing")


def test_a_member_too_many() -> None:
    for name in ("aside", "zeta", 'a"b', "\u00e9", "checksums"):
        more = canonical_bytes(summed({**DOCUMENT, name: 1}))
        assert answer(more) == ("NOT VALID", "read", "document.member-unknown")


def test_without_checksum_or_form() -> None:
    for name in ("form", "checksum"):
        less = {each: value for each, value in DOCUMENT.items() if each != name}
        assert answer(canonical_bytes(less))[:2] == ("NOT VALID", "read")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"snapshots": []}, "document.empty"),
        ({"snapshots": DOCUMENT["snapshots"][:1]}, "document.empty"),
        ({"snapshots": [*DOCUMENT["snapshots"], DOCUMENT["snapshots"][0]]}, "document.too-long"),
        ({"log.leaves": DOCUMENT["log"]["leaves"][::-1]}, "bundle.leaves-order"),
        ({"log.leaves": DOCUMENT["log"]["leaves"][:1] * 2}, "bundle.leaves-order"),
        ({"log.leaves": DOCUMENT["log"]["leaves"] * 100}, "document.too-long"),
        ({"log.leaves.0.leaf": "{}"}, "bundle.leaf-unknown"),
        ({"log.leaves.0.leaf": "[]"}, "bundle.leaf-unknown"),
        ({"log.leaves.0.leaf": "{"}, "bundle.leaf-not-canonical"),
        ({"log.leaves.0.leaf": DOCUMENT["log"]["leaves"][0]["leaf"] + " "}, "bundle.leaf-not-canonical"),
        ({"log.leaves.0.leaf": DOCUMENT["log"]["leaves"][0]["leaf"].replace("{", '{"salt":"",', 1)}, "bundle.leaf-not-canonical"),
        ({"log.leaves.2.leaf": DOCUMENT["log"]["leaves"][2]["leaf"].replace(",", ", ", 1)}, "bundle.leaf-not-canonical"),
        ({"log.leaves.0.leaf": "x" * 65_536}, "bundle.leaf-too-large"),
        ({"log.leaves.0.path.0": "AB" * 32}, "bundle.hash-text"),
        ({"log.leaves.0.path.0": "ab" * 31}, "bundle.hash-text"),
        ({"log.leaves.0.path.0": 7}, "bundle.hash-text"),
        ({"log.leaves.0.aside": 7}, "document.member-unknown"),
        ({"log.leaves.0.leaf": 7}, "document.wrong-type"),
        ({"log.checkpoint": 7}, "document.wrong-type"),
        ({"log": []}, "document.not-an-object"),
        ({"certificate": "text"}, "envelope.wrong-type"),
        ({"certificate.signatures": []}, "envelope.no-signatures"),
        ({"certificate.salt": "00"}, "envelope.salt"),
        ({"certificate.domain": "standfirst/accreditation/v1"}, "bundle.other-domain"),
        ({"log.leaves.0.leaf": json.dumps({"form": "standfirst-snapshot-reference/2", "issuer": "a.b", "snapshot": "x"},
                                          separators=(",", ":"))}, "document.later-form"),
    ],
)  # fmt: skip
def test_parts_that_are_not_as_asked(changes: dict[str, Any], code: str) -> None:
    assert answer(edited(GOOD, changes)) == ("NOT VALID", "read", code)


# --- what is no bundle at all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"hello",
        b"\x00" * 1_000,
        b"%PDF-1.7 a certificate",
        json.dumps({"form": "standfirst-policy/1"}).encode(),
        canonical_bytes(DOCUMENT["certificate"]),
        GOOD.decode().encode("utf-16"),
        GOOD[:40],
    ],
)
def test_what_never_was_a_bundle(data: bytes) -> None:
    with pytest.raises(NotABundle, match="not-a-bundle"):
        read(data)


def test_a_file_too_large_to_be_one() -> None:
    with pytest.raises(NotABundle, match="too-large"):
        read(GOOD + b" " * MAX_BYTES)


def test_a_bundle_of_a_later_form() -> None:
    later = summed(
        {"form": "standfirst-bundle/2", "notice": "SPECIMEN", "whatever": {"checksum": "comes then"}}
    )
    with pytest.raises(NotABundle, match="later-form"):
        read(canonical_bytes(later))
    with pytest.raises(NotABundle, match="later-form"):
        read(canonical_bytes(summed({**DOCUMENT, "form": "standfirst-bundle/17"})))


@pytest.mark.parametrize(
    "form", ["standfirst-bundle/0", "standfirst-bundle/01", "standfirst-bundle/", "standfirst-bundle/1x"]
)
def test_a_form_that_never_will_be(form: str) -> None:
    with pytest.raises(Rejected, match="wrong-value"):
        read(canonical_bytes(summed({**DOCUMENT, "form": form})))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'[{"form":"standfirst-bundle/1"}]', "document.not-an-object"),
        (b'{"form":"standfirst-bundle/2","x":1.5}', "bundle.not-canonical"),
        ('{"form":"standfirst-bundle/1","\U0001f600":1,"\uff5e":2}'.encode(), "document.member-missing"),
    ],
)
def test_what_only_begins_like_one(data: bytes, code: str) -> None:
    assert answer(data) == ("NOT VALID", "read", code)


def test_a_later_form_by_damage_is_damage() -> None:
    damaged = GOOD.replace(b"standfirst-bundle/1", b"standfirst-bundle/2")
    assert answer(damaged)[:2] == ("NOT VALID", "read")


def test_nesting_without_end() -> None:
    for deep in (
        b'{"form":"standfirst-bundle/1","x":' + b"[" * 200_000,
        b'{"form":"standfirst-bundle/1","x":' + b"[" * 900 + b"]" * 900 + b"}",
    ):
        assert answer(deep)[:2] == ("NOT VALID", "read")


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_no_bytes_bring_it_down(data: bytes) -> None:
    with pytest.raises(NotABundle):
        read(data)
    with pytest.raises(Rejected):
        read(b'{"form":"standfirst-bundle/1"' + data)
