"""Every value of a closed list has a name, and one name only."""

import re

import pytest

from standfirst.management.kinds import OWN_KINDS
from standfirst.records.actor import Role
from standfirst.standards.evaluate import Outcome
from standfirst.standards.library import assessment_method
from standfirst.standards.method import Status
from standfirst.standards.vocabulary import (
    Aspect,
    Assurance,
    Confidence,
    Domain,
    Goal,
    Relation,
    Stage,
    Verdict,
)
from standfirst.words import names
from standfirst.words.render import field, kind, method, state, title

WORDS = re.compile(r"[A-Za-z ,-]+")


@pytest.mark.parametrize(
    ("values", "table"),
    [
        (Status, names.STATUSES),
        (Outcome, names.OUTCOMES),
        (Verdict, names.VERDICTS),
        (Assurance, names.ASSURANCES),
        (Relation, names.RELATIONS),
        (Role, names.ROLES),
        (Stage, names.PLAIN),
        (Domain, names.PLAIN),
        (Goal, names.PLAIN),
        (Aspect, names.PLAIN),
        (Confidence, names.PLAIN),
    ],
)
def test_every_member_has_a_name(values: type[Status], table: dict[str, str]) -> None:
    assert [member.value for member in values if member.value not in table] == []


def test_no_value_is_called_two_things() -> None:
    tables = (
        *({word: noun.one for word, noun in names.KINDS.items()},),
        *(names.METHODS, names.ROLES, names.STATUSES, names.OUTCOMES, names.VERDICTS, names.ASSURANCES),
        *(names.RELATIONS, names.PARTIES, names.PLAIN),
    )
    called: dict[str, set[str]] = {}
    for table in tables:
        for word, name in table.items():
            called.setdefault(word, set()).add(name)
    assert {word: sorted(name) for word, name in called.items() if len(name) > 1} == {}


def test_every_kind_that_exists_or_is_asked_for_is_a_noun() -> None:
    asked = {kind.name for kind in OWN_KINDS}
    for item in assessment_method().by_id.values():
        for criterion in item.criteria:
            selection = criterion.record or criterion.statement
            asked |= {selection.kind} if selection else set()
    assert sorted(asked - set(names.KINDS)) == []


def test_states_and_fields_of_our_kinds_read_as_words() -> None:
    said = [state(name) for own in OWN_KINDS for name in own.lifecycle.states]
    said += [field(name) for own in OWN_KINDS for name in (*own.fact_fields, *own.body.model_fields)]
    assert [name for name in said if not WORDS.fullmatch(name)] == []


def test_signature_meanings_of_our_kinds_have_a_name() -> None:
    signed = {move.signs for own in OWN_KINDS for move in own.lifecycle.transitions if move.signs}
    assert sorted(signed - set(names.MEANINGS)) == []


def test_supports_is_never_satisfies() -> None:
    assert title("supports") == "supports"
    assert not [
        name for name in names.RELATIONS.values() if "satisf" in name or "fulfil" in name or "compl" in name
    ]


def test_what_has_no_row_is_its_own_name() -> None:
    assert kind("moon-phase").many == "moon phase records"
    assert (state("half-full"), field("moon_phase"), method("moon-phase"), title("half-full")) == (
        "half full",
        "moon phase",
        "moon phase",
        "half full",
    )
