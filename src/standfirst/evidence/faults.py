"""Everything that is wrong with one input, so that its author sees all of it and not only the first."""

from typing import Final

from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason

MOST_PROBLEMS: Final = 200
"""Reading stops here: a file that is wrong throughout is understood from fewer."""


class Faults:
    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[Problem] = []

    def add(self, reason: Reason, *, line: int = 0, path: str = "", field: str = "") -> None:
        """Note a fault of ``field`` on a line (CSV, counted from 1) or in the object at a JSON path such as
        ``$.qubits[3][0]``. Raises Unusable when there are too many to go on.
        """
        whole = ".".join(part for part in (path, field) if part)
        self._found.append(Problem(self._file, line, whole, reason))
        if len(self._found) == MOST_PROBLEMS:
            raise Unusable([*self._found, problem(self._file, "input.reading-stopped", count=MOST_PROBLEMS)])

    def raise_if_any(self) -> None:
        if self._found:
            raise Unusable(self._found)

    def stop(self, reason: Reason, *, line: int = 0, path: str = "", field: str = "") -> Unusable:
        """The error to raise when reading cannot go on: this fault after all those met before it."""
        self.add(reason, line=line, path=path, field=field)
        return Unusable(self._found)
