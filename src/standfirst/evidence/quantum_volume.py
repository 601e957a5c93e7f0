"""The collector `quantum-volume`: would these qubits pass the quantum-volume test with the noise that they declare?

After Cross et al. 2019 (arXiv:1811.12926): random circuits as deep as wide are run, and it is counted how often an outcome
comes that a perfect device gives more often than the median one. Run here means simulated, with the noise of a real device
as its two files declare it; every verdict says so. Needs the extra `quantum`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from standfirst.evidence.calibration.finding import days
from standfirst.evidence.calibration.values import BadValue, name_of
from standfirst.evidence.choices import PARAMETERS
from standfirst.evidence.environment import this_environment
from standfirst.evidence.repeating import stored_inputs
from standfirst.evidence.result import (
    Check,
    Figure,
    MeasurementResult,
    Parameter,
    Subject,
    Value,
    decimal_text,
    instant_text,
)
from standfirst.evidence.volume.catalogue import device_files
from standfirst.evidence.volume.device import ChosenQubits, Device, chosen_qubits, read_device
from standfirst.evidence.volume.judgement import SIMULATED, SIMULATION, judged
from standfirst.evidence.volume.parameters import VolumeParameters
from standfirst.evidence.volume.picture import heavy_counts, shares_figure
from standfirst.pictures.figure import Figure as Picture
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason

if TYPE_CHECKING:
    from standfirst.evidence.volume.simulation import Run

METHOD: Final = "quantum-volume"
VERSION: Final = "1"
"""Grows with every change that can change a result."""
PACKAGES: Final = ("numpy", "qiskit", "qiskit_aer", "qiskit_ibm_runtime")

_ARITHMETIC: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
"""Set for the whole measurement, so that no setting of the calling program reaches a result."""
_NOT_MODELLED: Final = ("no-idle-noise", "no-crosstalk", "no-leakage")
_MILLIONTH: Final = Decimal("0.000001")
_HUNDREDTH: Final = Decimal("0.01")


def measure(
    source: str | Mapping[str, bytes],
    *,
    name: str,
    parameters: Mapping[str, object],
    at: datetime | None = None,
    performed_at: datetime | None = None,
) -> MeasurementResult:
    """Measure some qubits of one device.

    Args:
        source: the name of a device that qiskit-ibm-runtime carries, or a device's own two files by name: configuration
            and properties as IBM writes them.
        name: what the organisation calls it; stands in the result as its subject.
        parameters: choices by name, as `VolumeParameters` has them; `qubits` has no default.
        at: a time at which the age of the declared values is to be stated.
        performed_at: when the measurement was made; stands in the envelope only.

    Raises:
        Unusable: the device, its files, the qubits or the parameters cannot be used; it lists every problem.
    """
    chosen = VolumeParameters.choose(parameters)
    _check_name(name)
    files = device_files(source) if isinstance(source, str) else source
    with localcontext(_ARITHMETIC):
        device = read_device(files)
        qubits = chosen_qubits(device, chosen.qubits)
        if at is not None and at < device.snapshot:
            reason = Reason(
                "parameter.before-snapshot",
                {"at": instant_text(at), "snapshot": instant_text(device.snapshot)},
            )
            raise Unusable([Problem(PARAMETERS, 0, "at", reason)])
        from standfirst.evidence.volume.simulation import run_volume

        run = run_volume(qubits, chosen)
        return _assemble(device, qubits, run, chosen, name=name, at=at, performed_at=performed_at)


def repeat(stored: MeasurementResult, inputs: Mapping[str, bytes]) -> MeasurementResult:
    """The same measurement again, from the stored choices and the two files by their SHA-256 (hex).

    Raises Unusable where a file is missing or what was stored is not a result of this method and version.
    """
    files = stored_inputs(stored, inputs, method=METHOD, version=VERSION)
    at = next((p.value for p in stored.parameters if p.name == "at"), None)
    return measure(
        files,
        name=stored.subject.name,
        parameters=VolumeParameters.stated(stored.parameters, stored.seed),
        at=None if at is None else datetime.fromisoformat(str(at)),
    )


def figures(stored: MeasurementResult, inputs: Mapping[str, bytes]) -> tuple[Picture, ...]:  # noqa: ARG001
    """How the circuits' shares lie about the threshold. The counts stand in the result, so no input is needed.

    Raises Unusable where a result has such counts and not what this method states beside them: anybody can write one.
    """
    try:
        picture = shares_figure(stored)
    except (ArithmeticError, LookupError, StopIteration):
        where, version = stored.subject.name, stored.method_version
        raise Unusable(
            [problem(where, "measurement.other-method", method=stored.method, version=version)]
        ) from None
    return (picture,) if picture else ()


def _assemble(
    device: Device,
    qubits: ChosenQubits,
    run: "Run",
    parameters: VolumeParameters,
    *,
    name: str,
    at: datetime | None,
    performed_at: datetime | None,
) -> MeasurementResult:
    judgement = judged(run.heavy, parameters)
    age = None if at is None else at - device.snapshot
    reference = Value(name="ideal-heavy-output-share", value=_ideal(run), unit="1", resolution="0.000001")
    return MeasurementResult(
        method=METHOD,
        method_version=VERSION,
        subject=Subject(
            name=name,
            identifier=device.name,
            what="simulated-device",
            snapshot=instant_text(device.snapshot),
        ),
        inputs=device.inputs,
        parameters=(
            *parameters.as_parameters(),
            Parameter(name="at", value=None if at is None else instant_text(at)),
        ),
        seed=parameters.seed,
        counts={
            "circuits": parameters.circuits,
            "shots": parameters.circuits * parameters.shots,
            "heavy-outputs": sum(run.heavy),
            "two-qubit-gates": run.two_qubit_gates,
            **heavy_counts(run.heavy),
        },
        values=(*judgement.values, reference),
        checks=(*judgement.checks, _simulation(qubits, run, parameters, age=age)),
        decision=judgement.decision,
        environment=this_environment(PACKAGES),
        performed_at=None if performed_at is None else instant_text(performed_at),
    )


def _simulation(
    qubits: ChosenQubits, run: "Run", parameters: VolumeParameters, *, age: timedelta | None
) -> Check:
    """What the verdicts hold under. It decides nothing; what the noise leaves out stands in its codes."""
    gates = Decimal(run.two_qubit_gates) / parameters.circuits
    found = [
        Figure(name="width", value=len(parameters.qubits)),
        Figure(name="depth", value=len(parameters.qubits)),
        Figure(name="ideal-mean-share", value=_ideal(run)),
        Figure(name="two-qubit-gates-a-circuit", value=decimal_text(gates.quantize(_HUNDREDTH))),
    ]
    if age is not None:
        told = decimal_text(days(age).quantize(_HUNDREDTH))
        found.append(Figure(name="age-of-declared-values", value=told, unit="d"))
    if qubits.left_out:
        found.append(Figure(name="faulty-couplings-left-out", value=qubits.left_out))
    if qubits.t2_beyond_bound:
        found.append(Figure(name="t2-cut-to-twice-t1", value=qubits.t2_beyond_bound))
    codes = (
        SIMULATED,
        "declared-noise",
        *_NOT_MODELLED,
        "no-error-mitigation",
        f"gates-sha256-{run.gates}",
    )
    return Check(name=SIMULATION, verdict=None, figures=tuple(found), codes=codes)


def _ideal(run: "Run") -> str:
    return decimal_text(Decimal(run.ideal).quantize(_MILLIONTH))


def _check_name(name: str) -> None:
    """Raises Unusable unless a result can show the name."""
    try:
        name_of(name.strip() and name)
    except BadValue as bad:
        raise Unusable([Problem(PARAMETERS, 0, "name", bad.reason)]) from None


@dataclass(frozen=True, slots=True)
class QuantumVolume:
    """This collector as `standfirst.evidence.collectors` offers it."""

    name: ClassVar[str] = METHOD
    version: ClassVar[str] = VERSION
    needs_extra: ClassVar[str | None] = "quantum"
    parameters: ClassVar[type[VolumeParameters]] = VolumeParameters

    def measure(
        self,
        source: Path | str | bytes | Mapping[str, bytes],
        *,
        name: str,
        parameters: Mapping[str, object],
        at: datetime | None = None,
        performed_at: datetime | None = None,
    ) -> MeasurementResult:
        """As `measure` of this file."""
        return measure(_device(source), name=name, parameters=parameters, at=at, performed_at=performed_at)

    def files(self, source: Path | str | bytes | Mapping[str, bytes]) -> Mapping[str, bytes]:
        """The device's two files by name. Raises Unusable."""
        named = _device(source)
        return device_files(named) if isinstance(named, str) else named

    def repeat(self, stored: MeasurementResult, inputs: Mapping[str, bytes]) -> MeasurementResult:
        return repeat(stored, inputs)

    def figures(self, stored: MeasurementResult, inputs: Mapping[str, bytes]) -> tuple[Picture, ...]:
        return figures(stored, inputs)


def _device(source: Path | str | bytes | Mapping[str, bytes]) -> str | Mapping[str, bytes]:
    """One file is not enough to simulate a device. Raises Unusable."""
    if isinstance(source, str | Mapping):
        return source
    name = source.name if isinstance(source, Path) else "input"
    raise Unusable([Problem(name, 0, "", Reason("volume.two-files", {"names": (name,), "count": 1}))])


COLLECTOR: Final = QuantumVolume()
