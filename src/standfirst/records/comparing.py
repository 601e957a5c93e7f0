"""Two versions side by side: what was added, what went, what changed; and two people's edits of one version, merged.

What is compared are plain JSON values, as versions hold them. Lists are aligned by their items, long texts by their
words, so that one item more does not make all the others look changed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final

from standfirst.records.record import Content
from standfirst.standards.yaml_text import Path
from standfirst.trust.canonical import canonical_bytes

FINE: Final = 4_000
"""Words, or items of a list, that are aligned one by one; where there are more, whole lines are. It keeps a page quick."""

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

    @property
    def pieces(self) -> Sequence[Piece]:
        """The words that changed, where both are text; else nothing."""
        both = isinstance(self.before, str) and isinstance(self.after, str)
        return words(self.before, self.after) if both else ()


def said(content: Content, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says, as values to compare; ``body`` as the kind reads it now."""
    return {
        "state": content.state,
        "body": dict(body),
        "serves": list(content.serves),
        "links": {relation: list(targets) for relation, targets in content.links.items()},
    }


def differences(before: Any, after: Any, path: Path = ()) -> Iterator[Difference]:
    """Where two values differ, as deep down as possible, in the order of the later one."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*after, *(key for key in before if key not in after)):
            yield from differences(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _of_lists(before, after, path)
    elif before != after or type(before) is not type(after):
        sort = Sort.ADDED if before is None else Sort.REMOVED if after is None else Sort.CHANGED
        yield Difference(path, sort, before, after)


def _of_lists(before: Sequence[Any], after: Sequence[Any], path: Path) -> Iterator[Difference]:
    """Items are numbered as they stand in the later list; those that went, in the earlier."""
    one, other = [canonical_bytes(item) for item in before], [canonical_bytes(item) for item in after]
    for tag, a, b, c, d in _aligned(one, other):
        if tag == "equal":
            continue
        both = min(b - a, d - c)
        for offset in range(both):
            yield from differences(before[a + offset], after[c + offset], (*path, c + offset))
        for index in range(c + both, d):
            yield Difference((*path, index), Sort.ADDED, None, after[index])
        for index in range(a + both, b):
            yield Difference((*path, index), Sort.REMOVED, before[index], None)


Step = tuple[str, int, int, int, int]


def _aligned(one: Sequence[Any], other: Sequence[Any]) -> Sequence[Step]:
    """What both begin and end with is passed over first; where too much is left between, it is replaced as a whole."""
    shorter = min(len(one), len(other))
    start = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if one[-1 - i] != other[-1 - i]), rest)
    a, c = len(one) - end, len(other) - end
    steps: list[Step] = [("equal", 0, start, 0, start)] if start else []
    if a - start + c - start > FINE:
        steps.append(("replace", start, a, start, c))
    else:
        inner = SequenceMatcher(None, one[start:a], other[start:c], autojunk=False).get_opcodes()
        steps += [(tag, i + start, j + start, k + start, m + start) for tag, i, j, k, m in inner]
    return [*steps, ("equal", a, len(one), c, len(other))] if end else steps


def words(before: str, after: str) -> Sequence[Piece]:
    """A text's changes, word by word; of very long ones line by line, and words only within the lines that changed."""
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    if len(one) + len(other) <= FINE:
        return _pieces(one, other)
    lines, others = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Piece] = []
    for tag, a, b, c, d in _aligned(lines, others):
        old, new = "".join(lines[a:b]), "".join(others[c:d])
        short = len(old) + len(new) <= FINE
        if tag == "replace" and short:
            found += _pieces(_WORDS.findall(old), _WORDS.findall(new))
        elif tag == "equal":
            found.append(Piece(Sort.SAME, old))
        else:
            found += [Piece(sort, text) for sort, text in ((Sort.REMOVED, old), (Sort.ADDED, new)) if text]
    return found


def _pieces(one: Sequence[str], other: Sequence[str]) -> list[Piece]:
    found: list[Piece] = []
    for tag, a, b, c, d in _aligned(one, other):
        if tag == "equal":
            found.append(Piece(Sort.SAME, "".join(one[a:b])))
            continue
        pairs = ((Sort.REMOVED, "".join(one[a:b])), (Sort.ADDED, "".join(other[c:d])))
        found += [Piece(sort, text) for sort, text in pairs if text]
    return found


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
