"""Files made to harm: whatever the bytes are, the outcome is a result or a refusal that says where and what."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.cryptography.boms import AT, REAL, asset, bom, figures, judged, measured

from standfirst.evidence import crypto_posture
from standfirst.evidence.result import MeasurementResult
from standfirst.standards.problems import Unusable
from standfirst.standards.vocabulary import Verdict
from standfirst.words.render import sentence

DOCUMENTS = [json.loads(file.read_text(encoding="utf-8")) for file in REAL]
ODD: list[Any] = [
    None, True, 0, -1, 10**30, 0.5, 1e308, "", "x", "RSA-2048", "\u202e", "\ud800", "a" * 5000, [], [None], {}, {"ref": []},
    "cryptographic-asset", "algorithm", "1.2.840.113549.1.1.1", "urn:cdx:x/1#y", [[[]]], {"": ""},
]  # fmt: skip


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for step, one in inside for path in paths(one, (*here, step)))]


PLACES = [[path for path in paths(document) if path] for document in DOCUMENTS]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real file with a few of its values replaced, removed, moved or doubled."""
    number = draw(st.integers(0, len(DOCUMENTS) - 1))
    document = copy.deepcopy(DOCUMENTS[number])
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(PLACES[number]))
        owner = document
        try:
            for step in path[:-1]:
                owner = owner[step]
            change(draw, owner, path[-1])
        except (KeyError, IndexError, TypeError):
            continue
    text = json.dumps(document)
    if draw(st.integers(0, 9)) == 0:
        text = text.replace('"name":', '"name": "RSA", "name":', draw(st.integers(1, 3)))
    if draw(st.integers(0, 19)) == 0:
        text = text[: draw(st.integers(0, len(text)))]
    return text.encode("utf-8", "surrogatepass")


def change(draw: st.DrawFn, owner: Any, step: Any) -> None:
    match draw(st.integers(0, 3)):
        case 0:
            owner[step] = draw(st.sampled_from(ODD))
        case 1:
            del owner[step]
        case 2 if isinstance(owner, list):
            owner.append(copy.deepcopy(owner[step]))
        case _:
            owner[step] = draw(
                st.recursive(st.sampled_from(ODD), lambda x: st.lists(x, max_size=3), max_leaves=4)
            )


def outcome(data: bytes, jurisdiction: str) -> MeasurementResult | Unusable:
    try:
        return crypto_posture.measure(
            data, name="x", at=AT, parameters={"jurisdiction": jurisdiction, "compare": "eu,uk"}
        )
    except Unusable as refused:
        return refused


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(), st.sampled_from(["us-nist", "eu", "germany", "us-nss", "china"]))
def test_a_damaged_file_gives_a_result_or_a_refusal(data: bytes, jurisdiction: str) -> None:
    found = outcome(data, jurisdiction)
    if isinstance(found, Unusable):
        assert [sentence(problem.reason) for problem in found.problems]
        return
    stored = MeasurementResult.model_validate_json(found.canonical())
    # Drawn from a repeat, which is refused unless it gives the same result digest.
    (figure,) = crypto_posture.figures(stored, {stored.inputs[0].sha256: data})
    assert figure.description


@given(st.binary(max_size=300))
def test_any_bytes_give_a_result_or_a_refusal(data: bytes) -> None:
    with pytest.raises(Unusable):
        measured(data)


def test_no_mutation_turns_a_bad_inventory_good_by_adding() -> None:
    """Adding assets that are fine never hides one that is not."""
    bad = asset("RSA-1024")
    for extra in (asset("AES-256"), asset("own cipher"), {"type": "library", "name": "l"}, bad):
        assert measured(bom(bad, extra)).verdict is Verdict.NONCONFORM


def test_names_that_cannot_be_shown_are_shown_harmlessly() -> None:
    result = measured(bom(asset("RSA\u202e8402"), asset("\x1b[31mAES"), asset("\ud800"), asset("A" * 10_000)))
    text = result.canonical().decode()
    assert not set(text) & {"\u202e", "\x1b", "\ud800"}
    assert max(len(element.element) for element in result.elements) <= 160
    assert figures(result, "indeterminate-assets")["assets"] == 4


def test_empty_texts_are_told_as_such() -> None:
    empty = asset("", "certificate", ref="", signatureAlgorithmRef="", oid="")
    result = measured(bom(empty, empty, dependencies=[{"ref": "", "dependsOn": [""]}, {"ref": "x"}]))
    assert [element.element for element in result.elements] == ["(no name)", "(no name)"]
    assert figures(result, "references")["leading-to-several"] == 2


def test_many_assets_with_one_reference_each_are_followed_quickly() -> None:
    chain = [
        asset(f"c{number}", "certificate", ref=f"c{number}", signatureAlgorithmRef=f"c{number + 1}")
        for number in range(3_000)
    ]
    found = judged(bom(*chain, asset("RSA-2048", ref="c3000")))
    assert {one.exposure.status.value for one in found.values()} == {"vulnerable"}


def test_many_assets_under_one_reference_are_not_multiplied() -> None:
    same = [asset("AES-256", ref="r") for _ in range(2_000)]
    users = [asset("k", "related-crypto-material", type="secret-key", algorithmRef="r") for _ in range(2_000)]
    result = measured(bom(*same, *users))
    assert figures(result, "references")["leading-to-several"] == 2_000


def test_nested_as_deeply_as_is_read() -> None:
    component: dict[str, Any] = {"type": "library", "name": "l"}
    for _ in range(29):
        component = {"type": "library", "name": "l", "components": [component, asset("MD5")]}
    result = measured(bom(component))
    assert result.counts["assets"] == 29
    assert result.check("schema-valid").codes == ()


def test_numbers_of_any_length_are_read() -> None:
    text = bom(asset("RSA-2048", nistQuantumSecurityLevel=1)).decode()
    huge = text.replace('"nistQuantumSecurityLevel": 1', f'"nistQuantumSecurityLevel": {"9" * 50_000}')
    assert figures(measured(huge.encode()), "unclear-members")["of-the-wrong-type"] == 1
