"""Names beside points, only where they can be read: a name that would cover another mark is left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_CHARACTER: Final = 6.6  # pixels, at the size of text in pictures, on the wide side
_LINE: Final = 14.0
_GAP: Final = 8.0


@dataclass(frozen=True, slots=True)
class Named:
    """A point in pixels of the plot, and its name."""

    x: float
    y: float
    name: str


def sides(
    wanted: Sequence[Named], others: Sequence[tuple[float, float]], *, width: float
) -> Mapping[int, int]:
    """On which side the name of each wanted point may stand: its place in ``wanted`` -> 1 (right) or -1 (left).

    Earlier ones choose first. ``others`` are all points of the plot, the wanted ones among them.
    """
    taken: list[_Box] = []
    found: dict[int, int] = {}
    for place, point in enumerate(wanted):
        for side, box in _boxes(point):
            marks = any(box.holds(x, y) for x, y in others)
            if box.left >= 0 and box.right <= width and not marks and not any(map(box.meets, taken)):
                taken.append(box)
                found[place] = side
                break
    return found


def _boxes(point: Named) -> Iterator[tuple[int, "_Box"]]:
    long = _CHARACTER * len(point.name)
    yield 1, _Box(point.x + _GAP - 2, point.x + _GAP + long, point.y)
    yield -1, _Box(point.x - _GAP - long, point.x - _GAP + 2, point.y)


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    right: float
    middle: float

    def holds(self, x: float, y: float) -> bool:
        return self.left - 4 <= x <= self.right + 4 and abs(y - self.middle) < _LINE / 2 + 4

    def meets(self, other: "_Box") -> bool:
        apart = self.right < other.left or other.right < self.left
        return not apart and abs(self.middle - other.middle) < _LINE
