"""Facts: what records say, cut down to what criteria may ask. Made from records elsewhere; here only read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance, Domain, Stage
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import sha256_hex

Key = TypeVar("Key")

FieldValue: TypeAlias = bool | int | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed what it means, how surely. ``roles`` are those that the signer held when signing."""

    meaning: str
    assurance: Assurance
    by: str
    roles: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One record, as criteria see it.

    ``dated`` is when it happened or was last confirmed: the base of freshness, and its beginning where no effective
    period is given. Effective periods are half-open days, ``[effective_from, effective_until)``.
    ``withheld`` says why a fact can never count as it stands: it still holds template text, or its evidence is gone.
    Nothing that was asked or said against goes away by it.
    """

    id: str
    label: str
    kind: str
    state: str
    dated: datetime
    title: str = ""
    serves: frozenset[str] = frozenset()
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    links: frozenset[str] = frozenset()
    signatures: tuple[Signature, ...] = ()
    effective_from: date | None = None
    effective_until: date | None = None
    withheld: Reason | None = None

    @property
    def begins(self) -> date:
        return self.effective_from or self.dated.date()

    def begun(self, at: date) -> bool:
        return self.begins <= at and self.dated.date() <= at

    def ended(self, at: date) -> bool:
        return self.effective_until is not None and self.effective_until <= at

    def age(self, at: date) -> int:
        """Days since the fact was dated."""
        return (at - self.dated.date()).days

    def stale(self, max_age: int | None, at: date) -> bool:
        return max_age is not None and self.age(at) > max_age

    def ends(self, max_age: int | None) -> date:
        """The first day on which it no longer counts, too old or no longer in force; ``date.max`` for never."""
        return min(self.effective_until or date.max, self.stale_on(max_age))

    def stale_on(self, max_age: int | None) -> date:
        """The first day on which it is too old; ``date.max`` for never."""
        if max_age is None or self.age(date.max) <= max_age:
            return date.max
        return self.dated.date() + timedelta(days=max_age + 1)

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "label": self.label,
            "kind": self.kind,
            "state": self.state,
            "dated": self.dated.isoformat(),
            "title": self.title,
            "serves": sorted(self.serves),
            "fields": {key: list(v) if isinstance(v, tuple) else v for key, v in self.fields.items()},
            "links": sorted(self.links),
            "signatures": [
                {
                    "meaning": s.meaning,
                    "assurance": s.assurance.value,
                    "by": s.by,
                    "roles": list(s.roles),
                    "at": s.at.isoformat(),
                }
                for s in self.signatures
            ],
            "effective_from": self.effective_from.isoformat() if self.effective_from else None,
            "effective_until": self.effective_until.isoformat() if self.effective_until else None,
            "withheld": self.withheld.as_json() if self.withheld else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Fact":
        """The fact that ``as_json`` gave this of."""
        return cls(
            id=value["id"],
            label=value["label"],
            kind=value["kind"],
            state=value["state"],
            dated=datetime.fromisoformat(value["dated"]),
            title=value["title"],
            serves=frozenset(value["serves"]),
            fields={k: tuple(v) if isinstance(v, list) else v for k, v in value["fields"].items()},
            links=frozenset(value["links"]),
            signatures=tuple(
                Signature(
                    one["meaning"],
                    Assurance(one["assurance"]),
                    one["by"],
                    tuple(one["roles"]),
                    datetime.fromisoformat(one["at"]),
                )
                for one in value["signatures"]
            ),
            effective_from=_day(value["effective_from"]),
            effective_until=_day(value["effective_until"]),
            withheld=Reason.from_json(value["withheld"]) if value["withheld"] else None,
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Reach:
    """What an assessment covers: the domains and stages somebody works in, and the tier of what they make."""

    domains: frozenset[Domain] = frozenset(Domain)
    stages: frozenset[Stage] = frozenset(Stage)
    tier: int = 3


class Facts:
    """A set of facts with the indexes that criteria need, so that a question costs what it finds."""

    def __init__(self, facts: Iterable[Fact], reach: Reach) -> None:
        self.all: Sequence[Fact] = sorted(facts, key=lambda fact: (fact.kind, fact.label, fact.id))
        self.reach = reach

    @cached_property
    def _by_kind(self) -> Mapping[str, Sequence[Fact]]:
        return _grouped((fact.kind, fact) for fact in self.all)

    @cached_property
    def _serving(self) -> Mapping[tuple[str, str], Sequence[Fact]]:
        return _grouped(((fact.kind, served), fact) for fact in self.all for served in fact.serves)

    @cached_property
    def _linked(self) -> Mapping[tuple[str, str], Sequence[Fact]]:
        return _grouped(((fact.kind, target), fact) for fact in self.all for target in fact.links)

    def of_kind(self, kind: str) -> Sequence[Fact]:
        return self._by_kind.get(kind, ())

    def serving(self, kind: str, requirement: str) -> Sequence[Fact]:
        return self._serving.get((kind, requirement), ())

    def linked_to(self, kind: str, subject: str) -> Sequence[Fact]:
        return self._linked.get((kind, subject), ())

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical form of every fact, in a fixed order."""
        return sha256_hex(canonical_bytes([fact.as_json() for fact in self.all]))


def _grouped(pairs: Iterable[tuple[Key, Fact]]) -> Mapping[Key, Sequence[Fact]]:
    groups: dict[Key, list[Fact]] = defaultdict(list)
    for key, fact in pairs:
        groups[key].append(fact)
    return groups
