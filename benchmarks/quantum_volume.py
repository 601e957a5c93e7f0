"""What quantum volume costs here, against qiskit-experiments on the same random circuits, shots and device.

Both sides get the same model circuits of ``FakeMontrealV2``, a processor of 27 qubits as it was calibrated on 2021-03-15,
and run in processes of their own, from the start of the interpreter to the verdict. Ours restricts the device to the
chosen qubits and lets the simulator fuse channels; qiskit-experiments compiles for the whole device, as its documentation
shows, and leaves out its plot; its noise misreads both values of a qubit alike, where ours takes the two declared errors.
Printed are wall and CPU time and the most memory held, and their ratios, for 4 to 7 qubits; then ours alone for 8.

For each width the two also judge the same compiled circuits from the same simulator. Exits with 1 when any circuit's
heavy-output share differs there, when our CPU time at the widest common width is over its limit, or when qiskit-experiments
is not installed.
"""
# ruff: noqa: PLC0415 - each side imports what it needs itself: the imports of the other would count against it

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from standfirst.evidence.volume.parameters import VolumeParameters

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from standfirst.evidence.volume.circuits import ModelCircuit

DEVICE = "montreal"
LINE = (0, 1, 2, 3, 5, 8, 11, 14)
WIDTHS = (4, 5, 6, 7)
ALONE = (8,)
CIRCUITS, SHOTS, SEED = 100, 1000, 42
CPU_RATIO_LIMIT = 0.8  # of ours to theirs, at the widest common width
PEER = "qiskit_experiments"


class Cost(NamedTuple):
    """Seconds, seconds, megabytes (10^6 bytes), and the mean heavy-output share."""

    wall: float
    cpu: float
    memory: float
    mean: float


def parameters(width: int) -> VolumeParameters:
    return VolumeParameters.choose(
        {"qubits": LINE[:width], "circuits": CIRCUITS, "shots": SHOTS, "seed": SEED}
    )


# --- what a child process does ----------------------------------------------------------------------------------------


def ours(width: int) -> Any:
    """The whole collector."""
    from standfirst.evidence.quantum_volume import measure

    chosen = parameters(width)
    result = measure(
        DEVICE,
        name=DEVICE,
        parameters={"qubits": chosen.qubits, "circuits": CIRCUITS, "shots": SHOTS, "seed": SEED},
    )
    return float(result.value("heavy-output-share").value)


def theirs(width: int) -> Any:
    """Their experiment with our model circuits: their ideal probabilities, compilation, run and analysis."""
    from qiskit_aer import AerSimulator
    from qiskit_ibm_runtime.fake_provider import FakeMontrealV2

    experiment = _experiment(width, models(width))
    experiment.set_transpile_options(optimization_level=3, seed_transpiler=SEED)
    experiment.set_run_options(shots=SHOTS, seed_simulator=SEED)
    found = experiment.run(AerSimulator.from_backend(FakeMontrealV2())).block_for_results()
    shares = _shares(found)
    return sum(shares) / len(shares)


def same(width: int) -> Any:
    """How many circuits differ where both judge the same compiled circuits, run by the same simulator."""
    from standfirst.evidence.volume.catalogue import device_files
    from standfirst.evidence.volume.device import chosen_qubits, read_device
    from standfirst.evidence.volume.simulation import compile_all, run_volume, simulator

    chosen = chosen_qubits(read_device(device_files(DEVICE)), LINE[:width])
    our_run = run_volume(chosen, parameters(width))
    compiled = compile_all(models(width), chosen, parameters(width))
    experiment = _experiment(width, models(width), compiled)
    found = experiment.run(simulator(chosen, parameters(width)), shots=SHOTS).block_for_results()
    shares = _shares(found)
    if len(shares) != CIRCUITS:
        raise RuntimeError(f"{len(shares)} circuits came back")
    return sum(share != heavy / SHOTS for share, heavy in zip(shares, our_run.heavy, strict=True))


def models(width: int) -> "list[ModelCircuit]":
    from standfirst.evidence.volume.circuits import model_circuit

    return [model_circuit(width, SEED, number) for number in range(CIRCUITS)]


def _experiment(
    width: int, drawn: "Sequence[ModelCircuit]", compiled: "Sequence[QuantumCircuit] | None" = None
) -> Any:
    """A QuantumVolume experiment of theirs with these circuits in place of its own."""
    from qiskit_experiments.library import QuantumVolume

    from standfirst.evidence.volume.simulation import as_circuit

    class Given(QuantumVolume):  # type: ignore[misc]
        def circuits(self) -> "list[QuantumCircuit]":
            given = [as_circuit(model) for model in drawn]
            bare = [circuit.remove_final_measurements(inplace=False) for circuit in given]
            for number, (circuit, ideal) in enumerate(zip(given, self._get_ideal_data(bare), strict=True), 1):
                circuit.metadata = {"depth": width, "trial": number, "ideal_probabilities": ideal}
            return given

        def _transpiled_circuits(self) -> "list[QuantumCircuit]":
            if compiled is None:
                done: list[QuantumCircuit] = super()._transpiled_circuits()
                return done
            for circuit, model in zip(compiled, self.circuits(), strict=True):
                circuit.metadata = model.metadata
            return list(compiled)

    experiment = Given(LINE[:width] if compiled is None else tuple(range(width)), trials=CIRCUITS, seed=SEED)
    experiment.analysis.set_options(plot=False)
    return experiment


def _shares(found: Any) -> Sequence[float]:
    """Of every circuit, as their analysis gives them."""
    if found.errors():
        raise RuntimeError(found.errors())
    table = found.analysis_results(dataframe=True)
    shares: Sequence[float] = table[table.name == "mean_HOP"].HOPs.iloc[0]
    return list(shares)


SIDES: dict[str, Callable[[int], Any]] = {"ours": ours, "theirs": theirs, "same": same}


# --- what the parent does ---------------------------------------------------------------------------------------------


def in_a_process(side: str, width: int) -> tuple[Cost, Any]:
    """Run one side alone. Raises RuntimeError when it fails."""
    with tempfile.NamedTemporaryFile(suffix=".json") as answer:
        started = time.perf_counter()
        arguments = [sys.executable, str(Path(__file__)), side, str(width), answer.name]
        child = os.posix_spawn(sys.executable, arguments, os.environ)
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - started
        if status:
            raise RuntimeError(f"{side} with {width} qubits failed")
        found = json.loads(Path(answer.name).read_text("utf-8"))
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, float(found)), found


def main() -> int:
    if find_spec(PEER) is None:
        print("qiskit-experiments is not installed, so there is nothing to compare with. To install it:")
        print("  pip install qiskit-experiments")
        return 1
    print(
        f"{CIRCUITS} circuits of {SHOTS} shots on {DEVICE}; a process each; ours against qiskit-experiments"
    )
    print(
        "qubits   mean share        wall                  CPU                   memory            same shares"
    )
    ratio, differing = 0.0, 0
    for width in WIDTHS:
        mine, _ = in_a_process("ours", width)
        peer, _ = in_a_process("theirs", width)
        _, different = in_a_process("same", width)
        ratio, differing = mine.cpu / peer.cpu, differing + different
        print(
            f"{width:6}   {mine.mean:.3f} / {peer.mean:.3f}"
            f"   {mine.wall:5.1f} / {peer.wall:5.1f} s {mine.wall / peer.wall:5.2f}"
            f"   {mine.cpu:5.1f} / {peer.cpu:5.1f} s {ratio:5.2f}"
            f"   {mine.memory:4.0f} / {peer.memory:4.0f} MB {mine.memory / peer.memory:4.2f}"
            f"   {CIRCUITS - different} of {CIRCUITS}",
            flush=True,
        )
    for width in ALONE:
        mine, _ = in_a_process("ours", width)
        print(f"{width:6}   {mine.mean:.3f}           {mine.wall:5.1f} s", end="")
        print(f"                 {mine.cpu:5.1f} s                 {mine.memory:4.0f} MB")
    print(f"limit of the CPU ratio at {WIDTHS[-1]} qubits: {CPU_RATIO_LIMIT}")
    return int(differing > 0 or ratio > CPU_RATIO_LIMIT)


def child(side: str, width: str, answer: str) -> None:
    Path(answer).write_text(json.dumps(SIDES[side](int(width))), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    child(*sys.argv[1:])
