"""Which facts an assessment of a requirement can see: what need not be asked anew when something is recorded."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from standfirst.standards.evaluate import MEASUREMENT
from standfirst.standards.facts import Fact
from standfirst.standards.method import AssessmentMethod, RequirementMethod


@dataclass(frozen=True, slots=True)
class Sight:
    """Kinds of which every record counts in, and those of which only the records do that serve the requirement."""

    whole: frozenset[str]
    serving: frozenset[str]


def sight(method: RequirementMethod) -> Sight:
    """What a requirement's criteria look at. What speaks against it, and leaves it out, is the same for all (``touches``)."""
    whole, serving = set[str](), set[str]()
    for criterion in method.criteria:
        asked = criterion.record or criterion.statement
        if asked is not None:
            (serving if asked.serving else whole).add(asked.kind)
        if criterion.measurement is not None:
            whole.add(MEASUREMENT)
        if criterion.subject is not None:
            whole.add(criterion.subject.kind)
    return Sight(frozenset(whole), frozenset(serving - whole))


class Everything:
    """All requirements of an edition: what a change can touch that decides about the rest."""

    def __contains__(self, requirement: object) -> bool:
        return True


EVERYTHING: Final = Everything()


class Sights:
    """What each requirement of a method can see."""

    def __init__(self, method: AssessmentMethod, deciding: Collection[str]) -> None:
        """``deciding``: kinds that say what is asked at all, such as the organisation's own record."""
        self._by_id: Mapping[str, Sight] = {name: sight(one) for name, one in method.by_id.items()}
        self.adverse = method.header.adverse
        self.exclusion = method.header.exclusion
        self.deciding = frozenset({*deciding, self.exclusion.kind})

    def touched(self, before: Fact | None, after: Fact | None) -> "Collection[str] | Everything":
        """The requirements whose result may be another one, where one record's fact became another."""
        known = [fact for fact in (before, after) if fact is not None]
        if before == after:
            return ()
        kind = known[0].kind
        if kind in self.deciding:
            return EVERYTHING
        served = {name for fact in known for name in fact.serves}
        found = {
            name
            for name, seen in self._by_id.items()
            if kind in seen.whole or (kind in seen.serving and name in served)
        }
        return found | (set(_named(known, self.adverse.field)) if kind == self.adverse.kind else set())

    def seen(self, requirements: "Collection[str] | Everything") -> Sight:
        """What has to be there for these requirements' results, but for what speaks against and what decides."""
        chosen = [seen for name, seen in self._by_id.items() if name in requirements]
        whole = frozenset().union(*(seen.whole for seen in chosen))
        return Sight(whole, frozenset().union(*(seen.serving for seen in chosen)) - whole)


def _named(facts: list[Fact], field: str) -> Iterator[str]:
    for fact in facts:
        named = fact.fields.get(field, ())
        yield from named if isinstance(named, tuple) else ()
