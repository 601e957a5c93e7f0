"""The schema check: faults are findings with places, and what cannot be checked says so."""

import json
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.cryptography.boms import REAL, asset, bom, figures, measured

from standfirst.evidence.cryptography import schema_faults as checking
from standfirst.evidence.cryptography.reading import Members, read_document
from standfirst.evidence.cryptography.schema_faults import SchemaFault, is_iri_reference, schema_faults
from standfirst.evidence.source import Source
from standfirst.standards.vocabulary import Verdict


def read(data: bytes) -> Members:
    return read_document(Source("x", data))


@pytest.mark.parametrize("file", REAL, ids=lambda file: str(file.stem))
def test_the_real_examples_are_valid(file: Any) -> None:
    found = schema_faults(read(file.read_bytes()))
    assert (found.faults, found.was_checked) == ((), True)


FAULTS: list[tuple[bytes, str, str]] = [
    # document, place, keyword
    (bom(asset("x", primitive="cipher")), "$.components[0].cryptoProperties.algorithmProperties.primitive", "enum"),
    (bom(asset("x", nistQuantumSecurityLevel=7)), "$.components[0].cryptoProperties.algorithmProperties.nistQuantumSecurityLevel", "maximum"),
    (bom(asset("x", algorithmFamily="AES")), "$.components[0].cryptoProperties.algorithmProperties", "additionalProperties"),
    (bom({"type": "library"}), "$.components[0]", "required"),
    (bom(asset("x", ref="a"), asset("x", ref="a")), "$.components", "uniqueItems"),
    (bom(dependencies=[{"ref": "a"}, {"ref": "a"}]), "$.dependencies", "uniqueItems"),
    (bom(externalReferences=[{"type": "website", "url": "not an iri"}]), "$.externalReferences[0].url", "anyOf"),
    (bom(serialNumber="urn:uuid:nonsense"), "$.serialNumber", "pattern"),
    (bom(asset("x"), spec="1.5"), "$.components[0].type", "enum"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "place", "keyword"), FAULTS)
def test_a_fault_is_found_with_its_place(data: bytes, place: str, keyword: str) -> None:
    assert SchemaFault(place, keyword) in schema_faults(read(data)).faults


def test_a_family_is_new_in_1_7() -> None:
    assert schema_faults(read(bom(asset("x", algorithmFamily="AES"), spec="1.7"))).faults == ()


def test_faults_are_reported_and_decide_only_against_a_limit() -> None:
    data = bom(asset("AES-256", primitive="cipher"))
    assert figures(measured(data), "schema-valid") == {"faults": 1}
    assert measured(data).check("schema-valid").verdict is None
    assert measured(data, max_schema_faults=1).check("schema-valid").verdict is Verdict.CONFORM
    assert measured(data, max_schema_faults="0").verdict is Verdict.NONCONFORM


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("9.9", "schema-version-unknown"),
        ("1.0", "schema-version-unknown"),
        (1.6, "schema-version-not-stated"),
    ],
)
def test_a_version_without_a_schema_is_told(spec: object, code: str) -> None:
    result = measured(bom(asset("AES-256"), spec=spec), max_schema_faults=0)
    assert result.check("schema-valid").codes == (code,)
    assert result.check("schema-valid").verdict is Verdict.NOT_MEASURABLE


def test_counting_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_FAULTS", 5)
    result = measured(bom(*({"type": "library", "version": str(i)} for i in range(20))))
    assert figures(result, "schema-valid") == {"faults": 5}
    assert result.check("schema-valid").codes == ("counting-stopped",)


def test_what_is_too_large_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_VALUES", 5)
    result = measured(bom(asset("AES-256")))
    assert result.check("schema-valid").codes == ("schema-not-checked",)


def test_a_check_that_breaks_down_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(version: str) -> object:
        raise RecursionError(version)

    monkeypatch.setattr(checking, "_validator", broken)
    result = measured(bom(asset("AES-256")))
    assert result.check("schema-valid").codes == ("schema-check-failed",)
    (offenders,) = [one for one in result.examples if one.check == "schema-valid"]
    assert offenders.worst[0].element == "RecursionError"


# --- our own two checks, against those of the libraries -------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0]) | st.sampled_from("ab"),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from("xy"), inside, max_size=2),
    max_leaves=6,
)


@given(st.lists(JSON, max_size=5))
def test_items_differ_as_the_library_says(items: list[Any]) -> None:
    theirs = import_module("jsonschema._utils").uniq(items)
    ours = not list(checking._items_differ(None, "differ", items, {}))
    assert ours is theirs


IRI = st.text(alphabet=st.sampled_from("abz09:/?#@%.-_~!$&'()*+,;= é中<>\"{}|\\^`\ue000"), max_size=12)


@given(
    st.one_of(IRI, st.tuples(st.sampled_from(["http://", "urn:", "//", "/", "mailto:"]), IRI).map("".join))
)
def test_iri_references_as_the_library_says(text: str) -> None:
    theirs = import_module("rfc3987_syntax").is_valid_syntax_iri_reference
    assert is_iri_reference(text) is bool(theirs(text))


@pytest.mark.parametrize(
    "text", ["http://[::1]:8080/x", "https://example.org/a?b#c", "", "#x", "urn:uuid:1", "a/b:c"]
)
def test_these_are_iri_references(text: str) -> None:
    assert is_iri_reference(text)


@pytest.mark.parametrize(
    "text", ["a b", "http://h:8a/", "http://[::1", "%zz", "1:b", "x#y#z", "\x00", "//h:1:2"]
)
def test_these_are_none(text: str) -> None:
    assert not is_iri_reference(text)


def test_a_huge_url_is_no_burden() -> None:
    data = bom(externalReferences=[{"type": "website", "url": "http://a/" + "x" * 2_000_000}])
    assert schema_faults(read(data)).faults == ()


def test_thousands_of_components_are_no_burden() -> None:
    many = [asset("AES-256", ref=f"r{index}") for index in range(3_000)]
    assert schema_faults(read(bom(*many))).faults == ()
    assert json.dumps(SchemaFault("$", "x").place)
