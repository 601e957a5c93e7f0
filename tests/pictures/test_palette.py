"""The palette: seen on white and at night, and told apart by readers who see fewer colours."""

from itertools import combinations

import pytest

from standfirst.pictures.palette import (
    BAD,
    GOOD,
    IMPOSSIBLE,
    INK,
    LINE,
    NEUTRAL,
    NIGHT,
    PAPER,
    POSSIBLE,
    SOFT,
    TONES,
    WARN,
    declarations,
    variable,
)

MARKS = (POSSIBLE, IMPOSSIBLE, NEUTRAL, GOOD, WARN, BAD)
PAIRS = ((POSSIBLE, IMPOSSIBLE), (GOOD, BAD), (GOOD, WARN), (WARN, BAD))
"""What a picture sets against each other."""

# How linear red, green and blue reach somebody who lacks one sort of cone: Machado, Oliveira and Fernandes, "A
# Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009), severity 1.0.
SEEN = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> tuple[float, ...]:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """CIE 1976 L*a*b* (D65) of a colour as it is seen."""
    rgb = [
        min(1.0, max(0.0, sum(f * c for f, c in zip(row, linear(colour), strict=True))))
        for row in SEEN[sight]
    ]
    x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.95047
    y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.08883
    f, g, h = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * g - 16, 500 * (f - g), 200 * (g - h)


def difference(one: str, other: str, sight: str) -> float:
    """CIE 1976 colour difference; about 2.3 is just noticeable."""
    pairs = zip(lab(one, sight), lab(other, sight), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@pytest.mark.parametrize("colour", MARKS)
def test_a_mark_is_seen_on_paper_and_at_night(colour: str) -> None:
    """WCAG 2.2, 1.4.11: three to one."""
    assert contrast(colour, PAPER) >= 3
    assert contrast(TONES[colour].dark, NIGHT) >= 3


@pytest.mark.parametrize("colour", [INK, SOFT])
def test_text_can_be_read(colour: str) -> None:
    """WCAG 2.2, 1.4.3: four and a half to one."""
    assert contrast(colour, PAPER) >= 4.5
    if colour != INK:
        assert contrast(TONES[colour].dark, NIGHT) >= 4.5


@pytest.mark.parametrize("sight", SEEN)
def test_colours_are_told_apart(sight: str) -> None:
    for one, other in combinations(MARKS, 2):
        wanted = 20 if (one, other) in PAIRS else 10
        assert difference(one, other, sight) >= wanted, (one, other)
        assert difference(TONES[one].dark, TONES[other].dark, sight) >= wanted, (one, other)


def test_a_page_gets_every_colour_by_name() -> None:
    assert variable(INK) == "currentColor"
    assert variable(POSSIBLE) == f"var(--figure-possible, {POSSIBLE})"
    for tone in TONES.values():
        assert f"--figure-{tone.name}: {tone.light};" in declarations(dark=False)
        assert f"--figure-{tone.name}: {tone.dark};" in declarations(dark=True)
    assert {LINE, SOFT, *MARKS} == set(TONES)


def test_a_colour_of_another_palette_is_refused() -> None:
    with pytest.raises(KeyError):
        variable("#123456")
