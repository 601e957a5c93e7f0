"""What can be chosen, and how every bad choice is refused with a sentence."""

from typing import Any

import pytest

from standfirst.evidence.volume.parameters import MOST_QUBITS, VolumeParameters
from standfirst.standards.problems import Unusable
from standfirst.words.render import hint, sentence

FEW, MANY = "volume.too-few-qubits", "volume.too-many-qubits"
BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("no qubits", {"qubits": None}, "parameter.bad-value", "qubits"),
    ("qubits unsaid", {}, "volume.not-chosen", "qubits"),
    ("empty", {"qubits": ()}, FEW, "qubits"),
    ("one", {"qubits": (3,)}, FEW, "qubits"),
    ("eleven", {"qubits": tuple(range(11))}, MANY, "qubits"),
    ("twice", {"qubits": (0, 1, 0)}, "volume.qubit-twice", "qubits"),
    ("negative", {"qubits": (0, -1)}, "parameter.bad-value", "qubits"),
    ("enormous", {"qubits": (0, 10**9)}, "parameter.bad-value", "qubits"),
    ("letters", {"qubits": "a,b"}, "parameter.bad-value", "qubits"),
    ("empty text", {"qubits": ""}, "parameter.bad-value", "qubits"),
    ("fraction of a qubit", {"qubits": (0.5, 1)}, "parameter.bad-value", "qubits"),
    ("truth", {"qubits": (True, False)}, "parameter.bad-value", "qubits"),
    ("99 circuits", {"circuits": 99}, "volume.too-few-circuits", "circuits"),
    ("no circuits", {"circuits": 0}, "volume.too-few-circuits", "circuits"),
    ("a million circuits", {"circuits": 10**6}, "parameter.bad-value", "circuits"),
    ("no shots", {"shots": 0}, "parameter.bad-value", "shots"),
    ("negative shots", {"shots": "-5"}, "parameter.bad-value", "shots"),
    ("too many shots", {"shots": 10**7}, "parameter.bad-value", "shots"),
    ("shots in words", {"shots": "many"}, "parameter.bad-value", "shots"),
    ("half a shot", {"shots": 0.5}, "parameter.bad-value", "shots"),
    ("negative seed", {"seed": -1}, "parameter.bad-value", "seed"),
    ("seed beyond exactness", {"seed": 2**53}, "parameter.bad-value", "seed"),
    ("seed of many digits", {"seed": "9" * 5000}, "parameter.bad-value", "seed"),
    ("no seed", {"seed": None}, "parameter.bad-value", "seed"),
    ("level 4", {"optimization-level": 4}, "parameter.bad-value", "optimization-level"),
    ("certain", {"confidence": "1"}, "parameter.bad-value", "confidence"),
    ("a coin", {"confidence": "0.5"}, "parameter.bad-value", "confidence"),
    ("floating confidence", {"confidence": 0.975}, "parameter.bad-value", "confidence"),
    ("unknown", {"threshold": "0.5"}, "parameter.unknown", "threshold"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "choices", "code", "field"), BAD, ids=[case[0] for case in BAD])
def test_bad_choices(what: str, choices: dict[str, Any], code: str, field: str) -> None:
    whole = choices if what == "qubits unsaid" else {"qubits": (0, 1), **choices}
    with pytest.raises(Unusable) as caught:
        VolumeParameters.choose(whole)
    found = caught.value.problems[0]
    assert (found.file, found.field, found.reason.code) == ("parameters", field, code), what
    assert sentence(found.reason).endswith(".")
    assert hint(found.reason)


def test_too_few_circuits_names_who_asks_for_more() -> None:
    with pytest.raises(Unusable) as caught:
        VolumeParameters.choose({"qubits": "0,1", "circuits": 99})
    assert (
        sentence(caught.value.problems[0].reason)
        == "99 circuits are too few: Cross et al. 2019 (arXiv:1811.12926) ask for at least 100."
    )


def test_too_many_qubits_gives_its_reason() -> None:
    with pytest.raises(Unusable) as caught:
        VolumeParameters.choose({"qubits": tuple(range(MOST_QUBITS + 1))})
    assert sentence(caught.value.problems[0].reason) == (
        "11 qubits are more than the 10 that are simulated: each further one takes four times the memory."
    )


def test_all_bad_choices_are_told_at_once() -> None:
    with pytest.raises(Unusable) as caught:
        VolumeParameters.choose({"qubits": (1,), "circuits": 5, "shots": 0})
    assert [p.field for p in caught.value.problems] == ["qubits", "circuits", "shots"]


def test_texts_and_numbers_choose_alike_and_order_means_nothing() -> None:
    spoken = VolumeParameters.choose({"qubits": "3,0,1", "circuits": "200", "shots": "5", "seed": "7"})
    meant = VolumeParameters.choose({"qubits": (0, 1, 3), "circuits": 200, "shots": 5, "seed": 7})
    assert spoken == meant
    assert spoken.optimization_level == 3


def test_what_is_stated_can_be_chosen_again() -> None:
    chosen = VolumeParameters.choose(
        {
            "qubits": (4, 9),
            "circuits": 150,
            "shots": 3,
            "seed": 0,
            "confidence": "0.99",
            "optimization-level": "0",
        }
    )
    assert VolumeParameters.choose(VolumeParameters.stated(chosen.as_parameters(), chosen.seed)) == chosen
