"""All answers to a catalogue, in two queries whatever its size: contents are read as they are stored, nothing beside them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from standfirst.management.controls import IMPLEMENTED_REQUIREMENT, STATUSES, UNANSWERED
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.store.models import Current, Organisation
from standfirst.server.store.store import CHUNK

KIND: Final = IMPLEMENTED_REQUIREMENT

_ANSWERS: Final = """
SELECT now.record, now.number, now.version, now.state, now.recorded_at, content.data
FROM store_current now
JOIN store_content content ON content.organisation_id = now.organisation_id AND content.sequence = now.sequence
WHERE now.organisation_id = %s AND now.kind = %s AND NOT now.erased
ORDER BY now.first
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A control and how it is answered; ``body`` as the kind has it."""

    id: str
    number: str
    version: int
    status: str
    recorded_at: datetime
    body: Mapping[str, Any]

    @property
    def asked(self) -> bool:
        return not self.body.get("withdrawn")


def answers(place: Place, catalogue: str = "") -> list[Answer]:
    """In the order in which the controls were taken in. All catalogues where none is named."""
    found = [answer for answer in _rows(place) if not catalogue or answer.body["catalogue"] == catalogue]
    if catalogue and not found:
        raise reading.missing()
    return found


def _rows(place: Place) -> Iterator[Answer]:
    own = Organisation._meta.pk.get_db_prep_value(place.organisation.pk, connection)  # noqa: SLF001 - Django's name for it
    moments = Current._meta.get_field("recorded_at")  # noqa: SLF001 - the same
    to_python = [
        *moments.get_db_converters(connection),
        *connection.ops.get_db_converters(moments.cached_col),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, [own, KIND.name])
        while rows := cursor.fetchmany(CHUNK):
            for record, number, version, state, recorded_at, data in rows:
                for convert in to_python:
                    recorded_at = convert(recorded_at, moments.cached_col, connection)  # noqa: PLW2901 - by its column's rules
                content = json.loads(bytes(data))
                body = KIND.upcast(content["body"], content["schema"])
                yield Answer(record, number, version, state, recorded_at, body)


def catalogues(found: Sequence[Answer]) -> Mapping[str, Mapping[str, int]]:
    """How many controls of each catalogue stand in which status; withdrawn ones are not asked."""
    told: dict[str, dict[str, int]] = {}
    for answer in found:
        counts = told.setdefault(answer.body["catalogue"], dict.fromkeys((UNANSWERED, *STATUSES), 0))
        if answer.asked:
            counts[answer.status] += 1
    return told


def families(found: Sequence[Answer]) -> Mapping[str, Mapping[str, int]]:
    """The same by family, of one catalogue's answers."""
    told: dict[str, dict[str, int]] = {}
    for answer in found:
        counts = told.setdefault(answer.body.get("family", ""), dict.fromkeys((UNANSWERED, *STATUSES), 0))
        if answer.asked:
            counts[answer.status] += 1
    return told
