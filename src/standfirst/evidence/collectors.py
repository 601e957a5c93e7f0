"""The collectors by name: one explicit table, each loaded when it is asked for.

A new collector is one file that ends in `COLLECTOR`, and one row here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

from pydantic import BaseModel

from standfirst.evidence.environment import this_environment
from standfirst.evidence.result import Check, Decision, MeasurementResult, Parameter, Subject, instant_text
from standfirst.evidence.source import open_source
from standfirst.pictures.figure import Figure
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.vocabulary import Domain, Verdict

NOT_LOADED: Final = "not-loaded"
"""The method version of a result that says only that its collector's extra is missing."""


class Collector(Protocol):
    """What every collector offers. `parameters` is a frozen model: its fields are what may be chosen.

    `inputs` maps the SHA-256 (hex) of each input of a stored result to its bytes: with them alone a result is
    measured again and its figures drawn.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def needs_extra(self) -> str | None: ...
    @property
    def parameters(self) -> type[BaseModel]: ...

    def measure(
        self,
        source: Path | str | bytes,
        *,
        name: str,
        parameters: Mapping[str, object],
        at: datetime | None = None,
        performed_at: datetime | None = None,
    ) -> MeasurementResult:
        """Measure `source` for the subject called `name`. Raises Unusable."""
        ...

    def files(self, source: Path | str | bytes) -> Mapping[str, bytes]:
        """The inputs by file name, as they are kept beside the result. Raises Unusable."""
        ...

    def repeat(self, stored: MeasurementResult, inputs: Mapping[str, bytes]) -> MeasurementResult:
        """The same measurement again, from its stored parameters. Raises Unusable where that can no longer be done."""
        ...

    def figures(self, stored: MeasurementResult, inputs: Mapping[str, bytes]) -> tuple[Figure, ...]:
        """The pictures of a stored result. Raises Unusable where its input can no longer be read."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """Where a collector lives, in which domains it has something to measure and, if it needs an optional extra, which
    top-level modules that extra brings. `reads_files`: its source is a file; otherwise a name that the extra knows.
    """

    name: str
    module: str
    domains: tuple[Domain, ...]
    extra: str | None = None
    needs: tuple[str, ...] = ()
    reads_files: bool = True

    @property
    def is_available(self) -> bool:
        return all(find_spec(module) is not None for module in self.needs)

    def load(self) -> Collector:
        """The collector; heavy libraries it needs are imported now, not before."""
        found: Collector = import_module(self.module).COLLECTOR
        return found


COLLECTORS: Final = (
    Row("calibration-integrity", "standfirst.evidence.calibration_integrity", (Domain.COMPUTING,)),
    Row("crypto-posture", "standfirst.evidence.crypto_posture", tuple(Domain), "security", ("cyclonedx",)),
    Row(
        "quantum-volume",
        "standfirst.evidence.quantum_volume",
        (Domain.COMPUTING, Domain.SIMULATION),
        "quantum",
        ("qiskit", "qiskit_aer", "qiskit_ibm_runtime"),
        reads_files=False,
    ),
)


def collector_row(name: str, table: tuple[Row, ...] = COLLECTORS) -> Row:
    """The row of this name. Raises Unusable, which lists the names there are."""
    rows = {row.name: row for row in table}
    if name not in rows:
        raise Unusable([problem("collectors", "collector.unknown", field=name, known=tuple(rows))])
    return rows[name]


def measure_with(
    name: str,
    source: Path | str | bytes,
    *,
    subject: str,
    parameters: Mapping[str, object] | None = None,
    at: datetime | None = None,
    performed_at: datetime | None = None,
    table: tuple[Row, ...] = COLLECTORS,
) -> MeasurementResult:
    """Measure with the collector of this name; if its extra is not installed, say so in a result.

    Raises Unusable when there is no such collector or the input cannot be used.
    """
    row = collector_row(name, table)
    if not row.is_available:
        return extra_absent(row, source, subject=subject, performed_at=performed_at)
    return row.load().measure(
        source, name=subject, parameters=parameters or {}, at=at, performed_at=performed_at
    )


def extra_absent(
    row: Row, source: Path | str | bytes, *, subject: str, performed_at: datetime | None = None
) -> MeasurementResult:
    """The result of a collector whose extra is not installed: not measurable, never silently left out."""
    opened = open_source(source) if row.reads_files else None
    return MeasurementResult(
        method=row.name,
        method_version=NOT_LOADED,
        subject=Subject(name=subject, identifier=opened.name if opened else str(source), what="not-read"),
        inputs=(opened.as_input(),) if opened else (),
        parameters=(Parameter(name="extra", value=row.extra),),
        checks=(Check(name="extra-installed", verdict=Verdict.NOT_MEASURABLE, codes=("extra-absent",)),),
        decision=Decision(
            verdict=Verdict.NOT_MEASURABLE,
            rule="extra-absent",
            source="this project: without its extra a collector measures nothing",
            decided_by=("extra-installed",),
        ),
        environment=this_environment(row.needs),
        performed_at=None if performed_at is None else instant_text(performed_at),
    )
