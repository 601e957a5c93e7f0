"""The register of records: everything that a result rests on or names, each once, and by which requirements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from standfirst.conformity.assess import Result
from standfirst.conformity.document import Assessed
from standfirst.standards.facts import Fact
from standfirst.standards.reason import Reason

NAMING = ("record", "subject", "records")
"""The parameters of a reason that hold labels of records."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One record as a report shows it. ``fact`` is None for a record that is known by its description only."""

    label: str
    title: str
    kind: str
    state: str
    dated: date | None
    requirements: tuple[str, ...]
    fact: Fact | None

    @property
    def verdict(self) -> str:
        """What a measurement's decision rule says; empty for any other record."""
        return str(self.fact.fields.get("verdict", "")) if self.fact else ""

    def age(self, at: date) -> int | None:
        return (at - self.dated).days if self.dated else None


def register(assessed: Assessed, named: Iterable[str] = ()) -> Mapping[str, Cited]:
    """By label, in the order of labels. ``named`` are further labels that the reader meets, such as those of pictures."""
    facts = {fact.label: fact for fact in assessed.facts.all}
    citing: dict[str, list[str]] = defaultdict(list)
    for label in named:
        citing[label] = []
    for result in assessed.results:
        for label in dict.fromkeys(_labels(result)):
            citing[label].append(result.requirement.id)
    return {
        label: _cited(label, facts.get(label), assessed.records.get(label, {}), tuple(citing[label]))
        for label in sorted(citing)
        if label in facts or label in assessed.records
    }


def _labels(result: Result) -> Iterator[str]:
    for _, answer in result.answers:
        yield from answer.records
        for reason in answer.reasons:
            yield from _named(reason)
    for reason in (*result.adverse, *([result.left_out] if result.left_out else [])):
        yield from _named(reason)


def _named(reason: Reason) -> Iterator[str]:
    for name in NAMING:
        value = reason.parameters.get(name, ())
        yield from value if isinstance(value, tuple) else (str(value),)


def _cited(label: str, fact: Fact | None, about: Mapping[str, str], requirements: tuple[str, ...]) -> Cited:
    if fact is not None:
        return Cited(label, fact.title, fact.kind, fact.state, fact.dated.date(), requirements, fact)
    dated = about.get("dated")
    return Cited(
        label,
        about.get("title", ""),
        about.get("kind", ""),
        about.get("state", ""),
        date.fromisoformat(dated) if dated else None,
        requirements,
        None,
    )
