"""An assessment as OSCAL: valid, whole, the same as the result file, and honest about who found what."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from unicodedata import normalize
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conformity.house import ALL, AT, assessed, from_facts, house
from tests.conformity.kept import fact_sets
from tests.conformity.oscal_rules import ACTIONS, PLAN, RESULTS, RULES, Set, broken, uuids, value, values
from tests.standards.oscal_reading import members, objects, read_text, schema

from standfirst.cli import assessing
from standfirst.cli.opening import opened
from standfirst.conformity import attention
from standfirst.conformity.assess import Result, assess
from standfirst.conformity.document import Assessed, document, to_bytes
from standfirst.conformity.oscal_results import exports
from standfirst.standards import oscal
from standfirst.standards.evaluate import Outcome
from standfirst.standards.facts import Fact, Facts, FieldValue
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import Status
from standfirst.standards.oscal_forms import NAMESPACE, OSCAL_VERSION, PROJECT
from standfirst.standards.problems import Unusable
from standfirst.standards.profile import profile_named
from standfirst.trust.digests import sha256_hex
from standfirst.words.render import hint, sentence
from standfirst.words.visible import visible

EXAMPLES = Path(__file__).parents[2] / "examples"
DATED = datetime(2026, 6, 1, tzinfo=UTC)
HOSTILE = (
    "*A* [link](javascript:x) <script>alert(1)</script> &amp; {{ insert: param, x }}\r\n# B `c` ~d~ ^e^ _f_ "
    "\u202egnp.exe\x1b[31m\u2028\x00 \ufeff"
)

# --- the worlds: an organisation of the tests in which every status occurs, and the three that ship ------------------


def example(name: str) -> Assessed:
    package = opened(EXAMPLES / name)
    return assessing.assessed(package, at=assessing.day_of(package, None, AT))


WORLDS: dict[str, Callable[[], Assessed]] = {
    "house": assessed,
    "quantum-computer": lambda: example("quantum-computer"),
    "qkd-vendor": lambda: example("qkd-vendor"),
    "sensing-lab": lambda: example("sensing-lab"),
}


@lru_cache
def world(name: str) -> Assessed:
    return WORLDS[name]()


@lru_cache
def written(name: str, *, remedies: bool = True) -> Set:
    return Set(exports(world(name), remedies=remedies))


@lru_cache
def few() -> Set:
    """The first results of the house: one of each sort."""
    return Set(exports(replace(world("house"), results=house()[1][:6])))


everywhere = pytest.mark.parametrize("name", WORLDS)
both = pytest.mark.parametrize("remedies", [True, False], ids=["own", "auditor's"])


def record(
    kind: str,
    label: str,
    title: str,
    dated: datetime = DATED,
    *,
    state: str = "approved",
    serves: str = "",
    **fields: FieldValue,
) -> Fact:
    return Fact(label, label, kind, state, dated, title, frozenset({serves} if serves else ()), fields)


def nonconformity(title: str, *against: str) -> Fact:
    return record("nonconformity", "NCR-0001", title, state="open", against=against, grade="minor")


def context(title: str, dated: datetime = DATED) -> Fact:
    return record("document", "DOC-0007", title, dated, serves="4.1", type="record", review_by="2026-12-01")


# --- valid -----------------------------------------------------------------------------------------------------------


@everywhere
@both
def test_the_files_are_what_oscal_asks_for(name: str, *, remedies: bool) -> None:
    files = written(name, remedies=remedies)
    assert broken(files) == []
    assert set(files.own) == {PLAN, RESULTS, ACTIONS}


def test_the_schemas_are_those_of_the_declared_version() -> None:
    for name, whole in written("house").documents.items():
        (model,) = whole
        assert f"/oscal/{OSCAL_VERSION}/" in schema(model)["$id"], name
        assert whole[model]["metadata"]["oscal-version"] == OSCAL_VERSION


OBSERVATION = ("assessment-results", "results", 0, "observations", 0)
FINDING = ("assessment-results", "results", 0, "findings", 0)
ITEM = ("plan-of-action-and-milestones", "poam-items", 0)
NOWHERE = "00000000-0000-4000-8000-000000000000"
BREAKS: list[tuple[str, str, tuple[str | int, ...], Any]] = [
    ("schemas", RESULTS, (*OBSERVATION, "methods"), []),
    ("schemas", RESULTS, (*OBSERVATION, "collected"), "2026-06-15"),
    ("schemas", RESULTS, (*FINDING, "target", "status", "state"), "partly"),
    ("schemas", RESULTS, (*FINDING, "title"), "two\nlines"),
    ("schemas", RESULTS, ("assessment-results", "metadata", "parties", 0, "name"), " Org"),
    ("schemas", RESULTS, (*OBSERVATION, "types"), ["1st"]),
    ("schemas", ACTIONS, ("plan-of-action-and-milestones", "poam-items"), []),
    ("schemas", PLAN, ("assessment-plan", "reviewed-controls", "control-selections"), []),
    ("one_uuid_one_thing", RESULTS, (*OBSERVATION, "uuid"), str(PROJECT)),
    ("metadata_is_unique", RESULTS, ("assessment-results", "metadata", "responsible-parties", 0, "role-id"), "owner"),
    ("names_without_our_namespace", RESULTS, (*OBSERVATION, "props", 0), {"name": "requirement", "value": "4.1"}),
    ("closed_lists", RESULTS, (*OBSERVATION, "methods"), ["GUESS"]),
    ("closed_lists", RESULTS, (*FINDING, "target", "status", "reason"), "maybe"),
    ("references_within", RESULTS, (*FINDING, "related-observations", 0, "observation-uuid"), NOWHERE),
    ("references_within", ACTIONS, (*ITEM, "related-findings", 0, "finding-uuid"), NOWHERE),
    ("references_within", ACTIONS, (*ITEM, "related-risks", 0, "risk-uuid"), NOWHERE),
    ("references_beyond", RESULTS, (*OBSERVATION, "links", 0, "href"), f"#{NOWHERE}"),
    ("references_beyond", RESULTS, (*OBSERVATION, "relevant-evidence", 0, "href"), f"#{NOWHERE}"),
    ("references_beyond", RESULTS, (*FINDING, "target", "target-id"), "qtqms-4.1_gdn"),
    ("references_beyond", RESULTS, (*OBSERVATION, "origins", 0, "actors", 0, "actor-uuid"), NOWHERE),
    ("files_are_those_beside", PLAN, ("assessment-plan", "metadata", "version"), "another"),
]  # fmt: skip


def test_nothing_breaks_a_rule_before_it_is_damaged() -> None:
    assert broken(few()) == []


@pytest.mark.parametrize(("rule", "file", "place", "wrong"), BREAKS)
def test_what_breaks_a_rule_is_noticed(
    rule: str, file: str, place: tuple[str | int, ...], wrong: Any
) -> None:
    files = few()
    damaged = deepcopy(files.documents[file])
    holder: Any = damaged
    for step in place[:-1]:
        holder = holder[step]
    twin = str(PROJECT) == wrong
    holder[place[-1]] = files.result["findings"][0]["uuid"] if twin else wrong
    (check,) = (known for known in RULES if known.__name__ == rule)
    assert list(check(Set({**files.data, file: json.dumps(damaged).encode()})))


# --- the same as the result file -------------------------------------------------------------------------------------


@everywhere
def test_every_requirement_that_is_asked_has_one_finding_of_its_status(name: str) -> None:
    found = [(value(item, "requirement"), value(item, "status")) for item in written(name).result["findings"]]
    told = [(r["id"], r["status"]) for r in document(world(name))["requirements"]]
    assert found == [(requirement, status) for requirement, status in told if status != "not-applicable"]


@everywhere
def test_every_criterion_that_is_asked_has_one_observation_of_its_outcome(name: str) -> None:
    seen = [
        (value(o, "requirement"), value(o, "criterion"), value(o, "outcome"), tuple(values(o, "reason")))
        for o in written(name).result["observations"]
        if o["types"] == ["control-objective"]
    ]
    told = [
        (r["id"], c["id"], c["outcome"], tuple(dict.fromkeys(reason["code"] for reason in c["reasons"])))
        for r in document(world(name))["requirements"]
        for c in r["criteria"]
    ]
    assert seen == told


@everywhere
def test_the_counts_are_those_of_the_result_file(name: str) -> None:
    told = document(world(name))["readiness"]["whole"]["counts"]
    result = written(name).result
    assert {status.value: int(value(result, f"requirements-{status}")) for status in Status} == told
    assert int(value(result, "unrecorded")) == len(world(name).unrecorded)


@everywhere
def test_an_observation_leads_to_the_records_that_its_criterion_rests_on(name: str) -> None:
    files = written(name)
    labels = {f"#{r['uuid']}": value(r, "record") for r in members(files.body(RESULTS), "resources")[1:]}
    for item, (_, answer) in zip(files.result["observations"], answers(world(name)), strict=False):
        assert [labels[e["href"]] for e in item.get("relevant-evidence", ())] == list(
            dict.fromkeys(answer.records)
        )
        assert item.get("expires") == (f"{answer.until.isoformat()}T00:00:00Z" if answer.until else None)
        assert item["collected"] == f"{world(name).at.isoformat()}T00:00:00Z"
        assert read_text(item.get("remarks", "")) == "\n".join(map(sentence, answer.reasons))


@everywhere
def test_a_finding_rests_on_all_that_was_seen_of_its_requirement(name: str) -> None:
    result = written(name).result
    about: dict[str, list[str]] = {}
    for item in result["observations"]:
        for requirement in values(item, "requirement"):
            about.setdefault(requirement, []).append(item["uuid"])
    for item in result["findings"]:
        related = [part["observation-uuid"] for part in item["related-observations"]]
        assert related == about[value(item, "requirement")]
    against = {reason.parameters["record"] for told in world(name).results for reason in told.adverse}
    adverse = [item for item in result["observations"] if item["types"] == ["adverse-record"]]
    assert len(adverse) == len(against)


def answers(whole: Assessed) -> Iterator[Any]:
    return (pair for result in whole.results for pair in result.answers)


@everywhere
def test_a_record_is_told_with_its_title_state_and_day(name: str) -> None:
    facts = {fact.label: fact for fact in world(name).facts.all}
    first, *resources = members(written(name).body(RESULTS), "resources")
    assert "rlinks" in first
    for resource in resources:
        fact = facts[value(resource, "record")]
        assert read_text(resource["title"]) == f"{fact.label}: {fact.title}"
        told = {
            "kind": fact.kind,
            "state": fact.state,
            "dated": fact.dated.date().isoformat(),
            "record-id": fact.id,
        }
        assert {key: value(resource, key) for key in told} == told


# --- what OSCAL's words may say here ---------------------------------------------------------------------------------


@everywhere
def test_satisfied_is_only_what_is_shown(name: str) -> None:
    states = {
        (value(item, "status"), item["target"]["status"]["state"], item["target"]["status"]["reason"])
        for item in written(name).result["findings"]
    }
    assert states <= {
        ("shown", "satisfied", "pass"),
        ("partly", "not-satisfied", "fail"),
        ("not-shown", "not-satisfied", "fail"),
        ("needs-judgement", "not-satisfied", "other"),
        ("not-assessable", "not-satisfied", "other"),
    }


def test_every_status_occurs_in_the_house() -> None:
    found = {value(item, "status") for item in written("house").result["findings"]}
    assert found == {status.value for status in Status} - {"not-applicable"}


@everywhere
def test_no_interview_and_no_test_is_claimed_that_never_was(name: str) -> None:
    seen = written(name).result["observations"]
    for item, (criterion, answer) in zip(seen, answers(world(name)), strict=False):
        waiting = answer.outcome in (Outcome.JUDGEMENT, Outcome.NOT_ASSESSABLE)
        measured = criterion.measurement is not None and bool(answer.records)
        assert item["methods"] == ["NOT-PERFORMED" if waiting else "TEST" if measured else "EXAMINE"]


@everywhere
def test_the_plan_says_how_each_criterion_was_to_be_answered(name: str) -> None:
    steps = members(written(name).body(PLAN), "steps")
    asked = [criterion for criterion, _ in answers(world(name))]
    for step, criterion in zip(steps, asked, strict=True):
        judged, measured = criterion.judgement is not None, criterion.measurement is not None
        assert value(step, "method") == ("INTERVIEW" if judged else "TEST" if measured else "EXAMINE")
        assert read_text(step["description"]) == criterion.says
    seen = written(name).result["observations"][: len(steps)]
    assert [item["links"][0]["href"] for item in seen] == [f"#{step['uuid']}" for step in steps]


@everywhere
def test_what_is_left_out_is_excluded_with_its_reason(name: str) -> None:
    left_out = [result for result in world(name).results if result.left_out]
    for holder in (written(name).body(PLAN), written(name).result):
        (selection,) = holder["reviewed-controls"]["control-selections"]
        included = [control["control-id"] for control in selection["include-controls"]]
        assert included == [oscal.control_id(requirement.id) for requirement in edition()]
        excluded = [control["control-id"] for control in selection.get("exclude-controls", ())]
        assert excluded == [oscal.control_id(result.requirement.id) for result in left_out]
        reasons = [(p["value"], p["class"], read_text(p["remarks"])) for p in selection.get("props", ())]
        assert reasons == [
            (result.requirement.id, result.left_out.code, sentence(result.left_out))
            for result in left_out
            if result.left_out
        ]


def test_the_statement_of_applicability_is_linked() -> None:
    files = written("quantum-computer")
    (selection,) = files.result["reviewed-controls"]["control-selections"]
    named = {
        str(r.left_out.parameters.get("record", "")) for r in world("quantum-computer").results if r.left_out
    }
    assert {link["text"] for link in selection["links"]} == named - {""} != set()


@everywhere
def test_every_file_says_what_it_is_and_whose(name: str) -> None:
    for body in written(name).own.values():
        metadata = body["metadata"]
        assert metadata["props"][0]["value"] == world(name).edition.header.status
        assert "no ISO/IEC QT-QMS standard exists" in metadata["remarks"].split("\n")[0]
        assert "first party" in metadata["remarks"]
        assert "auditor's observation or finding" in metadata["remarks"]
        assert (value(metadata, "party"), value(metadata, "simulation")) == ("first", "yes")
        for part in ("title", "remarks"):
            assert "Specimen: a fictional organisation" in metadata[part]
            assert "Simulation" in metadata[part]
        (party,) = metadata["parties"]
        assert party["name"] == world(name).organisation
        assert {role["role-id"] for role in metadata["responsible-parties"]} == {"creator", "assessor"}
        assert {p.get("ns") for o in objects(body) for p in o.get("props", ())} == {NAMESPACE, None}


def test_a_real_organisation_on_real_days_is_not_called_invented() -> None:
    for body in Set(exports(assessed(fictional=False, simulation=False))).own.values():
        assert (value(body["metadata"], "fictional"), value(body["metadata"], "simulation")) == ("no", "no")
        text = body["metadata"]["title"] + body["metadata"]["remarks"]
        assert "fictional" not in text.lower()
        assert "simulation" not in text.lower()


@both
def test_the_result_file_that_says_the_same_is_named(*, remedies: bool) -> None:
    files = written("house", remedies=remedies)
    for name in (RESULTS, ACTIONS):
        metadata = files.body(name)["metadata"]
        assert value(metadata, "result-file-digest") == sha256_hex(
            to_bytes(world("house"), remedies=remedies)
        )
        assert value(metadata, "remedies") == ("given" if remedies else "left-out")


def test_the_catalogue_is_the_one_of_the_edition() -> None:
    files = written("house")
    assert files.data[files.catalogue] == oscal.exports(edition())[files.catalogue]


# --- the plan of action and milestones -------------------------------------------------------------------------------


def sorts(files: Set, sort: str) -> list[dict[str, Any]]:
    return [item for item in files.list(ACTIONS, "poam-items") if value(item, "item") == sort]


@everywhere
def test_one_item_for_each_requirement_that_is_asked_and_not_shown(name: str) -> None:
    files = written(name)
    found = {item["uuid"]: value(item, "requirement") for item in files.result["findings"]}
    items = sorts(files, "requirement")
    told = [
        (result.requirement.id, result.status.value)
        for result in world(name).results
        if result.status not in (Status.SHOWN, Status.NOT_APPLICABLE)
    ]
    assert [(value(item, "requirement"), value(item, "status")) for item in items] == told
    for item in items:
        (related,) = item["related-findings"]
        assert found[related["finding-uuid"]] == value(item, "requirement")


@everywhere
def test_one_item_for_each_record_that_speaks_against(name: str) -> None:
    told = [
        (item.reason.parameters["record"], list(item.requirements), sentence(item.reason))
        for item in attention.against(world(name).results)
    ]
    assert [
        (value(item, "record"), values(item, "requirement"), read_text(item["description"]))
        for item in sorts(written(name), "adverse-record")
    ] == told


@everywhere
@both
def test_one_item_with_its_deadline_for_each_record_that_lapses_soon(name: str, *, remedies: bool) -> None:
    whole, files = world(name), written(name, remedies=remedies)
    risks = {risk["uuid"]: risk for risk in files.list(ACTIONS, "risks")}
    lapsing = attention.lapsing(whole.results, whole.facts, whole.at)
    items = sorts(files, "lapsing-record")
    assert [(value(i, "record"), value(i, "lapses-on")) for i in items] == [
        (item.fact.label, item.day.isoformat()) for item in lapsing
    ]
    for item, told in zip(items, lapsing, strict=True):
        risk = risks[item["related-risks"][0]["risk-uuid"]]
        assert risk["deadline"] == f"{told.day.isoformat()}T00:00:00Z"
        assert values(item, "requirement") == list(told.requirements)
        assert risk["related-observations"]
        milestones = [t["timing"]["on-date"]["date"] for t in members(risk, "tasks")]
        assert milestones == ([risk["deadline"]] if remedies else [])


def test_there_is_something_of_every_sort_in_the_shipped_examples() -> None:
    found = Counter(
        value(item, "item")
        for name in ("quantum-computer", "qkd-vendor", "sensing-lab")
        for item in written(name).list(ACTIONS, "poam-items")
    )
    assert set(found) == {"requirement", "adverse-record", "lapsing-record"}


@everywhere
def test_what_the_plan_of_action_repeats_is_what_the_results_say(name: str) -> None:
    files = written(name)
    for part in ("observations", "findings"):
        known = {item["uuid"]: item for item in files.result[part]}
        repeated = files.list(ACTIONS, part)
        assert repeated
        assert all(known[item["uuid"]] == item for item in repeated)


@everywhere
def test_a_remediation_says_what_would_make_it_a_yes(name: str) -> None:
    risks = {risk["uuid"]: risk for risk in written(name).list(ACTIONS, "risks")}
    by_id = {result.requirement.id: result for result in world(name).results}
    for item in sorts(written(name), "requirement"):
        result = by_id[value(item, "requirement")]
        told = [
            {words for words in (*map(hint, answer.reasons), *map(sentence, answer.remedies)) if words}
            for _, answer in result.answers
            if answer.remedies
        ]
        wishes = [
            set(read_text(wish["description"]).split("\n"))
            for related in item.get("related-risks", ())
            for wish in risks[related["risk-uuid"]].get("remediations", ())
        ]
        assert wishes == told


# --- for an auditor --------------------------------------------------------------------------------------------------


@everywhere
def test_for_an_auditor_nothing_says_what_would_make_it_a_yes(name: str) -> None:
    files = written(name, remedies=False)
    text = " ".join(data.decode() for file, data in files.data.items() if file != files.catalogue)
    assert '"remediations"' not in text
    assert '"tasks"' not in text
    advice = {
        words
        for _, answer in answers(world(name))
        for words in (*map(hint, answer.reasons), *map(sentence, answer.remedies))
        if words
    }
    assert advice
    told = {
        read_text(part).replace("\n", " ")
        for body in files.own.values()
        for holder in objects(body)
        for key, part in holder.items()
        if key in {"description", "statement", "title"}
        or (key == "remarks" and "oscal-version" not in holder)
    }
    assert not [words for words in advice if any(words in line for line in told)]


@everywhere
def test_for_an_auditor_the_same_is_found(name: str) -> None:
    own, auditors = written(name), written(name, remedies=False)
    assert own.result == auditors.result
    assert own.data[PLAN] == auditors.data[PLAN]
    assert own.list(ACTIONS, "poam-items") == auditors.list(ACTIONS, "poam-items")
    assert own.body(ACTIONS)["uuid"] != auditors.body(ACTIONS)["uuid"]


# --- the same again, and names that last -----------------------------------------------------------------------------


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assert exports(assessed()) == exports(assessed())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_gives_the_same_bytes(seed: str) -> None:
    script = (
        "from tests.conformity.house import assessed; from standfirst.conformity.oscal_results import exports; "
        "import hashlib; print({n: hashlib.sha256(b).hexdigest() for n, b in exports(assessed()).items()})"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "PYTHONPATH": str(root)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert told.strip() == str({name: sha256_hex(data) for name, data in exports(assessed()).items()})


def test_what_is_the_organisation_s_keeps_its_name_and_what_is_of_one_day_does_not() -> None:
    facts, _ = house()
    today = Set(exports(from_facts(*facts)))
    later = Set(exports(from_facts(*facts, at=AT + timedelta(days=1))))
    for part in ("poam-items", "risks"):
        assert set(uuids(today.list(ACTIONS, part))) & set(uuids(later.list(ACTIONS, part)))
    shared = [set(uuids(members(files.body(RESULTS), "resources")[1:])) for files in (today, later)]
    assert shared[0] == shared[1]
    assert today.body(RESULTS)["metadata"]["parties"] == later.body(RESULTS)["metadata"]["parties"]
    assert today.body(ACTIONS)["system-id"] == later.body(ACTIONS)["system-id"]
    for part in ("observations", "findings"):
        assert not set(uuids(today.result[part])) & set(uuids(later.result[part]))
    assert not {body["uuid"] for body in today.own.values()} & {body["uuid"] for body in later.own.values()}


def test_two_organisations_share_no_name_but_those_of_the_project() -> None:
    one, other = (Set(exports(assessed(organisation_id=letter * 64, organisation="Same"))) for letter in "ab")
    for part in ("observations", "findings"):
        assert not set(uuids(one.result[part])) & set(uuids(other.result[part]))
    for part in ("poam-items", "risks"):
        assert not set(uuids(one.list(ACTIONS, part))) & set(uuids(other.list(ACTIONS, part)))
    ids = [UUID(files.body(ACTIONS)["system-id"]["id"]) for files in (one, other)]
    assert ids[0] != ids[1]
    assert {name.version for name in ids} == {5}


# --- whatever an organisation keeps ----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=8)
@given(fact_sets(), st.booleans(), st.randoms(use_true_random=False))
def test_whatever_is_kept_the_files_are_valid_and_the_order_of_facts_changes_no_byte(
    facts: list[Fact], remedies: bool, chance: Any
) -> None:
    whole = spoken_to(from_facts(*facts))
    files = Set(exports(whole, remedies=remedies))
    assert broken(files) == []
    told = Counter(result.status for result in whole.results)
    satisfied = [f for f in files.result["findings"] if f["target"]["status"]["state"] == "satisfied"]
    assert len(satisfied) == told[Status.SHOWN]
    assert len(sorts(files, "requirement")) == len(whole.results) - told[Status.SHOWN]
    shuffled = facts.copy()
    chance.shuffle(shuffled)
    assert exports(spoken_to(from_facts(*shuffled)), remedies=remedies) == files.data


def spoken_to(whole: Assessed) -> Assessed:
    """Without the requirements of which nothing at all is kept, but for every twentieth: they look like each other."""
    silent = {Status.NOT_SHOWN, Status.NOT_ASSESSABLE}
    told = (r for n, r in enumerate(whole.results) if r.status not in silent or r.adverse or n % 20 == 0)
    return replace(whole, results=tuple(told))


KEPT = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=40).map(partial(normalize, "NFC"))
"""What a record can hold: NFC, and no noncharacters (``trust.canonical``)."""


@settings(deadline=None, max_examples=12)
@given(KEPT, KEPT.filter(lambda name: name.strip()))
def test_no_text_from_outside_breaks_a_file_or_is_read_as_anything_but_itself(title: str, name: str) -> None:
    told = assert_plain(title, name)
    assert " ".join(visible(name).split()) in told


def test_a_hostile_name_is_only_a_name() -> None:
    told = assert_plain(HOSTILE, HOSTILE)
    assert "[U+202E]gnp.exe[U+001B][31m" in told


def assert_plain(title: str, name: str) -> str:
    """Valid, and what stands as Markdown is read as plain text. Everything that is read, on one line."""
    whole = from_facts(context(title), nonconformity(title, "4.1", "A.1.2"), organisation=name)
    few = tuple(result for result in whole.results if result.requirement.id in {"4.1", "A.1.2"})
    files = Set(exports(replace(whole, results=few)))
    assert broken(files) == []
    read = [
        read_text(part)
        for body in files.own.values()
        for holder in objects(body)
        for key, part in holder.items()
        if key in {"title", "description", "text", "statement", "prose"}
        or (key == "remarks" and "oscal-version" not in holder)
    ]
    assert not [text for body in files.own.values() for text in texts(body) if visible(text) != text]
    wanted = visible(f"NCR-0001: {title}" if title else "NCR-0001")
    assert " ".join(wanted.split()) in read
    return " ".join(" ".join(read).split())


def texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    for child in held.values() if isinstance(held, dict) else held if isinstance(held, list) else ():
        yield from texts(child)


# --- what OSCAL cannot say -------------------------------------------------------------------------------------------


def only(results: tuple[Result, ...]) -> Set:
    return Set(exports(assessed(results=results)))


def test_where_nothing_is_open_there_is_no_plan_of_action() -> None:
    lasting = AT + timedelta(days=attention.SOON)
    shown = tuple(
        result
        for result in house()[1]
        if result.status is Status.SHOWN and (result.until is None or result.until > lasting)
    )
    assert shown
    assert ACTIONS not in only(shown).data


def test_where_nothing_is_asked_everything_is_excluded() -> None:
    files = only(
        tuple(
            replace(result, status=Status.NOT_APPLICABLE, answers=(), adverse=(), left_out=reason)
            for result in house()[1]
            for reason in [next(r.left_out for r in house()[1] if r.left_out)]
        )
    )
    assert broken(files) == []
    assert set(files.own) == {PLAN, RESULTS}
    (selection,) = files.result["reviewed-controls"]["control-selections"]
    assert selection["include-controls"] == selection["exclude-controls"]


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(3000, 1, 1), date.max])
def test_a_day_that_oscal_cannot_write_is_refused(day: date) -> None:
    with pytest.raises(Unusable) as refused:
        exports(assessed(at=day))
    (problem,) = refused.value.problems
    assert day.isoformat() in sentence(problem.reason)


def test_a_deadline_that_oscal_cannot_write_is_left_out() -> None:
    last = date(2999, 12, 31)
    lapsing = context("Context", datetime(2999, 1, 2, tzinfo=UTC))
    facts = Facts([lapsing], ALL.reach)
    results = assess(edition(), assessment_method(), facts, ALL, last)
    files = Set(exports(assessed(at=last, facts=facts, results=results)))
    assert broken(files) == []
    items = sorts(files, "lapsing-record")
    assert [value(item, "lapses-on") for item in items] == ["3000-01-03"]
    assert not [risk for risk in files.list(ACTIONS, "risks") if "deadline" in risk]


def test_nobody_else_s_result_is_written_as_the_organisation_s_own() -> None:
    with pytest.raises(ValueError, match="own result"):
        exports(assessed(party="third"))


def test_a_profile_is_told_by_what_it_asks() -> None:
    chosen = profile_named("computing+operation+tier-2")
    for body in Set(exports(assessed(profile=chosen))).own.values():
        metadata = body["metadata"]
        assert (value(metadata, "profile"), value(metadata, "tier")) == (chosen.id, "2")
        assert (values(metadata, "domain"), values(metadata, "stage")) == (["computing"], ["operation"])
        assert value(metadata, "method-digest") == assessment_method().digest
