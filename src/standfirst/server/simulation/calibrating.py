"""Calibration records of the fictional machines, month by month, and what the collector says of them.

They are invented, in the form of a real one: values of the record that the example package carries, scattered a little, and
dated anew. Their backend name says so. What is measured is measured by the collector itself, and a repeat gives it again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any, Final

from standfirst.evidence.collectors import measure_with
from standfirst.management.measurement import MEASUREMENT
from standfirst.server.simulation.calendar import Calendar, working
from standfirst.server.simulation.stage import Script, Stage

FORM: Final = "evidence/props_miami.json"
"""The record whose form and values are taken, in the example package."""

QUBITS: Final = 30
"""How many of its elements are kept: a file a month adds up."""

MOST: Final = 24
"""Records of a machine; where more months have passed, they lie further apart."""

_MORNING: Final = time(6, tzinfo=UTC)
_STALE: Final = 9
_SCATTER: Final = 0.03


@dataclass(frozen=True, slots=True)
class Series:
    """A machine, whether its records are in order, and who measures. ``stale``: months whose couplers are too old, counted
    from the first; ``impossible`` likewise, whose gates are declared better than coherence allows.
    """

    product: str
    name: str
    machine: str
    first: date
    every: int
    by: str
    stale: Mapping[int, float]
    impossible: frozenset[int] = frozenset()


MACHINES: Final = (
    Series(
        "PRD-0001",
        "Alder-120",
        "alder-120-simulated",
        date(2025, 6, 16),
        30,
        "matti",
        {2: 0.3, 4: 0.2, 5: 0.25},
    ),
    Series(
        "PRD-0002",
        "Rowan-127",
        "rowan-127-simulated",
        date(2026, 3, 23),
        21,
        "milena",
        {},
        frozenset({0, 1, 3, 4, 6, 8}),
    ),
)


def calibrations(script: Script, calendar: Calendar, stage: Stage) -> None:
    form = json.loads(stage.files[FORM])
    for series in MACHINES:
        day, count = series.first, 0
        every = max(series.every, (calendar.last - series.first).days // MOST)
        while (done := working(day)) <= calendar.last:
            script.add(done, partial(_measured, series, count, done, form))
            day, count = day + timedelta(days=every), count + 1
    script.add(calendar.day(-25), partial(_measured, MACHINES[0], -1, calendar.day(-25), form))


def _measured(series: Series, count: int, day: date, form: Mapping[str, Any], stage: Stage) -> None:
    moment = datetime.combine(day, _MORNING)
    stale = 0.1 if count < 0 else series.stale.get(count, 0.0)
    data = record(form, series.machine, moment, stale=stale, impossible=count in series.impossible)
    name = f"evidence/{series.machine}-{day.isoformat()}.json"
    stage.keep(name, data)
    result = measure_with("calibration-integrity", data, subject=series.name, at=moment)
    stage.create(
        series.by,
        MEASUREMENT.name,
        body={
            "title": f"Calibration integrity of {series.name}, state of {day.isoformat()}",
            "attachments": [{"file": name, "sha256": None}],
            "result": result.document(),
            "result_digest": result.result_digest,
            "state_of": result.subject.snapshot,
            "remarks": "The record is invented for this simulation, in the form of a real one; the measurement of it is real.",
        },
        why="The set that is published from today on",
        serves=["A.1.1", "A.1.2"],
        links={"of": [series.product]},
        key=f"measurement:{series.product}:{day.isoformat()}",
    )


def record(
    form: Mapping[str, Any], machine: str, moment: datetime, *, stale: float, impossible: bool
) -> bytes:
    """The same bytes for the same machine and moment. ``stale``: the share of couplers whose values are nine days older."""
    chance = Random(f"{machine} {moment.isoformat()}")  # noqa: S311 - values of a play, not secrets
    shift = moment - datetime.fromisoformat(form["last_update_date"])

    def dated(told: str, older: int = 0) -> str:
        return (datetime.fromisoformat(told) + shift - timedelta(days=older)).astimezone(UTC).isoformat()

    def valued(parameter: Mapping[str, Any], factor: float, older: int = 0) -> dict[str, Any]:
        value = parameter["value"]
        value = value * factor if isinstance(value, float) else value
        return {**parameter, "date": dated(parameter["date"], older), "value": value}

    gates = []
    for gate in form["gates"]:
        if max(gate["qubits"]) >= QUBITS:
            continue
        couples = len(gate["qubits"]) > 1
        older = _STALE if couples and chance.random() < stale else 0
        factor = 1 + chance.gauss(0, _SCATTER)
        if couples and impossible and chance.random() < _STALE / QUBITS:
            factor *= 0.1
        gates.append(
            {
                **gate,
                "parameters": [
                    valued(one, factor if one["name"] == "gate_error" else 1, older)
                    for one in gate["parameters"]
                ],
            }
        )
    qubits = [
        [valued(one, 1 + chance.gauss(0, _SCATTER)) for one in qubit] for qubit in form["qubits"][:QUBITS]
    ]
    whole = {
        "backend_name": machine,
        "backend_version": "1",
        "last_update_date": moment.isoformat(),
        "qubits": qubits,
        "gates": gates,
        "general": [],
        "general_qlists": [],
    }
    return json.dumps(whole, separators=(",", ":")).encode()
