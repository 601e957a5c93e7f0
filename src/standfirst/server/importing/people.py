"""Whom the rows of a table name: somebody who is here. A name that nobody has is a slip of the keyboard, or of a list from
another house, and a record with such an owner waits for nobody.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from django.db.models import Q

from standfirst.management.evaluation import INTERNAL_AUDIT
from standfirst.management.organisation import PERSON, names_of
from standfirst.records.kind import Kind
from standfirst.records.record import Record
from standfirst.server.access import Place
from standfirst.server.importing.cells import SHOWN
from standfirst.server.pages.blank import BODY
from standfirst.server.pages.persons import said_of
from standfirst.server.people import names
from standfirst.standards.reason import Reason

NEAR: Final = 3
"""Handles that are proposed instead of one."""

SOUGHT: Final = 100
"""Different unknown names for which those that are near are sought: more of them are another house's."""


class Present:
    """Who can be named. Asked once, and only where a row names anybody."""

    def __init__(self, place: Place, kind: Kind) -> None:
        self._place, self._kind = place, kind
        self._here: Mapping[str, str] | None = None
        self._called: dict[str, str] = {}
        self._told: dict[str, Reason] = {}

    def faults(self, wish: Mapping[str, Any], before: Record | None) -> Iterator[tuple[str, Reason]]:
        """Each with its place. Whom the record names already it may go on naming, though they have left."""
        stood = {text for _at, text in said_of(self._kind, before.current.content.body)} if before else set()
        for at, text in said_of(self._kind, wish.get("body", {})):
            if text not in stood and text not in self.here:
                yield f"{BODY}{at}", self._reason(text)

    @property
    def here(self) -> Mapping[str, str]:
        """The handle of everybody who is active, by each name that records have for them; audits take the number too."""
        if self._here is None:
            found = self._place.store.chosen(Q(kind=PERSON.name, state=PERSON.lifecycle.initial)).values()
            by_number = self._kind.name == INTERNAL_AUDIT.name
            bodies = [(person.number, person.current.content.body) for person in found]
            self._called = {str(body["handle"]): str(body["name"]) for _number, body in bodies}
            self._here = {
                name: str(body["handle"])
                for number, body in bodies
                for name in (*names_of(body), *([number] if by_number else ()))
            }
        return self._here

    def _reason(self, text: str) -> Reason:
        if text not in self._told:
            self._told[text] = self._sought(text)
        return self._told[text]

    def _sought(self, text: str) -> Reason:
        if len(self._told) >= SOUGHT:
            return Reason("cell.nobody", {"value": text[:SHOWN], "near": ()})
        if (name := names(self._place, {text}).get(text)) is not None:
            return Reason("cell.left", {"value": text, "name": name})
        return Reason("cell.nobody", {"value": text[:SHOWN], "near": tuple(self._near(text))})

    def _near(self, text: str) -> list[str]:
        """Handle and name of those who are called much like it, or by a part of their name."""
        said = text.casefold()
        folded = {name.casefold(): handle for name, handle in self.here.items()}
        alike = [name for name in folded if said in name.split()]
        found = [*alike, *get_close_matches(said[:SHOWN], folded, n=NEAR)]
        handles = list(dict.fromkeys(folded[name] for name in found))[:NEAR]
        return [f"{handle} ({self._called[handle]})" for handle in handles]
