"""All answers to a catalogue, in two queries whatever its size: contents are read as they are stored, nothing beside them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, Subquery

from standfirst.management.controls import IMPLEMENTED_REQUIREMENT, STATUSES, UNANSWERED
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.store.models import Content, Current

KIND: Final = IMPLEMENTED_REQUIREMENT


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
    there = Content.objects.filter(organisation=OuterRef("organisation"), sequence=OuterRef("sequence"))
    found = Current.objects.filter(organisation=place.organisation, kind=KIND.name, erased=False)
    rows = found.order_by("first").values_list(
        "record", "number", "version", "state", "recorded_at", Subquery(there.values("data"))
    )
    for record, number, version, state, recorded_at, data in rows:
        content = json.loads(bytes(data))
        body = KIND.upcast(content["body"], content["schema"])
        yield Answer(record, number, version, state, recorded_at, body)


def catalogues(found: Sequence[Answer]) -> Mapping[str, Mapping[str, int]]:
    """How many controls of each catalogue stand in which status; withdrawn ones are not asked."""
    return _counted(found, lambda answer: answer.body["catalogue"])


def families(found: Sequence[Answer]) -> Mapping[str, Mapping[str, int]]:
    """The same by family, of one catalogue's answers."""
    return _counted(found, lambda answer: answer.body.get("family", ""))


def _counted(found: Sequence[Answer], key: Callable[[Answer], str]) -> Mapping[str, Mapping[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for answer in found:
        counts = told.setdefault(key(answer), dict.fromkeys((UNANSWERED, *STATUSES), 0))
        if answer.asked:
            counts[answer.status] += 1
    return told
