"""What assets rest on: references between them resolved, those that lead nowhere or in a circle kept in sight."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from standfirst.evidence.cryptography.assets import Asset, Fault, Reference
from standfirst.evidence.cryptography.reading import Members

_ELSEWHERE: Final = "urn:cdx:"
"""A BOM-Link: it leads into another bill of materials, which is not here."""


@dataclass(frozen=True, slots=True)
class Links:
    """References of a whole document.

    ``targets`` are, for each asset by its place in the list, the assets that it rests on; a ``bom-ref`` that several
    assets carry leads to all of them. ``dangling`` lead to no asset, ``elsewhere`` into another document.
    """

    targets: tuple[tuple[int, ...], ...]
    dangling: tuple[Reference, ...]
    elsewhere: tuple[Reference, ...]
    unresolved: frozenset[int]
    repeated_refs: tuple[str, ...]
    loose_dependencies: tuple[Reference, ...]
    faults: tuple[Fault, ...]


def links(document: Members, assets: Sequence[Asset]) -> Links:
    refs = Counter(_bom_refs(document))
    by_ref: dict[str, list[int]] = {}
    for index, asset in enumerate(assets):
        if asset.ref is not None:
            by_ref.setdefault(asset.ref, []).append(index)
    depends, loose, faults = _dependencies(document, refs)
    targets, dangling, elsewhere, unresolved = [], list[Reference](), list[Reference](), set[int]()
    for index, asset in enumerate(assets):
        found: dict[int, None] = {}
        wanted = asset.references or depends.get(asset.ref or "", ())
        for reference in wanted:
            there = by_ref.get(reference.target)
            if there:
                found |= dict.fromkeys(there)
            elif asset.references:
                unresolved.add(index)
                (elsewhere if reference.target.startswith(_ELSEWHERE) else dangling).append(reference)
        for reference in asset.other_references:
            if reference.target not in by_ref:
                (elsewhere if reference.target.startswith(_ELSEWHERE) else dangling).append(reference)
        targets.append(tuple(found))
    return Links(
        targets=tuple(targets),
        dangling=tuple(dangling),
        elsewhere=tuple(elsewhere),
        unresolved=frozenset(unresolved),
        repeated_refs=tuple(sorted(ref for ref, count in refs.items() if count > 1)),
        loose_dependencies=tuple(loose),
        faults=tuple(faults),
    )


def _bom_refs(document: Members) -> Iterator[str]:
    """Every ``bom-ref`` in the document: of components, services and whatever else carries one."""
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Members):
            ref = value.get("bom-ref")
            if isinstance(ref, str):
                yield ref
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _dependencies(
    document: Members, refs: Mapping[str, int]
) -> tuple[dict[str, list[Reference]], list[Reference], list[Fault]]:
    """What each element depends on, the references in ``dependencies`` that lead to nothing, and what is no reference."""
    found: dict[str, list[Reference]] = {}
    loose: list[Reference] = []
    faults: list[Fault] = []
    listed = document.get("dependencies")
    if listed is not None and not isinstance(listed, list):
        faults.append(Fault("wrong-type", "$.dependencies"))
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        place = f"$.dependencies[{index}]"
        if not isinstance(entry, Members):
            faults.append(Fault("wrong-type", place))
            continue
        ref = entry.get("ref")
        if not isinstance(ref, str):
            faults.append(Fault("wrong-type", f"{place}.ref"))
            continue
        if ref not in refs:
            loose.append(Reference(ref, f"{place}.ref"))
        for name in ("dependsOn", "provides"):
            targets = entry.get(name)
            if targets is not None and not isinstance(targets, list):
                faults.append(Fault("wrong-type", f"{place}.{name}"))
            for number, target in enumerate(targets if isinstance(targets, list) else ()):
                where = f"{place}.{name}[{number}]"
                if not isinstance(target, str):
                    faults.append(Fault("wrong-type", where))
                    continue
                if target not in refs:
                    loose.append(Reference(target, where))
                if name == "dependsOn":
                    found.setdefault(ref, []).append(Reference(target, where))
    return found, loose, faults


def rings(targets: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Groups of elements that rest on each other, those that others rest on first; alone where there is no circle.

    Tarjan, Depth-first search and linear graph algorithms (1972), without recursion: a chain may be as long as the file.
    """
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_ones: list[int] = []
    is_open: set[int] = set()
    for start in range(len(targets)):
        if start in order:
            continue
        walk = [(start, iter(targets[start]))]
        order[start] = lowest[start] = len(order)
        open_ones.append(start)
        is_open.add(start)
        while walk:
            here, rest = walk[-1]
            for there in rest:
                if there not in order:
                    order[there] = lowest[there] = len(order)
                    open_ones.append(there)
                    is_open.add(there)
                    walk.append((there, iter(targets[there])))
                    break
                if there in is_open:
                    lowest[here] = min(lowest[here], order[there])
            else:
                walk.pop()
                if walk:
                    above = walk[-1][0]
                    lowest[above] = min(lowest[above], lowest[here])
                if lowest[here] == order[here]:
                    yield _closed(here, open_ones, is_open)


def _closed(first: int, open_ones: list[int], is_open: set[int]) -> tuple[int, ...]:
    ring = []
    while not ring or ring[-1] != first:
        ring.append(open_ones.pop())
    is_open.difference_update(ring)
    return tuple(ring)
