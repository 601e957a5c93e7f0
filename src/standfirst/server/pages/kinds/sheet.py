"""What a kind's own page is made from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from standfirst.records.kind import Body, Kind
from standfirst.records.record import Record
from standfirst.server.access import Place
from standfirst.server.pages.linked import Group
from standfirst.server.pages.showing import Field
from standfirst.server.pages.signed import Signed
from standfirst.server.reading import Label

Sections = Sequence[tuple[str, Sequence[Field]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A record as it is shown, and what has been read for its page already: an own page asks for nothing that is here."""

    place: Place
    kind: Kind
    record: Record
    body: Body
    today: date
    labels: Mapping[str, Label]
    signatures: Sequence[Signed]
    sections: Sections
    groups: Sequence[Group]

    def field(self, name: str) -> Field | None:
        return next((field for _, those in self.sections for field in those if field.name == name), None)

    def without(self, names: Collection[str]) -> list[tuple[str, list[Field]]]:
        """The sections, without fields that the page shows in its own way."""
        left = [(title, [one for one in those if one.name not in names]) for title, those in self.sections]
        return [(title, those) for title, those in left if those]

    def day(self, name: str) -> date | None:
        said: Any = self.body.get(name)
        return date.fromisoformat(str(said)[:10]) if said else None
