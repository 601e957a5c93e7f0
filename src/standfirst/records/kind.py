"""A kind of record: its body, its lifecycle, its links, and how criteria see it. One kind, one place."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from standfirst.records.actor import Role
from standfirst.records.body import Body as RecordBody
from standfirst.records.lifecycle import Guard, Lifecycle
from standfirst.records.view import PLAIN, View
from standfirst.standards.facts import FieldValue
from standfirst.standards.reason import Reason

if TYPE_CHECKING:
    from standfirst.records.record import Record
    from standfirst.records.signature import RegisteredKey

Body: TypeAlias = Mapping[str, Any]
"""A version's content as JSON values, valid under the kind's body model."""

Upcast: TypeAlias = Callable[[Body], Body]

Erasable: TypeAlias = Literal["on-request", "after-retention", "never"]
"""When what a record says may be destroyed: whenever that is approved, not before its retention has ended, or never."""

ANY_KIND: Final = ("*",)
"""The targets of a relation that leads to records of every kind, also to those of kinds that are still to come."""

RETENTION_YEARS: Final = 6
"""The current cycle of certification and one whole cycle more, of three years each.

Source: ISO/IEC 17021-1:2015, 9.9 (number not checked), for what a certification body keeps of its clients. The law of a
place may ask for more: then a legal hold, or another number on the kind.
"""


class NewerContent(ValueError):
    """Written by a later release than this one."""


@dataclass(frozen=True, slots=True)
class LinkRule:
    """A relation that records of a kind may have, and to which kinds."""

    relation: str
    targets: tuple[str, ...]

    def allows(self, kind: str) -> bool:
        return self.targets == ANY_KIND or kind in self.targets

    def among(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """The kinds that it leads to, by name, where these are all the kinds there are."""
        return tuple(kinds) if self.targets == ANY_KIND else self.targets


@dataclass(frozen=True, slots=True)
class Kind:
    """``facts`` are the fields that criteria may ask; ``derived`` adds computed ones. ``dated_by`` names the body fields
    that say when it happened or was last confirmed, the latest of which is the base of freshness (none: when its state
    was recorded). ``happened`` are dates that cannot lie in the future. ``authors`` may create and edit (empty: any
    member); ``writes`` are asked before anybody does, and look at the content as it would be. ``inspect`` finds what the
    body model cannot: returns reasons by field. ``retention``: for how many years after its last version it is kept.
    ``view``: how people think of it. ``by_hand``: people make them with a form, and programs with a request; where not,
    they are left by something else that is done, and the kind's own guards hold that on every way.
    """

    name: str
    prefix: str
    folder: str
    title: str
    body: type[RecordBody]
    lifecycle: Lifecycle
    schema: int = 1
    upcasts: Mapping[int, Upcast] = field(default_factory=dict)
    links: tuple[LinkRule, ...] = ()
    facts: tuple[str, ...] = ()
    derived: Mapping[str, Callable[[Body], FieldValue | None]] = field(default_factory=dict)
    dated_by: tuple[str, ...] = ()
    happened: tuple[str, ...] = ()
    effective_from: str = ""
    effective_until: str = ""
    titled_by: str = "title"
    unique: tuple[str, ...] = ()  # fields that no two records of the kind share
    authors: tuple[Role, ...] = ()
    writes: tuple[Guard, ...] = ()
    retention: int = RETENTION_YEARS
    erasable: Erasable = "on-request"
    signing_keys: "Callable[[Record], Iterable[RegisteredKey]] | None" = (
        None  # of a kind that tells of passkeys
    )
    inspect: Callable[[Body], Sequence[tuple[str, Reason]]] | None = None
    view: View = PLAIN
    by_hand: bool = True

    def __post_init__(self) -> None:
        if missing := set(range(1, self.schema)) - set(self.upcasts):
            raise ValueError(f"{self.name}: no upcast from schema {sorted(missing)}")
        shown = {*self.view.indexed, *self.view.summary, *self.view.widgets}
        shown |= {name for section in self.view.sections for name in section.fields}
        if unknown := shown - self.body.model_fields.keys() - self.derived.keys():
            raise ValueError(f"{self.name}: no field {sorted(unknown)} to view")
        if unknown := set(self.view.settled) - set(self.lifecycle.states):
            raise ValueError(f"{self.name}: no state {sorted(unknown)} to settle in")

    @property
    def fact_fields(self) -> tuple[str, ...]:
        return (*self.facts, *self.derived)

    @property
    def settled(self) -> tuple[str, ...]:
        """The states in which nothing is due any more. One that a record begins in never is by itself: then it would be
        settled as soon as it is written.
        """
        cycle = self.lifecycle
        leading = {source for move in cycle.transitions for source in move.sources} | {cycle.initial}
        return self.view.settled or tuple(state for state in cycle.states if state not in leading)

    def relation(self, name: str) -> LinkRule | None:
        return next((rule for rule in self.links if rule.relation == name), None)

    def upcast(self, body: Body, schema: int) -> Body:
        """Bring a body of an older schema to this one; the stored bytes stay as they are. Raises :class:`NewerContent`."""
        if schema > self.schema:
            raise NewerContent(f"{self.name}, schema {schema}")
        for number in range(schema, self.schema):
            body = self.upcasts[number](body)
        return body


class Kinds:
    """The explicit set of kinds that a workspace knows."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._by_name = {kind.name: kind for kind in kinds}
        self._by_prefix = {kind.prefix: kind for kind in kinds}
        if not len(self._by_name) == len(self._by_prefix) == len(kinds):
            raise ValueError("two kinds share a name or a prefix")

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._by_name.values())

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Kind:
        return self._by_name[name]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)
