"""The statement of applicability as a document: stable, complete, in whose words, signed by whom."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.conformity.cast import HOSTILE, MARKUP, left_out, record
from tests.conformity.house import AT, assessed, from_facts
from tests.conformity.pages import read

from standfirst.conformity.assess import assess
from standfirst.conformity.document import Assessed
from standfirst.conformity.printed_statement import content, html, pdf
from standfirst.conformity.statement import statement_digest, statement_document
from standfirst.paper import typesetting
from standfirst.paper.typesetting import Unprinted
from standfirst.standards.facts import Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import Status
from standfirst.standards.profile import profile_named
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.words.render import status as status_word

MAREN = record("person", "PER-0001", "Maren Oakshott", state="active")
REASON = "We run no key network."


def stated(reason: str = REASON, **other: object) -> Assessed:
    told = from_facts(left_out(reason), MAREN, **other)
    return replace(told, records={"SOA-0001": {"version": "2", "commitment": "c0" * 32}})


def entries(told: Assessed) -> dict[str, dict[str, object]]:
    return {entry["requirement"]: entry for entry in statement_document(told)["entries"]}


def text_of(told: Assessed) -> str:
    pages = PdfReader(BytesIO(pdf(told).pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


# --- the statement itself --------------------------------------------------------------------------------------------


def test_every_requirement_has_its_entry_in_the_editions_order() -> None:
    found = entries(stated())
    assert list(found) == [asked.id for asked in edition()]
    assert statement_document(stated())["not_applicable"] == ["A.3.3"]


def test_each_entry_says_whose_word_it_is() -> None:
    found = entries(stated())
    nothing = {"record": None, "why": None, "rule": None, "implementation": None}
    assert found["4.1"] == {"requirement": "4.1", "applies": True, "by": "edition", **nothing}
    assert found["A.1.2"] == {"requirement": "A.1.2", "applies": True, "by": "nobody", **nothing}
    assert found["A.3.3"] == {
        "requirement": "A.3.3",
        "applies": False,
        "by": "record",
        "record": "SOA-0001",
        "why": REASON,
        "rule": None,
        "implementation": None,
    }
    assert found["A.1.1"] == {
        "requirement": "A.1.1",
        "applies": True,
        "by": "record",
        "record": "SOA-0001",
        "why": "Drift makes results wrong.",
        "rule": None,
        "implementation": "planned",
    }


def test_a_profile_leaves_out_in_its_own_name() -> None:
    profile = profile_named("sensing+tier-1")
    facts = Facts([], profile.reach)
    results = assess(edition(), assessment_method(), facts, profile, AT)
    found = entries(assessed(profile=profile, facts=facts, results=results))
    by_profile = {name: entry for name, entry in found.items() if entry["by"] == "profile"}
    assert set(by_profile) == {r.requirement.id for r in results if r.status is Status.NOT_APPLICABLE}
    assert by_profile
    for entry in by_profile.values():
        rule = entry["rule"]
        assert isinstance(rule, dict)
        assert rule["code"].startswith("profile.")
        assert not entry["applies"]


def test_it_names_the_record_its_version_and_who_signed() -> None:
    assert statement_document(stated())["record"] == {
        "number": "SOA-0001",
        "title": "Statement",
        "version": "2",
        "commitment": "c0" * 32,
        "state": "approved",
        "from": "2026-02-01",
        "until": None,
        "signatures": [
            {
                "meaning": "approval",
                "by": "PER-0001",
                "roles": ["top-management"],
                "assurance": "declared",
                "on": "2026-01-27",
            }
        ],
    }
    assert statement_document(stated())["date"] == "2026-02-01"


def test_without_a_statement_in_force_the_day_is_that_of_the_assessment() -> None:
    later = replace(left_out(REASON), effective_from=date(2026, 7, 1))
    for told in (from_facts(), from_facts(later)):
        document = statement_document(told)
        assert document["record"] is None
        assert document["date"] == AT.isoformat()
        assert document["not_applicable"] == []


def test_its_digest_depends_on_what_is_stated_and_on_nothing_else() -> None:
    digest = statement_digest(statement_document(stated()))
    assert len(digest) == 64
    more = replace(
        stated(),
        facts=Facts([*stated().facts.all, record("risk", "RSK-0001", "A risk")], stated().facts.reach),
    )
    another_day = replace(stated(), at=date(2026, 6, 20))
    for same in (stated(), more, another_day, replace(stated(), ledger_head="413 ff", unrecorded=())):
        assert statement_digest(statement_document(same)) == digest
    for other in (
        stated("Another reason."),
        stated(organisation="Somebody else"),
        replace(stated(), fictional=False),
        replace(stated(), records={"SOA-0001": {"version": "3"}}),
    ):
        assert statement_digest(statement_document(other)) != digest


def test_it_has_a_canonical_form() -> None:
    document = statement_document(stated(HOSTILE))
    assert parse_canonical(canonical_bytes(document)) == document
    assert json.loads(json.dumps(document)) == document


# --- for people ------------------------------------------------------------------------------------------------------


def test_the_page_and_the_paper_say_the_same() -> None:
    told = stated()
    page, paper = read(html(told)).text, text_of(told)
    squeezed = paper.replace(" ", "")
    for said in (
        "Statement of applicability, holding from 2026-02-01",
        "89 of 90 requirements apply; 1 does not: A.3.3.",
        "SOA-0001",
        "version 2, approved, from 2026-02-01",
        "c0" * 32,
        "Approval by Maren Oakshott (PER-0001), top management, on 2026-01-27 (assurance: declared)",
        statement_digest(statement_document(told)),
        edition().digest,
        edition().header.status,
        "Specimen: a fictional organisation",
        "Simulation: its time is simulated",
        REASON,
        "Drift makes results wrong.",
        "planned",
    ):
        assert said in page
        assert said.replace(" ", "") in squeezed
    for result in told.results:
        named = f"{result.requirement.id} {result.requirement.title}"
        assert named in page
        assert named.replace(" ", "") in squeezed


def test_each_row_says_what_the_records_show_beside_what_is_stated() -> None:
    told = stated()
    page = read(html(told))
    for result in told.results:
        row = page.one("tr", id=f"r-{result.requirement.id}")
        assert row.text.endswith(status_word(result.status.value))
        assert (" yes " in row.text) is (result.left_out is None)


def test_an_unsigned_statement_says_so() -> None:
    told = from_facts(replace(left_out(REASON), signatures=()))
    assert "Nobody has signed it." in read(html(told)).text
    assert "Nobody has signed it." in text_of(told)


def test_a_signer_whose_record_is_not_there_keeps_the_number_that_is_known() -> None:
    assert "Approval by PER-0001, top management" in read(html(from_facts(left_out(REASON)))).text


def test_no_statement_is_said_to_be_none() -> None:
    told = from_facts()
    assert "The organisation has no statement in force." in read(html(told)).text
    assert "The organisation has no statement in force." in text_of(told)


@pytest.mark.parametrize("words", [HOSTILE, MARKUP])
def test_hostile_words_stay_words(words: str) -> None:
    signer = record("person", "PER-0001", words, state="active")
    told = from_facts(left_out(words, words), signer, organisation=words)
    page = read(html(told))
    assert not list(page.all("script"))
    assert not list(page.all("img"))
    shown = words.replace("\u202e", "[U+202E]").replace("\x1b", "[U+001B]").replace(" ", "")
    assert page.text.replace(" ", "").count(shown) >= 3
    assert text_of(told).replace(" ", "").count(shown) >= 3


def test_the_page_is_closed_to_the_outside() -> None:
    page = read(html(stated()))
    (policy,) = [node.attributes["content"] for node in page.all("meta") if node.attributes.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    targets = {node.attributes["href"] for node in page.all() if "href" in node.attributes}
    assert {target for target in targets if not target.startswith("#")} == set()


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert html(stated()) == html(stated())
    assert pdf(stated()) == pdf(stated())


def test_signatures_in_time_order_of_the_record_are_all_named() -> None:
    fact = left_out(REASON)
    (first,) = fact.signatures
    second = replace(first, by="PER-0009", meaning="review", at=datetime(2026, 1, 28, tzinfo=UTC))
    told = from_facts(replace(fact, signatures=(first, second)), MAREN)
    statement = content(told)["statement"]
    assert [signature["by"] for signature in statement["signatures"]] == [
        "Maren Oakshott (PER-0001)",
        "PER-0009",
    ]


def test_without_the_extra_there_is_the_page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_MODULE", "a_module_that_is_not_there")
    assert "Statement of applicability" in html(stated())
    with pytest.raises(Unprinted) as refused:
        pdf(stated())
    assert refused.value.extra == "report"
