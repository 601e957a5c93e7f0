"""A risk where people look for it: in the matrix of likelihood and severity, before and after what is done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from standfirst.server.pages.kinds.sheet import Sheet

SIZE: Final = 5
CELL: Final = 44
LEFT: Final = 30
"""Of the picture, before its first column."""


_DRAWN: Final = frozenset({"likelihood", "severity", "residual_likelihood", "residual_severity"})


@dataclass(frozen=True, slots=True)
class Cell:
    """``shade``: how dark it is, from the product of both, as a share of one. No limit of what is acceptable is drawn."""

    x: int
    y: int
    level: int
    shade: str


@dataclass(frozen=True, slots=True)
class Position:
    likelihood: int
    severity: int

    @property
    def level(self) -> int:
        return self.likelihood * self.severity

    @property
    def x(self) -> int:
        return LEFT + (self.severity - 1) * CELL + CELL // 2

    @property
    def y(self) -> int:
        return (SIZE - self.likelihood) * CELL + CELL // 2


def sheet(given: Sheet) -> Mapping[str, Any]:
    before, after = _at(given.body, ""), _at(given.body, "residual_")
    return {
        "sections": given.without(_DRAWN),
        "before": before,
        "after": after,
        "same": before == after,
        "cells": list(_cells()),
        "marks": [
            (step, LEFT + (step - 1) * CELL + CELL // 2, (SIZE - step) * CELL + CELL // 2)
            for step in range(1, 6)
        ],
        "is_opportunity": given.body.get("nature") == "opportunity",
        "most": SIZE * SIZE,
    }


def _at(body: Mapping[str, Any], prefix: str) -> Position | None:
    likelihood, severity = body.get(f"{prefix}likelihood"), body.get(f"{prefix}severity")
    return Position(likelihood, severity) if likelihood and severity else None


def _cells() -> Sequence[Cell]:
    return [
        Cell(
            LEFT + (severity - 1) * CELL,
            (SIZE - likelihood) * CELL,
            likelihood * severity,
            f"{0.06 + 0.5 * likelihood * severity / (SIZE * SIZE):.2f}",
        )
        for likelihood in range(SIZE, 0, -1)
        for severity in range(1, SIZE + 1)
    ]
