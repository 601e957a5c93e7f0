"""An empty spreadsheet for a kind: its fields as columns, what each asks on a second sheet, closed lists to choose from."""

import io
from typing import Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from standfirst.records.kind import Kind
from standfirst.server.importing.columns import Target, targets
from standfirst.server.importing.tables import ROWS
from standfirst.server.pages.families import many
from standfirst.server.pages.shapes import Sort

_TITLE: Final = 31
"""Characters of a sheet's name."""


def template(kind: Kind) -> bytes:
    book = Workbook()
    sheet, about, lists = (
        book.active,
        book.create_sheet(_("What is asked")[:_TITLE]),
        book.create_sheet("lists"),
    )
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new book has one
    sheet.title = "".join(c for c in many(kind.name) if c not in "[]:*?/\\")[:_TITLE]
    about.append([_("Column"), _("Needed"), _("What it asks"), _("How it is written")])
    for place, target in enumerate(targets(kind), 1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, target.label)
        head.font = Font(bold=target.required)
        head.comment = Comment(f"{target.question}\n{target.hint}".strip(), "Standfirst")
        sheet.column_dimensions[letter].width = 28 if target.required else 18
        about.append([target.label, _("yes") if target.required else "", target.question, target.hint])
        _offer(sheet, lists, letter, place, target)
    sheet.freeze_panes = "A2"
    lists.sheet_state = "hidden"
    for cell in about[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCD", (28, 10, 60, 70), strict=True):
        about.column_dimensions[letter].width = width
    for row in about.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _offer(sheet: Worksheet, lists: Worksheet, letter: str, place: int, target: Target) -> None:
    """What can be chosen, and dates as dates."""
    shape = target.shape
    cells = f"{letter}2:{letter}{ROWS + 1}"
    if shape is None:
        return
    if shape.sort is Sort.DAY:
        rule = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
    elif shape.sort in {Sort.CHOICE, Sort.FLAG}:
        words = [_("yes"), _("no")] if shape.sort is Sort.FLAG else [one for _kept, one in shape.options]
        for row, word in enumerate(words, 1):
            lists.cell(row, place, word)
        rule = DataValidation(
            type="list", formula1=f"lists!${letter}$1:${letter}${len(words)}", allow_blank=True
        )
    else:
        return
    rule.add(cells)
    sheet.add_data_validation(rule)
