"""The signatures of a record as every door shows them (21 CFR 11.50(b)): pages, print and API."""

from collections.abc import Collection, Mapping

from standfirst.records.record import Record
from standfirst.records.signature import NOWHERE, Basis, ShownSignature, shown
from standfirst.server import reading
from standfirst.server.access import Place

Names = Mapping[str, object]


def signatures(place: Place, record: Record, names: Names | None = None) -> tuple[ShownSignature, ...]:
    """Those on what it says now before those on what it said before.

    In three queries, in none where nobody has signed; ``names`` of signers by id saves one.
    """
    names, basis = _known(place, record, names)
    return shown(record, names, basis, reading.known_kind(place, record.kind))


def on_versions(
    place: Place, record: Record, versions: Collection[int]
) -> Mapping[int, tuple[ShownSignature, ...]]:
    """Those that stood on what each of these versions says. Queries as for ``signatures``."""
    names, basis = _known(place, record, None)
    kind = reading.known_kind(place, record.kind)
    return {
        version: tuple(one for one in shown(record, names, basis, kind, version=version) if one.current)
        for version in versions
    }


def _known(place: Place, record: Record, names: Names | None) -> tuple[Names, Basis]:
    signed = [one for one in record.versions if one.entry.signature is not None]
    if not signed:
        return {}, NOWHERE
    if names is None:
        names = reading.labels(place, {one.entry.actor for one in signed})
    return names, reading.basis(place, record)
