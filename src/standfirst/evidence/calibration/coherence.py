"""The smallest error that relaxation and dephasing allow a gate of a given length: its coherence limit.

A qubit that only relaxes (T1) and dephases (T2) for the time t keeps, of its Pauli components, 1, e^(-t/T2),
e^(-t/T2) and e^(-t/T1). The process fidelity is their mean,

    F = 1/4 + e^(-t/T1)/4 + e^(-t/T2)/2,

and of two independent qubits the product F F'. The average gate infidelity, which randomised benchmarking estimates
and providers declare as gate error, follows from F in d dimensions as 1 - (d F + 1)/(d + 1) (Horodecki et al.,
Phys. Rev. A 60 (1999) 1888; Nielsen, Phys. Lett. A 303 (2002) 249):

    one qubit (d = 2):    2/3 (1 - F)
    two qubits (d = 4):   4/5 (1 - F F')

Three things to know before blaming a declaration. T1 and T2 fluctuate between their measurement and the gate's. The T2
of providers is that of one echo; a gate that refocuses better can beat it, but never T2 = 2 T1, which gives the
smaller `relaxation limit`. And a provider that declares process infidelity instead of average infidelity declares
a larger number for the same gate, so it is judged too mildly, never too harshly.
"""

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

from standfirst.evidence.calibration.record import Qubit

_CONTEXT: Final = Context(prec=40)
_NOTHING_LEFT: Final = Decimal(200)
"""After 200 time constants e^-x is below 1e-86: nothing, at any resolution used here."""


@dataclass(frozen=True, slots=True)
class Coherence:
    """T1 and T2 in seconds, both above zero.

    T2 beyond 2 T1 is no physical process, so it enters the limit as 2 T1: the most that T1 allows.
    """

    t1: Decimal
    t2: Decimal

    @property
    def is_capped(self) -> bool:
        return self.t2 > 2 * self.t1

    def process_fidelity(self, time: Decimal) -> Decimal:
        return _fidelity(time, self.t1, min(self.t2, 2 * self.t1))

    def best_process_fidelity(self, time: Decimal) -> Decimal:
        """With T2 = 2 T1: relaxation only, which no refocusing can undo."""
        return _fidelity(time, self.t1, 2 * self.t1)


def coherence_of(qubit: Qubit) -> Coherence | None:
    """The time constants of a qubit, if both are declared and above zero."""
    t1, t2 = qubit.value("T1"), qubit.value("T2")
    return Coherence(t1, t2) if t1 is not None and t2 is not None and t1 > 0 and t2 > 0 else None


def average_infidelity(process_fidelities: tuple[Decimal, ...]) -> Decimal:
    """Average gate infidelity of independent qubits with these process fidelities."""
    c, kept, dimension = _CONTEXT, Decimal(1), 2 ** len(process_fidelities)
    for fidelity in process_fidelities:
        kept = c.multiply(kept, fidelity)
    return c.divide(c.multiply(Decimal(dimension), c.subtract(Decimal(1), kept)), Decimal(dimension + 1))


def _fidelity(time: Decimal, t1: Decimal, t2: Decimal) -> Decimal:
    c = _CONTEXT
    relaxed, dephased = _decay(time, t1), _decay(time, t2)
    return c.divide(c.add(c.add(Decimal(1), relaxed), c.multiply(Decimal(2), dephased)), Decimal(4))


def _decay(time: Decimal, constant: Decimal) -> Decimal:
    exponent = _CONTEXT.divide(time, constant)
    return Decimal(0) if exponent > _NOTHING_LEFT else _CONTEXT.exp(-exponent)
