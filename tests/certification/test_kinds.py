"""The kinds of certification hold together, mean one thing a schema number, and every refusal of theirs is a sentence."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from tests.certification.golden import FOLDER
from tests.management.golden import fault

import standfirst.certification
from standfirst.certification.clauses import Clause
from standfirst.certification.kinds import BODY_KINDS, CERTIFICATION_KINDS
from standfirst.management.kinds import OWN_KINDS, WORKPLACE_KINDS
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Transition
from standfirst.records.package.starting import template
from standfirst.records.projection import placeholders
from standfirst.standards.yaml_text import read_yaml
from standfirst.words import names, render

SOURCES = Path(standfirst.certification.__file__).parent
WORDS = re.compile(r"[A-Za-z0-9 ,-]+")

each_kind = pytest.mark.parametrize("kind", CERTIFICATION_KINDS, ids=lambda kind: str(kind.name))


@each_kind
def test_a_kind_is_as_its_golden_file_says(kind: Kind) -> None:
    assert not fault(kind, FOLDER), fault(kind, FOLDER)


def test_every_golden_file_belongs_to_a_kind() -> None:
    known = {f"{kind.name}-{number}" for kind in CERTIFICATION_KINDS for number in range(1, kind.schema + 1)}
    assert {path.stem for path in FOLDER.iterdir()} == known


def test_a_body_keeps_none_of_its_clients_kinds_of_evidence() -> None:
    shared = set(BODY_KINDS.names) & set(OWN_KINDS.names)
    everywhere = {kind.name for kind in WORKPLACE_KINDS}
    assert shared - everywhere == {"organisation", "person", "document", "competence"}
    assert everywhere <= shared
    assert set(BODY_KINDS.names) - shared == {kind.name for kind in CERTIFICATION_KINDS}


def test_numbers_of_a_body_are_not_taken_for_those_of_a_client() -> None:
    shared = {kind.prefix for kind in CERTIFICATION_KINDS} & {kind.prefix for kind in OWN_KINDS}
    assert not shared


# --- as every kind ---


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    schema: dict[str, Any] = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            yield f"{part.get('title')}.{name}", field.get("description", "")


@each_kind
def test_a_kind_names_its_own_fields_and_kinds(kind: Kind) -> None:
    fields = set(kind.body.model_fields)
    named = {*kind.facts, *kind.dated_by, *kind.happened, *kind.unique, kind.titled_by}
    assert named | {n for n in (kind.effective_from, kind.effective_until) if n} <= fields
    assert {target for rule in kind.links for target in rule.targets} <= set(BODY_KINDS.names)
    assert not {"kind", "id", "number", "state", "serves", "links"} & fields


@each_kind
def test_every_field_says_what_it_asks(kind: Kind) -> None:
    for name, description in fields_of(kind.body):
        assert description, name
        assert not set("[]") & set(description), name


@each_kind
def test_a_fresh_template_is_seen_as_one(kind: Kind) -> None:
    value: Any = read_yaml(template(kind).encode(), file="a.yaml").value
    required = {name for name, field in kind.body.model_fields.items() if field.is_required()}
    assert required == set(placeholders(value))


@each_kind
def test_a_lifecycle_speaks_of_its_own_states_and_reaches_them_all(kind: Kind) -> None:
    table = kind.lifecycle
    reached = {table.initial}
    for _ in table.states:
        reached |= {step.target for step in table.transitions if reached & set(step.sources)}
    assert reached == set(table.states)
    assert all(set(step.sources) | {step.target} <= set(table.states) for step in table.transitions)


@each_kind
def test_what_is_signed_is_frozen(kind: Kind) -> None:
    assert all(not step.signs or step.target in kind.lifecycle.frozen for step in kind.lifecycle.transitions)


@each_kind
def test_nobody_signs_template_text_and_who_signs_is_sure_of_what_was_asked_on_the_way(kind: Kind) -> None:
    """Content may be edited between two moves: so a move that signs asks again. What is frozen is as it was signed."""
    table = kind.lifecycle
    for step in table.transitions:
        if not step.signs or set(step.sources) <= set(table.frozen):
            continue
        asked = {guard.__name__ for guard in step.guards}
        assert "own_words" in asked
        on_the_way = table.path(table.initial, step.sources[0]) or ()
        assert fields_asked(on_the_way) <= fields_asked([step])


def fields_asked(steps: Iterable[Transition]) -> set[str]:
    names = [guard.__name__ for step in steps for guard in step.guards]
    return {field for name in names if name.startswith("filled(") for field in name[7:-1].split(", ")}


# --- words ---


@each_kind
def test_states_fields_and_signatures_have_names(kind: Kind) -> None:
    said = [render.state(state) for state in kind.lifecycle.states]
    said += [render.field(name) for name in kind.body.model_fields]
    assert not [name for name in said if not WORDS.fullmatch(name)]
    assert kind.name in names.KINDS
    assert {step.signs for step in kind.lifecycle.transitions if step.signs} <= set(names.MEANINGS)


def codes(source: Path) -> Iterator[str]:
    """Every literal that a file gives to ``Reason(`` or ``problem(`` as its code."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            at = {"Reason": 0, "problem": 1}.get(node.func.id)
            argument = node.args[at] if at is not None else None
            if isinstance(argument, ast.Constant):
                yield str(argument.value)


def test_every_code_of_this_room_has_a_sentence() -> None:
    found = {code for file in sorted(SOURCES.rglob("*.py")) for code in codes(file)}
    assert len(found) > 50
    assert sorted(found - set(render.SENTENCES)) == []


# --- sources ---


def guards() -> Iterator[tuple[str, Any]]:
    for kind in CERTIFICATION_KINDS:
        for step in kind.lifecycle.transitions:
            yield from ((guard.__name__, guard) for guard in step.guards)


GENERAL = ("own_words", "filled(")
PLAIN = {
    "days_in_order",
    "answers_in_time",
    "reviewed_in_time",
    "reviewed_after_the_audits",
    "decided_after_the_audits",
    "decided_after_assessment",
    "keys_for_both",
}
"""Guards that no clause is needed for: days in an order in which they can have come about, and keys that are both there."""


def test_every_guard_states_its_source() -> None:
    for name, guard in guards():
        if not name.startswith(GENERAL) and name not in PLAIN:
            assert "Source: " in (guard.__doc__ or ""), name


def test_every_clause_is_used() -> None:
    text = "".join(file.read_text("utf-8") for file in sorted(SOURCES.rglob("*.py")))
    unused = [clause.name for clause in Clause if f"Clause.{clause.name}" not in text]
    assert unused == ["AGREEMENT", "ANSWERS"]  # stated in the documentation, checked by filled fields


# --- documentation that cannot lie ---

PAGE = Path(__file__).parents[2] / "docs" / "certification.md"


@pytest.mark.parametrize("clause", list(Clause), ids=lambda clause: str(clause.name))
def test_the_documentation_names_every_clause_with_how_sure_it_is(clause: Clause) -> None:
    row = f"| {clause} | {clause.asks} | {clause.confidence} |"
    assert row in PAGE.read_text("utf-8").splitlines()


@each_kind
def test_the_documentation_shows_every_lifecycle_as_it_is(kind: Kind) -> None:
    assert kind.lifecycle.diagram() in PAGE.read_text("utf-8")
