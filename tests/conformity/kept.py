"""What organisations might keep, for the shipped method: the facts of its example cases, mixed, changed, and others beside."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from standfirst.conformity.cases import fact_of
from standfirst.evidence.collectors import COLLECTORS
from standfirst.management.kinds import OWN_KINDS
from standfirst.records.kind import Kind
from standfirst.standards.facts import Fact, FieldValue
from standfirst.standards.library import assessment_method
from standfirst.standards.method import Criterion
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Verdict

AT = date(2026, 6, 15)
WITHHELD = Reason("record.evidence-gone", {"record": "it"})
METHODS = tuple(row.name for row in COLLECTORS)

# --- facts of a kind, from its own states and fields -----------------------------------------------------------------

TEXTS = st.sampled_from(["Ada", "a plan", "12", ""])
COUNTS = st.integers(0, 3)
ANYTHING = st.one_of(TEXTS, COUNTS, st.booleans(), st.lists(TEXTS, max_size=2).map(tuple))
COMPUTED: Mapping[str, st.SearchStrategy[Any]] = {
    "level": st.integers(1, 25),
    "residual_level": st.integers(1, 25),
    "effects": st.lists(st.sampled_from(["ethical", "legal", "social", "policy"]), max_size=4).map(tuple),
    "method": st.sampled_from([*METHODS, "drift"]),
    "verdict": st.sampled_from([verdict.value for verdict in Verdict]),
    "auditors_independent": st.booleans(),
    "complete": st.booleans(),
    # What is left out stays the same within one run.
    "not_applicable": st.just(()),
    "not_applicable_reasons": st.just(()),
    "applicable": st.just(()),
    "applicable_reasons": st.just(()),
}
"""What a kind computes for criteria; what is not named here may be anything."""


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """What a field of a body may hold, as criteria see it."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values(parts[0])
    if origin in {Union, UnionType}:
        return st.one_of(*(values(part) for part in parts if part is not type(None)))
    if origin is tuple:
        return st.lists(values(parts[0]), max_size=4, unique=True).map(tuple)
    if origin is Literal:
        return st.sampled_from([str(part) for part in parts])
    return PLAIN[annotation] if annotation in PLAIN else st.sampled_from([part.value for part in annotation])


PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: COUNTS,
    str: TEXTS,
    date: st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat),
}


def fields(kind: Kind) -> Mapping[str, st.SearchStrategy[FieldValue]]:
    own = {name: values(kind.body.model_fields[name].annotation) for name in kind.facts}
    return {**own, **{name: COMPUTED.get(name, ANYTHING) for name in kind.derived}}


@lru_cache
def facts_of_kind(name: str, number: int) -> st.SearchStrategy[Fact]:
    """In any state, with any fields, serving anything, dated within four years until ``AT``."""
    kind = OWN_KINDS[name]
    return st.builds(
        Fact,
        id=st.just(f"other {kind.name} {number}"),
        label=st.just(f"{kind.prefix}-{9000 + number}"),
        kind=st.just(kind.name),
        state=st.sampled_from(kind.lifecycle.states),
        dated=st.integers(0, 1_500).map(days_before),
        serves=st.frozensets(st.sampled_from(sorted(assessment_method().by_id)), max_size=3),
        fields=st.fixed_dictionaries({}, optional=dict(fields(kind))),
        effective_from=st.none(),
        withheld=st.sampled_from([None, None, None, WITHHELD]),
    )


def days_before(days: int) -> datetime:
    return datetime.combine(AT, time(), UTC) - timedelta(days=days)


# --- facts that show something: those of the example cases -----------------------------------------------------------


@lru_cache
def shown(requirement: str) -> tuple[Fact, ...]:
    """The facts of a requirement's meeting case, as if its day were ``AT``."""
    case = assessment_method().by_id[requirement].cases.meets
    return tuple(_moved(fact_of(item), requirement, AT - case.at) for item in case.facts)


def _moved(fact: Fact, requirement: str, shift: timedelta) -> Fact:
    name = f"{requirement} {fact.id}"
    return replace(
        fact,
        id=name,
        label=name.replace(" ", "-"),
        dated=min(fact.dated + shift, days_before(0)),
        links=frozenset(f"{requirement} {link}" for link in fact.links),
        effective_from=min(fact.effective_from + shift, AT) if fact.effective_from else None,
        effective_until=fact.effective_until + shift if fact.effective_until else None,
        signatures=tuple(replace(s, at=min(s.at + shift, days_before(0))) for s in fact.signatures),
    )


@st.composite
def changes(draw: st.DrawFn, fact: Fact) -> Fact:
    """The same record in another state, with another value, older, withheld, or with less to it."""
    kind = next((kind for kind in OWN_KINDS if kind.name == fact.kind), None)
    match draw(st.sampled_from(["state", "field", "older", "withheld", "unlinked", "ending"])):
        case "state" if kind is not None:
            return replace(fact, state=draw(st.sampled_from(kind.lifecycle.states)))
        case "field" if kind is not None:
            name = draw(st.sampled_from(sorted(fields(kind))))
            return replace(fact, fields={**fact.fields, name: draw(fields(kind)[name])})
        case "older":
            return replace(fact, dated=fact.dated - timedelta(days=draw(st.integers(0, 800))))
        case "unlinked":
            return replace(fact, links=frozenset(), serves=frozenset(), signatures=())
        case "ending":
            return replace(fact, effective_until=AT + timedelta(days=draw(st.integers(-3, 30))))
        case _:
            return replace(fact, withheld=WITHHELD)


@st.composite
def fact_sets(draw: st.DrawFn) -> list[Fact]:
    """Everything dated, signed and begun by ``AT``."""
    told = draw(
        st.lists(st.sampled_from(sorted(assessment_method().by_id)), min_size=1, max_size=4, unique=True)
    )
    facts = [fact for requirement in told for fact in shown(requirement)]
    for which in draw(st.lists(st.integers(0, len(facts) - 1), max_size=3, unique=True)):
        facts[which] = draw(changes(facts[which]))
    others = [
        draw(facts_of_kind(kind, number))
        for number, kind in enumerate(draw(st.lists(st.sampled_from(OWN_KINDS.names), max_size=4)))
    ]
    ids = [fact.id for fact in (*facts, *others)]
    return facts + [
        replace(f, links=frozenset(draw(st.lists(st.sampled_from(ids), max_size=2)))) for f in others
    ]


def criteria() -> st.SearchStrategy[tuple[str, Criterion]]:
    """Every criterion of the method that records can meet, with its requirement."""
    return st.sampled_from(
        [
            (requirement, criterion)
            for requirement, item in assessment_method().by_id.items()
            for criterion in item.criteria
            if criterion.judgement is None
        ]
    )
