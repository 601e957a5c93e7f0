"""What a requirement can see is all that its result depends on; and what is written of a fact is all that it is."""

import json
from dataclasses import replace
from datetime import date

import pytest

from standfirst.conformity.assess import Result, assess
from standfirst.conformity.cases import fact_of
from standfirst.conformity.sight import EVERYTHING, Everything, Sights
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.profile import profile_named
from standfirst.standards.reason import Reason

AT = date(2026, 6, 1)
EDITION, METHOD, PROFILE = edition(), assessment_method(), profile_named("all")
SIGHTS = Sights(METHOD, ("organisation",))


def everybodys() -> list[Fact]:
    """The facts of all example cases together, each of a case under names of its own."""
    found = []
    for requirement in METHOD.by_id.values():
        for item in requirement.cases.meets.facts:
            fact = fact_of(item)
            named = f"{requirement.id} {fact.id}"
            links = frozenset(f"{requirement.id} {link}" for link in fact.links)
            found.append(replace(fact, id=named, label=named, links=links))
    return found


FACTS = everybodys()


def assessed(facts: list[Fact], only: list[str] | None = None) -> dict[str, Result]:
    found = assess(EDITION, METHOD, Facts(facts, PROFILE.reach), PROFILE, AT, only=only)
    return {result.requirement.id: result for result in found}


WHOLE = assessed(FACTS)


def seen_by(requirement: str) -> list[Fact]:
    sight = SIGHTS.seen([requirement])
    rules = (SIGHTS.adverse.kind, *SIGHTS.deciding)
    return [
        fact
        for fact in FACTS
        if fact.kind in {*sight.whole, *rules} or (fact.kind in sight.serving and requirement in fact.serves)
    ]


@pytest.mark.parametrize("requirement", list(METHOD.by_id))
def test_a_result_needs_no_more_than_what_is_seen(requirement: str) -> None:
    seen = seen_by(requirement)
    assert len(seen) < len(FACTS)
    assert assessed(seen, only=[requirement]) == {requirement: WHOLE[requirement]}


@pytest.mark.parametrize("fact", FACTS[::9], ids=lambda fact: fact.id)
def test_what_goes_is_noticed_by_all_whose_result_it_changes(fact: Fact) -> None:
    touched = SIGHTS.touched(fact, None)
    without = assessed([other for other in FACTS if other is not fact])
    changed = {name for name in WHOLE if without[name] != WHOLE[name]}
    assert all(name in touched for name in changed)
    assert touched == SIGHTS.touched(None, fact) or isinstance(touched, Everything)


def test_what_stays_the_same_touches_nothing() -> None:
    assert not SIGHTS.touched(FACTS[0], FACTS[0])


def test_what_says_what_is_asked_touches_everything() -> None:
    own = replace(FACTS[0], kind="organisation")
    statement = replace(FACTS[0], kind=METHOD.header.exclusion.kind)
    assert SIGHTS.touched(None, own) is EVERYTHING
    assert SIGHTS.touched(statement, None) is EVERYTHING


def test_against_whom_it_speaks() -> None:
    against = replace(
        FACTS[0], kind="nonconformity", serves=frozenset(), fields={"against": ("A.1.2", "8.4")}
    )
    touched = SIGHTS.touched(None, against)
    assert not isinstance(touched, Everything)
    assert {"A.1.2", "8.4"} <= set(touched)


@pytest.mark.parametrize("fact", FACTS[::5], ids=lambda fact: fact.id)
def test_a_fact_comes_back_from_what_is_written_of_it(fact: Fact) -> None:
    withheld = replace(fact, withheld=Reason("record.template", {"record": fact.label, "fields": ("text",)}))
    for one in (fact, withheld):
        assert Fact.from_json(json.loads(json.dumps(one.as_json()))) == one
