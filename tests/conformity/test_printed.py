"""The report on paper: everything to everybody, nothing lost, nothing read as markup, the same bytes each time."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import BooleanObject, Destination, DictionaryObject, StreamObject
from tests.conformity.cast import HOSTILE, LONG, MARKUP, left_out, nonconformity, record
from tests.conformity.house import MEASURED, assessed, from_facts, house

import standfirst
from standfirst.conformity.document import Assessed
from standfirst.conformity.measured import found_words, verdict_words
from standfirst.conformity.printed import content, pdf
from standfirst.paper import typesetting
from standfirst.paper.typesetting import Printed, Unprinted
from standfirst.pictures import drawing
from standfirst.pictures.measured import Measured
from standfirst.standards.evaluate import Answer
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.reason import Reason
from standfirst.words.render import hint, sentence, title

MEASUREMENT = next(fact.label for fact in house()[0] if fact.kind == "measurement")


@pytest.fixture(scope="module")
def whole() -> PdfReader:
    return reader(pdf(assessed(), measured={MEASUREMENT: MEASURED}))


def reader(printed: Printed) -> PdfReader:
    return PdfReader(BytesIO(printed.pdf))


def plain(text: str) -> str:
    """Words without breaks, isolates and places to break, as a reader sees them."""
    return " ".join(re.sub("[\u200b\u2066-\u2069]", "", text).split())


@lru_cache
def words(document: PdfReader) -> str:
    """All text."""
    return plain(" ".join(page.extract_text() for page in document.pages))


def squeezed(text: str) -> str:
    """Without spaces: a line that broke inside a word has one that nobody wrote."""
    return re.sub(r"\s", "", plain(text))


@lru_cache
def _squeezed_words(document: PdfReader) -> str:
    return squeezed(words(document))


def said(document: PdfReader, text: str) -> bool:
    return squeezed(text) in _squeezed_words(document)


# --- the file --------------------------------------------------------------------------------------------------------


def test_the_same_assessment_gives_the_same_bytes() -> None:
    first, again = (pdf(assessed(), measured={MEASUREMENT: MEASURED}) for _ in range(2))
    assert first == again
    assert not first.machine_fonts
    assert first.written_out == ()


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_bytes_depend_on_nothing_else(seed: str, tmp_path: Path) -> None:
    script = (
        "import hashlib; from standfirst.conformity.printed import pdf; from tests.conformity.house import assessed; "
        "print(hashlib.sha256(pdf(assessed()).pdf).hexdigest())"
    )
    here, sources = Path(__file__).parents[2], Path(standfirst.__file__).parents[1]
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": f"{sources}{os.pathsep}{here}",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
    }
    told = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert told.stdout.strip() == hashlib.sha256(pdf(assessed()).pdf).hexdigest()


def test_it_says_what_it_is(whole: PdfReader) -> None:
    about = whole.metadata
    assert about is not None
    assert about.title == "Nordlicht Quantum GmbH: Conformity report, 2026-06-15"
    assert "fictional" in (about.subject or "")
    assert about.creation_date is not None
    assert about.creation_date.date() == assessed().at == about.modification_date.date()  # type: ignore[union-attr]


def test_it_claims_to_last_and_to_be_read_aloud(whole: PdfReader) -> None:
    """PDF/A-2a and PDF/UA-1, which Typst checks while it writes."""
    root = whole.root_object
    assert cast("BooleanObject", cast("DictionaryObject", root["/MarkInfo"])["/Marked"]).value
    assert str(root["/Lang"]) == "en-GB"
    assert "/StructTreeRoot" in root
    stated = cast("StreamObject", root["/Metadata"]).get_data().decode()
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", stated, re.DOTALL)
    assert re.search(r"pdfuaid:part>1<", stated)


def test_it_embeds_the_fonts_that_it_uses(whole: PdfReader) -> None:
    used = {font["/BaseFont"].split("+")[-1] for page in whole.pages for font in _fonts(page)}
    assert used
    assert {name.split("-")[0] for name in used} <= {"LibertinusSerif", "DejaVuSansMono"}


def _fonts(page: object) -> Iterator[dict[str, str]]:
    for font in page["/Resources"].get("/Font", {}).values():  # type: ignore[index]
        yield font.get_object()


def test_it_has_bookmarks_for_everything(whole: PdfReader) -> None:
    names = [one.title for one in _bookmarks(whole.outline)]
    for section in (
        "Readiness by clause",
        "Requirements",
        "Applicability",
        "Measurements",
        "Records",
        "Fine print",
    ):
        assert section in names
    plain_names = {plain(name or "") for name in names}
    for group in edition().groups:
        assert f"{group.clause} {group.title}" in plain_names
    for asked in edition():
        assert f"{asked.id} {asked.title}" in plain_names


def _bookmarks(outline: Sequence[object]) -> Iterator[Destination]:
    for one in outline:
        if isinstance(one, list):
            yield from _bookmarks(one)
        elif isinstance(one, Destination):
            yield one


def test_links_lead_inside_and_nowhere_else(whole: PdfReader) -> None:
    links = [
        annotation.get_object()
        for page in whole.pages
        for annotation in page.get("/Annots", ())
        if annotation.get_object()["/Subtype"] == "/Link"
    ]
    assert len(links) > 200
    for link in links:
        assert link.get("/A", {"/S": "/GoTo"})["/S"] == "/GoTo"
        assert "/Contents" in link or "/StructParent" in link


def test_every_page_is_numbered_and_marked(whole: PdfReader) -> None:
    count = len(whole.pages)
    for place, page in enumerate(whole.pages, start=1):
        text = plain(page.extract_text())
        assert f"{place} / {count}" in text
        assert "First-party result" in text
        assert "Specimen: a fictional organisation" in text
        assert "Simulation: its time is simulated" in text
        assert "Nordlicht Quantum GmbH" in text
        assert edition().digest[:12] in text
        assert "ledger 412 a90f" in text


def test_a_real_organisation_in_real_time_has_no_such_marks() -> None:
    text = words(reader(pdf(assessed(fictional=False, simulation=False))))
    assert "Specimen" not in text
    assert "time is simulated" not in text
    assert "First-party result" in text


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_first_page_says_who_what_and_how_honest(whole: PdfReader) -> None:
    text = plain(whole.pages[0].extract_text())
    for told in (
        "Nordlicht Quantum GmbH",
        "Conformity report on 15 June 2026",
        "no ISO/IEC QT-QMS standard exists",
        "This is not a certificate, and nobody independent has checked it.",
        "2 edits are not recorded and do not count here.",
        edition().digest,
        assessed().ledger_head,
        *(title(status.value) for status in assessed().readiness().whole.counts),
    ):
        assert told in text


def test_every_requirement_appears_with_all_that_was_found(whole: PdfReader) -> None:
    for result in assessed().results:
        asked = result.requirement
        assert said(whole, f"{asked.id} {asked.title}")
        assert said(whole, asked.sentence), asked.id
        for criterion, answer in result.answers:
            assert said(whole, criterion.says), asked.id
            for reason in answer.reasons:
                assert reason.code == "record.counts" or said(whole, sentence(reason)), asked.id
        if result.left_out:
            assert said(whole, sentence(result.left_out))
        for other in asked.related:
            assert said(whole, f"{title(other.relation.value)} {other.document}")


def test_every_record_stands_in_the_register(whole: PdfReader) -> None:
    named = {
        label for result in assessed().results for _, answer in result.answers for label in answer.records
    }
    rows = {row["label"]: row for row in content(assessed())["records"]}
    assert named <= set(rows)
    assert all(said(whole, f"{label} {row['title']}") for label, row in rows.items())


def test_a_measurement_stands_with_its_checks_and_its_picture(whole: PdfReader) -> None:
    assert said(whole, MEASURED.figures[0].title)
    assert said(whole, "over 7 d & more")
    for row in MEASURED.checks:
        assert said(whole, row.check + verdict_words(row) + found_words(row) + row.limit)
    assert MEASURED.figures[0].description in _alternatives(whole)


def _alternatives(document: PdfReader) -> set[str]:
    """What the structure tree says in place of pictures."""
    things = (document.get_object(number) for number in range(1, cast("int", document.trailer["/Size"])))
    return {str(thing["/Alt"]) for thing in things if isinstance(thing, DictionaryObject) and "/Alt" in thing}


def test_the_fine_print_lets_anybody_repeat_it(whole: PdfReader) -> None:
    for digest in (
        edition().digest,
        assessment_method().digest,
        assessed().facts.digest,
        assessed().ledger_head,
    ):
        assert digest in words(whole)
    assert said(whole, "standfirst assess PACKAGE --at 2026-06-15 --profile all --out DIR")


def test_an_organisation_without_a_single_record_gets_a_whole_report() -> None:
    document = reader(pdf(from_facts(unrecorded=())))
    assert said(document, "No open record speaks against a requirement.")
    assert said(document, "No result rests on a record")
    assert all(said(document, asked.sentence) for asked in edition())


def test_of_many_records_a_criterion_names_a_few_and_the_register_all() -> None:
    risks = [
        record("risk", f"RSK-{n:04}", f"Risk {n}", state="treated", nature="threat", owner="ops", level=4)
        for n in range(200)
    ]
    document = reader(pdf(from_facts(*risks)))
    assert said(document, "and 194 more, see the register of records")
    assert all(said(document, f"{risk.label} {risk.title} risk, treated") for risk in risks)


# --- what may leave the house ----------------------------------------------------------------------------------------


def remedies_of(told: Assessed) -> set[str]:
    answers: list[Answer] = [answer for result in told.results for _, answer in result.answers]
    found = {sentence(remedy) for answer in answers for remedy in answer.remedies}
    return found | {hint(reason) for answer in answers for reason in answer.reasons if hint(reason)}


def test_without_remedies_no_remedy_is_left_anywhere() -> None:
    why = Reason("record.template", {"record": "DOC-0009", "fields": ("text",)})
    template = replace(record("document", "DOC-0009", "Unfinished", serves="4.1"), withheld=why)
    for told in (assessed(), from_facts(template, nonconformity())):
        remedies = remedies_of(told)
        assert remedies
        outside = reader(pdf(told, remedies=False))
        assert [remedy for remedy in sorted(remedies) if said(outside, remedy)] == []
        for words_of_ours in ("make it a yes", "next steps", "own organisation only"):
            assert words_of_ours not in words(outside)
        assert "--for-auditor" in words(outside)
        inside = reader(pdf(told))
        assert [remedy for remedy in sorted(remedies) if not said(inside, remedy)] == []


# --- hostile and odd text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [HOSTILE, MARKUP])
def test_hostile_words_stay_words(text: str) -> None:
    told = from_facts(
        nonconformity(text),
        left_out(text, text),
        record("document", "DOC-0001", text, serves="4.1", type=text, owner=text),
        organisation=text,
        ledger_head=text,
        unrecorded=(Reason("unrecorded.new", {"record": "", "file": text}),),
    )
    figure = replace(MEASURED.figures[0], title=text, description=text)
    document = reader(pdf(told, measured={"MEA-0001": Measured(MEASURED.checks, (figure,))}))
    seen = squeezed(words(document))
    shown = text.replace("\u202e", "[U+202E]").replace("\x1b", "[U+001B]")
    assert seen.count(squeezed(shown)) >= 6
    assert "root:" not in seen
    assert not set(words(document)) & {"\u202e", "\x1b"}


def test_no_word_is_too_long_for_a_line() -> None:
    told = assessed(
        organisation=LONG,
        ledger_head=LONG,
        organisation_id=LONG,
        unrecorded=(Reason("unrecorded.new", {"record": "", "file": LONG}),),
    )
    document = reader(pdf(told))
    assert said(document, LONG)
    for page in document.pages:
        furthest: list[float] = []
        page.extract_text(
            visitor_text=lambda text, _, tm, *__, to=furthest: to.append(tm[4]) if text.strip() else None
        )
        assert max(furthest) < float(page.mediabox.width)


def test_other_scripts_are_set_in_the_fonts_at_hand() -> None:
    printed = pdf(assessed(organisation="Ελληνική Κβαντική – Квант – מכון"))
    assert printed.written_out == ()
    assert "Ελληνική Κβαντική – Квант" in plain(reader(printed).pages[0].extract_text())


def test_a_character_that_no_font_has_is_written_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_lacking", _as_if_bare)
    printed = pdf(assessed(organisation="東京 Quantum"))
    assert printed.written_out == ("京", "東")
    first, *rest = (plain(page.extract_text()) for page in _ends(reader(printed)))
    assert "[U+6771][U+4EAC] Quantum" in first
    assert "2 characters are in no font at hand and written out by their code: U+4EAC, U+6771" in " ".join(
        rest
    )


def _ends(document: PdfReader) -> list[PageObject]:
    return [document.pages[0], document.pages[-2], document.pages[-1]]


def _as_if_bare(characters: frozenset[str], *, machine_fonts: bool) -> frozenset[str]:
    """A machine without any font of its own."""
    assert machine_fonts in (False, True)
    return characters & {"東", "京"}


def test_what_the_fonts_lack_is_found_out() -> None:
    lacking = typesetting._lacking(frozenset("äΩЖ✓東京語"), machine_fonts=False)
    assert lacking == frozenset("東京語")


def test_a_character_that_slips_through_is_refused_and_never_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_lacking", lambda *_, **__: frozenset())
    with pytest.raises(Unprinted, match="could not be displayed"):
        pdf(assessed(organisation="\U000f1234".encode().decode() + "東"))


def test_text_that_cannot_be_encoded_is_written_out() -> None:
    printed = pdf(assessed(organisation="Half a \ud83d pair"))
    assert "Half a [U+D83D] pair" in plain(reader(printed).pages[0].extract_text())


# --- what is missing -------------------------------------------------------------------------------------------------


def test_without_the_extra_there_is_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_MODULE", "a_module_that_is_not_there")
    assert not typesetting.is_available()
    with pytest.raises(Unprinted) as refused:
        pdf(assessed())
    assert refused.value.extra == "report"


def test_without_drawings_the_figures_stand_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_MODULE", "a_module_that_is_not_there")
    document = reader(pdf(assessed(), measured={MEASUREMENT: MEASURED}))
    assert said(document, "Not drawn: the extra report of Standfirst is not installed")
    assert said(document, "What it would show: Bar chart. Two values are young, one is old.")
    assert said(document, "over 7 d & more 1")


def test_a_measurement_without_pictures_says_why() -> None:
    reason = Reason("input.changed")
    document = reader(pdf(assessed(), measured={MEASUREMENT: Measured(unseen=reason)}))
    assert said(document, f"No pictures: {sentence(reason)}")
