"""The shipped method against the kinds of this release: what criteria and example cases name, records can really hold."""

from collections.abc import Iterable, Iterator
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest

from standfirst.management.kinds import OWN_KINDS
from standfirst.records.actor import Role
from standfirst.records.kind import Kind
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import CaseFact, Condition, Criterion, RequirementMethod
from standfirst.standards.vocabulary import Verdict

METHOD = assessment_method()
REQUIREMENTS = tuple(METHOD.by_id)


def allowed(annotation: Any) -> frozenset[object] | None:
    """The values of a closed field, or None for an open one."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return allowed(next(part for part in parts if part is not type(None)))
    if origin is Annotated or origin is tuple:
        return allowed(parts[0])
    if origin is Literal:
        return frozenset(parts)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return frozenset(member.value for member in annotation)
    return frozenset({True, False}) if annotation is bool else None


def unknown(kind: str, field: str, values: Iterable[object]) -> list[object]:
    """The values that a record of a kind can never hold in a field."""
    if kind not in OWN_KINDS or field not in OWN_KINDS[kind].facts:
        return []
    known = allowed(OWN_KINDS[kind].body.model_fields[field].annotation)
    return [] if known is None else [value for value in values if value not in known]


def conditions(criterion: Criterion) -> Iterator[tuple[str, Condition]]:
    for asked in (criterion.record, criterion.statement):
        if asked is not None:
            yield from ((asked.kind, condition) for condition in asked.where)
    for form in (criterion.record, criterion.measurement):
        if form is not None and form.for_each is not None:
            yield from ((form.for_each.kind, condition) for condition in form.for_each.where)


def facts(item: RequirementMethod) -> list[tuple[CaseFact, Kind]]:
    written = (*item.cases.meets.facts, *item.cases.failing_facts())
    return [(fact, OWN_KINDS[fact.kind]) for fact in written if fact.kind in OWN_KINDS]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_criteria_ask_for_values_that_there_are(requirement: str) -> None:
    for criterion in METHOD.by_id[requirement].criteria:
        for kind, condition in conditions(criterion):
            operator, asked = condition.asked
            if operator not in {"present", "at_least", "at_most"}:
                values = asked if isinstance(asked, tuple) else (asked,)
                assert unknown(kind, condition.field, values) == []
        covers = criterion.record.covers if criterion.record else None
        if criterion.record and covers and covers.values:
            assert unknown(criterion.record.kind, covers.field, covers.values) == []
        if criterion.statement:
            assert set(criterion.statement.by_roles) <= set(Role)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_somebody_may_give_the_signature_that_is_asked(requirement: str) -> None:
    for criterion in METHOD.by_id[requirement].criteria:
        asked = criterion.statement
        if asked is None or asked.kind not in OWN_KINDS:
            continue
        moves = [m for m in OWN_KINDS[asked.kind].lifecycle.transitions if m.signs == asked.meaning]
        assert any(not m.roles or not asked.by_roles or set(m.roles) & set(asked.by_roles) for m in moves)


def test_every_measurement_criterion_takes_conform() -> None:
    """The properties lean on it: a measurement that conforms is good enough for every criterion."""
    asked = [c.measurement for item in METHOD.by_id.values() for c in item.criteria if c.measurement]
    assert asked
    assert all(Verdict.CONFORM in criterion.verdicts for criterion in asked)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_example_facts_are_records_as_there_may_be(requirement: str) -> None:
    for fact, kind in facts(METHOD.by_id[requirement]):
        assert fact.state in kind.lifecycle.states
        assert set(fact.fields) <= set(kind.fact_fields)
        assert set(fact.serves) <= set(edition().by_id)
        for field, value in fact.fields.items():
            assert unknown(fact.kind, field, value if isinstance(value, tuple) else (value,)) == []
        for signature in fact.signatures:
            assert signature.meaning in {move.signs for move in kind.lifecycle.transitions}
            assert set(signature.roles) <= set(Role)
