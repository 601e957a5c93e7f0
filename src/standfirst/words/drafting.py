"""The English of drafts and of spreadsheets that are brought in: code -> sentence, and what to do about it. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "draft.too-long": "This is longer than a draft may be: at most {limit:count} characters.",
    "draft.too-many": "You have {limit:count} drafts here already, as many as are kept.",
    # a file that is no table, or too much of one
    "sheet.missing": "There is no such spreadsheet here any more.",
    "sheet.none": "No file arrived.",
    "sheet.too-large": "The file is too large: at most {limit:count} bytes are taken.",
    "sheet.old-excel": "This is a spreadsheet in the old Excel format (.xls).",
    "sheet.not-text": "This is neither an Excel file (.xlsx) nor a table as text (.csv).",
    "sheet.broken-csv": "The table cannot be read from line {line:count} on: {detail}.",
    "sheet.broken-xlsx": "The Excel file cannot be read ({detail}).",
    "sheet.unpacks-too-large": "The Excel file unpacks to more than {limit:count} bytes, or into too many parts.",
    "sheet.no-table": "There is no sheet with cells in the file.",
    "sheet.empty": "The table is empty: its first row has to name the columns.",
    "sheet.too-many-columns": "The table has more than {limit:count} columns: something stands in cell {cell}.",
    "sheet.too-wide": "To the right of the table, up to cell {cell}, more cells are formatted than are read; nothing stands in them.",
    "sheet.too-many-rows": "The table has more than {limit:count} rows.",
    "sheet.huge-cell": "Cell {column}{row:count} holds more than {limit:count} characters.",
    "sheet.other-bytes": "The file is another one than the one that was shown.",
    "sheet.recorded": "What was in this file is recorded already, or another file has taken its place.",
    # columns and cells
    "sheet.column-twice": "Two columns are laid onto {field:field}.",
    "sheet.nothing-chosen": "No column is laid onto any field.",
    "sheet.no-number-column": "No column holds the numbers of the records that are to be changed.",
    "sheet.number-twice": "{number} stands in row {row:count} already.",
    "sheet.number-unknown": "There is no record {number} of this kind.",
    "sheet.value-twice": "{value} stands in row {row:count} already, and no two records share it.",
    "cell.formula": "A formula stands here whose value was not saved.",
    "cell.error": "The spreadsheet has an error here: {value}.",
    "cell.day": "{value} is no date that can be read without guessing.",
    "cell.moment": "{value} is no moment that can be read without guessing.",
    "cell.flag": "{value} is neither yes nor no.",
    "cell.choice": "{value} is none of the choices.",
    "cell.whole": "{value} is no whole number.",
    "cell.parts": "Each line needs {count:count} parts with a vertical bar between them, in the order: {names}.",
    "cell.json": "This is not written as JSON.",
    "cell.nobody": "Nobody here is called {value}.[ Did you mean {near:or}?]",
    "cell.left": "{value} is {name}, who has left.",
}

HINTS: Final[Mapping[str, str]] = {
    "sheet.old-excel": "Save it as .xlsx or .csv, and bring that.",
    "sheet.too-many-rows": "Bring it in several parts.",
    "sheet.too-many-columns": "Delete the columns that do not belong to the table, or bring it in several parts.",
    "sheet.too-wide": "Delete the columns to the right of the table, and save it anew.",
    "sheet.broken-csv": "A quotation mark is probably open. Save the table anew, or as .xlsx.",
    "sheet.broken-xlsx": "Open it in your spreadsheet program and save it anew as .xlsx.",
    "sheet.other-bytes": "Look at it once more, and then record it.",
    "sheet.recorded": "Look at the list before you bring it again.",
    "sheet.number-unknown": "Leave the number empty for a record that is to be made.",
    "cell.formula": "Open the file in your spreadsheet program, save it, and bring it again.",
    "cell.day": "Write it as 2026-11-23, or as a date of the spreadsheet.",
    "cell.moment": "Write it as 2026-11-23T09:30Z.",
    "cell.nobody": "Write the handle of somebody here, such as ada; new people are records of the kind person.",
    "cell.left": "Write the handle of whoever answers for it now.",
    "draft.too-long": "Record what you have, or put the long text into a file and attach it.",
    "draft.too-many": "Record some of them, or throw them away.",
}
