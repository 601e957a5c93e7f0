"""Spreadsheets as bytes: what is recognised, and everything hostile that a stranger could bring."""

import io
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from standfirst.records.change import Refused
from standfirst.server.importing.tables import CELL, COLUMNS, FORMULA, LARGEST, ROWS, Unvalued, table
from standfirst.words.render import sentence


def xlsx(*rows: list[object], sheets: int = 1) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for number in range(sheets - 1):
        book.create_sheet(f"Other {number}")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def packed(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return made.getvalue()


def remade(data: bytes, **parts: bytes) -> bytes:
    """An XLSX with some of its parts replaced."""
    made = io.BytesIO()
    named = {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, named.pop(part.filename, old.read(part)))
        for name, text in named.items():
            new.writestr(name, text)
    return made.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as told:
        table(data)
    return told.value.reason.code


HALF_PAST_NINE = datetime(2026, 1, 5, 9, 30)  # noqa: DTZ001 - a spreadsheet's time has no zone

SHEET = (
    b'<?xml version="1.0"?>%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData>%s</sheetData></worksheet>"
)


# --- what is recognised ---


@pytest.mark.parametrize(
    ("data", "encoding", "separator"),
    [
        ("Title,Owner\nLäser,ada\n".encode(), "UTF-8", ","),
        ("﻿Title;Owner\r\nLäser;ada\r\n".encode(), "UTF-8", ";"),
        ("Title\tOwner\nLäser\tada".encode("utf-16"), "UTF-16", "\t"),
        ("Title;Owner\nLäser;ada\n".encode("cp1252"), "Windows-1252", ";"),
        ("Title;Owner\rLäser;ada\r".encode(), "UTF-8", ";"),  # as Excel writes for the Macintosh
    ],
)
def test_csv_in_the_usual_forms(data: bytes, encoding: str, separator: str) -> None:
    read = table(data)
    assert (read.encoding, read.separator) == (encoding, separator)
    assert list(read.columns) == ["Title", "Owner"]
    assert [list(line.cells) for line in read.lines] == [["Läser", "ada"]]


def test_rows_keep_the_numbers_that_the_spreadsheet_gives_them() -> None:
    read = table(b'\n\nTitle,Hazard\n\nA,"two\nlines"\n,\nB,x\n')
    assert [(line.number, line.cells[0]) for line in read.lines] == [(6, "A"), (8, "B")]
    assert read.lines[0].cells[1] == "two\nlines"
    book = table(xlsx(["Title"], ["A"], [None], ["B"]))
    assert [line.number for line in book.lines] == [2, 4]


def test_cells_of_an_excel_file_keep_their_sort() -> None:
    row = ["text", 5, 0.1, True, date(2026, 1, 5), HALF_PAST_NINE, None, " "]
    read = table(xlsx(["a", "b", "c", "d", "e", "f", "g", "h"], row, sheets=3))
    assert list(read.lines[0].cells) == [
        "text",
        5,
        Decimal("0.1"),
        True,
        date(2026, 1, 5),
        HALF_PAST_NINE,
    ]
    assert (read.form, read.sheets) == ("xlsx", 3)


def test_columns_without_a_name_are_called_by_their_letter() -> None:
    assert list(table(b"Title,,Owner\nA,b,c,d\n").columns) == ["Title", "B", "Owner", "D"]


def test_a_formula_is_its_value_and_one_without_a_value_is_told() -> None:
    read = table(xlsx(["Title", "Sum"], ["A", "=1+1"]))
    assert read.lines[0].cells[1] == Unvalued(FORMULA)
    cells = (
        b'<row r="1"><c r="A1" t="str"><v>Sum</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    )
    whole = remade(xlsx(["x"]), xl__worksheets__sheet1_xml=SHEET % (b"", cells))
    assert table(whole).lines[0].cells[0] == 2


def test_an_error_of_the_spreadsheet_is_no_text() -> None:
    assert table(xlsx(["Title"], ["#REF!"])).lines[0].cells[0] == Unvalued("#REF!")


# --- what is refused ---


def test_what_is_no_table() -> None:
    assert refused(b"") == "sheet.empty"
    assert refused(b"\n\n ; ; \n") == "sheet.empty"
    assert refused(b"Title\nA\x00B\n") == "sheet.not-text"
    assert refused(b"\x81\x8d\x8f") == "sheet.not-text"
    assert refused(b"\xd0\xcf\x11\xe0old") == "sheet.old-excel"
    assert refused(b"PK\x03\x04nothing") == "sheet.broken-xlsx"
    assert refused(packed(word__document_xml=b"<x/>")) == "sheet.no-table"
    assert refused(b'Title\n"never closed\n') == "sheet.broken-csv"
    assert refused(b"Title\n" + b"x" * 140_000) in {"sheet.huge-cell", "sheet.broken-csv"}


def test_what_is_too_much() -> None:
    assert refused(b"a" * (LARGEST + 1)) == "sheet.too-large"
    assert refused(b"a," * 1_000_000 + b"\n") == "sheet.too-many-columns"
    assert refused(",".join(["a"] * (COLUMNS + 1)).encode()) == "sheet.too-many-columns"
    assert refused(b"a\n" + b"x\n" * (ROWS + 1)) == "sheet.too-many-rows"
    assert refused(b"a\n" + b"x" * (CELL + 1)) == "sheet.huge-cell"
    assert refused(xlsx(["a"] * (COLUMNS + 1))) == "sheet.too-many-columns"
    assert len(table(b"a\n" + b"x\n" * ROWS).lines) == ROWS


def test_a_bomb_is_not_unpacked() -> None:
    book = xlsx(["Title"], ["A"])
    assert refused(remade(book, xl__media__bomb_xml=b"\x00" * 80 * 2**20)) == "sheet.unpacks-too-large"
    assert refused(remade(book, xl__sharedStrings_xml=b" " * 30 * 2**20)) == "sheet.unpacks-too-large"
    many = {f"xl__media__{number}_xml": b"x" for number in range(600)}
    assert refused(remade(book, **many)) == "sheet.unpacks-too-large"


@pytest.mark.parametrize(
    ("part", "begins", "one", "ends"),
    [
        ("xl/styles.xml", b"<styleSheet><cellXfs>", b"<xf/>", b"</cellXfs></styleSheet>"),
        ("xl/sharedStrings.xml", b"<sst>", b"<si/>", b"</sst>"),
    ],
)
def test_what_is_small_and_takes_long_is_not_read(part: str, begins: bytes, one: bytes, ends: bytes) -> None:
    large = remade(xlsx(["Title"], ["A"]), **{part: begins + one * 200_000 + ends})
    assert len(large) < 60_000
    assert refused(large) == "sheet.unpacks-too-large"


def test_entities_are_not_expanded() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    cells = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    assert (
        refused(remade(xlsx(["x"]), xl__worksheets__sheet1_xml=SHEET % (laughs, cells)))
        == "sheet.broken-xlsx"
    )


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>',
        b'<row r="x"><c r="1A"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>',
        b'<row r="1"><c r="A1" t="d"><v>never</v></c></row>',
        b'<row r="1"><c r="A1"><v>1e999999</v></c></row><row r="2"><c r="A2"><v>nan</v></c></row>',
    ],
)
def test_cells_that_nobody_writes_are_refused_or_read_never_a_fault_of_ours(cells: bytes) -> None:
    data = remade(xlsx(["x"]), xl__worksheets__sheet1_xml=SHEET % (b"", cells))
    with suppress(Refused):  # whatever it is, it is one of ours
        assert len(table(data).lines) < 2


FIRST = b'<row r="1"><c r="A1" t="str"><v>a</v></c></row>'


def of_cells(cells: bytes) -> bytes:
    return remade(xlsx(["x"]), xl__worksheets__sheet1_xml=SHEET % (b"", FIRST + cells))


def test_what_stands_in_the_last_row_of_a_spreadsheet_is_read() -> None:
    read = table(of_cells(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'))
    assert [(line.number, list(line.cells)) for line in read.lines] == [(1_048_576, [1])]


def test_a_cell_in_the_last_column_of_a_spreadsheet_is_refused_by_its_name() -> None:
    with pytest.raises(Refused) as told:
        table(of_cells(b'<row r="7"><c r="XFD7"><v>1</v></c></row>'))
    assert told.value.reason.code == "sheet.too-many-columns"
    assert "XFD7" in sentence(told.value.reason)


def test_formats_in_the_last_column_are_passed_over_and_a_flood_of_them_is_refused() -> None:
    def formatted(count: int) -> bytes:
        return of_cells(b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (at, at) for at in range(2, count)))

    assert len(table(formatted(20)).lines) == 0
    with pytest.raises(Refused) as told:
        table(formatted(ROWS))
    assert told.value.reason.code == "sheet.too-wide"
    assert re.search(r"XFD\d+", sentence(told.value.reason))
