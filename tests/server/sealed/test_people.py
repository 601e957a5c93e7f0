"""Whom a case may concern: in doubt somebody is meant."""

import pytest
from tests.records.cast import ticking

from standfirst.management.founding import found
from standfirst.management.kinds import OWN_KINDS
from standfirst.records.actor import Actor, Role
from standfirst.records.memory import MemoryStore
from standfirst.server.sealed.people import RECIPIENTS, may_read, named


def meant(name: str, names: str = "", text: str = "") -> bool:
    store = MemoryStore(OWN_KINDS, clock=ticking())
    store.perform(found(name=name, handle="jm", simulation=False))
    return bool(named(store.records(kinds=("person",)), names, text))


@pytest.mark.parametrize(
    "names",
    [
        "Jürgen Müller",
        "müller",
        "MULLER",
        "Mr. Muller and others",
        "jm",
        "PER-0001",
        "Ju\u0308rgen",
        "muller-schmidt",
    ],
)
def test_any_part_of_a_name_is_enough_where_names_are_asked(names: str) -> None:
    assert meant("Jürgen Müller", names)


@pytest.mark.parametrize(
    "text", ["It was Jürgen Müller.", "it was\njurgen   MULLER", "PER-0001 did it", "as jm said"]
)
def test_the_whole_name_is_enough_anywhere(text: str) -> None:
    assert meant("Jürgen Müller", "", text)


@pytest.mark.parametrize(
    ("names", "text"), [("", "Müller was there"), ("Schmidt", ""), ("", "jmx"), ("", "")]
)
def test_others_are_not_meant(names: str, text: str) -> None:
    assert not meant("Jürgen Müller", names, text)


def test_only_who_has_the_task_reads_and_nobody_reads_about_themselves() -> None:
    eve = Actor("eve", frozenset({Role.ETHICS}))
    boss = Actor("boss", frozenset({Role.TOP_MANAGEMENT}))
    both = Actor("both", frozenset({Role.TOP_MANAGEMENT, Role.ETHICS}))
    assert Role.TOP_MANAGEMENT not in RECIPIENTS
    assert [may_read(who, (), ()) for who in (eve, boss, both)] == [True, False, True]
    assert [may_read(who, ("eve",), ()) for who in (eve, boss, both)] == [False, False, True]
    assert [may_read(who, (), ("top-management",)) for who in (eve, boss, both)] == [True, False, False]
