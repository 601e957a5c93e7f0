"""What is wrong with a file, and where: the one shape in which every unusable text is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from standfirst.standards.reason import Parameter, Reason


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one file. ``line`` counts from 1; 0 where the file as a whole is meant."""

    file: str
    line: int
    field: str
    reason: Reason

    @property
    def place(self) -> str:
        return ":".join(part for part in (self.file, str(self.line) if self.line else "", self.field) if part)


class Unusable(ValueError):
    """The caller's files cannot be used. Carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("; ".join(f"{p.place}: {p.reason.code}" for p in self.problems[:5]))


def problem(file: str, code: str, /, *, line: int = 0, field: str = "", **parameters: Parameter) -> Problem:
    return Problem(file, line, field, Reason(code, parameters))
