"""The report says everything, to everybody, and carries nothing in that could speak for itself."""

import hashlib
import os
import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from tests.conformity.cast import DATED, HOSTILE, context, left_out, nonconformity, record
from tests.conformity.house import MEASURED, assessed, from_facts, house
from tests.conformity.pages import Node, read

import standfirst
from standfirst.conformity.assess import Result
from standfirst.conformity.measured import found_words, verdict_words
from standfirst.conformity.report import html
from standfirst.pictures import drawing
from standfirst.pictures.measured import ElementTable, Measured
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import Status
from standfirst.standards.profile import profile_named
from standfirst.standards.reason import Reason
from standfirst.words.render import hint, sentence, title
from standfirst.words.render import status as status_word


@pytest.fixture(scope="module")
def page() -> Node:
    label = next(fact.label for fact in house()[0] if fact.kind == "measurement")
    return read(html(assessed(), measured={label: MEASURED}))


# --- the file --------------------------------------------------------------------------------------------------------


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assert html(assessed()) == html(assessed())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_bytes_do_not_depend_on_the_order_of_hashes(seed: str) -> None:
    script = (
        "import hashlib; from standfirst.conformity.report import html; from tests.conformity.house import assessed; "
        "print(hashlib.sha256(html(assessed()).encode()).hexdigest())"
    )
    here, sources = Path(__file__).parents[2], Path(standfirst.__file__).parents[1]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{sources}{os.pathsep}{here}"}
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=here, env=environment
    )
    assert told.stdout.strip() == hashlib.sha256(html(assessed()).encode()).hexdigest()


def test_the_page_is_well_formed(page: Node) -> None:
    ids = [node.attributes["id"] for node in page.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    targets = {node.attributes["href"] for node in page.all() if "href" in node.attributes}
    assert {target for target in targets if not target.startswith("#")} == set()
    assert sorted(target for target in targets if target[1:] not in ids) == []
    labels = [
        node.attributes["aria-labelledby"].split()
        for node in page.all()
        if "aria-labelledby" in node.attributes
    ]
    assert {label for several in labels for label in several} <= set(ids)


def test_headings_go_down_one_level_at_a_time(page: Node) -> None:
    levels = [int(node.tag[1]) for node in page.all() if re.fullmatch("h[1-6]", node.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_nothing_comes_from_elsewhere(page: Node) -> None:
    assert not [
        node
        for node in page.all()
        if "src" in node.attributes or node.tag in {"link", "iframe", "object", "img"}
    ]
    style = "".join(child for node in page.all("style") for child in node.children if isinstance(child, str))
    assert "url(" not in style
    assert "@import" not in style


def test_only_our_own_script_may_run(page: Node) -> None:
    (script,) = page.all("script")
    text = "".join(child for child in script.children if isinstance(child, str))
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    (policy,) = [node.attributes["content"] for node in page.all("meta") if node.attributes.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy


# --- hostile input ---------------------------------------------------------------------------------------------------


def test_hostile_words_stay_words() -> None:
    facts = (
        nonconformity(HOSTILE),
        left_out(HOSTILE, HOSTILE),
        record("document", "DOC-0001", HOSTILE, serves="4.1", type=HOSTILE, owner=HOSTILE),
    )
    profile = profile_named("all").model_copy(update={"title": HOSTILE})
    other = {
        "organisation": HOSTILE,
        "organisation_id": HOSTILE,
        "ledger_head": HOSTILE,
        "unrecorded": (Reason("unrecorded.new", {"record": "", "file": HOSTILE}),),
        "profile": profile,
    }
    text = html(from_facts(*facts, **other))
    page = read(text)
    assert len(list(page.all("script"))) == 1
    assert len(list(page.all("style"))) == 1
    assert not list(page.all("img"))
    assert not [name for node in page.all() for name in node.attributes if name.startswith("on")]
    assert text.count("gnp.exe") >= 8
    assert text.count("[U+202E]gnp.exe[U+001B][31m") == text.count("gnp.exe")
    assert not set(text) & {"\u202e", "\x1b"}
    assert page.one("h1").text.startswith("<b>Bös & Co.</b></title>")


def test_text_that_cannot_be_encoded_is_written_out() -> None:
    text = html(assessed(organisation="Half a \ud83d pair"))
    assert "Half a [U+D83D] pair" in text
    text.encode()


def test_names_in_pictures_keep_nothing_unseen() -> None:
    figure = replace(MEASURED.figures[0], title=HOSTILE, description=HOSTILE)
    fact = record("measurement", "MEA-0001", "Integrity", state="recorded")
    text = html(from_facts(fact), measured={"MEA-0001": Measured(figures=(figure,))})
    read(text)
    assert text.count("gnp.exe") >= 3
    assert text.count("[U+202E]gnp.exe[U+001B][31m") == text.count("gnp.exe")


# --- two minutes -----------------------------------------------------------------------------------------------------


def test_the_top_says_who_what_and_how_honest(page: Node) -> None:
    head = page.one("header").text
    for said in (
        "Nordlicht Quantum GmbH",
        "First-party result",
        "fictional organisation",
        "Simulation",
        "15 June 2026",
    ):
        assert said in head
    assert "draft edition 2026.1" in head
    assert "no ISO/IEC QT-QMS standard exists" in head
    assert "This is not a certificate" in page.one("main").text


def test_a_real_organisation_in_real_time_has_no_such_marks() -> None:
    head = read(html(assessed(fictional=False, simulation=False))).one("header").text
    assert "fictional" not in head
    assert "Simulation" not in head


def test_every_status_is_counted_with_sign_and_word(page: Node) -> None:
    counts = assessed().readiness().whole.counts
    assert all(counts[status] for status in Status)
    legend = {item.classes[0]: item for item in page.one("ul", "legend").all("li")}
    for status in Status:
        assert legend[status.value].text == f"{counts[status]} {status_word(status.value)}"
        assert list(legend[status.value].all("svg"))


def test_every_sign_has_its_words(page: Node) -> None:
    for sign in page.all("svg", "sign"):
        assert sign.attributes["aria-hidden"] == "true"
        beside = next(node for node in sign.above() if node.text or "bar" in node.classes)
        assert "bar" in beside.classes or beside.tag in {"a", "span", "li", "label"}


def test_the_matrix_leads_to_every_requirement(page: Node) -> None:
    cells = list(page.one("table", "matrix").all("a", "cell"))
    for cell, result in zip(cells, assessed().results, strict=True):
        asked = result.requirement
        assert cell.attributes["href"] == f"#r-{asked.id}"
        assert cell.text == f"{asked.id} {asked.title}: {status_word(result.status.value)}"
        assert result.status.value in cell.classes


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ({Status.SHOWN: 90}, "All 90 requirements asked are shown by records."),
        ({Status.NOT_APPLICABLE: 90}, "This profile asks for none of the requirements."),
        (
            {Status.NOT_SHOWN: 80, Status.NOT_ASSESSABLE: 10},
            "None of the 90 requirements asked is shown by records yet; 10 cannot be assessed in this release.",
        ),
        (
            {
                Status.SHOWN: 50,
                Status.PARTLY: 20,
                Status.NOT_SHOWN: 6,
                Status.NEEDS_JUDGEMENT: 4,
                Status.NOT_APPLICABLE: 10,
            },
            "50 of the 80 requirements asked are shown by records, 20 partly, 6 not; 4 need an auditor's judgement.",
        ),
    ],
)
def test_the_verdict_is_one_plain_sentence(statuses: dict[Status, int], said: str) -> None:
    spread = [status for status, count in statuses.items() for _ in range(count)]
    results = [Result(asked, status) for asked, status in zip(edition(), spread, strict=True)]
    assert read(html(assessed(results=results))).one("p", "verdict").text == said


def test_attention_names_what_speaks_against_and_what_lapses() -> None:
    audited = context(datetime(2025, 7, 1, tzinfo=UTC))
    attention = read(html(from_facts(audited, nonconformity()))).one("section", "attention").text
    assert "NCR-0001 (Warm cryostat) speaks against this and is open. 8.1, A.1.2" in attention
    assert "2026-07-02 in 17 days DOC-0007 Context of 2026 4.1" in attention


def test_edits_that_are_not_recorded_are_a_warning() -> None:
    warning = read(html(assessed())).one("div", "warning").text
    assert "2 edits are not recorded and do not count here" in warning
    assert "DOC-0004 was edited since it was recorded" in warning
    assert "records/documents/DOC-0031.md is new and not recorded." in warning
    assert not list(read(html(assessed(unrecorded=()))).all("div", "warning"))
    edits = [Reason("unrecorded.edited", {"record": f"DOC-{n:04}", "file": "x"}) for n in range(40)]
    many = read(html(assessed(unrecorded=edits))).one("div", "warning")
    assert "40 edits" in many.text
    assert "and 28 more" in many.text


# --- an hour ---------------------------------------------------------------------------------------------------------


def test_every_requirement_appears_with_all_that_was_found(page: Node) -> None:
    results = assessed().results
    articles = list(page.all("article", "requirement"))
    assert len(articles) == len(results) == 90
    for article, result in zip(articles, results, strict=True):
        asked = result.requirement
        assert article.attributes == {
            **article.attributes,
            "id": f"r-{asked.id}",
            "data-status": result.status.value,
        }
        text = article.text
        for said in (
            asked.id,
            asked.title,
            asked.sentence,
            asked.intent,
            asked.guidance,
            *asked.typical_evidence,
        ):
            assert " ".join(said.split()) in text
        for other in asked.related:
            assert (
                f"{title(other.relation.value)} {other.document} (confidence: {title(other.confidence.value)}"
                in text
            )
        for criterion, answer in result.answers:
            assert criterion.says in text
            assert all(
                sentence(reason) in text for reason in answer.reasons if reason.code != "record.counts"
            )
        if result.left_out:
            assert sentence(result.left_out) in text


def test_a_cited_record_is_named_with_title_kind_state_and_date() -> None:
    found = context(datetime(2026, 3, 3, tzinfo=UTC))
    page = read(html(from_facts(found)))
    criteria = page.one("article", id="r-4.1").one("ol", "criteria").text
    assert (
        "DOC-0007 Context of 2026 document, approved, 2026-03-03 (104 days old); lapses 2027-03-04"
        in criteria
    )
    row = page.one("tr", id="rec-DOC-0007").text
    assert row.startswith("DOC-0007 Context of 2026 document, approved 2026-03-03 104")
    assert "4.1" in row


def test_of_many_records_a_criterion_names_a_few_and_the_register_all() -> None:
    risks = [
        record("risk", f"RSK-{n:04}", f"Risk {n}", state="treated", nature="threat", owner="ops", level=4)
        for n in range(200)
    ]
    page = read(html(from_facts(*risks)))
    cited = [
        part
        for part in page.all("ul", "cited")
        if "and 194 more; the register of records names them all" in part.text
    ]
    assert cited
    assert all(len(list(part.all("li"))) == 7 for part in cited)
    assert all(page.one("tr", id=f"rec-{risk.label}") for risk in risks)


def test_a_record_that_is_known_by_its_description_only_is_still_named() -> None:
    facts, results = house()
    gone = next(label for result in results for _, answer in result.answers for label in answer.records)
    left = assessed().facts
    about = {
        gone: {"title": "Kept elsewhere", "kind": "document", "state": "approved", "dated": "2026-01-02"}
    }
    told = replace(
        assessed(),
        facts=type(left)([fact for fact in facts if fact.label != gone], left.reach),
        records=about,
    )
    assert (
        "Kept elsewhere document, approved 2026-01-02 164"
        in read(html(told)).one("tr", id=f"rec-{gone}").text
    )


def test_supports_is_never_shown_as_satisfies(page: Node) -> None:
    shown = {
        item.one("span", "relation").text for part in page.all("ul", "related") for item in part.all("li")
    }
    assert "supports" in shown
    assert not {word for word in shown if re.search(r"satisf|compl|fulfil|meets", word)}
    supporting = [
        item
        for part in page.all("ul", "related")
        for item in part.all("li")
        if item.text.startswith("supports ")
    ]
    asked = sum(other.relation.value == "supports" for asked in edition() for other in asked.related)
    assert len(supporting) == asked


def test_the_statement_of_applicability_names_every_annex_requirement_once() -> None:
    page = read(html(from_facts(left_out("We run no key network."))))
    table = next(node for node in page.all("table", "rows") if "records" not in node.classes)
    rows = {row.one("th").one("span", "number").text: row.text for row in table.one("tbody").all("tr")}
    assert list(rows) == [asked.id for asked in edition() if edition().may_be_excluded(asked.id)]
    assert "no Left out by SOA-0001: We run no key network. not applicable" in rows["A.3.3"]
    assert "yes SOA-0001: Drift makes results wrong. (planned)." in rows["A.1.1"]
    assert "yes No statement in force leaves it out." in rows["A.1.2"]


def test_the_fine_print_lets_anybody_repeat_it(page: Node) -> None:
    text = page.text
    for digest in (
        edition().digest,
        assessment_method().digest,
        assessed().facts.digest,
        assessed().ledger_head,
    ):
        assert digest in text
    assert "standfirst assess PACKAGE --at 2026-06-15 --profile all --out DIR" in text
    own = profile_named("all").model_copy(update={"id": "as-recorded"})
    assert "standfirst assess PACKAGE --at 2026-06-15 --out DIR" in read(html(assessed(profile=own))).text


# --- what may leave the house ----------------------------------------------------------------------------------------


def test_what_would_make_it_a_yes_is_for_the_own_organisation_only() -> None:
    text = read(html(assessed())).text
    assert "What would make it a yes for your own organisation only" in text
    assert "Most valuable next steps For your own organisation only" in text


def test_without_remedies_no_remedy_is_left_anywhere() -> None:
    why = Reason("record.template", {"record": "DOC-0009", "fields": ("text",)})
    template = replace(record("document", "DOC-0009", "Unfinished", serves="4.1"), withheld=why)
    for told in (assessed(), from_facts(), from_facts(template, nonconformity())):
        answers: list[Answer] = [answer for result in told.results for _, answer in result.answers]
        remedies = {sentence(remedy) for answer in answers for remedy in answer.remedies}
        remedies |= {hint(reason) for answer in answers for reason in answer.reasons if hint(reason)}
        assert remedies
        outside = read(html(told, remedies=False)).text
        assert [remedy for remedy in sorted(remedies) if remedy in outside] == []
        assert "make it a yes" not in outside
        assert "next steps" not in outside
        assert "own organisation only" not in outside
        inside = read(html(told)).text
        assert [remedy for remedy in sorted(remedies) if remedy not in inside] == []


def test_the_form_for_outsiders_is_repeated_as_such() -> None:
    assert "--for-auditor" in read(html(assessed(), remedies=False)).one("pre").text


# --- edges -----------------------------------------------------------------------------------------------------------


def test_an_organisation_without_a_single_record_gets_a_whole_report() -> None:
    page = read(html(from_facts(unrecorded=())))
    assert page.one("p", "verdict").text.startswith(
        "None of the 90 requirements asked is shown by records yet"
    )
    assert len(list(page.all("article"))) == 90
    assert "No open record speaks against a requirement." in page.text
    assert "No result rests on a record" in page.text
    assert "0 records read" in page.text


def test_a_record_dated_ahead_of_the_day_is_said_to_be() -> None:
    ahead = record(
        "document", "DOC-0001", "Plan", datetime(2026, 7, 1, tzinfo=UTC), serves="6.1.1", type="plan"
    )
    assert "2026-07-01 (16 days ahead)" in read(html(from_facts(ahead))).one("article", id="r-6.1.1").text


def test_an_outcome_always_has_its_sign() -> None:
    shown = {
        chip.text for part in read(html(assessed())).all("p", "outcome") for chip in part.all("span", "chip")
    }
    assert shown == {title(outcome.value) for outcome in Outcome}


def test_evidence_that_lapses_later_than_soon_is_left_for_later() -> None:
    assert "Nothing that counts today lapses by then." in read(html(from_facts(context(DATED)))).text


# --- measurements ----------------------------------------------------------------------------------------------------

MEASUREMENT = record(
    "measurement", "MEA-0001", "Integrity of the processor", state="recorded", verdict="conform"
)


def measured_page(measured: Measured) -> Node:
    return read(html(from_facts(MEASUREMENT), measured={"MEA-0001": measured})).one(
        "section", "measurement", id="mea-MEA-0001"
    )


def test_a_measurement_stands_with_its_record_its_checks_and_its_picture() -> None:
    section = measured_page(MEASURED)
    assert section.one("h3").text == "MEA-0001 Integrity of the processor: conforms"
    assert "Recorded, state of 2026-06-01" in section.text
    for row in MEASURED.checks:
        for words in (row.check, verdict_words(row), found_words(row), row.limit):
            assert words in section.one("table", "checks").text
    figure = section.one("figure")
    assert figure.one("figcaption").text == "Ages of <values> of Nordlicht-1"
    svg = figure.one("svg")
    named = {node.attributes["id"]: node.text for node in svg.all() if "id" in node.attributes}
    described = [named[name] for name in svg.attributes["aria-labelledby"].split()]
    assert described == [MEASURED.figures[0].title, MEASURED.figures[0].description]


def test_a_citation_leads_to_the_checks(page: Node) -> None:
    label = next(fact.label for fact in house()[0] if fact.kind == "measurement")
    leading = [node for node in page.all("a") if node.attributes["href"] == f"#mea-{label}"]
    assert leading
    assert {node.text for node in leading} == {"checks and pictures"}


def test_without_the_extra_the_figures_stand_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_MODULE", "a_module_that_is_not_there")
    section = measured_page(MEASURED)
    assert not list(section.all("svg"))
    assert "the extra report of Standfirst is not installed" in section.text
    assert "What it would show: Bar chart. Two values are young, one is old." in section.text
    table = section.one("figure").one("table").text
    assert "Age Values up to 7 d 2 over 7 d & more 1" in table


def test_a_measurement_without_pictures_says_why() -> None:
    reason = Reason("input.changed")
    assert f"No pictures: {sentence(reason)}" in measured_page(Measured(unseen=reason)).text


def test_what_was_found_about_each_element_stands_below_the_checks() -> None:
    table = ElementTable(
        ("element", "standing"), (("RSA-2048", "disallowed"), ("ML-KEM-768", "permitted")), 3
    )
    section = measured_page(Measured(elements=table))
    found = section.one("table", "elements").text
    for words in ("Element", "Standing", "RSA-2048", "disallowed", "ML-KEM-768", "permitted"):
        assert words in found
    assert "and 3 more" in section.text
