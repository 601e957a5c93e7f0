"""The English of what `quantum-volume` refuses: code -> sentence, and what to do about it. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # the device
    "volume.unknown-device": "No device of this name is among the {count:count} that qiskit-ibm-runtime carries[; near: {near}].",
    "volume.two-files": (
        "A device is simulated from two files, its configuration and its properties; given: [{names}|none]."
    ),
    "volume.different-devices": "The two files are not of one device: they name {names} with {sizes} qubits.",
    "volume.gates-not-enough": "The gates that the device names do not make every circuit.",
    "volume.no-such-qubit": "The device has no qubit {qubit:count}; its {count:count} are numbered from 0.",
    "volume.not-connected": "No usable coupling joins [{apart}] to qubit {first:count}.",
    "volume.gate-undeclared": "The gate {gate} is not declared on qubit {qubit:count}; without noise it would be perfect.",
    "volume.gate-faulty": "The gate {gate} is marked faulty on qubit {qubit:count}.",
    "volume.gate-too-long": "{gate} takes more than {times:count} times the T1 of qubit {qubit:count}: nothing is left of its state.",
    "volume.undeclared": "{parameter} of {element} is not declared; without it the noise would be too small.",
    "volume.impossible": "{parameter} of {element} is {value}, which nothing can have.",
    # what was chosen
    "volume.not-chosen": "This has to be chosen.",
    "volume.qubit-twice": "A qubit stands twice.",
    "volume.too-few-qubits": "A two-qubit gate needs two qubits; chosen: {found:count}.",
    "volume.too-many-qubits": (
        "{found:count} qubits are more than the {most:count} that are simulated: each further one takes four times the memory."
    ),
    "volume.too-few-circuits": (
        "{found:count} circuits are too few: Cross et al. 2019 (arXiv:1811.12926) ask for at least {least:count}."
    ),
}

HINTS: Final[Mapping[str, str]] = {
    "volume.unknown-device": "Give its name without ibm or fake, such as montreal.",
    "volume.two-files": "Give both as your provider exports them, in JSON.",
    "volume.different-devices": "Give both files of one device.",
    "volume.gates-not-enough": "Of these it needs rz and sx, or u3, and one on two qubits: {known:all}.",
    "volume.no-such-qubit": "Choose others.",
    "volume.not-connected": "Choose qubits that lie side by side; a coupling marked faulty joins nothing.",
    "volume.gate-undeclared": "Choose another qubit, or export the properties again.",
    "volume.gate-faulty": "Choose another qubit.",
    "volume.gate-too-long": "Check value and unit of both times, or choose other qubits.",
    "volume.undeclared": "Choose other qubits, or export the properties again.",
    "volume.impossible": "Check value and unit, or choose other qubits.",
    "volume.not-chosen": "Qubits are written like 0,1,2,3.",
    "volume.qubit-twice": "Name each once.",
    "volume.too-few-qubits": "Choose at least two that a coupling joins.",
    "volume.too-many-qubits": "Choose fewer.",
    "volume.too-few-circuits": "Choose 100 or more.",
}
