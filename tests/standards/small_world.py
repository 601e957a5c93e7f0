"""A small world for the rules: few kinds, states, fields and values, so that random facts and criteria often meet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st

from standfirst.standards.counting import holds, lack, subjects_of
from standfirst.standards.facts import Fact, Facts, FieldValue, Reach, Signature
from standfirst.standards.method import (
    Condition,
    Criterion,
    MeasurementCriterion,
    RecordCriterion,
    Selection,
    StatementCriterion,
    Subject,
)
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance, Domain, Stage, Verdict

AT = date(2026, 6, 1)
REQUIREMENT = "4.1"
KINDS = ("paper", "thing", "measurement")
STATES = {
    "paper": ("draft", "approved", "old"),
    "thing": ("planned", "running", "gone"),
    "measurement": ("recorded", "invalidated"),
}
METHODS = ("drift", "noise")
AREAS = ("law", "optics", "safety")
WITHHELD = Reason("record.evidence-gone", {"record": "it"})
FIELDS: dict[str, st.SearchStrategy[FieldValue]] = {
    "type": st.sampled_from(["plan", "policy"]),
    "level": st.integers(0, 3),
    "agreed": st.booleans(),
    "areas": st.lists(st.sampled_from(AREAS), max_size=3, unique=True).map(tuple),
    "plan": st.sampled_from(["", "written"]),
}


def moment(day: date, hour: int = 0) -> datetime:
    return datetime.combine(day, time(hour), UTC)


# --- criteria --------------------------------------------------------------------------------------------------------

OPERATORS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "type": {"is": FIELDS["type"], "in": st.lists(FIELDS["type"], min_size=1, max_size=2), "present": st.just(value=True)},
    "level": {"at_least": st.integers(0, 3), "at_most": st.integers(0, 3), "is": st.integers(0, 3)},
    "agreed": {"is": st.booleans()},
    "areas": {
        "includes_any": st.lists(st.sampled_from(AREAS), min_size=1, max_size=2),
        "includes_all": st.lists(st.sampled_from(AREAS), min_size=1, max_size=2),
        "present": st.just(value=True),
    },
    "plan": {"present": st.just(value=True)},
}  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from(sorted(OPERATORS)))
    operator = draw(st.sampled_from(sorted(OPERATORS[field])))
    return Condition.model_validate({"field": field, operator: draw(OPERATORS[field][operator])})


def wheres() -> st.SearchStrategy[tuple[Condition, ...]]:
    return st.lists(conditions(), max_size=2).map(tuple)


def states(kind: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(STATES[kind]), min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    return Subject(kind="thing", states=draw(states("thing")), where=draw(wheres()))


def ages() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(1, 60)


@st.composite
def selections(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    return {
        "kind": kind,
        "states": draw(states(kind)),
        "serving": draw(st.booleans()),
        "where": draw(wheres()),
        "max_age_days": draw(ages()),
    }


@st.composite
def record_criteria(draw: st.DrawFn) -> RecordCriterion:
    selection = draw(selections())
    match draw(st.sampled_from(["some", "each", "every", "cover"])):
        case "some":
            selection |= {"at_least": draw(st.integers(1, 3))}
        case "each":
            selection |= {"for_each": draw(subjects()), "at_least": draw(st.integers(1, 2))}
        case "every":
            more = tuple(state for state in STATES[selection["kind"]] if state not in selection["states"])
            among = st.sampled_from([(), selection["states"], selection["states"] + more[:1]])
            selection |= {"every": True, "among": draw(among)}
        case _:
            values = st.lists(st.sampled_from(AREAS), min_size=1, max_size=3, unique=True)
            selection |= {
                "covers": {"field": "areas", "values": draw(values)},
                "at_least": draw(st.integers(1, 2)),
            }
    return RecordCriterion.model_validate(selection)


@st.composite
def measurement_criteria(draw: st.DrawFn) -> MeasurementCriterion:
    """As in the method itself, ``conform`` is good enough everywhere."""
    verdicts = st.sampled_from([(Verdict.CONFORM,), (Verdict.CONFORM, Verdict.CONFORM_GUARDED)])
    return MeasurementCriterion(
        method=draw(st.none() | st.sampled_from(METHODS)),
        verdicts=draw(verdicts),
        max_age_days=draw(ages()),
        for_each=draw(st.none() | subjects()),
    )


@st.composite
def statement_criteria(draw: st.DrawFn) -> StatementCriterion:
    roles = st.lists(st.sampled_from(["auditor", "ethics"]), max_size=2, unique=True).map(tuple)
    return StatementCriterion(
        **draw(selections()),
        meaning="approval",
        assurance=draw(st.sampled_from(Assurance)),
        by_roles=draw(roles),
    )


def criteria() -> st.SearchStrategy[Criterion]:
    named = partial(Criterion, id="it", says="It is so")
    return st.one_of(
        record_criteria().map(lambda asked: named(record=asked)),
        measurement_criteria().map(lambda asked: named(measurement=asked)),
        statement_criteria().map(lambda asked: named(statement=asked)),
    )


# --- facts -----------------------------------------------------------------------------------------------------------


ROLES = st.sampled_from([("auditor",), ("ethics", "auditor"), ("engineer",), ()])
MEASURED = {
    "method": st.sampled_from(METHODS),
    "verdict": st.sampled_from([verdict.value for verdict in Verdict]),
}


ENDINGS = st.sampled_from([None, None, *(AT + timedelta(days=days) for days in (0, 1, 30))])
WITHHOLDING = st.sampled_from([None, None, None, None, WITHHELD])


def days_before(day: date, most: int) -> st.SearchStrategy[date]:
    return st.integers(0, most).map(lambda days: day - timedelta(days=days))


def signatures() -> st.SearchStrategy[Signature]:
    return st.builds(
        Signature,
        st.sampled_from(["approval", "report"]),
        st.sampled_from(Assurance),
        st.just("somebody"),
        ROLES,
        days_before(AT, 20).map(moment),
    )


def facts_of_kind(kind: str, number: int) -> st.SearchStrategy[Fact]:
    """Dated, signed and begun by ``AT``."""
    label = f"{kind}-{number}"
    return st.builds(
        Fact,
        id=st.just(f"id of {label}"),
        label=st.just(label),
        kind=st.just(kind),
        state=st.sampled_from(STATES[kind]),
        dated=st.builds(moment, days_before(AT, 80), st.integers(0, 1)),
        serves=st.sampled_from([frozenset[str](), frozenset([REQUIREMENT])]),
        fields=st.fixed_dictionaries(MEASURED if kind == "measurement" else {}, optional=FIELDS),
        signatures=st.lists(signatures(), max_size=1).map(tuple) if kind == "paper" else st.just(()),
        effective_from=st.sampled_from([None, AT - timedelta(days=30)]),
        effective_until=ENDINGS,
        withheld=WITHHOLDING,
    )


@st.composite
def fact_sets(draw: st.DrawFn) -> list[Fact]:
    """Some facts of each kind; whatever is no thing may link to things."""
    made = [draw(facts_of_kind(kind, number)) for kind in KINDS for number in range(draw(st.integers(0, 2)))]
    things = [fact.id for fact in made if fact.kind == "thing"]
    if not things:
        return made
    links = st.frozensets(st.sampled_from(things), max_size=2)
    return [fact if fact.kind == "thing" else replace(fact, links=draw(links)) for fact in made]


# --- a fact that is just what a criterion asks for -------------------------------------------------------------------


def asked_value(condition: Condition, found: FieldValue | None) -> FieldValue:
    """A value that fulfils a condition, beside what an earlier condition put there."""
    if condition.present:
        return found or "given"
    if condition.is_ is not None:
        return condition.is_
    if condition.in_ is not None:
        return condition.in_[0]
    several = condition.includes_any or condition.includes_all
    if several is not None:
        return tuple(dict.fromkeys((*(found if isinstance(found, tuple) else ()), *several)))
    return condition.at_least or condition.at_most or 0


def fulfilling(asked: Selection | Subject, requirement: str, at: date, *, days_old: int = 0) -> Fact | None:
    """A record in an asked-for state that fulfils ``where`` and age and serves the requirement; None for a contradiction."""
    covers = asked.covers if isinstance(asked, RecordCriterion) else None
    covered = covers.values or tuple(Domain if covers.values_of == "domains" else Stage) if covers else ()
    fields: dict[str, FieldValue] = {covers.field: tuple(map(str, covered))} if covers else {}
    for condition in asked.where:
        fields[condition.field] = asked_value(condition, fields.get(condition.field))
    if not all(holds(condition, fields[condition.field]) for condition in asked.where):
        return None
    value = fields[covers.field] if covers else ()
    if covers and not (isinstance(value, tuple) and set(covered) <= set(value)):
        return None
    if asked.kind == "measurement":
        fields |= {"method": "drift", "verdict": Verdict.CONFORM.value}
    oldest = asked.max_age_days if isinstance(asked, Selection) else None
    dated = moment(at - timedelta(days=min(days_old, oldest or days_old)))
    signed = (
        [Signature(asked.meaning, asked.assurance, "somebody", asked.by_roles, dated)]
        if isinstance(asked, StatementCriterion)
        else []
    )
    return Fact(
        id="the new one",
        label="NEW-0001",
        kind=asked.kind,
        state=asked.states[0],
        dated=dated,
        serves=frozenset([requirement]),
        fields=fields,
        signatures=tuple(signed),
    )


def measuring(subject: Fact | None, verdict: Verdict, dated: datetime, method: str = METHODS[0]) -> Fact:
    """A measurement of a subject."""
    return Fact(
        id="the new one",
        label="NEW-0001",
        kind="measurement",
        state="recorded",
        dated=dated,
        fields={"method": method, "verdict": verdict.value, "uncertainty": "0.1"},
        links=frozenset([subject.id] if subject else ()),
    )


def subjects_asked(criterion: Criterion, facts: Sequence[Fact]) -> Sequence[Fact | None]:
    """The records that each need evidence; one None where the criterion asks for no subject."""
    asked = criterion.record or criterion.measurement
    if asked is None or asked.for_each is None:
        return [None]
    return subjects_of(asked.for_each, Facts(facts, Reach()))


def wanted(criterion: Criterion, subject: Fact | None, at: date, *, days_old: int) -> Fact | None:
    """A record that a criterion asks for, linked to a subject; None where no record could be that."""
    if criterion.measurement is not None:
        method = criterion.measurement.method or METHODS[days_old % 2]
        return measuring(subject, Verdict.CONFORM, moment(at - timedelta(days=days_old)), method)
    asked = criterion.record or criterion.statement
    assert asked is not None
    fact = fulfilling(asked, REQUIREMENT, at, days_old=days_old)
    return replace(fact, links=frozenset([subject.id])) if fact and subject else fact


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Criterion, list[Fact]]:
    """A criterion and facts of which many are what it asks for, some of them ending soon, ended, or withheld."""
    criterion, facts = draw(criteria()), draw(fact_sets())
    asked = criterion.record or criterion.measurement
    if asked is not None and asked.for_each is not None:
        for number in range(draw(st.integers(0, 2))):
            if (thing := fulfilling(asked.for_each, REQUIREMENT, AT)) is not None:
                facts.append(replace(thing, id=f"subject-{number}", label=f"subject-{number}"))
    for subject in subjects_asked(criterion, facts):
        for days_old in draw(st.lists(st.integers(0, 70), max_size=3)):
            fact = wanted(criterion, subject, AT, days_old=days_old)
            if fact is not None:
                name = f"wanted-{len(facts)}"
                ending = draw(ENDINGS)
                facts.append(
                    replace(fact, id=name, label=name, effective_until=ending, withheld=draw(WITHHOLDING))
                )
    return criterion, facts


def asks_more(criterion: Criterion, fact: Fact, at: date) -> bool:
    """Is ``fact`` itself something that the criterion now asks evidence of: a subject, or one of "every" that falls short?"""
    asked = criterion.record or criterion.measurement
    if asked is None:
        return False
    if asked.for_each is not None:
        return bool(asked.for_each.kind == fact.kind and subjects_of(asked.for_each, Facts([fact], Reach())))
    return (
        isinstance(asked, RecordCriterion)
        and asked.every
        and asked.kind == fact.kind
        and lack(fact, asked, at) is not None
    )
