"""The two sorts of failure in this room: theirs (`Rejected`) and ours (`Defect`)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

Parameter: TypeAlias = str | int


class TrustError(Exception):
    """Root of every error this room raises on purpose."""


class Rejected(TrustError):
    """What was handed in does not hold: the caller's or the evidence's fault, never ours.

    `code` comes from a closed list and `parameters` say where and what; a door makes the sentence from both
    in the reader's language. `str()` is for logs and tests only.
    """

    def __init__(self, code: StrEnum, parameters: Mapping[str, Parameter] | None = None) -> None:
        # Both go to Exception as they came, so that the error survives pickling between processes.
        super().__init__(code, parameters)
        self.code = code
        self.parameters: dict[str, Parameter] = dict(parameters or {})

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.code} ({details})" if details else str(self.code)


class Defect(TrustError):
    """The room contradicts itself: a bug or a damaged dependency. No caller can put it right."""
