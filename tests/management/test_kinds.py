"""Our own kinds hold together: fields, facts, dates, links and words name what there is."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel
from tests.management.people import BEN
from tests.records.cast import ticking

from standfirst.cli.kinds import KINDS
from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.management.competence import COMPETENCE
from standfirst.management.documents import DOCUMENT
from standfirst.management.evaluation import INTERNAL_AUDIT
from standfirst.management.improvement import proved_effective
from standfirst.management.kinds import OWN_KINDS
from standfirst.management.risk import IMPACT_ASSESSMENT, RISK
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Attempt
from standfirst.records.memory import MemoryStore
from standfirst.records.package.starting import template
from standfirst.records.projection import placeholders
from standfirst.records.record import Content
from standfirst.standards.reason import Reason
from standfirst.standards.yaml_text import read_yaml

each_kind = pytest.mark.parametrize("kind", list(OWN_KINDS), ids=lambda kind: str(kind.name))


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Every field of a body and of what lies inside it, with its description."""
    schema: dict[str, Any] = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            yield f"{part.get('title')}.{name}", field.get("description", "")


@each_kind
def test_a_kind_names_its_own_fields(kind: Kind) -> None:
    fields = set(kind.body.model_fields)
    named = {*kind.facts, *kind.dated_by, *kind.happened, kind.titled_by}
    named |= {name for name in (kind.effective_from, kind.effective_until) if name}
    assert named <= fields
    assert len(set(kind.fact_fields)) == len(kind.fact_fields)


@each_kind
def test_links_lead_to_kinds(kind: Kind) -> None:
    relations = [rule.relation for rule in kind.links]
    assert len(set(relations)) == len(relations)
    led_to = {target for rule in kind.links for target in rule.among(KINDS.names)}
    assert led_to <= set(KINDS.names)
    assert all(kind.relation(name) is not None for name in relations)
    assert kind.relation("no-such-relation") is None


@each_kind
def test_a_body_has_no_field_that_a_file_needs_for_itself(kind: Kind) -> None:
    assert not {"kind", "id", "number", "state", "serves", "links"} & set(kind.body.model_fields)


@each_kind
def test_a_fresh_template_is_seen_as_one(kind: Kind) -> None:
    """Every field that must be filled in asks its question in a form that is told from an answer."""
    text = template(kind)
    if text.startswith("---"):
        text = text.split("---")[1]
    value: Any = read_yaml(text.encode(), file="a.yaml").value
    required = {name for name, field in kind.body.model_fields.items() if field.is_required()}
    assert required - {"text"} == set(placeholders(value))


@each_kind
def test_what_a_field_asks_has_no_brackets(kind: Kind) -> None:
    """A question stands in [[double brackets]]; one of its own would end it early."""
    for name, description in fields_of(kind.body):
        assert not set("[]") & set(description), name


# --- what is worked out ---


def derived(kind: Kind, name: str, **body: Any) -> object:
    return kind.derived[name](body)


def test_the_level_of_a_risk() -> None:
    assert derived(RISK, "level", likelihood=3, severity=4) == 12
    assert derived(RISK, "level", likelihood=3) is None
    assert derived(RISK, "residual_level", residual_likelihood=1, residual_severity=5) == 5


def test_the_effects_of_an_impact_assessment() -> None:
    effects = [{"aspect": "social", "effect": "a"}, {"aspect": "legal"}, {"aspect": "social"}]
    assert derived(IMPACT_ASSESSMENT, "effects", effects=effects) == ("legal", "social")


def test_nobody_audits_their_own_work() -> None:
    assert derived(INTERNAL_AUDIT, "auditors_independent", auditors=["ben"], process_owners=["ada"]) is True
    assert derived(INTERNAL_AUDIT, "auditors_independent", auditors=["ada"], process_owners=["ada"]) is False


def test_what_does_not_apply_and_why() -> None:
    entries = [
        {"requirement": "A.1.1", "applies": True, "reason": "We run one", "status": "partly"},
        {"requirement": "A.2.4", "applies": False, "reason": "We measure nothing"},
    ]
    kind = STATEMENT_OF_APPLICABILITY
    assert derived(kind, "entries", entries=entries) == 2
    assert derived(kind, "not_applicable", entries=entries) == ("A.2.4",)
    assert derived(kind, "not_applicable_reasons", entries=entries) == ("We measure nothing",)
    assert derived(kind, "applicable", entries=entries) == ("A.1.1",)
    assert derived(kind, "applicable_reasons", entries=entries) == ("We run one (partly)",)


def test_a_requirement_has_one_entry() -> None:
    assert STATEMENT_OF_APPLICABILITY.inspect is not None
    twice = {"entries": [{"requirement": "A.1.1"}, {"requirement": "A.1.2"}, {"requirement": "A.1.1"}]}
    assert STATEMENT_OF_APPLICABILITY.inspect(twice) == [
        ("entries[2].requirement", Reason("applicability.repeated", {"requirement": "A.1.1"}))
    ]


def test_a_corrective_action_closes_only_when_it_helped() -> None:
    workspace = MemoryStore(OWN_KINDS, clock=ticking())
    for effective in (None, False):
        content = Content("it", "nonconformity", 1, 1, "acted", {"effective": effective}, (), {}, "")
        assert proved_effective(Attempt(content, BEN, workspace)) == Reason("guard.not-effective", {})


def test_dates_stay_dates() -> None:
    body = DOCUMENT.body.model_validate(
        {
            "title": "Policy",
            "type": "policy",
            "owner": "ada",
            "effective_from": date(2026, 1, 5),
            "review_by": "2027-01-05",
        }
    )
    assert body.values()["effective_from"] == "2026-01-05"
    assert "reviewed_on" not in body.values()
    assert COMPETENCE.effective_until == "renew_by"


def test_what_no_hand_may_write_has_no_form_and_what_has_none_is_guarded() -> None:
    guarded = {kind.name for kind in OWN_KINDS if "by_nobodys_hand" in _names(kind)}
    assert guarded == {
        *("access", "visit", "export-decision", "received-grant", "sent-envelope"),
        *("sealed-batch", "ledger-keys"),
    }
    formless = {kind.name for kind in OWN_KINDS if not kind.by_hand}
    # a key is registered by who holds it, and an envelope proves itself
    assert formless == {*guarded, "passkey", "envelope"}


def _names(kind: Kind) -> set[str]:
    guards = [*kind.writes, *(guard for move in kind.lifecycle.transitions for guard in move.guards)]
    return {guard.__name__ for guard in guards}
