"""The collector as a whole: what it says, that it can be repeated, and what it refuses."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.evidence.volume.devices import DATE, PROPERTIES, configuration, files, properties

import standfirst.evidence.volume
from standfirst.evidence import quantum_volume
from standfirst.evidence.collectors import Row, measure_with
from standfirst.evidence.quantum_volume import COLLECTOR, figures, measure, repeat
from standfirst.evidence.result import MeasurementResult
from standfirst.evidence.volume.picture import stated_heavy_counts
from standfirst.pictures import drawing
from standfirst.standards.problems import Unusable
from standfirst.standards.vocabulary import Domain, Verdict
from standfirst.trust.digests import sha256_hex
from standfirst.words import quantum
from standfirst.words.render import SENTENCES, hint, sentence

LINE = files(configuration(3), properties(3))
CHOICES = {"qubits": "0,1", "circuits": 100, "shots": 100, "seed": 7}


def by_digest(inputs: Mapping[str, bytes]) -> dict[str, bytes]:
    return {sha256_hex(data): data for data in inputs.values()}


@pytest.fixture(scope="module")
def result() -> MeasurementResult:
    return measure(LINE, name="Our line", parameters=CHOICES, performed_at=datetime(2026, 2, 3, tzinfo=UTC))


def test_says_what_was_measured_from_what(result: MeasurementResult) -> None:
    assert (result.method, result.seed) == ("quantum-volume", 7)
    assert (result.subject.name, result.subject.identifier) == ("Our line", "line")
    assert result.subject.what == "simulated-device"
    assert result.subject.snapshot == DATE.replace("+00:00", "Z")
    assert {file.name: file.sha256 for file in result.inputs} == {n: sha256_hex(d) for n, d in LINE.items()}
    assert result.environment is not None
    assert {"numpy", "qiskit", "qiskit_aer", "qiskit_ibm_runtime"} <= {
        p for p, _ in result.environment.packages
    }
    stated = {p.name: p.value for p in result.parameters}
    assert stated == {
        "qubits": "0,1",
        "circuits": 100,
        "shots": 100,
        "optimization-level": 3,
        "confidence": "0.975",
        "at": None,
    }


def test_every_count_of_a_circuit_is_kept_within_the_digest(result: MeasurementResult) -> None:
    heavy = stated_heavy_counts(result)
    assert len(heavy) == 100
    assert sum(heavy) == result.counts["heavy-outputs"]
    assert result.counts["shots"] == 10_000
    changed = {
        **result.counts,
        "heavy-outputs-of-circuit-001": result.counts["heavy-outputs-of-circuit-001"] ^ 1,
    }
    assert result.model_copy(update={"counts": changed}).result_digest != result.result_digest


def test_says_that_it_is_simulated_and_what_is_left_out(result: MeasurementResult) -> None:
    codes = result.check("simulation").codes
    assert {"simulated", "declared-noise", "no-idle-noise", "no-crosstalk", "no-leakage"} <= set(codes)
    assert "no-error-mitigation" in codes
    assert sum(code.startswith("gates-sha256-") for code in codes) == 1
    assert result.check("simulation").verdict is None
    for name in ("two-sigma", "circuit-level"):
        assert "simulated" in result.check(name).codes


def test_reports_the_share_with_its_uncertainty_and_the_ideal_one(result: MeasurementResult) -> None:
    share, ideal = result.value("heavy-output-share"), result.value("ideal-heavy-output-share")
    assert share.interval is not None
    assert share.interval.coverage == "0.95"
    assert share.uncertainty is not None
    assert float(share.value) == result.counts["heavy-outputs"] / 10_000
    assert float(share.value) < float(ideal.value)
    assert ideal.interval is None
    (shown,) = [f.value for f in result.check("simulation").figures if f.name == "ideal-mean-share"]
    assert shown == ideal.value


def test_a_real_device_gives_both_verdicts() -> None:
    """Montreal on four qubits: the published rule cannot decide at 100 circuits, the circuits' spread can."""
    found = measure("FakeMontrealV2", name="Montreal", parameters={**CHOICES, "qubits": (0, 1, 2, 3)})
    assert found.check("circuit-level").verdict is Verdict.CONFORM
    assert found.check("two-sigma").verdict is Verdict.INDETERMINATE
    assert (found.verdict, found.decision.decided_by) == (Verdict.INDETERMINATE, ("two-sigma",))
    assert found.subject.identifier == "ibmq_montreal"
    assert [file.name for file in found.inputs] == ["conf_montreal.json", "props_montreal.json"]
    assert 20 < found.counts["two-qubit-gates"] / 100 < 27


def test_repeats_from_the_stored_result_and_two_files(result: MeasurementResult) -> None:
    stored = MeasurementResult.model_validate_json(result.canonical())
    again = repeat(stored, by_digest(LINE))
    assert again.result_digest == result.result_digest
    assert again.envelope_digest != result.envelope_digest  # no time was given


def test_repeats_in_another_process(result: MeasurementResult, tmp_path: Path) -> None:
    """With other thread settings, another hash seed, and no package of devices to look a name up in."""
    for digest, data in by_digest(LINE).items():
        (tmp_path / digest).write_bytes(data)
    (tmp_path / "stored.json").write_bytes(result.canonical())
    code = (
        "import sys; from pathlib import Path; sys.modules['qiskit_ibm_runtime'] = None\n"
        "from standfirst.evidence.quantum_volume import repeat\n"
        "from standfirst.evidence.result import MeasurementResult\n"
        "here = Path(sys.argv[1]); inputs = {p.name: p.read_bytes() for p in here.iterdir()}\n"
        "print(repeat(MeasurementResult.model_validate_json(inputs.pop('stored.json')), inputs).result_digest)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={"OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "PYTHONHASHSEED": "5", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == result.result_digest


def test_another_seed_is_another_result(result: MeasurementResult) -> None:
    other = measure(LINE, name="Our line", parameters={**CHOICES, "seed": 8})
    assert stated_heavy_counts(other) != stated_heavy_counts(result)
    assert other.value("ideal-heavy-output-share") != result.value("ideal-heavy-output-share")


def test_names_of_files_and_subject_change_no_result(result: MeasurementResult) -> None:
    renamed = dict(zip(("a.json", "b.json"), LINE.values(), strict=True))
    assert measure(renamed, name="Another", parameters=CHOICES).result_digest == result.result_digest


def test_a_repeat_needs_both_files_and_the_same_version(result: MeasurementResult) -> None:
    with pytest.raises(Unusable) as caught:
        repeat(result, {sha256_hex(LINE[PROPERTIES]): LINE[PROPERTIES]})
    (found,) = caught.value.problems
    assert (found.file, found.reason.code) == ("conf_line.json", "measurement.input-not-attached")
    for change in ({"method_version": "0"}, {"method": "calibration-integrity"}):
        with pytest.raises(Unusable) as caught:
            repeat(result.model_copy(update=change), by_digest(LINE))
        assert caught.value.problems[0].reason.code == "measurement.other-method"
        assert sentence(caught.value.problems[0].reason)


def test_the_age_of_the_declared_values_is_stated_when_asked() -> None:
    at = datetime(2026, 1, 12, 3, 4, 5, tzinfo=UTC)
    found = measure(LINE, name="x", parameters=CHOICES, at=at)
    (age,) = [f for f in found.check("simulation").figures if f.name == "age-of-declared-values"]
    assert (age.value, age.unit) == ("10.00", "d")
    assert repeat(found, by_digest(LINE)).result_digest == found.result_digest
    with pytest.raises(Unusable) as caught:
        measure(LINE, name="x", parameters=CHOICES, at=datetime(2020, 1, 1, tzinfo=UTC))
    assert caught.value.problems[0].reason.code == "parameter.before-snapshot"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\udcff"])
def test_a_name_that_cannot_be_shown(name: str) -> None:
    with pytest.raises(Unusable) as caught:
        measure(LINE, name=name, parameters=CHOICES)
    assert caught.value.problems[0].reason.code == "calibration.no-name"


@pytest.mark.parametrize("source", [Path("props_line.json"), b"{}"])
def test_one_file_is_not_a_device(source: Path | bytes) -> None:
    for ask in (
        lambda: COLLECTOR.files(source),
        lambda: COLLECTOR.measure(source, name="x", parameters=CHOICES),
    ):
        with pytest.raises(Unusable) as caught:
            ask()
        assert caught.value.problems[0].reason.code == "volume.two-files"


def test_the_collector_offers_the_same(result: MeasurementResult) -> None:
    assert COLLECTOR.files(LINE) is LINE
    assert list(COLLECTOR.files("lima")) == ["conf_lima.json", "props_lima.json"]
    assert COLLECTOR.repeat(result, by_digest(LINE)).result_digest == result.result_digest
    assert COLLECTOR.figures(result, {}) == figures(result, {})


@pytest.mark.parametrize(
    "other",
    [
        {"values": ()},
        {"checks": ()},
        {"counts": {"heavy-outputs-of-circuit-001": 1}},
        {"counts": {"heavy-outputs-of-circuit-001": 1, "shots": 0}},
    ],
)
def test_a_result_that_it_would_not_have_given_has_no_picture(
    result: MeasurementResult, other: Mapping[str, object]
) -> None:
    invented = MeasurementResult.model_validate({**result.model_dump(), **other})
    with pytest.raises(Unusable) as refused:
        figures(invented, {})
    assert [problem.reason.code for problem in refused.value.problems] == ["measurement.other-method"]


def test_without_its_extra_it_is_not_measurable() -> None:
    row = Row(
        "quantum-volume",
        quantum_volume.__name__,
        (Domain.COMPUTING,),
        "quantum",
        ("no_such_module",),
        reads_files=False,
    )
    found = measure_with("quantum-volume", "montreal", subject="x", parameters=CHOICES, table=(row,))
    assert found.verdict is Verdict.NOT_MEASURABLE
    assert found.check("extra-installed").codes == ("extra-absent",)
    assert figures(found, {}) == ()


def test_looking_at_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, standfirst.evidence.quantum_volume as q; "
        "q.COLLECTOR.files('montreal'); "
        "sys.exit(bool({'numpy', 'scipy', 'qiskit', 'qiskit_aer', 'qiskit_ibm_runtime'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_figure_tells_what_it_shows(result: MeasurementResult) -> None:
    (figure,) = figures(result, {})
    assert figure.title == "Heavy-output shares of 100 circuits, 2 qubits of Our line, simulated"
    assert sum(row["circuits"] for row in figure.rows) == 100
    above = sum(row["circuits"] for row in figure.rows if row["reaches two thirds"])
    assert f"{above} of 100 circuits" in figure.description
    assert above == sum(3 * count >= 2 * 100 for count in stated_heavy_counts(result))
    for name in ("two-sigma interval", "circuit-level interval", result.value("heavy-output-share").value):
        assert name in figure.description
    assert json.loads(json.dumps(figure.spec)) == figure.spec


@pytest.mark.skipif(not drawing.is_available(), reason="the extra report is not installed")
@pytest.mark.filterwarnings("default")
def test_the_figure_can_be_drawn(result: MeasurementResult) -> None:
    drawn = drawing.svg(figures(result, {})[0])
    assert drawn.count("<svg") == 1
    assert "two thirds" in drawn
    assert "circuit-level" in drawn


def codes(source: Path) -> Iterator[str]:
    """Every literal that stands as the code in a reason, a problem or a validator's error."""
    place = {"Reason": 0, "problem": 1, "PydanticCustomError": 0}
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in place:
            asked = node.args[place[node.func.id]]
            if isinstance(asked, ast.Constant):
                yield str(asked.value)


def test_every_code_has_a_sentence_and_a_hint_and_the_other_way_round() -> None:
    room = Path(next(iter(standfirst.evidence.volume.__path__)))
    found = {c for file in (Path(quantum_volume.__file__), *room.glob("*.py")) for c in codes(file)}
    assert found - set(SENTENCES) == set()
    assert set(quantum.SENTENCES) <= found
    assert set(quantum.HINTS) == set(quantum.SENTENCES)


def test_refusals_read_as_sentences() -> None:
    with pytest.raises(Unusable) as caught:
        measure("montreux", name="x", parameters=CHOICES)
    (found,) = caught.value.problems
    assert sentence(found.reason).startswith("No device of this name is among the ")
    assert "montreal" in sentence(found.reason)
    assert hint(found.reason) == "Give its name without ibm or fake, such as montreal."
