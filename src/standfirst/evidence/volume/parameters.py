"""What can be chosen before quantum volume is measured. The rules that judge are the method's own and no choice."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt
from pydantic_core import ErrorDetails, PydanticCustomError

from standfirst.evidence.choices import PARAMETERS, Choices
from standfirst.evidence.result import DecimalText, Natural, Parameter
from standfirst.standards.problems import Problem, problem
from standfirst.standards.reason import Reason

LEAST_CIRCUITS: Final = 100
"""Cross et al. 2019 (arXiv:1811.12926), algorithm 1, ask for at least 100: below, the normal approximation of its rule
does not hold."""
MOST_CIRCUITS: Final = 10_000
MOST_SHOTS: Final = 1_000_000
"""What the simulator takes in one run."""
MOST_QUBITS: Final = 10
"""A density matrix of n qubits has 4^n complex numbers; each further qubit takes four times the memory and, since the
circuits get deeper too, more than four times the time."""


def _number(value: object) -> object:
    """Choices arrive as texts from a command line and as numbers from code."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        return int(value)
    return value


def _numbers(value: object) -> object:
    return tuple(map(_number, value.split(","))) if isinstance(value, str) else value


def _a_set_of_qubits(qubits: tuple[int, ...]) -> tuple[int, ...]:
    """In rising order: the same qubits named in another order are the same experiment."""
    if len(set(qubits)) < len(qubits):
        raise PydanticCustomError("volume.qubit-twice", "a qubit stands twice")
    if len(qubits) < 2:
        raise PydanticCustomError("volume.too-few-qubits", "too few qubits", {"found": len(qubits)})
    if len(qubits) > MOST_QUBITS:
        found = {"found": len(qubits), "most": MOST_QUBITS}
        raise PydanticCustomError("volume.too-many-qubits", "too many qubits", found)
    return tuple(sorted(qubits))


def _enough_circuits(circuits: int) -> int:
    if circuits < LEAST_CIRCUITS:
        found = {"found": circuits, "least": LEAST_CIRCUITS}
        raise PydanticCustomError("volume.too-few-circuits", "too few circuits", found)
    return circuits


def _confidence(text: str) -> str:
    if not Decimal("0.9") <= Decimal(text) <= Decimal("0.9999"):
        raise ValueError("a confidence lies between 0.9 and 0.9999")
    return text


class VolumeParameters(Choices):
    """Choices of `quantum-volume`."""

    qubits: Annotated[
        tuple[Annotated[StrictInt, Field(ge=0, le=999_999)], ...],
        AfterValidator(_a_set_of_qubits),
        BeforeValidator(_numbers),
    ] = Field(
        description="Which of the device's qubits, 2 to 10 that its couplings join. Their number is the width and depth."
    )
    circuits: Annotated[
        StrictInt, Field(le=MOST_CIRCUITS), AfterValidator(_enough_circuits), BeforeValidator(_number)
    ] = Field(100, description="How many random circuits are drawn: 100 or more.")
    shots: Annotated[StrictInt, Field(ge=1, le=MOST_SHOTS), BeforeValidator(_number)] = Field(
        1000, description="How often each circuit is run."
    )
    seed: Annotated[Natural, BeforeValidator(_number)] = Field(
        42,
        description="Draws the circuits, the compiler's trials and the shots. To be fixed before measuring, not after.",
    )
    optimization_level: Annotated[StrictInt, Field(ge=0, le=3), BeforeValidator(_number)] = Field(
        3,
        description="How hard the compiler tries, 0 to 3. It may not replace a circuit by an approximate one.",
    )
    confidence: Annotated[DecimalText, AfterValidator(_confidence)] = Field(
        "0.975", description="One-sided confidence of each end of the circuit-level interval."
    )

    @classmethod
    def _problem(cls, fault: ErrorDetails) -> Problem:
        """Faults that say more than that a value is bad have codes of their own."""
        name = str(fault["loc"][0]).replace("_", "-")
        if fault["type"] == "missing":
            return problem(PARAMETERS, "volume.not-chosen", field=name)
        if fault["type"].startswith("volume."):
            return Problem(PARAMETERS, 0, name, Reason(fault["type"], fault.get("ctx", {})))
        return super()._problem({**fault, "loc": (name,)})

    def as_parameters(self) -> tuple[Parameter, ...]:
        """As a result states them; the seed has its own place there."""
        return (
            Parameter(name="qubits", value=",".join(map(str, self.qubits))),
            Parameter(name="circuits", value=self.circuits, unit="1"),
            Parameter(name="shots", value=self.shots, unit="1"),
            Parameter(name="optimization-level", value=self.optimization_level),
            Parameter(name="confidence", value=self.confidence, unit="1"),
        )

    @classmethod
    def stated(cls, parameters: tuple[Parameter, ...], seed: int | None) -> Mapping[str, Any]:
        """The choices that a stored result states, for `choose`."""
        names = {field.replace("_", "-") for field in cls.model_fields}
        return {**{p.name: p.value for p in parameters if p.name in names}, "seed": seed}
