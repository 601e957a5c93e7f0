"""A list as a file: CSV (RFC 4180), XLSX or JSON. Written row by row, so that it is complete at any size and never stands in memory.

What a file holds depends on nobody's language: fields by their names, values as they are kept. A text that a spreadsheet would
take for a formula gets an apostrophe before it; the JSON has it as it is.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import IllegalCharacterError

from standfirst.records.kind import Kind
from standfirst.records.record import Content as RecordContent
from standfirst.server.access import Place
from standfirst.server.lists.querying import Found, Row
from standfirst.server.reading import body_of
from standfirst.server.store.models import Content, Current

AT_ONCE: Final = 500
CELL: Final = 32_767
"""Characters that a cell of a spreadsheet takes; a longer text ends there, and says so."""

CUT: Final = " [cut]"

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet begins a formula with."""

HEAD: Final = ("number", "title", "state", "version", "recorded_at")


def as_csv(place: Place, kind: Kind, found: Found) -> IO[bytes]:
    """With CRLF, every field quoted where it needs to be, and a mark by which spreadsheets know that it is UTF-8."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write("\ufeff")
    lines = csv.writer(text, lineterminator="\r\n")
    fields = columns(kind)
    lines.writerow((*HEAD, *fields, "serves", "links"))
    for row, content, links in _contents(place, found):
        lines.writerow([harmless(cell) for cell in cells(place, row, fields, content, links)])
    text.detach()
    file.seek(0)
    return file


def as_xlsx(place: Place, kind: Kind, found: Found) -> IO[bytes]:
    """One sheet, whose first row stays in sight. Everything is a text but whole numbers: no day is guessed at."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.name[:31])
    sheet.freeze_panes = "B2"
    fields = columns(kind)
    head = []
    for name in (*HEAD, *fields, "serves", "links"):
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row, content, links in _contents(place, found):
        sheet.append([_written(sheet, cell) for cell in cells(place, row, fields, content, links)])
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def as_json(place: Place, kind: Kind, found: Found) -> IO[bytes]:
    """An array of records, each with its body as it is kept and its links by number."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    file.write(b"[")
    between = b"\n"
    for row, content, links in _contents(place, found):
        told = {
            "number": row.number,
            "id": row.record,
            "kind": kind.name,
            "version": row.version,
            "state": row.state,
            "recorded_at": _instant(row.recorded_at),
            "body": body_of(place, content),
            "serves": list(content.serves),
            "links": links,
        }
        file.write(between + json.dumps(told, ensure_ascii=False, sort_keys=True).encode())
        between = b",\n"
    file.write(b"\n]\n")
    file.seek(0)
    return file


WRITERS: Final[Mapping[str, tuple[str, Callable[[Place, Kind, Found], IO[bytes]]]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "json": ("application/json", as_json),
}


# --- rows ------------------------------------------------------------------------------------------------------------


def columns(kind: Kind) -> Sequence[str]:
    """All fields of the body but the title, in the order of its model; then what is derived from it and has no name there."""
    own = [name for name in kind.body.model_fields if name != kind.titled_by]
    return [*own, *(name for name in kind.derived if name not in own)]


def cells(
    place: Place, row: Row, fields: Sequence[str], content: RecordContent, links: Mapping[str, Sequence[str]]
) -> list[str | int]:
    body = body_of(place, content)
    kind = place.store.kinds[content.kind]
    told = [body[name] if name in body else _derived(kind, body, name) for name in fields]
    joined = "; ".join(f"{relation}: {number}" for relation, those in links.items() for number in those)
    title = str(body.get(kind.titled_by, ""))
    return [
        row.number,
        title,
        row.state,
        row.version,
        _instant(row.recorded_at),
        *(_cell(value) for value in told),
        "; ".join(content.serves),
        joined,
    ]


def _derived(kind: Kind, body: Mapping[str, Any], name: str) -> Any:
    return kind.derived[name](body) if name in kind.derived and name not in kind.body.model_fields else None


def _cell(value: Any) -> str | int:
    """Several texts in one cell, divided by semicolons; fields within fields as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) and ";" not in one for one in value):
        return "; ".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


def harmless(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _written(sheet: Any, value: str | int) -> Any:
    """A text is never a formula, whatever it begins with; characters that XML cannot hold are shown as such."""
    if not isinstance(value, str):
        return value if abs(value) < 10**15 else str(value)
    text = harmless(value)
    text = text if len(str(text)) <= CELL else str(text)[: CELL - len(CUT)] + CUT
    try:
        cell = WriteOnlyCell(sheet, value=text)
    except IllegalCharacterError:
        plain = "".join(one if one in "\n\t" or one >= " " else "\ufffd" for one in str(text))
        cell = WriteOnlyCell(sheet, value=plain)
    cell.data_type = "s"
    return cell


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _contents(place: Place, found: Found) -> Iterator[tuple[Row, RecordContent, Mapping[str, Sequence[str]]]]:
    """Each record with what it says, and where its links lead by number."""
    for rows in found.rows(at_once=AT_ONCE):
        own = Content.objects.filter(
            organisation=place.organisation, sequence__in=[row.sequence for row in rows]
        )
        said = {
            sequence: RecordContent.from_bytes(bytes(data))
            for sequence, data in own.values_list("sequence", "data")
            if data is not None
        }
        targets = {target for one in said.values() for those in one.links.values() for target in those}
        named = (
            Current.objects.filter(organisation=place.organisation, record__in=targets) if targets else None
        )
        numbers = dict(named.values_list("record", "number")) if named is not None else {}
        for row in rows:
            if (content := said.get(row.sequence)) is not None:
                links = {
                    relation: [numbers.get(target, target) for target in those]
                    for relation, those in content.links.items()
                }
                yield row, content, links
