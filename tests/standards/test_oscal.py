"""OSCAL out: valid by NIST's schemas and by the constraints that no JSON schema holds, with nothing lost."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from itertools import chain, groupby
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.standards.oscal_reading import as_read, faults, members, objects, read_text, schema

from standfirst.standards import library
from standfirst.standards.catalogue import (
    ClauseGroup,
    Edition,
    EditionHeader,
    PrincipleText,
    RelatedDocument,
    Requirement,
)
from standfirst.standards.oscal import catalog, control_id, exports, profile
from standfirst.standards.oscal_forms import NAMESPACE, OSCAL_VERSION, line
from standfirst.standards.problems import Unusable
from standfirst.standards.profile import Profile, profile_named, shipped_profiles
from standfirst.standards.vocabulary import Aspect, Confidence, Domain, Goal, Relation, Stage

# --- the cast: an edition made by hand to be awkward, and the one that ships ---


def requirement(number: str, **changes: Any) -> Requirement:
    fields: dict[str, Any] = {
        "id": number,
        "title": "Context",
        "sentence": "The organisation shall know its context.",
        "intent": "So that it knows where it stands.",
        "guidance": "Begin with one page.",
        "stages": ("concept",),
        "domains": ("computing",),
        "goals": ("accountability",),
        "aspects": ("technical",),
        "principles": ("S",),
        "typical_evidence": ("A record",),
    }
    return Requirement.model_validate(fields | changes)


def small_edition(digest: str = "00" * 32) -> Edition:
    awkward = requirement(
        "4.2",
        title="*Not* emphasis, [not](a-link) & <b>not</b> HTML",
        sentence="It shall keep error_rate below 10^-3, ~1 in <999> and _never_ {{ insert: param, x }}.",
        guidance="1. is no list.\n# is no heading\n- nor this\n> nor a quotation\nC:\\path `code` &amp;",
        stages=("operation", "concept"),
        domains=("sensing", "computing", "simulation"),
        goals=("transparency", "security"),
        aspects=("social", "legal"),
        principles=("P10", "S"),
        from_tier=2,
        related=(
            RelatedDocument(
                document="ISO 9001:2015", relation=Relation.INTERSECTS_WITH, confidence=Confidence.HIGH
            ),
            RelatedDocument(
                document="A *starred* law_",
                relation=Relation.SUPPORTS,
                confidence=Confidence.UNCONFIRMED,
                note="_Stage_ not confirmed",
            ),
            RelatedDocument(
                document="ISO 9001:2015", relation=Relation.EXAMPLE_OF, confidence=Confidence.LOW
            ),
        ),
        typical_evidence=("A record", "+ another", "2) a third"),
    )
    header = EditionHeader(
        id="small",
        version="2026.1",
        title="Small requirements",
        status="Draft of this project; no ISO/IEC QT-QMS standard exists.",
        published="2026-02-28",
        language="en",
        licence="Apache-2.0",
        clauses=("04", "10", "a01"),
        annex_prefix="A.",
        whole_system=(),
        principles=(
            PrincipleText(tag="S", title="Safeguarding", confidence=Confidence.HIGH),
            PrincipleText(tag="P10", title="Education", confidence=Confidence.UNCONFIRMED),
        ),
    )
    four = (requirement("4.1", stages=tuple(Stage), domains=tuple(Domain)), awkward)
    ten = (requirement("10.1"),)
    annex = (requirement("A.1.2", domains=("sensing",)),)
    groups = (
        ClauseGroup(clause="4", title="Context & *more*", requirements=four),
        ClauseGroup(clause="10", title="Improvement", requirements=ten),
        ClauseGroup(clause="A.1", title="Stability", requirements=annex),
    )
    return Edition(header=header, groups=groups, digest=digest)


@pytest.fixture(params=[small_edition, library.edition], ids=["small", "shipped"])
def edition(request: pytest.FixtureRequest) -> Edition:
    make: Callable[[], Edition] = request.param
    return make()


def test_the_catalogue_is_valid(edition: Edition) -> None:
    assert faults(as_read(catalog(edition))) == []


def test_every_profile_is_valid(edition: Edition) -> None:
    for shipped in shipped_profiles():
        assert faults(as_read(profile(edition, shipped))) == [], shipped.id


def test_the_declared_version_is_that_of_the_schemas() -> None:
    for model in ("catalog", "profile"):
        assert f"/oscal/{OSCAL_VERSION}/" in schema(model)["$id"]


GROUP = ("catalog", "groups", 0)
BREAKS: list[tuple[tuple[str | int, ...], object]] = [
    ((*GROUP, "controls", 0, "id"), "4.1"),  # a token may not begin with a digit
    ((*GROUP, "controls", 0, "id"), "qtqms 4.1"),
    ((*GROUP, "controls", 0, "id"), "qtqms:4.1"),
    ((*GROUP, "controls", 0, "id"), "²-4.1"),  # a number, but no letter
    ((*GROUP, "controls", 0, "id"), "qtqms-4.1\n"),
    ((*GROUP, "controls", 0, "title"), "two\nlines"),
    ((*GROUP, "controls", 0, "parts", 0, "name"), ""),
    ((*GROUP, "controls", 0, "props", 0, "value"), " 4.1"),
    ((*GROUP, "controls", 0, "props", 0, "value"), "4.1\n"),
    ((*GROUP, "controls", 0, "props", 2, "ns"), "standfirst"),
    ((*GROUP, "controls", 0, "tier"), 2),
    ((*GROUP, "id"), "4"),
    (("catalog", "uuid"), "1f73e100-88a4-12f4-b316-74222ffb8b7b"),  # version 1
    (("catalog", "metadata", "last-modified"), "2026-02-28"),
    (("catalog", "metadata", "last-modified"), "2026-02-29T00:00:00Z"),
    (("catalog", "metadata", "parties", 0, "type"), "project"),
    (("catalog", "back-matter", "resources"), []),
]


@pytest.mark.parametrize(("place", "value"), BREAKS, ids=lambda part: repr(part)[-40:])
def test_a_broken_catalogue_is_not_valid(place: tuple[str | int, ...], value: object) -> None:
    document = as_read(catalog(small_edition()))
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    found = faults(document)
    assert any(path in (place, place[:-1]) for path in found), found


def test_a_letter_of_any_script_may_begin_a_token() -> None:
    document = as_read(catalog(small_edition()))
    for name in ("Überprüfung-4.1", "_4.1", "要求4.1", "a\u0663.1"):
        document["catalog"]["groups"][0]["controls"][0]["id"] = name
        assert faults(document) == [], name


# --- constraints that OSCAL states outside the JSON schemas ---

# Closed lists in NIST's namespace: oscal-control-prop-name, oscal-group-prop-name, oscal-control-part-name.
PROP_NAMES = {"label", "sort-id", "alt-identifier", "status"}
PART_NAMES = {"overview", "statement", "guidance", "example", "assessment-method", "assessment-objective"}


def controls_of(document: Any) -> list[dict[str, Any]]:
    return [control for group in document["catalog"]["groups"] for control in group["controls"]]


def test_identifiers_are_unique(edition: Edition) -> None:
    document = as_read(catalog(edition))
    ids = [item["id"] for name in ("groups", "controls", "parts") for item in members(document, name)]
    assert len(ids) == len(set(ids))
    uuids = [item["uuid"] for item in objects(document) if "uuid" in item]
    assert len(uuids) == len(set(uuids))


def test_names_without_our_namespace_are_oscals_own(edition: Edition) -> None:
    document = as_read(catalog(edition))
    assert all("ns" in prop for prop in document["catalog"]["metadata"]["props"])
    assert {p["name"] for p in members(document, "props") if "ns" not in p} <= PROP_NAMES
    assert {p["name"] for p in members(document, "parts") if "ns" not in p} <= PART_NAMES
    assert {item["ns"] for item in objects(document) if "ns" in item} == {NAMESPACE}
    assert UUID(NAMESPACE).urn == NAMESPACE


def test_every_control_has_one_statement(edition: Edition) -> None:
    for control in controls_of(as_read(catalog(edition))):
        assert [part["name"] for part in control["parts"]].count(
            "statement"
        ) == 1  # oscal-catalog-control-require-…


def test_links_lead_to_what_is_cited_and_all_that_is_cited_is_linked(edition: Edition) -> None:
    for document in (as_read(catalog(edition)), as_read(profile(edition, profile_named("all")))):
        cited = {"#" + resource["uuid"] for resource in members(document, "resources")}
        assert {link["href"] for link in members(document, "links")} == cited


def test_the_responsible_party_exists(edition: Edition) -> None:
    metadata = as_read(catalog(edition))["catalog"]["metadata"]
    (responsible,) = metadata["responsible-parties"]
    assert responsible["role-id"] in {role["id"] for role in metadata["roles"]}
    assert responsible["party-uuids"] == [party["uuid"] for party in metadata["parties"]]
    assert set(metadata["parties"][0]) == {"uuid", "type", "name"}  # no address is invented


# --- nothing is lost: an edition is read back from its catalogue ---


def values(holder: Any, name: str) -> tuple[str, ...]:
    return tuple(prop["value"] for prop in holder["props"] if prop["name"] == name)


def value(holder: Any, name: str) -> str:
    (only,) = values(holder, name)
    return only


def part(control: Any, name: str) -> Any:
    (only,) = (part for part in control["parts"] if part["name"] == name)
    return only


def read_related(control: Any, titles: dict[str, str]) -> tuple[RelatedDocument, ...]:
    if "links" not in control:
        return ()
    found = []
    for item in part(control, "related-documents")["parts"]:
        (link,) = item["links"]
        assert link["rel"] == "reference"
        assert titles[link["href"]] == item["title"]
        found.append(
            RelatedDocument(
                document=read_text(item["title"]),
                relation=Relation(value(item, "relation")),
                confidence=Confidence(value(item, "confidence")),
                note=next(iter(values(item, "note")), None),
            )
        )
    assert [link["href"] for link in control["links"]] == list(
        dict.fromkeys(item["links"][0]["href"] for item in part(control, "related-documents")["parts"])
    )
    assert all(link["text"] == titles[link["href"]] for link in control["links"])
    return tuple(found)


def read_requirement(control: Any, titles: dict[str, str]) -> Requirement:
    return Requirement(
        id=value(control, "label"),
        title=read_text(control["title"]),
        sentence=read_text(part(control, "statement")["prose"]),
        intent=read_text(part(control, "overview")["prose"]),
        guidance=read_text(part(control, "guidance")["prose"]),
        stages=tuple(Stage(v) for v in values(control, "stage")),
        domains=tuple(Domain(v) for v in values(control, "domain")),
        goals=tuple(Goal(v) for v in values(control, "goal")),
        aspects=tuple(Aspect(v) for v in values(control, "aspect")),
        principles=values(control, "principle"),
        from_tier=int(value(control, "from-tier")),
        related=read_related(control, titles),
        typical_evidence=tuple(
            read_text(item["prose"]) for item in part(control, "typical-evidence")["parts"]
        ),
    )


def read_groups(document: Any) -> tuple[ClauseGroup, ...]:
    titles = {"#" + resource["uuid"]: resource["title"] for resource in members(document, "resources")}
    return tuple(
        ClauseGroup(
            clause=value(group, "label"),
            title=read_text(group["title"]),
            requirements=tuple(read_requirement(control, titles) for control in group["controls"]),
        )
        for group in document["catalog"]["groups"]
    )


def test_the_requirements_are_found_again(edition: Edition) -> None:
    groups = read_groups(as_read(catalog(edition)))
    assert groups == edition.groups
    # The reader above names every field there is: a new one must be exported before it can be read back.
    for found in chain.from_iterable(group.requirements for group in groups):
        assert found.model_fields_set == set(Requirement.model_fields)
        assert all(related.model_fields_set == set(RelatedDocument.model_fields) for related in found.related)


def test_a_lost_word_would_be_noticed() -> None:
    document = as_read(catalog(small_edition()))
    changed = deepcopy(document)
    changed["catalog"]["groups"][0]["controls"][1]["parts"][4]["parts"][1]["props"].pop()  # a note
    assert read_groups(document) == small_edition().groups
    assert read_groups(changed) != small_edition().groups


def test_the_header_is_found_again(edition: Edition) -> None:
    metadata, header = as_read(catalog(edition))["catalog"]["metadata"], edition.header
    assert read_text(metadata["title"]) == header.title
    assert metadata["version"] == header.version
    assert metadata["published"] == metadata["last-modified"] == f"{header.published}T00:00:00Z"
    assert value(metadata, "edition") == f"{header.id} {header.version}"
    assert value(metadata, "edition-digest") == edition.digest
    assert (value(metadata, "language"), value(metadata, "licence")) == (header.language, header.licence)
    tags = [
        tuple(prop["value"] for prop in run)
        for _, run in groupby(metadata["props"][5:], lambda p: p["group"])
    ]
    assert tags == [(p.tag, p.title, p.confidence) for p in header.principles]


def test_the_status_comes_first(edition: Edition) -> None:
    for document in (as_read(catalog(edition)), as_read(profile(edition, profile_named("computing")))):
        (body,) = document.values()
        first = body["metadata"]["props"][0]
        assert (first["name"], first["value"]) == ("status", edition.header.status)
        assert "no ISO/IEC QT-QMS standard exists" in body["metadata"]["remarks"].split("\n")[0]


def test_only_annexes_may_be_excluded(edition: Edition) -> None:
    for control in controls_of(as_read(catalog(edition))):
        excluded = "yes" if control["id"].startswith("qtqms-a.") else "no"
        assert value(control, "may-be-excluded") == excluded


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"])))
def test_plain_text_is_read_as_it_was_written(text: str) -> None:
    assert read_text(line(text)) == " ".join(text.split())


@given(st.text(alphabet="a1 _*`~^[](){}<>&;#!+-=.)\\|\"':/\n", max_size=40))
@example("{{ insert: param, x }}")
def test_markup_in_plain_text_is_read_as_it_was_written(text: str) -> None:
    written = line(text)
    assert read_text(written) == " ".join(text.split())
    assert not re.search(r"(?<!\\)(?:\\\\)*[~^]|\{\{", written)  # what OSCAL reads beyond CommonMark


# --- order, selection, files ---


def test_every_requirement_of_the_shipped_edition_stands_once_and_in_order() -> None:
    shipped = library.edition()
    controls = [control["id"] for control in controls_of(as_read(catalog(shipped)))]
    assert len(controls) == 90
    assert controls == [control_id(requirement.id) for requirement in shipped]
    assert len(as_read(catalog(shipped))["catalog"]["groups"]) == 17


def test_identifiers_sort_as_the_text_runs(edition: Edition) -> None:
    document = as_read(catalog(edition))
    for holders in (document["catalog"]["groups"], controls_of(document)):
        keys = [value(holder, "sort-id") for holder in holders]
        assert keys == sorted(keys)
        assert len(keys) == len(set(keys))


def test_a_profile_selects_what_it_asks_in_the_order_of_the_catalogue(edition: Edition) -> None:
    known = [control["id"] for control in controls_of(as_read(catalog(edition)))]
    for shipped in shipped_profiles():
        body = as_read(profile(edition, shipped))["profile"]
        (source,) = body["imports"]
        (selected,) = source["include-controls"]
        assert selected["with-ids"] == [control_id(r.id) for r in shipped.asked(edition)]
        assert selected["with-ids"] == [name for name in known if name in selected["with-ids"]]
        assert body["merge"] == {"as-is": True}


def test_a_profile_says_what_it_selects_by() -> None:
    chosen = profile_named("computing+operation+tier-2")
    metadata = as_read(profile(small_edition(), chosen))["profile"]["metadata"]
    assert values(metadata, "domain") == ("computing",)
    assert values(metadata, "stage") == ("operation",)
    assert value(metadata, "tier") == "2"
    assert value(metadata, "profile") == "computing+operation+tier-2"


def test_a_profile_that_asks_nothing_is_refused() -> None:
    nothing = Profile(
        id="nothing", title="Nothing", domains=(Domain.COMMUNICATION,), stages=(Stage.RESEARCH,)
    )
    whole = small_edition()
    annex_only = whole.model_copy(update={"groups": whole.groups[2:]})
    with pytest.raises(Unusable) as refused:
        profile(annex_only, nothing)
    assert [p.reason.code for p in refused.value.problems] == ["profile.empty"]


def test_a_profile_names_the_catalogue_file_and_its_digest(edition: Edition) -> None:
    files = exports(edition)
    name, *profiles = files
    assert len(profiles) == len(shipped_profiles())
    for file, shipped in zip(profiles, shipped_profiles(), strict=True):
        body = json.loads(files[file])["profile"]
        (resource,) = body["back-matter"]["resources"]
        (rlink,) = resource["rlinks"]
        assert body["imports"][0]["href"] == rlink["href"] == name
        (digest,) = rlink["hashes"]
        assert digest == {"algorithm": "SHA-256", "value": hashlib.sha256(files[name]).hexdigest()}
        assert json.loads(files[file]) == as_read(profile(edition, shipped))


def test_the_files(edition: Edition) -> None:
    files = exports(edition)
    stem = f"{edition.header.id}-{edition.header.version}"
    assert {f"{stem}-catalog.json", f"{stem}-profile-computing.json", f"{stem}-profile-tier-3.json"} <= set(
        files
    )
    assert all(data.endswith(b"}\n") and b"\r" not in data for data in files.values())
    assert json.loads(files[f"{stem}-catalog.json"]) == as_read(catalog(edition))


def test_the_same_edition_gives_the_same_bytes_again(edition: Edition) -> None:
    assert exports(edition) == exports(edition.model_copy(deep=True))


def test_another_process_gives_the_same_bytes() -> None:
    def printed(seed: str) -> str:
        script = (
            "import hashlib; from standfirst.standards import library, oscal; "
            "print([(n, hashlib.sha256(b).hexdigest()) for n, b in oscal.exports(library.edition()).items()])"
        )
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True
        ).stdout

    assert printed("1") == printed("2")


def test_documents_change_their_uuid_with_the_edition_and_cited_documents_keep_theirs() -> None:
    before, after = (as_read(catalog(small_edition(digest)))["catalog"] for digest in ("00" * 32, "11" * 32))
    assert before["uuid"] != after["uuid"]
    assert before["back-matter"] == after["back-matter"]
    assert before["metadata"]["parties"] == after["metadata"]["parties"]
    everything, computing = profile_named("all"), profile_named("computing")
    uuids = {
        as_read(profile(small_edition(digest), chosen))["profile"]["uuid"]
        for digest in ("00" * 32, "11" * 32)
        for chosen in (everything, computing, everything.model_copy(update={"tier": 1}))
    }
    assert len(uuids) == 6


def test_an_edition_that_cites_nothing_has_no_back_matter() -> None:
    whole = small_edition()
    bare = whole.model_copy(update={"groups": whole.groups[1:]})
    assert "back-matter" not in as_read(catalog(bare))["catalog"]
    assert faults(as_read(catalog(bare))) == []
