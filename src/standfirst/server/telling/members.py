"""Who may be told: everybody who has access to the organisation at this moment, and nobody else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from standfirst.management.founding import actor_from
from standfirst.management.organisation import MANAGERS, PERSON, names_of
from standfirst.records.actor import Actor
from standfirst.records.kind import Body, Kind
from standfirst.server.accounts.models import User
from standfirst.server.accounts.standing import standing_in
from standfirst.server.store.models import Organisation
from standfirst.server.store.store import DatabaseStore


@dataclass(frozen=True, slots=True)
class Member:
    """A person with access. ``actor`` has the roles that their record gives them now."""

    actor: Actor
    handle: str
    name: str
    functions: Sequence[str]
    user: User

    @property
    def id(self) -> str:
        return self.actor.id

    @property
    def names(self) -> Sequence[str]:
        """As records name them."""
        return [self.handle, self.name, *self.functions]


@dataclass(frozen=True)
class Members:
    """All of an organisation. There is no reading by role: whoever is one of them may read every record."""

    all: Sequence[Member]

    def __iter__(self) -> Iterator[Member]:
        return iter(self.all)

    @cached_property
    def managers(self) -> Sequence[Member]:
        """Who answers for people and for the system."""
        return [member for member in self.all if member.actor.roles & _MANAGING]

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(member.id for member in self.all)

    def owning(self, kind: Kind | None, body: Body) -> frozenset[str]:
        """Those whom the field names that says who does it (``View.owner``): by handle, or by a name or function where it is one's
        alone.
        """
        if kind is None or not kind.view.owner:
            return frozenset()
        field = kind.view.owner
        value = kind.derived[field](body) if field in kind.derived else body.get(field)
        return frozenset(self.called(_texts(value)))

    def called(self, names: Iterable[str]) -> Iterator[str]:
        for text in names:
            wanted = text.strip().casefold()
            found = [member.id for member in self.all if member.handle == wanted]
            found = found or [member.id for member in self.all if member.name.casefold() == wanted]
            found = found or [
                member.id for member in self.all if wanted in map(str.casefold, member.functions)
            ]
            if len(found) == 1:
                yield found[0]


_MANAGING: Final = frozenset(MANAGERS)


def members_of(organisation: Organisation, store: DatabaseStore) -> Members:
    """In two queries."""
    rows = standing_in(organisation)
    people = store.records([row.person for row in rows], kinds=(PERSON.name,)) if rows else {}
    found: list[Member] = []
    for row in rows:
        record = people.get(row.person)
        actor = actor_from(record)
        if record is None or actor is None:
            continue
        body = PERSON.upcast(record.current.content.body, record.current.content.schema)
        handle, name, *functions = names_of(body)
        found.append(Member(actor, handle, name, functions, row.user))
    return Members(found)


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, (list, tuple)) else []
