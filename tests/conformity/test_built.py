"""What this release can assess: what a method names and no kind has is told, what comes later is counted."""

from typing import Any

import pytest

from standfirst.cli.assessing import built
from standfirst.conformity.built import Built, Shape, unassessable, unresolved
from standfirst.evidence.collectors import COLLECTORS
from standfirst.management.kinds import OWN_KINDS
from standfirst.standards.library import assessment_method
from standfirst.standards.method import AssessmentMethod, Criterion, MethodGroup, RequirementMethod
from standfirst.standards.vocabulary import Domain
from standfirst.words.render import sentence

METHOD = assessment_method()


def method(*forms: dict[str, Any], **header: Any) -> AssessmentMethod:
    """The shipped method's header over one requirement with these criteria."""
    criteria = tuple(
        Criterion.model_validate({"id": f"c{number}", "says": "It is so", **form})
        for number, form in enumerate(forms)
    )
    item = RequirementMethod(id="4.1", criteria=criteria, cases=METHOD.by_id["4.1"].cases)
    group = MethodGroup(clause="4", requirements=(item,))
    return AssessmentMethod(header=METHOD.header.model_copy(update=header), groups=(group,), digest="")


DOCUMENT = {"kind": "document", "states": ["approved"]}
EACH = {"kind": "product", "states": ["operation"]}
SIGNED = DOCUMENT | {"meaning": "approval", "assurance": "declared"}


def test_the_shipped_method_names_nothing_that_is_not_there() -> None:
    assert unresolved(METHOD, built()) == []


@pytest.mark.parametrize(
    ("form", "code", "name"),
    [
        ({"record": DOCUMENT | {"states": ["aproved"]}}, "method.unknown-states", "aproved"),
        ({"record": DOCUMENT | {"where": [{"field": "sort", "is": "plan"}]}}, "method.unknown-fields", "sort"),
        ({"record": DOCUMENT | {"covers": {"field": "topic", "values": ["a"]}}}, "method.unknown-fields", "topic"),
        ({"record": DOCUMENT | {"every": True, "among": ["approved", "old"]}}, "method.unknown-states", "old"),
        ({"record": DOCUMENT | {"for_each": EACH | {"states": ["running"]}}}, "method.unknown-states", "running"),
        ({"record": DOCUMENT | {"for_each": EACH | {"where": [{"field": "size", "is": 1}]}}}, "method.unknown-fields", "size"),
        ({"measurement": {"verdicts": ["conform"], "for_each": EACH | {"states": ["on"]}}}, "method.unknown-states", "on"),
        ({"record": DOCUMENT | {"for_each": {"kind": "competence", "states": ["verified"]}}}, "method.unknown-targets", "competence"),
        ({"statement": SIGNED | {"meaning": "aproval"}}, "method.unknown-meanings", "aproval"),
        ({"statement": SIGNED | {"states": ["signed"]}}, "method.unknown-states", "signed"),
        ({"statement": SIGNED | {"where": [{"field": "seal", "present": True}]}}, "method.unknown-fields", "seal"),
    ],
)  # fmt: skip
def test_what_a_kind_does_not_have_is_told_with_its_criterion(
    form: dict[str, Any], code: str, name: str
) -> None:
    (problem,) = unresolved(method({"record": DOCUMENT}, form), built())
    assert (problem.reason.code, problem.reason.parameters["name"], problem.field) == (code, name, "4.1 c1")
    assert sentence(problem.reason)


@pytest.mark.parametrize(
    ("rule", "change", "code"),
    [
        ("adverse", {"kind": "complaint"}, "method.unknown-kind"),
        ("adverse", {"states": ("opened",)}, "method.unknown-states"),
        ("adverse", {"field": "about"}, "method.unknown-fields"),
        ("exclusion", {"field": "excluded"}, "method.unknown-fields"),
        ("exclusion", {"reasons": "excuses"}, "method.unknown-fields"),
    ],
)
def test_the_rules_of_the_header_name_what_is_there(rule: str, change: dict[str, Any], code: str) -> None:
    changed = getattr(METHOD.header, rule).model_copy(update=change)
    (problem,) = unresolved(method({"record": DOCUMENT}, **{rule: changed}), built())
    assert problem.reason.code == code
    assert sentence(problem.reason)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"record": {"kind": "stage-gate", "states": ["whatever"]}}, "unbuilt.kind"),
        ({"record": DOCUMENT | {"for_each": {"kind": "facility", "states": ["used"]}}}, "unbuilt.kind"),
        ({"statement": SIGNED | {"kind": "change", "meaning": "agreement"}}, "unbuilt.kind"),
        ({"measurement": {"method": "rng-entropy", "verdicts": ["conform"]}}, "unbuilt.method"),
        ({"measurement": {"verdicts": ["conform"], "for_each": {"kind": "facility", "states": ["used"]}}}, "unbuilt.kind"),
    ],
)  # fmt: skip
def test_what_a_later_release_builds_is_no_fault_but_waits(form: dict[str, Any], code: str) -> None:
    asked = method({"record": DOCUMENT}, form)
    assert unresolved(asked, built()) == []
    ((requirement, criterion, reason),) = unassessable(asked, built())
    assert (requirement, criterion.id, reason.code) == ("4.1", "c1", code)
    assert sentence(reason)


def test_what_is_built_is_what_the_kinds_and_collectors_are() -> None:
    assert set(built().kinds) == set(OWN_KINDS.names)
    assert built().methods == {row.name: set(row.domains) for row in COLLECTORS}
    assert built().kinds["document"].meanings == {"approval"}


def test_a_measurement_without_a_method_waits_only_for_the_kind() -> None:
    criterion = Criterion.model_validate(
        {"id": "c", "says": "It is so", "measurement": {"verdicts": ["conform"]}}
    )
    shape = Shape(frozenset(["recorded"]), frozenset(), frozenset(), frozenset())
    assert Built({"measurement": shape}, {"any": frozenset(Domain)}).lacks(criterion) is None
    assert Built({}, {}).lacks(criterion) is not None
