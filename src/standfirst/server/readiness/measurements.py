"""What a report shows of an organisation's measurements: the same as the command line shows of a package's.

Pictures are made from the inputs, and these are files that somebody brought. A worker reads and draws them, one
measurement's at a time, however many there are; a request waits for none.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Q
from pydantic import ValidationError

from standfirst.conformity.document import Assessed
from standfirst.evidence.result import MeasurementResult
from standfirst.evidence.showing import shown
from standfirst.management.measurement import MEASUREMENT
from standfirst.pictures.measured import Measured
from standfirst.records.record import Record
from standfirst.server.files.bodies import uses
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.sending import Damaged, as_handed_in
from standfirst.server.files.shelves import shelf
from standfirst.server.readiness.plain import digests_in
from standfirst.server.store.models import Current, Organisation
from standfirst.server.workplace import open_store

RECORDS: Final = 200
"""Measurements whose records are read at once."""

MOST: Final = 64 * 2**20
"""Bytes of one measurement's inputs that are read; no collector measures a file of more than half of it."""

Uses = Mapping[str, Sequence[FileUse]]


def are_there(organisation: Organisation) -> bool:
    return Current.objects.filter(organisation=organisation, kind=MEASUREMENT.name, erased=False).exists()


def measured(organisation: Organisation, assessed: Assessed) -> dict[str, Measured]:
    """By number, each in the version that was assessed. One that was erased since then is not there."""
    versions = {
        number: int(about["version"])
        for number, about in assessed.records.items()
        if about["kind"] == MEASUREMENT.name
    }
    numbers, store = sorted(versions), open_store(organisation)
    found: dict[str, Measured] = {}
    for first in range(0, len(numbers), RECORDS):
        records = store.chosen(Q(number__in=numbers[first : first + RECORDS]))
        results = dict(_results(records.values(), versions))
        own = uses(organisation, {digest for _, attached in results.values() for digest in attached})
        for number, (result, attached) in results.items():
            found[number] = shown(result, _inputs(result, attached, own))
    return found


def _results(
    records: Collection[Record], versions: Mapping[str, int]
) -> Iterator[tuple[str, tuple[MeasurementResult, Collection[str]]]]:
    """With what was attached, by digest. A version that is erased, or that holds no result that can be read, has none."""
    for record in records:
        for version in record.versions:
            body: Mapping[str, Any] = version.content.body
            if version.content.version == versions[record.number]:
                try:
                    yield (
                        record.number,
                        (MeasurementResult.model_validate(body.get("result")), digests_in(body)),
                    )
                except ValidationError:
                    continue


def _inputs(result: MeasurementResult, attached: Collection[str], own: Uses) -> dict[str, bytes]:
    """Those that are attached and that the organisation has, by their SHA-256."""
    named = {file.sha256 for file in result.inputs} & set(attached)
    here = [file for digest in named if (file := _file(own.get(digest, ()))) is not None]
    if sum(file.size for file in here) > MOST:
        return {}
    return {file.digest: data for file in here if (data := _read(file)) is not None}


def _file(own: Sequence[FileUse]) -> StoredFile | None:
    return own[0].file if own else None


def _read(file: StoredFile) -> bytes | None:
    """None where the bytes are gone, or are not those that were handed in."""
    if shelf().size(file.digest) != file.size:
        return None
    try:
        return b"".join(as_handed_in(shelf().read(file.digest, 0, file.size), file.digest))
    except Damaged:
        return None
