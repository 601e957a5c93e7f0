"""The report as a spreadsheet: every requirement, criterion and record in rows, for whoever sorts and counts on.

Text is text: a record whose title begins with an equals sign is no formula. Nothing is left out: where a sheet is full, the
next one goes on.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from standfirst import __version__
from standfirst.conformity import telling
from standfirst.conformity.applicability import statement
from standfirst.conformity.document import Assessed
from standfirst.standards.method import Status
from standfirst.words import render
from standfirst.words.language import ENGLISH, speaking
from standfirst.words.visible import visible

ROWS: Final = 1_000_000
"""Of one sheet; the format ends a little later."""

LONGEST: Final = 32_000
"""Characters of a cell; the format ends a little later. Lists of records are rows of their own and are never cut."""

_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")

Value = str | int | date | None
Column = tuple[str, int]


@speaking(ENGLISH)
def xlsx(assessed: Assessed, *, remedies: bool = True) -> bytes:
    """Six sheets. Without ``remedies`` it says nowhere what would make a no a yes."""
    book = Workbook(write_only=True)
    _sheet(book, "About", (("", 26), ("", 100)), _about(assessed))
    _sheet(book, "Requirements", _REQUIREMENTS, _requirements(assessed))
    columns = _CRITERIA if remedies else _CRITERIA[:-1]
    _sheet(book, "Criteria", columns, (row[: len(columns)] for row in _criteria(assessed)))
    _sheet(book, "Evidence", _EVIDENCE, _evidence(assessed))
    _sheet(book, "Records", _RECORDS, _records(assessed))
    _sheet(book, "Applicability", _APPLICABILITY, _applicability(assessed))
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _sheet(book: Workbook, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
    sheet, count, number = _begun(book, name, columns), 0, 1
    for row in rows:
        if count == ROWS:
            count, number = 0, number + 1
            sheet = _begun(book, f"{name} {number}", columns)
        sheet.append([_cell(sheet, value) for value in row])
        count += 1


def _begun(book: Workbook, name: str, columns: Sequence[Column]) -> Any:
    sheet = book.create_sheet(name)
    for index, (_, width) in enumerate(columns):
        sheet.column_dimensions["ABCDEFGHIJ"[index]].width = width
    if any(head for head, _ in columns):
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, head, bold=True) for head, _ in columns])
    return sheet


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    told = visible(value)[:LONGEST] if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet)
    cell.value = told  # days too, of which the library's own types do not know
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = _WRAPPED
    if bold:
        cell.font = _BOLD
    return cell


# --- the sheets -------------------------------------------------------------------------------------------------------


def _about(assessed: Assessed) -> Iterator[Sequence[Value]]:
    header, whole = assessed.edition.header, assessed.readiness().whole
    yield "Organisation", assessed.organisation
    for mark in telling.marks(assessed):
        yield "", mark
    yield "Evidence as of", assessed.at
    yield "Edition", f"{header.title} ({assessed.edition.name}, {assessed.edition.digest})"
    yield "", header.status
    yield "Assessment method", f"{assessed.method.name}, {assessed.method.digest}"
    yield "Profile", assessed.profile.title
    yield "Ledger", assessed.ledger_head
    yield "Facts", f"{len(assessed.facts.all)} records, {assessed.facts.digest}"
    yield "Result", render.sentence(telling.verdict(whole))
    for status in telling.ORDER:
        yield telling.capital(render.status(status.value)), whole.counts[status]
    yield "Made by", f"Standfirst {__version__}"


_REQUIREMENTS: Final = (
    ("Clause", 28),
    ("Requirement", 12),
    ("Title", 42),
    ("Status", 16),
    ("Criteria met", 12),
    ("Criteria", 10),
    ("Oldest evidence", 15),
    ("Holds until", 13),
    ("Speaks against it", 50),
)


def _requirements(assessed: Assessed) -> Iterator[Sequence[Value]]:
    for group in telling.groups(assessed):
        for result in group.results:
            met = sum(answer.outcome.value == "met" for _, answer in result.answers)
            against = [*result.adverse, *([result.left_out] if result.left_out else [])]
            yield (
                f"{group.clause} {group.title}",
                result.requirement.id,
                result.requirement.title,
                render.status(result.status.value),
                met if result.status is not Status.NOT_APPLICABLE else None,
                len(result.answers) or None,
                result.oldest,
                result.until,
                _sentences(against),
            )


_CRITERIA: Final = (
    ("Requirement", 12),
    ("Criterion", 24),
    ("Asks", 60),
    ("Outcome", 15),
    ("Why", 70),
    ("Records", 10),
    ("Holds until", 13),
    ("What would make it a yes", 70),
)


def _criteria(assessed: Assessed) -> Iterator[Sequence[Value]]:
    for result in assessed.results:
        for criterion, answer in result.answers:
            yield (
                result.requirement.id,
                criterion.id,
                criterion.says,
                render.title(answer.outcome.value),
                _sentences(answer.reasons),
                len(answer.records) or None,
                answer.until,
                _sentences(answer.remedies),
            )


_EVIDENCE: Final = (
    ("Requirement", 12),
    ("Criterion", 24),
    ("Outcome", 15),
    ("Record", 12),
    ("Title", 50),
    ("Kind", 22),
    ("State", 16),
    ("Version", 9),
    ("Dated", 13),
    ("Commitment", 66),
)


def _evidence(assessed: Assessed) -> Iterator[Sequence[Value]]:
    """Every record that an answer rests on or names, one a row."""
    facts = {fact.label: fact for fact in assessed.facts.all}
    for result in assessed.results:
        for criterion, answer in result.answers:
            for label in answer.records:
                fact, about = facts.get(label), assessed.records.get(label, {})
                yield (
                    result.requirement.id,
                    criterion.id,
                    render.title(answer.outcome.value),
                    label,
                    fact.title if fact else about.get("title", ""),
                    render.kind(fact.kind).one if fact else "",
                    render.state(fact.state) if fact else "",
                    about.get("version", ""),
                    fact.dated.date() if fact else None,
                    about.get("commitment", ""),
                )


_RECORDS: Final = (
    ("Record", 12),
    ("Title", 60),
    ("Kind", 22),
    ("State", 16),
    ("Version", 9),
    ("Dated", 13),
    ("Serves", 40),
    ("Commitment", 66),
)


def _records(assessed: Assessed) -> Iterator[Sequence[Value]]:
    """Every record there is, whether it counts for anything or not."""
    for fact in assessed.facts.all:
        about = assessed.records.get(fact.label, {})
        yield (
            fact.label,
            fact.title,
            render.kind(fact.kind).one,
            render.state(fact.state),
            about.get("version", ""),
            fact.dated.date(),
            ", ".join(sorted(fact.serves)),
            about.get("commitment", ""),
        )


_APPLICABILITY: Final = (("Requirement", 12), ("Title", 42), ("Applies", 10), ("Why", 90), ("Status", 16))


def _applicability(assessed: Assessed) -> Iterator[Sequence[Value]]:
    for item in statement(assessed.edition, assessed.results):
        applies = "yes" if item.applies else "no"
        yield (
            item.requirement,
            item.title,
            applies,
            render.sentence(item.reason),
            render.status(item.status.value),
        )


def _sentences(reasons: Iterable[Any]) -> str:
    return " ".join(render.sentence(reason) for reason in reasons)
