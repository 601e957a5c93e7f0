"""What assets rest on: references between them resolved, those that lead nowhere or in a circle kept in sight."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from standfirst.evidence.cryptography.assets import Asset, Fault, Reference
from standfirst.evidence.cryptography.reading import Members

_ELSEWHERE: Final = "urn:cdx:"
"""A BOM-Link: it leads into another bill of materials, which is not here."""


@dataclass(frozen=True, slots=True)
class Links:
    """References of a whole document.

    ``targets`` are, for each asset by its place in the list, the assets that it rests on. ``dangling`` lead to no asset,
    ``elsewhere`` into another document, ``ambiguous`` to a ``bom-ref`` that several assets carry: readers differ on which
    is meant, so none is taken. ``unresolved`` are the assets that have such a reference.
    """

    targets: tuple[tuple[int, ...], ...]
    dangling: tuple[Reference, ...]
    elsewhere: tuple[Reference, ...]
    ambiguous: tuple[Reference, ...]
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
    depends = _dependencies(document, refs)
    told = _Resolved(by_ref)
    targets = []
    for index, asset in enumerate(assets):
        found: dict[int, None] = {}
        for reference in asset.references:
            there = told.target(reference)
            if there is None:
                told.unresolved.add(index)
            else:
                found[there] = None
        if not asset.references:
            for reference in depends.found.get(asset.ref or "", ()):
                carriers = by_ref.get(reference.target, ())
                if len(carriers) == 1:
                    found[carriers[0]] = None
        for reference in asset.other_references:
            told.target(reference)
        targets.append(tuple(found))
    return Links(
        targets=tuple(targets),
        dangling=tuple(told.dangling),
        elsewhere=tuple(told.elsewhere),
        ambiguous=tuple(told.ambiguous),
        unresolved=frozenset(told.unresolved),
        repeated_refs=tuple(sorted(ref for ref, count in refs.items() if count > 1)),
        loose_dependencies=tuple(depends.loose),
        faults=tuple(depends.faults),
    )


@dataclass(slots=True)
class _Resolved:
    """References looked up one by one; those without one certain target are kept by what is wrong with them."""

    by_ref: Mapping[str, Sequence[int]]
    dangling: list[Reference] = field(default_factory=list)
    elsewhere: list[Reference] = field(default_factory=list)
    ambiguous: list[Reference] = field(default_factory=list)
    unresolved: set[int] = field(default_factory=set)

    def target(self, reference: Reference) -> int | None:
        there = self.by_ref.get(reference.target, ())
        if len(there) == 1:
            return there[0]
        if there:
            self.ambiguous.append(reference)
        elif reference.target.startswith(_ELSEWHERE):
            self.elsewhere.append(reference)
        else:
            self.dangling.append(reference)
        return None


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


@dataclass(slots=True)
class _Dependencies:
    """What ``dependencies`` says: on what each element depends, what leads to nothing, what is no reference."""

    found: dict[str, list[Reference]] = field(default_factory=dict)
    loose: list[Reference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def _dependencies(document: Members, refs: Mapping[str, int]) -> _Dependencies:
    told = _Dependencies()
    for entry, place in _listed(document, "dependencies", "$", told):
        ref = entry.get("ref") if isinstance(entry, Members) else None
        if not isinstance(entry, Members) or not isinstance(ref, str):
            told.faults.append(Fault("wrong-type", place))
            continue
        if ref not in refs:
            told.loose.append(Reference(ref, f"{place}.ref"))
        for name in ("dependsOn", "provides"):
            for target, where in _listed(entry, name, place, told):
                if not isinstance(target, str):
                    told.faults.append(Fault("wrong-type", where))
                    continue
                if target not in refs:
                    told.loose.append(Reference(target, where))
                if name == "dependsOn":
                    told.found.setdefault(ref, []).append(Reference(target, where))
    return told


def _listed(body: Members, name: str, place: str, told: _Dependencies) -> Iterator[tuple[Any, str]]:
    value = body.get(name)
    if isinstance(value, list):
        yield from ((one, f"{place}.{name}[{index}]") for index, one in enumerate(value))
    elif value is not None:
        told.faults.append(Fault("wrong-type", f"{place}.{name}"))


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
    ring: list[int] = []
    while not ring or ring[-1] != first:
        ring.append(open_ones.pop())
    is_open.difference_update(ring)
    return tuple(ring)
