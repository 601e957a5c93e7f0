"""The errors of this room: what was handed in cannot be measured, or was never offered."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from standfirst.evidence.problem_sentences import hint_for, sentence_for

Parameter: TypeAlias = str | int

MOST_PROBLEMS: Final = 50
"""How many problems are kept. A file that is wrong throughout is understood from fewer; the total is told."""


class EvidenceError(Exception):
    """Root of every error this room raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one input.

    `line` counts from 1 (CSV), `path` is a JSON path such as ``$.qubits[3][0].value``; each is empty where the
    other is used, both where the file as a whole is meant. `field` is the column, member or parameter at fault.
    `code` and `params` are for doors that render it in the reader's language; `hint` is the English of what to do.
    """

    file: str
    code: str
    line: int = 0
    path: str = ""
    field: str = ""
    params: Mapping[str, Parameter] = dataclasses.field(default_factory=dict)

    @property
    def place(self) -> str:
        return ":".join(part for part in (self.file, str(self.line) if self.line else "", self.path) if part)

    @property
    def hint(self) -> str:
        return hint_for(self.code, self.params)

    def __str__(self) -> str:
        where = f"{self.place}, {self.field}" if self.field else self.place
        return f"{where}: {sentence_for(self.code, self.params)} {self.hint}"


class UnusableInput(EvidenceError):
    """What was handed in cannot be measured: the caller's fault, never ours.

    `problems` holds at most `MOST_PROBLEMS` in the order of the file, `total` says how many were met.
    """

    def __init__(self, problems: tuple[Problem, ...], total: int | None = None) -> None:
        super().__init__(problems, total)
        self.problems = problems
        self.total = len(problems) if total is None else total

    def __str__(self) -> str:
        shown = "\n".join(str(problem) for problem in self.problems[:5])
        return shown if self.total <= 5 else f"{shown}\n({self.total} problems in all)"


class UnknownCollector(EvidenceError):
    """No collector of this name is built in; `known` are the names that are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name = name
        self.known = known

    def __str__(self) -> str:
        return f"no collector is named {self.name!r}; there are: {', '.join(self.known)}"


class Faults:
    """Collects the problems of one file, so that its author sees all of them and not only the first."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._kept: list[Problem] = []
        self._total = 0

    def add(
        self,
        code: str,
        params: Mapping[str, Parameter] | None = None,
        *,
        line: int = 0,
        path: str = "",
        field: str = "",
    ) -> None:
        self._total += 1
        if len(self._kept) < MOST_PROBLEMS:
            self._kept.append(Problem(self._file, code, line, path, field, params or {}))

    def raise_if_any(self) -> None:
        if self._total:
            raise UnusableInput(tuple(self._kept), self._total)

    def stop(
        self,
        code: str,
        params: Mapping[str, Parameter] | None = None,
        *,
        line: int = 0,
        path: str = "",
        field: str = "",
    ) -> UnusableInput:
        """The error to raise when reading cannot go on: this fault after all those met before it."""
        self.add(code, params, line=line, path=path, field=field)
        return UnusableInput(tuple(self._kept), self._total)
