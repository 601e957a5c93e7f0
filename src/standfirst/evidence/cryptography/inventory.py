"""An inventory judged: every asset with its algorithms, its quantum status and its standing under a profile on a day.

An algorithm is judged by itself. A certificate is as good as the algorithms that it names, a protocol as its suites and
groups, a key as its algorithm: each rests on the worst of what it refers to, however long the way there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from standfirst.evidence.cryptography.algorithm import (
    Algorithm,
    Exposure,
    exposure_of,
    is_before_its_standard,
    level_of,
    size_of,
    strength_of,
)
from standfirst.evidence.cryptography.assets import (
    WITHOUT_ALGORITHM,
    Asset,
    AssetKind,
    Fault,
    faults_of_shape,
    find_assets,
)
from standfirst.evidence.cryptography.identity import (
    Contradiction,
    Identity,
    are_related,
    by_oid,
    identify,
    oid_entry,
)
from standfirst.evidence.cryptography.names import Names
from standfirst.evidence.cryptography.policy import UNIDENTIFIED, Judgement, Policy, worst_of
from standfirst.evidence.cryptography.reading import Members
from standfirst.evidence.cryptography.references import Links, links, rings
from standfirst.standards.cryptography.algorithms import Measure, Purpose, QuantumStatus

_NEEDS_KEYS: Final = ("tls", "dtls", "quic", "ssh", "ike", "ipsec")
"""Protocols whose strength against recording rests on a key exchange, whether their suites name it or not."""


@dataclass(frozen=True, slots=True)
class DeclaredLevel:
    """A declared level that does not fit the algorithm. ``field`` is the member of the algorithm's properties."""

    field: str
    declared: int
    derived: int

    @property
    def overstates(self) -> bool:
        return self.declared > self.derived


@dataclass(frozen=True, slots=True)
class Judged:
    """One asset with what was found. ``unknown`` are reasons why not all of it is known; ``nothing_to_judge``: related
    material that no algorithm is weak or strong in.
    """

    asset: Asset
    algorithms: tuple[Algorithm, ...]
    exposure: Exposure
    judgement: Judgement
    identity: Identity
    unknown: tuple[str, ...] = ()
    levels: tuple[DeclaredLevel, ...] = ()
    nothing_to_judge: bool = False
    before_standard: bool = False
    oid_is_known: bool = False


@dataclass(frozen=True, slots=True)
class Inventory:
    """A whole document, judged. ``cyclic`` are the places of assets that rest on each other in a circle."""

    assets: tuple[Judged, ...]
    links: Links
    cyclic: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def judged(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.assets if not one.nothing_to_judge)


@dataclass(frozen=True, slots=True)
class _Own:
    """What an asset says by itself, before what it refers to is looked at."""

    identity: Identity
    algorithms: tuple[Algorithm, ...]
    unknown: tuple[str, ...] = ()
    follows: tuple[int, ...] = ()
    nothing_to_judge: bool = False


@dataclass(frozen=True, slots=True)
class _Scene:
    """All assets with what each says by itself, and where their references lead."""

    assets: Sequence[Asset]
    alone: Sequence[Identity]
    links: Links
    names: Names


def judge_inventory(document: Members, policy: Policy, names: Names, on: date) -> Inventory:
    """Every asset of a document, judged on a day. Nothing in it depends on the order of the file but the order itself."""
    assets = find_assets(document)
    alone = [identify(asset, names) if _names_itself(asset) else Identity() for asset in assets]
    scene = _Scene(assets, alone, links(document, assets), names)
    judge = lru_cache(maxsize=None)(lambda algorithm: policy.judge(algorithm, on))
    expose = lru_cache(maxsize=None)(lambda algorithm: exposure_of(policy.table, algorithm))
    own = [_own(index, scene) for index in range(len(assets))]
    merged, cyclic = _merged(own, judge, expose)
    judged = tuple(
        _judged(asset, mine, *outcome, policy)
        for asset, mine, outcome in zip(assets, own, merged, strict=True)
    )
    fields = {fault for asset in assets for fault in asset.faults}
    faults = {*fields, *scene.links.faults, *faults_of_shape(document)}
    ordered = tuple(sorted(faults, key=lambda fault: (fault.code, fault.place)))
    return Inventory(judged, scene.links, tuple(assets[index].place for index in cyclic), ordered)


def _names_itself(asset: Asset) -> bool:
    return asset.kind in (AssetKind.ALGORITHM, AssetKind.UNKNOWN, AssetKind.MATERIAL)


# --- what an asset says by itself ------------------------------------------------------------------------------------


def _own(index: int, scene: _Scene) -> _Own:
    asset, identity = scene.assets[index], scene.alone[index]
    if asset.is_ambiguous:
        return _Own(Identity(unknown_because="repeated-member"), (), ("repeated-member",))
    unknown = ("reference-not-resolved",) if index in scene.links.unresolved else ()
    targets = scene.links.targets[index]
    match asset.kind:
        case AssetKind.ALGORITHM | AssetKind.UNKNOWN:
            reason = (identity.unknown_because,) if identity.unknown_because else ()
            return _Own(identity, identity.algorithms, reason)
        case AssetKind.CERTIFICATE:
            stated = by_oid(asset.oid, scene.names)
            return _stated(stated, "oid" if stated else "references", unknown, targets)
        case AssetKind.PROTOCOL:
            stated, more = _of_protocol(asset, targets, scene)
            return _stated(stated, "protocol" if stated else "references", (*unknown, *more), targets)
        case AssetKind.MATERIAL:
            return _material(asset, identity, targets, unknown, scene)


def _stated(
    algorithms: tuple[Algorithm, ...], decided_by: str, unknown: tuple[str, ...], follows: tuple[int, ...]
) -> _Own:
    if not algorithms and not unknown and not follows:
        unknown = ("no-algorithm-stated",)
    return _Own(Identity(algorithms, decided_by), algorithms, unknown, follows)


def _of_protocol(
    asset: Asset, targets: tuple[int, ...], scene: _Scene
) -> tuple[tuple[Algorithm, ...], tuple[str, ...]]:
    """The algorithms of its version, suites, groups and schemes; and what remains unknown about it."""
    names = scene.names
    found = [one for one in names.read(asset.protocol or "").algorithms if one.family == "broken-protocol"]
    found += by_oid(asset.oid, names)
    unknown = []
    for named in asset.named:
        said = names.read(named.text, suite=named.role == "suite").algorithms
        if not said and not (named.role == "suite" and targets):
            unknown.append("name-unknown")
        found += (_in_role(one, named.role) for one in said)
    groups = {group.number: group.name for group in names.table.ike_groups}
    for number in asset.ike_groups:
        said = names.read(groups.get(number, "")).algorithms
        found += said
        unknown += [] if said else ["group-unknown"]
    referred = [one for target in targets for one in scene.alone[target].algorithms]
    known = [*found, *referred]
    kind = (asset.protocol or "").split(" ", maxsplit=1)[0]
    if known and kind in _NEEDS_KEYS and not any(_gives_keys(one) for one in known):
        unknown.append("key-exchange-not-stated")
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unknown))


def _gives_keys(algorithm: Algorithm) -> bool:
    return Purpose.KEY_ESTABLISHMENT in algorithm.purposes


def _in_role(algorithm: Algorithm, role: str) -> Algorithm:
    """A TLS group agrees on keys and a scheme signs, whatever else its algorithm can."""
    only = {"group": Purpose.KEY_ESTABLISHMENT, "scheme": Purpose.SIGNATURE}.get(role)
    if only is None or only not in algorithm.purposes:
        return algorithm
    return replace(algorithm, purposes=(only,))


def _material(
    asset: Asset, identity: Identity, targets: tuple[int, ...], unknown: tuple[str, ...], scene: _Scene
) -> _Own:
    """A key is of the algorithm that it refers to, with its own size; without a reference, of the one it names."""
    alone, names = scene.alone, scene.names
    algorithm_kinds = (AssetKind.ALGORITHM, AssetKind.UNKNOWN)
    direct = [target for target in targets if scene.assets[target].kind in algorithm_kinds]
    others = tuple(target for target in targets if target not in direct)
    referred = tuple(one for target in direct for one in alone[target].algorithms)
    if any(not alone[target].algorithms for target in direct):
        unknown = (*unknown, "name-unknown")
    if referred:
        algorithms = tuple(dict.fromkeys(_sized(one, asset.size, names) for one in referred))
        against = tuple(_against_references(asset, identity, referred, names))
        return _Own(Identity(algorithms, "references", None, against), algorithms, unknown, others)
    if identity.algorithms and not targets:
        algorithms = tuple(_sized(one, asset.size, names) for one in identity.algorithms)
        return _Own(replace(identity, algorithms=algorithms), algorithms, unknown)
    if asset.material in WITHOUT_ALGORITHM and not targets and not unknown:
        return _Own(Identity(), (), nothing_to_judge=True)
    return _stated((), "references", unknown, others)


def _against_references(
    asset: Asset, identity: Identity, referred: tuple[Algorithm, ...], names: Names
) -> Iterator[Contradiction]:
    """Where a key's own name or size does not fit the algorithm that it refers to."""
    table = names.table
    if identity.algorithms and not any(
        are_related(table, own, other) for own in identity.algorithms for other in referred
    ):
        yield Contradiction(identity.decided_by, "references", "family")
    moduli = [one for one in referred if _has_modulus(one, names)]
    sizes = {size_of(table, one) for one in moduli}
    if asset.size and sizes and None not in sizes and asset.size not in sizes:
        yield Contradiction("size", "references", "parameters")


def _has_modulus(algorithm: Algorithm, names: Names) -> bool:
    family = names.table.family_by_id.get(algorithm.family)
    return family is not None and family.measure is Measure.MODULUS


def _sized(algorithm: Algorithm, size: int | None, names: Names) -> Algorithm:
    """With the size of the key, where the algorithm has none."""
    family = names.table.family_by_id.get(algorithm.family)
    if size is None or family is None or algorithm.size or algorithm.set or algorithm.curve:
        return algorithm
    named = next((one.id for one in family.sets if one.size == size), None)
    if named is not None:
        return replace(algorithm, set=named)
    sized = family.measure in (Measure.MODULUS, Measure.CURVE, Measure.KEY)
    return replace(algorithm, size=size) if sized and 0 < size <= 65_536 else algorithm


# --- with what it rests on -------------------------------------------------------------------------------------------


def _merged(
    own: Sequence[_Own],
    judge: Callable[[Algorithm], Judgement],
    expose: Callable[[Algorithm], Exposure],
) -> tuple[list[tuple[Exposure, Judgement]], list[int]]:
    """Exposure and judgement of each, worst of its own and of all that it rests on; and who rests on itself."""
    outcome: dict[int, tuple[Exposure, Judgement]] = {}
    cyclic: list[int] = []
    for ring in rings([mine.follows for mine in own]):
        inside = set(ring)
        parts = [part for index in ring for part in _contributions(own[index], judge, expose)]
        below = {target for index in ring for target in own[index].follows} - inside
        parts += [outcome[target] for target in sorted(below)]
        circle = len(ring) > 1 or ring[0] in own[ring[0]].follows
        if circle:
            cyclic += ring
        if not parts:
            reason = "references-in-a-circle" if circle else "nothing-to-judge"
            parts = [(Exposure(QuantumStatus.INDETERMINATE, reason), UNIDENTIFIED)]
        whole = (_worst_exposure([one for one, _ in parts]), worst_of(one for _, one in parts))
        outcome |= dict.fromkeys(ring, whole)
    return [outcome[index] for index in range(len(own))], sorted(cyclic)


def _contributions(
    own: _Own, judge: Callable[[Algorithm], Judgement], expose: Callable[[Algorithm], Exposure]
) -> Iterator[tuple[Exposure, Judgement]]:
    for algorithm in own.algorithms:
        yield expose(algorithm), judge(algorithm)
    for reason in own.unknown:
        yield Exposure(QuantumStatus.INDETERMINATE, reason), UNIDENTIFIED


def _worst_exposure(exposures: Iterable[Exposure]) -> Exposure:
    return max(
        exposures,
        key=lambda one: (
            one.status.rank,
            -(one.effective if one.effective is not None else 1 << 20),
            one.because,
        ),
    )


def _judged(asset: Asset, own: _Own, exposure: Exposure, judgement: Judgement, policy: Policy) -> Judged:
    one = own.algorithms[0] if len(own.algorithms) == 1 and asset.kind is not AssetKind.PROTOCOL else None
    return Judged(
        asset=asset,
        algorithms=own.algorithms,
        exposure=exposure,
        judgement=judgement,
        identity=own.identity,
        unknown=own.unknown,
        levels=() if one is None else tuple(_levels(asset, one, policy)),
        nothing_to_judge=own.nothing_to_judge,
        oid_is_known=oid_entry(asset.oid, policy.table) is not None,
        before_standard=any(is_before_its_standard(policy.table, one) for one in own.algorithms),
    )


def _levels(asset: Asset, algorithm: Algorithm, policy: Policy) -> Iterator[DeclaredLevel]:
    """Declared levels that do not fit: NIST's category when it differs, classical strength when it claims more.

    CycloneDX lets 6 stand for "beyond category 5".
    """
    level, strength = level_of(policy.table, algorithm), strength_of(policy.table, algorithm)
    if asset.level is not None and level is not None and min(asset.level, 5) != level:
        yield DeclaredLevel("nistQuantumSecurityLevel", asset.level, level)
    family = policy.table.family_by_id.get(algorithm.family)
    if asset.classical is None or strength is None or family is None:
        return
    if (
        family.measure is Measure.MODULUS
    ):  # a table of steps: between two of them, up to the next is no claim too much
        steps = [step.strength for step in policy.table.modulus_strengths.steps if step.strength > strength]
        strength = min(steps, default=strength)
    if (
        family.measure in (Measure.MODULUS, Measure.CURVE, Measure.KEY, Measure.SET)
        and asset.classical > strength
    ):
        yield DeclaredLevel("classicalSecurityLevel", asset.classical, strength)
