"""What this release can assess: the kinds, states, fields and methods that exist, against those that criteria name.

A criterion may name a kind or a method that a later release builds: it is then *not assessable in this release*, said
and counted. A state or a field that its kind does not have is a mistake in the method.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from standfirst.records.kind import Kinds
from standfirst.standards.evaluate import MEASUREMENT
from standfirst.standards.facts import Reach
from standfirst.standards.method import AssessmentMethod, Condition, Criterion, ExclusionRule
from standfirst.standards.problems import Problem, problem
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Domain

EVERYWHERE = Reach()


@dataclass(frozen=True, slots=True)
class Shape:
    states: frozenset[str]
    fields: frozenset[str]
    meanings: frozenset[str]
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Built:
    kinds: Mapping[str, Shape]
    methods: Mapping[str, frozenset[Domain]]  # a method, and the domains whose things it can measure

    @classmethod
    def of(cls, kinds: Kinds, methods: Mapping[str, Iterable[Domain]]) -> "Built":
        shapes = {
            kind.name: Shape(
                frozenset(kind.lifecycle.states),
                frozenset(kind.fact_fields),
                frozenset(t.signs for t in kind.lifecycle.transitions if t.signs),
                frozenset(target for rule in kind.links for target in rule.among(kinds.names)),
            )
            for kind in kinds
        }
        return cls(shapes, {name: frozenset(domains) for name, domains in methods.items()})

    def lacks(self, criterion: Criterion, reach: Reach = EVERYWHERE) -> Reason | None:
        """Why a criterion cannot be assessed in this release for somebody with this reach, or None."""
        for name in _kinds(criterion):
            if name not in self.kinds:
                return Reason("unbuilt.kind", {"kind": name})
        if criterion.measurement is not None and (
            criterion.measurement.method is not None and criterion.measurement.method not in self.methods
        ):
            return Reason("unbuilt.method", {"method": criterion.measurement.method})
        measured = MEASUREMENT in _kinds(criterion)
        if measured and not any(domains & reach.domains for domains in self.methods.values()):
            return Reason(
                "unbuilt.domain", {"domains": tuple(sorted(domain.value for domain in reach.domains))}
            )
        return None


def unresolved(method: AssessmentMethod, built: Built) -> list[Problem]:
    """Every state, field, signature meaning or link that a criterion names and its (built) kind does not have."""
    found: list[Problem] = []
    for requirement in method.by_id.values():
        for criterion in requirement.criteria:
            for kind, what, name in _names(criterion, built):
                shape = built.kinds.get(kind)
                known = getattr(shape, what) if shape else None
                if known is not None and name not in known:
                    place = f"{requirement.id} {criterion.id}"
                    found.append(
                        problem(method.name, f"method.unknown-{what}", field=place, kind=kind, name=name)
                    )
    found += _rules(method, built)
    return found


def unassessable(method: AssessmentMethod, built: Built) -> list[tuple[str, Criterion, Reason]]:
    """The criteria that this release cannot assess, with their requirement."""
    return [
        (requirement.id, criterion, reason)
        for requirement in method.by_id.values()
        for criterion in requirement.criteria
        if (reason := built.lacks(criterion)) is not None
    ]


def _rules(method: AssessmentMethod, built: Built) -> Iterator[Problem]:
    for rule in (method.header.adverse, method.header.exclusion):
        shape = built.kinds.get(rule.kind)
        if shape is None:
            yield problem(method.name, "method.unknown-kind", kind=rule.kind)
            continue
        fields = [rule.field]
        if isinstance(rule, ExclusionRule):
            fields += [rule.reasons, rule.applicable, rule.applicable_reasons]
        for field in fields:
            if field not in shape.fields:
                yield problem(method.name, "method.unknown-fields", kind=rule.kind, name=field)
        for state in rule.states:
            if state not in shape.states:
                yield problem(method.name, "method.unknown-states", kind=rule.kind, name=state)


def _kinds(criterion: Criterion) -> Iterator[str]:
    asked = criterion.record or criterion.statement
    if asked is not None:
        yield asked.kind
    if criterion.measurement is not None:
        yield MEASUREMENT
    if criterion.subject is not None:
        yield criterion.subject.kind


def _names(criterion: Criterion, built: Built) -> Iterator[tuple[str, str, str]]:
    """(kind, 'states' | 'fields' | 'meanings' | 'targets', name) for everything that a criterion names."""
    asked = criterion.record or criterion.statement
    if asked is not None:
        yield from ((asked.kind, "states", state) for state in asked.states)
        yield from _fields(asked.kind, asked.where)
    if criterion.record is not None:
        yield from ((criterion.record.kind, "states", state) for state in criterion.record.among)
        if criterion.record.covers is not None:
            yield criterion.record.kind, "fields", criterion.record.covers.field
    if criterion.statement is not None:
        yield criterion.statement.kind, "meanings", criterion.statement.meaning
    if (subject := criterion.subject) is not None:
        yield from ((subject.kind, "states", state) for state in subject.states)
        yield from _fields(subject.kind, subject.where)
        if subject.kind in built.kinds:
            yield asked.kind if asked is not None else MEASUREMENT, "targets", subject.kind


def _fields(kind: str, where: Iterable[Condition]) -> Iterator[tuple[str, str, str]]:
    return ((kind, "fields", condition.field) for condition in where)
