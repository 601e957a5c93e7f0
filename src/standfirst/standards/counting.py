"""Which facts count for a selection, and the first thing that keeps one from counting."""

from collections.abc import Sequence
from datetime import date
from enum import IntEnum

from standfirst.standards.facts import Fact, Facts, FieldValue
from standfirst.standards.method import Condition, Selection, Subject


class Lack(IntEnum):
    """What keeps a fact from counting, in the order in which a person would put it right: a later one is a nearer miss."""

    WITHHELD = 0
    STATE = 1
    FIELD = 2
    NOT_BEGUN = 3
    ENDED = 4
    STALE = 5


def lack(fact: Fact, asked: Selection, at: date) -> Lack | None:
    """The first thing that keeps ``fact`` from counting, or None where it counts."""
    if fact.withheld is not None:
        return Lack.WITHHELD
    if fact.state not in asked.states:
        return Lack.STATE
    if unfulfilled(fact, asked.where) is not None:
        return Lack.FIELD
    if not fact.begun(at):
        return Lack.NOT_BEGUN
    if fact.ended(at):
        return Lack.ENDED
    return Lack.STALE if fact.stale(asked.max_age_days, at) else None


def unfulfilled(fact: Fact, where: Sequence[Condition]) -> Condition | None:
    """The first condition that a fact does not fulfil."""
    for condition in where:
        if not holds(condition, fact.fields.get(condition.field)):
            return condition
    return None


def holds(condition: Condition, value: FieldValue | None) -> bool:
    """Does a field's value fulfil a condition? An absent field fulfils none."""
    if value is None:
        return False
    many = value if isinstance(value, tuple) else (value,)
    if condition.present:
        return value not in {"", ()}
    if condition.is_ is not None:
        return _same(value, condition.is_)
    if condition.in_ is not None:
        return any(_same(value, allowed) for allowed in condition.in_)
    if condition.includes_any is not None:
        return bool(set(condition.includes_any) & set(many))
    if condition.includes_all is not None:
        return set(condition.includes_all) <= set(many)
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return (
        value >= condition.at_least if condition.at_least is not None else value <= (condition.at_most or 0)
    )


def subjects_of(subject: Subject, facts: Facts) -> Sequence[Fact]:
    """Every record that needs evidence of its own. Neither a date nor lost evidence ends a subject: only its state does."""
    return [
        fact
        for fact in facts.of_kind(subject.kind)
        if fact.state in subject.states and unfulfilled(fact, subject.where) is None
    ]


def _same(value: FieldValue, asked: bool | int | str) -> bool:
    return type(value) is type(asked) and value == asked  # True is not 1
