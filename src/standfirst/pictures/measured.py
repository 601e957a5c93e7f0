"""What can be shown of a measurement: its checks, its elements and its pictures, or why it has none.

In figures and codes, as its collector gave them; whoever shows it puts the codes into words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from standfirst.pictures.figure import Figure
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check. ``verdict``: a code, empty where nothing was decided; ``codes``: what to know beside what was found."""

    check: str
    verdict: str
    found: str
    limit: str
    codes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ElementTable:
    """What was found about each element of what was measured, one a row; ``more`` rows are left out.

    A row begins with the element's name; a day or a code follows for each further column, empty where nothing was said.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """One current measurement. ``unseen``: why it has no pictures, where its collector would have some."""

    checks: Sequence[CheckRow] = ()
    figures: Sequence[Figure] = ()
    unseen: Reason | None = None
    elements: ElementTable | None = None
