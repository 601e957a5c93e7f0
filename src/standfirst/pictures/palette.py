"""The colours that a picture may use: few, told apart by colour-blind readers too, and never the only thing that tells.

A specification names a colour by its constant here and takes nothing else. On paper it is printed as it stands; on a
page it becomes the CSS variable of the same name, so that a page in the dark shows its lighter sister. Beside every
colour stands a shape, a pattern or a word that says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

POSSIBLE: Final = "#2f6fae"
"""What can be as it is said to be; also the first of several series."""
IMPOSSIBLE: Final = "#c2571b"
"""What cannot be as it is said to be; also the second of several series."""
NEUTRAL: Final = "#838d9e"
"""Neither for nor against; the third of several series."""
GOOD: Final = "#17a077"
WARN: Final = "#6b5006"
BAD: Final = "#861546"
INK: Final = "#15181e"
"""Text, axes and limit lines: on a page whatever colour its text has."""
SOFT: Final = "#59616f"
"""Second-rate text: ticks, notes."""
LINE: Final = "#dfe3e9"
"""Grid lines, which carry nothing."""

PAPER: Final = "#ffffff"
NIGHT: Final = "#0f1216"
"""The page in the dark, against which the lighter sisters were chosen."""


@dataclass(frozen=True, slots=True)
class Tone:
    """One colour: its name in a style sheet, and its value in the light and in the dark."""

    name: str
    light: str
    dark: str


TONES: Final[Mapping[str, Tone]] = MappingProxyType(
    {
        tone.light: tone
        for tone in (
            Tone("possible", POSSIBLE, "#79b0ea"),
            Tone("impossible", IMPOSSIBLE, "#f0935c"),
            Tone("neutral", NEUTRAL, "#a2a6ad"),
            Tone("good", GOOD, "#b9f2df"),
            Tone("warn", WARN, "#f5e49a"),
            Tone("bad", BAD, "#f2387c"),
            Tone("soft", SOFT, "#9ea7b6"),
            Tone("line", LINE, "#2b323c"),
        )
    }
)
"""Every colour but the ink, by its value in a specification."""

SERIES: Final = (POSSIBLE, IMPOSSIBLE, NEUTRAL)
"""For series that mean nothing good or bad, in this order; each also has a shape or a dash of its own."""


def variable(colour: str) -> str:
    """The CSS for a colour of this palette: a variable with its light value to fall back on."""
    if colour == INK:
        return "currentColor"
    return f"var(--figure-{TONES[colour].name}, {colour})"


def declarations(*, dark: bool) -> str:
    """What a style sheet has to say for pictures: ``--figure-possible: #…; …``."""
    return " ".join(f"--figure-{tone.name}: {tone.dark if dark else tone.light};" for tone in TONES.values())
