"""From the bytes of a spreadsheet to its cells. Nothing in it is trusted: it is bounded before it is unpacked and while it is read.

CSV in the usual encodings and with the usual separators, and XLSX. What was recognised is told, never taken for granted.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import zip_longest
from math import isfinite
from typing import Any, Final, TypeAlias

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from standfirst.records.change import Refused
from standfirst.standards.reason import Parameter, Reason

LARGEST: Final = 5 * 2**20
"""Bytes of a file."""

UNPACKED: Final = 64 * 2**20
"""Bytes that an XLSX may hold in all."""

RATIO: Final = 200
"""How many times its packed size a part may have. Spreadsheets stay below 50."""

MEMBERS: Final = 500
TEXTS: Final = 120_000
"""Different texts in the cells of an XLSX."""

ELEMENTS: Final = 40_000
"""Elements in each part besides the sheets and their texts, such as its styles: spreadsheets have some thousands."""

ROWS: Final = 5_000
COLUMNS: Final = 200
CELL: Final = 32_767
"""Characters of a cell, as many as spreadsheets take."""

LAST: Final = 1_048_576
"""The last row that a spreadsheet has."""

_LAST_COLUMN: Final = 16_384

PLACES: Final = 8_000_000
"""Cells that rows may stretch over in all, those in which nothing stands counted: one that is formatted in column XFD makes its
row 16,384 wide.
"""

_HEAD: Final = 100_000
"""Characters of the first row that show the separator; the reader of CSV takes no longer field than 131072."""

FORMULA: Final = "formula"
BROKEN: Final = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"}
)

ENCODINGS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
SEPARATORS: Final = (",", ";", "\t")

Cell: TypeAlias = str | int | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Unvalued:
    """A cell in which a formula stands, but not what it came to; or an error that it came to."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` as the spreadsheet counts its rows."""

    number: int
    cells: Sequence[Cell | Unvalued]


@dataclass(frozen=True, slots=True)
class Table:
    """``form``: csv or xlsx. ``encoding`` and ``separator`` of a CSV; ``sheet``: which one of an XLSX, of ``sheets``."""

    form: str
    columns: Sequence[str]
    lines: Sequence[Line]
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: int = 1


def table(data: bytes) -> Table:
    """Raises Refused for what is none, and for what is more than anybody brings in at once."""
    if len(data) > LARGEST:
        raise _refused("too-large", limit=LARGEST)
    if data.startswith(b"PK"):
        return _xlsx(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused("old-excel")
    return _csv(data)


def _refused(code: str, /, **parameters: Parameter) -> Refused:
    return Refused(Reason(f"sheet.{code}", parameters))


# --- CSV -------------------------------------------------------------------------------------------------------------


def _csv(data: bytes) -> Table:
    text, encoding = _decoded(data)
    if "\x00" in text:
        raise _refused("not-text")
    separator = _separator(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns, lines = _laid((rows.line_num, row) for row in rows)
    except csv.Error as error:
        raise _refused("broken-csv", line=rows.line_num, detail=str(error)) from None
    return Table("csv", columns, lines, encoding=encoding, separator=separator)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec, called in ENCODINGS:
        if data.startswith(mark):
            try:
                return data.decode(codec), called
            except UnicodeError:
                raise _refused("not-text") from None
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeError:
        pass
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeError:
        raise _refused("not-text") from None


def _separator(text: str) -> str:
    """The one that gives the first row the most cells."""
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0][:_HEAD]
    counts = {one: len(next(csv.reader([first], delimiter=one), [])) for one in SEPARATORS}
    return max(SEPARATORS, key=lambda one: counts[one])


# --- XLSX ------------------------------------------------------------------------------------------------------------


def _xlsx(data: bytes) -> Table:
    formulas = _look_inside(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = _first(book)
        columns, lines = _laid(_with_formulas(data, _rows(sheet)) if formulas else _rows(sheet))
        return Table("xlsx", columns, lines, sheet=sheet.title, sheets=len(book.sheetnames))
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - a library stumbles over a stranger's file in any way it likes
        raise _refused("broken-xlsx", detail=type(error).__name__) from None


def _look_inside(data: bytes) -> bool:
    """Refuses what would unpack to more than is brought in. Returns whether formulas stand in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MEMBERS or sum(part.file_size for part in parts) > UNPACKED:
                raise _refused("unpacks-too-large", limit=UNPACKED)
            if any(part.file_size > RATIO * max(part.compress_size, 512) for part in parts):
                raise _refused("unpacks-too-large", limit=UNPACKED)
            if "xl/workbook.xml" not in packed.namelist():
                raise _refused("no-table")
            told = [_looked_into(part.filename, packed.read(part)) for part in parts]  # each is looked at
            return any(told)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise _refused("broken-xlsx", detail=type(error).__name__) from None


def _looked_into(name: str, part: bytes) -> bool:
    """Whether formulas stand in a part. Refuses what is small and takes long: the library reads all texts and styles before the
    first row.
    """
    if name.startswith("xl/worksheets/"):
        return b"<f" in part.replace(b"<fo", b"")
    if name.endswith((".xml", ".rels")):
        many = part.count(b"<si") > TEXTS if name == "xl/sharedStrings.xml" else part.count(b"<") > ELEMENTS
        if many:
            raise _refused("unpacks-too-large", limit=UNPACKED)
    return False


def _first(book: Any) -> Any:
    """The first sheet that is shown and has cells; a picture alone is none."""
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # what it says of its own size is not believed
            return sheet
    raise _refused("no-table")


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Those in which something stands, wherever: what lies far off is read or refused, and never left out in silence."""
    places = 0
    for number, row in enumerate(sheet.iter_rows(max_row=LAST, values_only=True), 1):
        if not row:
            continue
        places += len(row)
        if places > PLACES:
            raise _refused("too-wide", cell=_named_cell(len(row), number))
        end = len(row)
        while end and row[end - 1] is None:
            end -= 1
        yield number, row[:end]


def _with_formulas(
    data: bytes, values: Iterator[tuple[int, Sequence[Any]]]
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Marks the cells of formulas that nobody has reckoned out: the program that wrote the file left no value."""
    formulas = _rows(_first(load_workbook(io.BytesIO(data), read_only=True, data_only=False)))
    for (number, row), (_number, written) in zip(values, formulas, strict=False):
        yield (
            number,
            [
                Unvalued(FORMULA) if value is None and str(formula).startswith("=") else value
                for value, formula in zip_longest(row, written)
            ],
        )


# --- both ------------------------------------------------------------------------------------------------------------


def _laid(rows: Iterator[tuple[int, Sequence[Any]]]) -> tuple[Sequence[str], Sequence[Line]]:
    """The first row that says something names the columns; rows in which nothing stands are passed over."""
    columns: list[str] = []
    lines: list[Line] = []
    for number, row in rows:
        cells = [_cell(value, number, place) for place, value in enumerate(row)]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        if len(cells) > COLUMNS:
            raise _refused("too-many-columns", limit=COLUMNS, cell=_named_cell(len(cells), number))
        if not columns:
            columns = [_named(cell) for cell in cells]
            continue
        if len(lines) >= ROWS:
            raise _refused("too-many-rows", limit=ROWS)
        lines.append(Line(number, cells))
    if not columns:
        raise _refused("empty")
    width = max(len(columns), max((len(line.cells) for line in lines), default=0))
    named = [*columns, *[""] * (width - len(columns))]
    return [name or get_column_letter(place) for place, name in enumerate(named, 1)], lines


def _named_cell(column: int, row: int) -> str:
    """As a spreadsheet names it; what lies beyond its last column by that one."""
    return f"{get_column_letter(min(column, _LAST_COLUMN))}{row}"


def _named(cell: Cell | Unvalued) -> str:
    return "" if cell is None or isinstance(cell, Unvalued) else " ".join(str(cell).split())[:200]


def _cell(value: Any, row: int, place: int) -> Cell | Unvalued:
    if isinstance(value, Unvalued):
        return value
    if isinstance(value, str):
        if len(value) > CELL:
            raise _refused("huge-cell", row=row, column=get_column_letter(place + 1), limit=CELL)
        text = value.strip()
        return Unvalued(text) if text in BROKEN else text or None
    if isinstance(value, float):
        return Decimal(repr(value)) if isfinite(value) else Unvalued(str(value))
    if isinstance(value, datetime) and value.time() == time(0) and value.tzinfo is None:
        return value.date()
    if value is None or isinstance(value, bool | int | date | datetime):
        return value
    return str(value)
