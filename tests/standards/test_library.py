"""The shelf: what is wrong with a file set is told with file, line and field, and an altered one is refused."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from standfirst.standards import library
from standfirst.standards.library import CURRENT_EDITION, CURRENT_METHOD, assessment_method, edition
from standfirst.standards.problems import Problem, Unusable
from standfirst.words.render import sentence

CONTEXT = f"{CURRENT_EDITION}/04-context.yaml"
CRITERIA = f"{CURRENT_METHOD}/04-context.yaml"


CLAUSES = ("04-context", "05-leadership")


class Shelf:
    """A copy of the published files of two clauses, to be spoiled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, header in ((CURRENT_EDITION, "edition.yaml"), (CURRENT_METHOD, "method.yaml")):
            (folder / name).mkdir(parents=True)
            for file in (header, *(f"{clause}.yaml" for clause in CLAUSES)):
                shutil.copy(str(library.content() / name / file), folder / name / file)
            text = (folder / name / header).read_text("utf-8")
            listed = "clauses:\n" + "".join(f"  - {clause}\n" for clause in CLAUSES)
            (folder / name / header).write_text(re.sub(r"clauses:\n(?:  - .*\n)+", listed, text), "utf-8")

    def change(self, file: str, *changes: tuple[str, str]) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")

    def seal(self) -> None:
        (self.folder / library.SEALS).write_text(library.sealed_text(), "utf-8")

    def line(self, file: str, text: str) -> int:
        """Where a text first stands."""
        lines = (self.folder / file).read_text("utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    copy = Shelf(tmp_path / "content")
    monkeypatch.setattr(library, "content", lambda: copy.folder)
    copy.seal()
    forget()
    yield copy
    forget()


def forget() -> None:
    edition.cache_clear()
    assessment_method.cache_clear()


def problems(read: Callable[[], object]) -> list[Problem]:
    with pytest.raises(Unusable) as refused:
        read()
    assert all(sentence(problem.reason) for problem in refused.value.problems)
    return list(refused.value.problems)


def only(read: Callable[[], object]) -> tuple[str, int, str, str]:
    (problem,) = problems(read)
    return problem.file, problem.line, problem.field, problem.reason.code


# --- the seal --------------------------------------------------------------------------------------------------------


def test_the_published_sets_are_as_published() -> None:
    assert edition().digest == library.set_digest(CURRENT_EDITION)
    assert assessment_method().digest == library.set_digest(CURRENT_METHOD)
    sealed = (library.content() / library.SEALS).read_text("utf-8")
    assert sorted(library.sealed_text().splitlines()) == sorted(sealed.splitlines())


@pytest.mark.parametrize(
    ("file", "read"), [(CONTEXT, edition), (CRITERIA, assessment_method)], ids=["edition", "method"]
)
def test_an_altered_file_is_refused(shelf: Shelf, file: str, read: Callable[[], object]) -> None:
    published = library.set_digest(file.rpartition("/")[0])
    shelf.change(file, ('clause: "4"', 'clause: "4" '))
    (problem,) = problems(read)
    assert problem.reason.code == "edition.not-as-published"
    assert problem.reason.parameters["expected"] == published


def test_a_file_more_or_less_is_refused(shelf: Shelf) -> None:
    (shelf.folder / CURRENT_EDITION / "04-context copy.yaml").write_text("", "utf-8")
    assert only(edition)[3] == "edition.not-as-published"


def test_a_set_without_a_seal_is_refused(shelf: Shelf) -> None:
    (shelf.folder / library.SEALS).write_text("seals: {}\n", "utf-8")
    assert only(edition)[3] == "edition.not-as-published"


def test_an_edition_that_is_not_there_is_refused() -> None:
    assert only(lambda: edition("qt-qms/1999.1"))[3] == "edition.unknown"


# --- faults in sealed files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "at", "field", "code"),
    [
        (("    title: Org", "    titel: Org"), "titel:", "requirements[0].titel", "field.extra-forbidden"),
        (("    title: Org", "    titel: Org"), '- id: "4.1"', "requirements[0].title", "field.missing"),
        (("stages: [", "stages: [retirement, "), "retirement", "requirements[0].stages[0]", "field.enum"),
        (("principles: [", "principles: [P11, "), "P11", "requirements[0].principles[0]", "field.string-pattern-mismatch"),
        (("from_tier: 0", "from_tier: 4"), "from_tier: 4", "requirements[0].from_tier", "field.less-than-equal"),
        (("relation: ", "relation: satisfies # "), "satisfies", "requirements[0].related[0].relation", "field.enum"),
        (("    title: Org", "    title: &a Org"), "&a", "", "yaml.alias"),
        (("    title: Org", "    title: {Org"), "sentence:", "", "yaml.syntax"),
        (("    title: Org", "    id: x\n    title: Org"), "id: x", "", "yaml.duplicate-key"),
    ],
)  # fmt: skip
def test_a_fault_in_an_edition_is_told_with_file_line_and_field(
    shelf: Shelf, change: tuple[str, str], at: str, field: str, code: str
) -> None:
    shelf.change(CONTEXT, change)
    shelf.seal()
    found = [(p.file, p.line, p.field, p.reason.code) for p in problems(edition)]
    assert (CONTEXT, shelf.line(CONTEXT, at), field, code) in found


def test_a_sentence_without_shall_is_told(shelf: Shelf) -> None:
    text = (shelf.folder / CONTEXT).read_text("utf-8")
    (shelf.folder / CONTEXT).write_text(text.replace(" shall ", " should "), "utf-8")
    shelf.seal()
    found = problems(edition)
    assert [p.field for p in found] == [f"requirements[{number}].sentence" for number in range(6)]


FIRST = "requirements[0].criteria[0]"
CASES = "requirements[0].cases"


@pytest.mark.parametrize(
    ("change", "at", "field", "code"),
    [
        (("        says:", "        sayz:"), "sayz:", f"{FIRST}.sayz", "field.extra-forbidden"),
        (("        record:", "        judgement: So\n        record:"), "      - id:", FIRST, "field.value-error"),
        (("states: [approved]", "states: []"), "states: []", f"{FIRST}.record.states", "field.too-short"),
        (("states: [approved]", "states: yes"), "states: yes", f"{FIRST}.record.states", "field.tuple-type"),
        (("max_age_days: ", "max_age_days: -"), "max_age_days: -", f"{FIRST}.record.max_age_days", "field.greater-than-equal"),
        (("present: true", "present: true, is: a"), "is: a", f"{FIRST}.record.where[1]", "field.value-error"),
        (("present: true", "present: null"), "present: null", f"{FIRST}.record.where[1]", "field.value-error"),
        (("present: true", "is: null"), "is: null", f"{FIRST}.record.where[1]", "field.value-error"),
        (("expect: ", "expect: certified # "), "certified", f"{CASES}.meets.expect", "field.enum"),
        (("change: {fact: ", "change: {fact: nobody-"), "    cases:", CASES, "field.value-error"),
    ],
)  # fmt: skip
def test_a_fault_in_a_method_is_told_with_file_line_and_field(
    shelf: Shelf, change: tuple[str, str], at: str, field: str, code: str
) -> None:
    shelf.change(CRITERIA, change)
    shelf.seal()
    found = [(p.file, p.line, p.field, p.reason.code) for p in problems(assessment_method)]
    assert (CRITERIA, shelf.line(CRITERIA, at), field, code) in found


def test_all_faults_of_all_files_are_told_at_once(shelf: Shelf) -> None:
    shelf.change(CONTEXT, ("intent:", "intend:"))
    shelf.change(f"{CURRENT_EDITION}/05-leadership.yaml", ("guidance:", "guide:"))
    shelf.seal()
    assert {p.file for p in problems(edition)} == {CONTEXT, f"{CURRENT_EDITION}/05-leadership.yaml"}


def test_a_clause_without_its_file_is_told(shelf: Shelf) -> None:
    (shelf.folder / CONTEXT).unlink()
    shelf.seal()
    assert only(edition) == (f"{CURRENT_EDITION}/edition.yaml", 0, "04-context.yaml", "edition.missing-file")


def test_a_set_without_its_header_is_told(shelf: Shelf) -> None:
    (shelf.folder / CURRENT_METHOD / "method.yaml").unlink()
    shelf.seal()
    assert only(assessment_method) == (CURRENT_METHOD, 0, "method.yaml", "edition.missing-file")


# --- one requirement, one place --------------------------------------------------------------------------------------


def test_an_id_that_stands_twice_in_an_edition_is_told(shelf: Shelf) -> None:
    shelf.change(CONTEXT, ('id: "4.2"', 'id: "4.1"'))
    shelf.seal()
    assert only(edition) == (CURRENT_EDITION, 0, "4.1", "edition.duplicate-id")


def test_an_id_that_stands_twice_in_a_method_is_told(shelf: Shelf) -> None:
    shelf.change(CRITERIA, ('id: "4.2"', 'id: "4.1"'))
    shelf.seal()
    assert only(assessment_method) == (CURRENT_METHOD, 0, "4.1", "edition.duplicate-id")


def test_two_criteria_of_a_requirement_have_two_names(shelf: Shelf) -> None:
    one, other = (c.id for c in assessment_method().by_id["4.1"].criteria[:2])
    forget()
    shelf.change(CRITERIA, (f"- id: {other}", f"- id: {one}"))
    shelf.seal()
    assert only(assessment_method) == (CRITERIA, 3, "requirements[0]", "field.value-error")


def test_a_requirement_without_criteria_is_told(shelf: Shelf) -> None:
    shelf.change(CONTEXT, ('id: "4.6"', 'id: "4.7"'))
    shelf.seal()
    found = {(p.field, p.reason.code) for p in problems(assessment_method)}
    assert found == {("4.7", "method.requirement-without-criteria")}


def test_a_method_for_an_unknown_requirement_is_told(shelf: Shelf) -> None:
    shelf.change(CRITERIA, ('id: "4.6"', 'id: "4.7"'))
    shelf.seal()
    found = {(p.field, p.reason.code) for p in problems(assessment_method)}
    assert ("4.6", "method.requirement-without-criteria") in found
    text = (shelf.folder / CRITERIA).read_text("utf-8")
    start = text.index('  - id: "4.1"')
    end = text.index('  - id: "4.2"')
    (shelf.folder / CRITERIA).write_text(text + text[start:end].replace('"4.1"', '"4.8"'), "utf-8")
    shelf.change(CRITERIA, ('id: "4.7"', 'id: "4.6"'))
    shelf.seal()
    assert only(assessment_method) == (CURRENT_METHOD, 0, "4.8", "method.unknown-requirement")
