"""Two versions side by side: what was added, what went, what changed; and two people's edits of one version, merged.

What is compared are plain JSON values, as versions hold them. Lists are aligned by their items, long texts by their
words, so that one item more does not make all the others look changed.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from standfirst.records.record import Content
from standfirst.standards.yaml_text import Path
from standfirst.trust.canonical import canonical_bytes

ALIGNMENT: Final = 100_000
"""Steps that one alignment may take: some 400 words that differ. What would take more is not aligned."""

PAGE: Final = 4 * ALIGNMENT
"""Steps that all alignments of one comparison may take together, a fraction of a second, whatever was written."""

_WORDS: Final = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)


class Sort(StrEnum):
    """What became of a value, or of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text: in both, only in the later one, or only in the earlier one."""

    sort: Sort
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ; ``before`` is None where it is added, ``after`` where it is removed."""

    path: Path
    sort: Sort
    before: Any
    after: Any
    pieces: Sequence[Piece] = ()  # the words that changed, where both are text


class Effort:
    """How many steps may still be taken. Counted and not timed, so that the same two versions always look the same."""

    def __init__(self, left: int = PAGE) -> None:
        self.left = left

    def take(self, steps: int) -> None:
        self.left -= steps


def said(content: Content, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says, as values to compare; ``body`` as the kind reads it now."""
    return {
        "state": content.state,
        "body": dict(body),
        "serves": list(content.serves),
        "links": {relation: list(targets) for relation, targets in content.links.items()},
    }


def differences(
    before: Any, after: Any, path: Path = (), *, effort: Effort | None = None
) -> Iterator[Difference]:
    """Where two values differ, as deep down as possible, in the order of the later one.

    When ``effort`` is used up, what is left to compare is told as a whole instead of by its words and items.
    """
    effort = Effort() if effort is None else effort
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*after, *(key for key in before if key not in after)):
            yield from differences(before.get(key), after.get(key), (*path, key), effort=effort)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _of_lists(before, after, path, effort)
    elif isinstance(before, str) and isinstance(after, str):
        if before != after:
            yield Difference(path, Sort.CHANGED, before, after, words(before, after, effort=effort))
    elif before != after or type(before) is not type(after):
        sort = Sort.ADDED if before is None else Sort.REMOVED if after is None else Sort.CHANGED
        yield Difference(path, sort, before, after)


def _of_lists(
    before: Sequence[Any], after: Sequence[Any], path: Path, effort: Effort
) -> Iterator[Difference]:
    """Items are numbered as they stand in the later list; those that went, in the earlier."""
    one, other = [canonical_bytes(item) for item in before], [canonical_bytes(item) for item in after]
    for same, a, b, c, d in _aligned(one, other, effort).runs:
        if same:
            continue
        both = min(b - a, d - c)
        for offset in range(both):
            yield from differences(before[a + offset], after[c + offset], (*path, c + offset), effort=effort)
        for index in range(c + both, d):
            yield Difference((*path, index), Sort.ADDED, None, after[index])
        for index in range(a + both, b):
            yield Difference((*path, index), Sort.REMOVED, before[index], None)


def words(before: str, after: str, *, effort: Effort | None = None) -> Sequence[Piece]:
    """A text's changes, word by word; where too many differ, line by line, and words only within the lines that changed."""
    effort = Effort() if effort is None else effort
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    lines, others = before.splitlines(keepends=True), after.splitlines(keepends=True)
    by_words = _aligned(one, other, effort)
    if by_words.fine or max(len(lines), len(others)) == 1:
        return _pieces(one, other, by_words)
    found: list[Piece] = []
    for same, a, b, c, d in _aligned(lines, others, effort).runs:
        old, new = "".join(lines[a:b]), "".join(others[c:d])
        if same:
            found.append(Piece(Sort.SAME, old))
        else:
            one, other = _WORDS.findall(old), _WORDS.findall(new)
            found += _pieces(one, other, _aligned(one, other, effort))
    return found


def _pieces(one: Sequence[str], other: Sequence[str], aligned: "Aligned") -> list[Piece]:
    found: list[Piece] = []
    for same, a, b, c, d in aligned.runs:
        if same:
            found.append(Piece(Sort.SAME, "".join(one[a:b])))
            continue
        pairs = ((Sort.REMOVED, "".join(one[a:b])), (Sort.ADDED, "".join(other[c:d])))
        found += [Piece(sort, text) for sort, text in pairs if text]
    return found


# --- aligning --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aligned:
    """``runs``: whether both are the same there; where it begins and ends in the earlier one, and where in the later.

    ``fine``: every difference was found; else what lies between beginning and end is replaced as a whole.
    """

    runs: Sequence[tuple[bool, int, int, int, int]]
    fine: bool


def _aligned(one: Sequence[Hashable], other: Sequence[Hashable], effort: Effort) -> Aligned:
    """What both begin and end with is passed over first."""
    shorter = min(len(one), len(other))
    start = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if one[-1 - i] != other[-1 - i]), rest)
    a, c = len(one) - end, len(other) - end
    matches = _matches(one[start:a], other[start:c], effort)
    runs = [(True, 0, start, 0, start)] if start else []
    x, y = start, start
    for i, j, length in [*((start + i, start + j, length) for i, j, length in matches or ()), (a, c, end)]:
        if (x, y) != (i, j):
            runs.append((False, x, i, y, j))
        if length:
            runs.append((True, i, i + length, j, j + length))
        x, y = i + length, j + length
    return Aligned(runs, fine=matches is not None)


def _matches(
    one: Sequence[Hashable], other: Sequence[Hashable], effort: Effort
) -> Sequence[tuple[int, int, int]] | None:
    """Runs that are the same: where they begin in each, and how long they are. None where finding them takes too long.

    Myers, An O(ND) Difference Algorithm and Its Variations (1986): the fewest differences, searched for by their number. So
    what it takes follows from how many there are, and is counted.
    """
    if not one or not other:
        return ()
    limit = min(ALIGNMENT, effort.left)
    fewest = (Counter(one) - Counter(other)).total() + (Counter(other) - Counter(one)).total()
    if fewest * fewest // 2 > limit:
        return None
    names: dict[Hashable, int] = {}
    left, right = ([names.setdefault(item, len(names)) for item in items] for items in (one, other))
    trace, steps = _searched(left, right, limit)
    effort.take(steps)
    return _walked_back(trace, len(one), len(other)) if trace else None


def _searched(left: Sequence[int], right: Sequence[int], limit: int) -> tuple[list[dict[int, int]], int]:
    """For each number of differences, how far one comes on each diagonal; and the steps taken. Empty beyond ``limit``."""
    n, m = len(left), len(right)
    reach: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    steps = 0
    for d in range(n + m + 1):
        before, reach = reach, {}
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and before.get(k - 1, -1) < before.get(k + 1, -1))
            x = before.get(k + 1, 0) if down else before.get(k - 1, 0) + 1
            first = x
            while x < n and x - k < m and left[x] == right[x - k]:
                x += 1
            reach[k] = x
            steps += 1 + x - first
            if steps > limit:
                return [], steps
            if x >= n and x - k >= m:
                return [*trace, reach], steps
        trace.append(reach)
    raise AssertionError("all of one away and all of the other added is always a way")


def _walked_back(trace: Sequence[Mapping[int, int]], x: int, y: int) -> Sequence[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for d in range(len(trace) - 1, -1, -1):
        k = x - y
        before = trace[d - 1] if d else {1: 0}
        down = k == -d or (k != d and before.get(k - 1, -1) < before.get(k + 1, -1))
        came = before[k + 1] if down else before[k - 1] + 1
        if x > came:
            found.append((came, came - k, x - came))
        x, y = (came, came - k - 1) if down else (came - 1, came - k)
    return found[::-1]


# --- merging ---------------------------------------------------------------------------------------------------------


class Touched(StrEnum):
    """Who changed a field since the version that both began with."""

    NOBODY = "nobody"
    ME = "me"
    OTHERS = "others"
    BOTH = "both"  # and differently
    ALIKE = "alike"  # both, to the same


@dataclass(frozen=True, slots=True)
class Merged:
    """One field in three versions: what both began with, what others have recorded since, and what I want."""

    field: str
    base: Any
    theirs: Any
    mine: Any

    @property
    def touched(self) -> Touched:
        if self.mine == self.theirs:
            return Touched.NOBODY if self.mine == self.base else Touched.ALIKE
        if self.theirs == self.base:
            return Touched.ME
        return Touched.OTHERS if self.mine == self.base else Touched.BOTH

    @property
    def proposed(self) -> Any:
        """What nobody loses anything by; mine where that cannot be, until I have chosen."""
        return self.theirs if self.touched is Touched.OTHERS else self.mine


def merge(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[Merged]:
    """Field by field, in the order of mine. A field that one does not have is None there."""
    names = dict.fromkeys((*mine, *theirs, *base))
    return [Merged(name, base.get(name), theirs.get(name), mine.get(name)) for name in names]
