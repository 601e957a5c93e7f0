"""Every reason has a sentence, and every sentence says what its reason says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import standfirst
from standfirst.conformity.assess import assess
from standfirst.conformity.built import Built
from standfirst.conformity.cases import fact_of
from standfirst.management.kinds import OWN_KINDS
from standfirst.standards.facts import Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.profile import Profile
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.vocabulary import Domain
from standfirst.words import commanding, render
from standfirst.words.render import hint, sentence

SOURCES = Path(standfirst.__file__).parent
ROOMS = ("standards", "records", "conformity")


def codes(source: Path) -> Iterator[str]:
    """Every literal that a file gives to ``Reason(`` as its code, also as either side of an ``if``."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason":
            asked = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "code")
            sides = (asked.body, asked.orelse) if isinstance(asked, ast.IfExp) else (asked,)
            yield from (
                side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)
            )


def test_every_code_in_the_source_has_a_sentence() -> None:
    files = [file for room in ROOMS for file in sorted((SOURCES / room).rglob("*.py"))]
    found = {code: file.relative_to(SOURCES) for file in files for code in codes(file)}
    missing = [f"{code} ({file})" for code, file in sorted(found.items()) if code not in render.SENTENCES]
    assert len(found) > 30
    assert not missing, "no sentence for: " + ", ".join(missing)


def test_a_code_without_a_sentence_is_named() -> None:
    with pytest.raises(KeyError, match=r"moon\.full"):
        sentence(Reason("moon.full"))


def test_a_missing_parameter_is_named_with_its_code() -> None:
    with pytest.raises(KeyError, match=r"record\.stale has no parameter limit"):
        sentence(Reason("record.stale", {"record": "DOC-0001", "age": 3}))


EXAMPLES: tuple[tuple[str, dict[str, Parameter], str], ...] = (
    (
        "record.state",
        {"record": "DOC-0004", "state": "in-review", "asked": ("approved",)},
        "DOC-0004 is in review; asked: approved.",
    ),
    (
        "record.state",
        {"record": "PRD-0001", "state": "draft", "asked": ("deployment", "operation")},
        "PRD-0001 is in draft; asked: in deployment or in operation.",
    ),
    (
        "record.stale",
        {"record": "MEA-0002", "age": 41, "limit": 30},
        "MEA-0002 is 41 days old; the limit is 30.",
    ),
    ("record.stale", {"record": "MEA-0002", "age": 1, "limit": 1}, "MEA-0002 is 1 day old; the limit is 1."),
    (
        "record.field",
        {"record": "DOC-0004", "field": "review_by", "found": "", "operator": "present", "asked": "true"},
        "DOC-0004 has no review date.",
    ),
    (
        "record.field",
        {
            "record": "DOC-0004",
            "field": "type",
            "found": "report",
            "operator": "in",
            "asked": "policy, procedure",
        },
        "DOC-0004, type: report; asked: policy or procedure.",
    ),
    (
        "record.field",
        {
            "record": "DOC-0004",
            "field": "topics",
            "found": "",
            "operator": "includes_all",
            "asked": "law, trust",
        },
        "DOC-0004 has no topics; asked: law and trust.",
    ),
    (
        "record.field",
        {"record": "RSK-0001", "field": "residual_level", "found": "12", "operator": "at_most", "asked": "6"},
        "RSK-0001, residual risk level: 12; asked: at most 6.",
    ),
    (
        "record.field",
        {"record": "PRD-0001", "field": "duties_agreed", "found": "false", "operator": "is", "asked": "true"},
        "PRD-0001, agreement on the duties: no; asked: yes.",
    ),
    (
        "record.field",
        {"record": "RSK-0001", "field": "owner", "found": "Doe, Jane", "operator": "is", "asked": "Roe, Rob"},
        "RSK-0001, owner: Doe, Jane; asked: Roe, Rob.",
    ),
    (
        "record.template",
        {"record": "DOC-0001", "fields": ("text", "review_by")},
        "DOC-0001 still holds template text (in: text and review date), so it does not count.",
    ),
    (
        "record.too-few",
        {"kind": "risk", "requirement": "6.1.3", "states": ("assessed",), "have": 1, "need": 3},
        "1 risk counts for 6.1.3; 3 are asked.",
    ),
    (
        "record.none-serving",
        {"kind": "impact-assessment", "requirement": "A.8.1", "states": ("documented",)},
        "No impact assessment serves A.8.1.",
    ),
    (
        "every.lacking",
        {"kind": "risk", "lacking": 1, "of": 12},
        "1 of 12 risks falls short of what is asked.",
    ),
    (
        "subject.without",
        {"subject": "PRD-0001", "title": "", "kind": "document"},
        "PRD-0001 has no document that counts.",
    ),
    (
        "subject.none",
        {"kind": "product", "states": ("deployment", "operation"), "where": ()},
        "There is no product that is in deployment or in operation to show this on.",
    ),
    (
        "subject.none",
        {"kind": "product", "states": ("operation",), "where": ("type device, system",)},
        "There is no product that is in operation (type device, system) to show this on.",
    ),
    (
        "measurement.none",
        {"subject": "PRD-0001", "method": "calibration-integrity"},
        "No measurement of calibration integrity on PRD-0001 counts.",
    ),
    ("measurement.none", {"subject": "", "method": ""}, "No measurement counts."),
    (
        "measurement.verdict",
        {
            "subject": "PRD-0001",
            "method": "calibration-integrity",
            "record": "MEA-0002",
            "verdict": "nonconform",
            "dated": "2026-05-20",
        },
        "MEA-0002 of 2026-05-20, the latest measurement of calibration integrity on PRD-0001, says: does not conform.",
    ),
    (
        "statement.unsigned",
        {
            "meaning": "approval",
            "assurance": "declared",
            "roles": ("top-management", "ethics"),
            "records": ("DOC-0001",),
        },
        "No approval signature of top management or ethics stands on DOC-0001; assurance asked: at least declared.",
    ),
    (
        "coverage.missing",
        {"field": "domains", "missing": ("sensing", "simulation"), "kind": "scope", "records": ("SCP-0001",)},
        "SCP-0001 does not cover sensing or simulation (domains).",
    ),
    (
        "profile.tier",
        {"from_tier": 2, "tier": 0, "profile": "tier-0"},
        "Asked from tier 2; the profile tier-0 is tier 0.",
    ),
    (
        "applicability.excluded",
        {"record": "SOA-0001", "why": "We run no network."},
        "Left out by SOA-0001: We run no network.",
    ),
    (
        "adverse.open",
        {"record": "NCR-0001", "title": "Warm cryostat", "state": "acted"},
        "NCR-0001 (Warm cryostat) speaks against this and is acted on.",
    ),
    ("unbuilt.kind", {"kind": "facility"}, "This release keeps no facilities yet, so it cannot assess this."),
    (
        "remedy.keep",
        {
            "kind": "document",
            "requirement": "4.1",
            "states": ("approved",),
            "types": ("policy", "plan"),
            "need": 1,
        },
        "Keep a document of type policy or plan that is approved and serves 4.1, with all that is asked.",
    ),
    (
        "remedy.keep",
        {"kind": "risk", "requirement": "", "states": ("assessed", "treated"), "types": (), "need": 3},
        "Keep 3 risks that are assessed or treated, with all that is asked.",
    ),
    (
        "remedy.sign",
        {"meaning": "approval", "assurance": "key", "roles": (), "records": ("DOC-0001", "DOC-0002")},
        "Have somebody sign DOC-0001 or DOC-0002 (approval; assurance: at least signed with a key).",
    ),
    (
        "record.counts",
        {"records": tuple(f"DOC-{n:04}" for n in range(1, 11)), "count": 10},
        "Shown by DOC-0001, DOC-0002, DOC-0003, DOC-0004, DOC-0005 and 5 more.",
    ),
    (
        "verdict.some-shown",
        {"asked": 84, "shown": 1, "partly": 0, "missing": 3, "judged": 1, "unassessable": 0},
        "1 of the 84 requirements asked is shown by records, 3 not; 1 needs an auditor's judgement.",
    ),
)


@pytest.mark.parametrize(
    ("code", "parameters", "said"), EXAMPLES, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_sentence_says_what_its_reason_says(code: str, parameters: dict[str, Parameter], said: str) -> None:
    assert sentence(Reason(code, parameters)) == said


def test_what_a_parameter_brings_is_never_read_as_a_template() -> None:
    hostile = "[{record:state}|{why}] {0}"
    told = sentence(Reason("adverse.open", {"record": "NCR-0001", "title": hostile, "state": "open"}))
    assert told == f"NCR-0001 ({hostile}) speaks against this and is open."


def test_only_some_reasons_have_a_hint() -> None:
    assert hint(Reason("record.template", {"record": "DOC-0001", "fields": ("text",)})).startswith(
        "Replace every [[...]] in DOC-0001"
    )
    assert hint(Reason("record.stale", {"record": "DOC-0001", "age": 3, "limit": 2})) == ""


COMMAND = re.compile(r"(?:^|[ (])--[a-z]|\bstandfirst [a-z]+|\bPACKAGE\b")


def test_a_command_is_named_to_whoever_gives_commands_and_to_nobody_else() -> None:
    for table in (render.SENTENCES, render.HINTS):
        assert [code for code, text in table.items() if COMMAND.search(text)] == []
    told = Reason("deed.second-person", {"record": "DOC-0001", "transition": "approve"})
    assert hint(told) == "Ask somebody else who holds the role to do it."
    assert "--actor" in hint(told, at_command_line=True)
    assert hint(Reason("field.no-moment"), at_command_line=True) == hint(Reason("field.no-moment"))


def test_what_the_command_line_is_told_has_a_sentence() -> None:
    assert {code for code in commanding.HINTS if not code.endswith(".*")} <= set(render.SENTENCES) | {
        "field.missing",
        "field.extra-forbidden",
    }


@pytest.mark.parametrize("code", sorted({**render.SENTENCES, **render.HINTS, **commanding.HINTS}))
def test_a_template_uses_forms_that_exist(code: str) -> None:
    for table in (render.SENTENCES, render.HINTS, commanding.HINTS):
        template = table.get(code, "")
        forms = [place["form"] or "" for place in render._PLACE.finditer(template)]
        assert [form for form in forms if "/" not in form and form not in render.FORMS] == []
        assert not set("{}|") & set(render._PLACE.sub("", render._OPTIONAL.sub("", template)))


def reasons_of_all_cases() -> Iterator[Reason]:
    """Every reason that the method's example cases bring up, played whole, failing, empty and one state back."""
    method, whole = assessment_method(), edition()
    built = Built.of(OWN_KINDS, {"calibration-integrity": tuple(Domain)})
    for item in method.by_id.values():
        case, profile = item.cases.meets, Profile(id="all", title="The whole edition")
        for written in (case.facts, item.cases.failing_facts(), ()):
            for limit in (None, built):
                facts = Facts([fact_of(fact) for fact in written], profile.reach)
                for result in assess(whole, method, facts, profile, case.at, built=limit):
                    yield from result.adverse
                    if result.left_out:
                        yield result.left_out
                    for _, answer in result.answers:
                        yield from (*answer.reasons, *answer.remedies)


def test_every_reason_of_the_example_cases_becomes_a_sentence() -> None:
    told = {sentence(reason) for reason in reasons_of_all_cases()}
    assert len(told) > 500
    assert [
        said for said in told if not said.endswith(".") or "  " in said or said.endswith("..") or "_" in said
    ] == []


def test_what_waits_for_its_day_says_which_day() -> None:
    told = sentence(Reason("remedy.wait", {"records": ("DOC-0001",), "from": "2026-12-01"}))
    assert told.startswith("Wait until 2026-12-01: then DOC-0001 counts as it stands.")
    several = sentence(Reason("remedy.wait", {"records": ("DOC-0001", "DOC-0002"), "from": "2026-12-01"}))
    assert "DOC-0001 and DOC-0002 count as they stand" in several


def test_a_profile_is_named_or_whose_it_is_is_said() -> None:
    """Whoever reads under a grant reads of the organisation, and no name that only a program gives."""
    named = {"from_tier": 3, "tier": 2}
    told = sentence(Reason("profile.tier", {**named, "profile": "sensing-lab"}))
    assert told == "Asked from tier 3; the profile sensing-lab is tier 2."
    own = sentence(Reason("profile.tier", {**named, "profile": "as-recorded"}))
    assert own == "Asked from tier 3; the organisation, as its own record describes it, is tier 2."
