"""The two files of a device: every way in which they cannot be used is told, and nothing else is refused."""

import json
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.volume.devices import (
    CONFIGURATION,
    PROPERTIES,
    Json,
    configuration,
    files,
    gate,
    parameter,
    properties,
)

from standfirst.evidence.volume.device import ChosenQubits, chosen_qubits, read_device
from standfirst.standards.problems import Problem, Unusable
from standfirst.words.render import hint, sentence

WELL = files()
Spoil = Callable[[Json, Json], object]


def chosen(given_files: Mapping[str, bytes], qubits: tuple[int, ...] = (0, 1, 2)) -> ChosenQubits:
    return chosen_qubits(read_device(given_files), qubits)


def problems(given_files: Mapping[str, bytes], qubits: tuple[int, ...] = (0, 1, 2)) -> tuple[Problem, ...]:
    with pytest.raises(Unusable) as caught:
        chosen(given_files, qubits)
    for found in caught.value.problems:
        assert sentence(found.reason).endswith(".")
        assert hint(found.reason, at_command_line=True)
    return tuple(caught.value.problems)


def test_a_device_in_order() -> None:
    found = chosen(WELL)
    assert [(g.name, g.qubits) for g in found.gates if len(g.qubits) == 2] == [
        ("cx", (0, 1)),
        ("cx", (1, 0)),
        ("cx", (1, 2)),
        ("cx", (2, 1)),
    ]
    assert {g.name for g in found.gates if len(g.qubits) == 1} == {"rz", "sx", "x"}
    assert (found.qubits[0].t1, found.qubits[0].t2) == (120e-6, 90e-6)
    assert (found.qubits[0].reads_0_for_1, found.qubits[0].reads_1_for_0) == (0.024, 0.008)
    assert (found.left_out, found.t2_beyond_bound) == (0, 0)


def test_only_the_chosen_qubits_are_taken_and_numbered_anew() -> None:
    given_files = files(configuration(5), properties(5))
    found = chosen(given_files, (3, 4))
    assert {g.qubits for g in found.gates} == {(0,), (1,), (0, 1), (1, 0)}
    assert len(found.qubits) == 2


def test_either_order_and_any_names() -> None:
    turned = dict(reversed([("b", WELL[CONFIGURATION]), ("a", WELL[PROPERTIES])]))
    device = read_device(turned)
    assert [file.name for file in device.inputs] == ["b", "a"]
    assert chosen_qubits(device, (0, 1)) == chosen(WELL, (0, 1))


def drop(member: str, *, of: int) -> Spoil:
    return lambda *bodies: bodies[of].pop(member)


def put(member: str, value: object, *, of: int) -> Spoil:
    return lambda *bodies: bodies[of].update({member: value})


TRUE: object = True


def qubit_value(name: str, value: object) -> Spoil:
    """On qubit 1."""
    return lambda _, noise: next(p for p in noise["qubits"][1] if p["name"] == name).update(value=value)


def gate_value(index: int, name: str, value: object) -> Spoil:
    return lambda _, noise: next(p for p in noise["gates"][index]["parameters"] if p["name"] == name).update(
        value=value
    )


SX_1, CX_01 = 4, 9
P, Q = PROPERTIES, CONFIGURATION
SPOILT: list[tuple[str, Spoil, str, str]] = [
    ("T1 missing", lambda _, n: n["qubits"][1].pop(0), "volume.undeclared", P),
    ("T1 null", qubit_value("T1", None), "volume.undeclared", P),
    ("T1 zero", qubit_value("T1", 0), "volume.impossible", f"{P}:$.qubits[1][0]"),
    ("T2 negative", qubit_value("T2", -5), "volume.impossible", f"{P}:$.qubits[1][1]"),
    ("readout beyond 1", qubit_value("prob_meas0_prep1", 1.5), "volume.impossible", f"{P}:$.qubits[1][3]"),
    ("readout length negative", qubit_value("readout_length", -1), "volume.impossible", f"{P}:$.qubits[1][5]"),
    ("no readout at all", lambda _, n: n["qubits"].__setitem__(1, n["qubits"][1][:2]), "volume.undeclared", P),
    ("gate error negative", gate_value(CX_01, "gate_error", -0.01), "volume.impossible", f"{P}:$.gates[9].parameters[0]"),
    ("gate error above 1", gate_value(SX_1, "gate_error", 1.01), "volume.impossible", f"{P}:$.gates[4].parameters[0]"),
    ("coupling error above 1", gate_value(CX_01, "gate_error", 5), "volume.impossible", f"{P}:$.gates[9].parameters[0]"),
    ("gate error null", gate_value(CX_01, "gate_error", None), "volume.undeclared", P),
    ("gate length negative", gate_value(CX_01, "gate_length", -300), "volume.impossible", f"{P}:$.gates[9].parameters[1]"),
    ("gate in the wrong unit", lambda _, n: n["gates"][CX_01]["parameters"][1].update(unit="ms"), "volume.gate-too-long", f"{P}:gates"),
    ("gate without parameters", lambda _, n: n["gates"][SX_1].update(parameters=[]), "volume.undeclared", P),
    ("sx missing on qubit 1", lambda _, n: n["gates"].pop(SX_1), "volume.gate-undeclared", f"{P}:gates"),
    ("sx faulty", gate_value(SX_1, "gate_error", 1), "volume.gate-faulty", f"{P}:gates"),
    ("no two-qubit gate declared", lambda _, n: n.update(gates=n["gates"][:9]), "volume.not-connected", f"{P}:qubits"),
    ("coupling faulty both ways", lambda _, n: [gate_value(i, "gate_error", 1)(_, n) for i in (9, 10)], "volume.not-connected", f"{P}:qubits"),
    ("no couplings", put("coupling_map", None, of=0), "volume.not-connected", f"{P}:qubits"),
    ("couplings unsaid", drop("coupling_map", of=0), "volume.not-connected", f"{P}:qubits"),
    ("no gates named", put("basis_gates", [], of=0), "volume.gates-not-enough", f"{Q}:$.basis_gates"),
    ("no two-qubit gate named", put("basis_gates", ["rz", "sx"], of=0), "volume.gates-not-enough", f"{Q}:$.basis_gates"),
    ("rz alone", put("basis_gates", ["rz", "cx"], of=0), "volume.gates-not-enough", f"{Q}:$.basis_gates"),
    ("gates a text", put("basis_gates", "cx", of=0), "field.tuple-type", f"{Q}:$.basis_gates"),
    ("a gate a number", put("basis_gates", ["rz", "sx", 5], of=0), "field.string-type", f"{Q}:$.basis_gates[2]"),
    ("coupling of three", put("coupling_map", [[0, 1, 2]], of=0), "field.too-long", f"{Q}:$.coupling_map[0]"),
    ("coupling of letters", put("coupling_map", [["a", 1]], of=0), "field.int-type", f"{Q}:$.coupling_map[0][0]"),
    ("coupling negative", put("coupling_map", [[-1, 1]], of=0), "field.greater-than-equal", f"{Q}:$.coupling_map[0][0]"),
    ("no name", drop("backend_name", of=0), "field.missing", f"{Q}:$.backend_name"),
    ("name a number", put("backend_name", 7, of=0), "field.string-type", f"{Q}:$.backend_name"),
    ("no size", drop("n_qubits", of=0), "field.missing", f"{Q}:$.n_qubits"),
    ("size true", put("n_qubits", TRUE, of=0), "field.int-type", f"{Q}:$.n_qubits"),
    ("another device", put("backend_name", "ring", of=1), "volume.different-devices", P),
    ("another size", put("n_qubits", 4, of=0), "volume.different-devices", P),
    ("no time", drop("last_update_date", of=1), "volume.two-files", "input"),
    ("time without zone", put("last_update_date", "2026-01-02T03:04:05", of=1), "time.without-zone", f"{P}:$.last_update_date"),
    ("qubits an object", put("qubits", {}, of=1), "json.wrong-type", f"{P}:$.qubits"),
    ("value a text", qubit_value("T1", "long"), "json.wrong-type", f"{P}:$.qubits[1][0].value"),
    ("value not finite", qubit_value("T1", float("nan")), "value.not-finite", f"{P}:$.qubits[1][0].value"),
    ("unknown unit", lambda _, n: n["qubits"][1][0].update(unit="dt"), "value.unknown-unit", f"{P}:$.qubits[1][0].unit"),
    ("parameter twice", lambda _, n: n["qubits"][1].append(parameter("T1", 5, "us")), "calibration.repeated", f"{P}:$.qubits[1][6].name"),
    ("gate twice", lambda _, n: n["gates"].append(n["gates"][0]), "calibration.repeated", f"{P}:$.gates[13]"),
    ("gate on a qubit that is not there", lambda _, n: n["gates"].append(gate("cx", [1, 9], 0.1, 1)), "calibration.unknown-qubit", f"{P}:$.gates[13].qubits"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "spoil", "code", "place"), SPOILT, ids=[case[0] for case in SPOILT])
def test_spoilt_files(what: str, spoil: Spoil, code: str, place: str) -> None:
    found = problems(files(spoil=spoil))[0]
    assert (found.reason.code, found.place) == (code, place), what


RAW: list[tuple[str, bytes, str]] = [
    ("not JSON", b"{ backend }", "json.malformed"),
    ("cut off", WELL[CONFIGURATION][:40], "json.malformed"),
    ("a list", b"[]", "json.wrong-type"),
    ("a number", b"5", "json.wrong-type"),
    ("nothing", b"", "input.empty"),
    ("no text", b"\xff\xfe", "file.not-utf8"),
    ("too deep", b'{"a":' * 100_000, "json.too-deep"),
    ("a member twice", b'{"basis_gates": [], "basis_gates": ["cx"]}', "yaml.duplicate-key"),
    ("endless digits", b'{"basis_gates": ' + b"9" * 10_000 + b"}", "value.too-long"),
    ("neither of the two", b"{}", "volume.two-files"),
]


@pytest.mark.parametrize(("what", "data", "code"), RAW, ids=[case[0] for case in RAW])
@pytest.mark.parametrize("which", [CONFIGURATION, PROPERTIES])
def test_bytes_that_are_no_such_file(which: str, what: str, data: bytes, code: str) -> None:
    assert problems({**WELL, which: data})[0].reason.code == code, what


@pytest.mark.parametrize(
    "given_files",
    [
        {},
        {CONFIGURATION: WELL[CONFIGURATION]},
        {PROPERTIES: WELL[PROPERTIES]},
        {"a": WELL[PROPERTIES], "b": WELL[PROPERTIES]},
        {**WELL, "again": WELL[CONFIGURATION]},
    ],
    ids=["none", "configuration alone", "properties alone", "properties twice", "three"],
)
def test_one_of_each_is_asked_for(given_files: Mapping[str, bytes]) -> None:
    (found,) = problems(given_files)
    assert found.reason.code == "volume.two-files"
    assert sentence(found.reason).startswith("A device is simulated from two files")


def test_qubits_that_are_not_there() -> None:
    found = problems(WELL, (1, 7, 8))
    assert [sentence(p.reason) for p in found] == [
        "The device has no qubit 7; its 3 are numbered from 0.",
        "The device has no qubit 8; its 3 are numbered from 0.",
    ]


def test_qubits_that_do_not_touch() -> None:
    (found,) = problems(files(configuration(6), properties(6)), (0, 1, 3, 5))
    assert sentence(found.reason) == "No usable coupling joins 3 and 5 to qubit 0."


def test_a_faulty_coupling_is_left_out_and_counted() -> None:
    """Qubits 0 and 2 joined as well, so that all stay connected without it."""

    def spoil(declared: Json, noise: Json) -> None:
        declared["coupling_map"].append([0, 2])
        noise["gates"].append(gate("cx", [0, 2], 0.01, 300))
        gate_value(CX_01, "gate_error", 1)(declared, noise)
        gate_value(CX_01 + 1, "gate_error", 1)(declared, noise)

    found = chosen(files(spoil=spoil))
    assert {g.qubits for g in found.gates if g.name == "cx"} == {(1, 2), (2, 1), (0, 2)}
    assert found.left_out == 1


def test_a_gate_out_of_operation_is_faulty() -> None:
    def spoil(_: Json, noise: Json) -> None:
        noise["gates"][CX_01]["parameters"].append(parameter("operational", 0))
        noise["gates"][CX_01 + 1]["parameters"].append(parameter("operational", 1))

    assert (1, 0) in {g.qubits for g in chosen(files(spoil=spoil)).gates}
    assert (0, 1) not in {g.qubits for g in chosen(files(spoil=spoil)).gates}


def test_a_gate_outside_the_coupling_map_is_not_used() -> None:
    def spoil(_: Json, noise: Json) -> None:
        noise["gates"].append(gate("cx", [0, 2], 0.01, 300))

    assert (0, 2) not in {g.qubits for g in chosen(files(spoil=spoil)).gates}


def test_one_readout_error_serves_for_both() -> None:
    def spoil(_: Json, noise: Json) -> None:
        del noise["qubits"][0][3]

    found = chosen(files(spoil=spoil)).qubits[0]
    assert (found.reads_0_for_1, found.reads_1_for_0) == (0.016, 0.016)


def test_t2_beyond_what_t1_allows_is_counted() -> None:
    assert chosen(files(spoil=qubit_value("T2", 241))).t2_beyond_bound == 1


def test_every_reason_is_told_at_once() -> None:
    def spoil(declared: Json, noise: Json) -> None:
        qubit_value("T1", -1)(declared, noise)
        gate_value(SX_1, "gate_error", None)(declared, noise)
        declared["coupling_map"] = []

    found = [p.reason.code for p in problems(files(spoil=spoil))]
    assert sorted(found) == ["volume.impossible", "volume.not-connected", "volume.undeclared"]


def test_what_is_wrong_elsewhere_on_the_device_does_not_matter() -> None:
    def spoil(declared: Json, noise: Json) -> None:
        qubit_value("T1", -1)(declared, noise)

    noise = properties(5)
    spoil({}, noise)
    assert len(chosen(files(configuration(5), noise), (3, 4)).qubits) == 2


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
@settings(deadline=None)
def test_whatever_stands_in_a_place_it_is_used_or_refused(data: st.DataObject) -> None:
    """No other error than Unusable, and always with a sentence."""
    bodies = (configuration(), properties())
    body = bodies[data.draw(st.integers(0, 1))]
    holder: object = body
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))  # type: ignore[arg-type]
        key = data.draw(st.sampled_from(keys))
        inner = holder[key]  # type: ignore[index]
        if not (isinstance(inner, dict | list) and inner) or data.draw(st.booleans()):
            holder[key] = data.draw(JSON_VALUES)  # type: ignore[index]
            break
        holder = inner
    given_files = {CONFIGURATION: json.dumps(bodies[0]).encode(), PROPERTIES: json.dumps(bodies[1]).encode()}
    try:
        chosen(given_files)
    except Unusable as unusable:
        for found in unusable.problems:
            sentence(found.reason)  # raises where there is none
