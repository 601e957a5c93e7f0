"""What a cell says, as a record keeps it. What can be read in two ways is not read: it is told."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from standfirst.server.files.names import EVIDENCE
from standfirst.server.importing.columns import NUMBER, Target
from standfirst.server.importing.tables import FORMULA, Cell, Unvalued
from standfirst.server.pages.blank import LINKS, SERVES
from standfirst.server.pages.shapes import Shape, Sort
from standfirst.standards.reason import Parameter, Reason
from standfirst.words.language import ENGLISH, speaking
from standfirst.words.render import title

SHOWN: Final = 60
"""Characters of a value that a fault repeats."""

_BETWEEN: Final = re.compile(r"[;\n]")
_IDS: Final = re.compile(r"[;,\s]+")
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")


class Unreadable(Exception):
    """What is wrong with a cell."""

    def __init__(self, code: str, /, **parameters: Parameter) -> None:
        super().__init__(code)
        self.reason = Reason(f"cell.{code}", parameters)


def value(target: Target, cell: Cell | Unvalued) -> Any:
    """None where nothing stands. Raises Unreadable."""
    if cell is None:
        return None
    if isinstance(cell, Unvalued):
        raise Unreadable("formula") if cell.text == FORMULA else Unreadable("error", value=cell.text)
    if target.key == NUMBER:
        return text(cell).upper()
    if target.key == SERVES or target.key.startswith(LINKS):
        return [part for part in _IDS.split(text(cell)) if part]
    assert target.shape is not None  # noqa: S101 - only those three have none
    if target.parts:
        return [_entry(target.parts, line) for line in _lines(text(cell))]
    return _of(target.shape, cell)


def text(cell: Cell) -> str:
    """As a person reads it in the spreadsheet: 5 and not 5.0, a day as records write it."""
    if isinstance(cell, Decimal):
        plain = format(cell, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _of(shape: Shape, cell: Cell) -> Any:
    reader = _READERS.get(shape.sort)
    return reader(shape, cell) if reader else text(cell)


def _entry(parts: Sequence[Shape], line: str) -> Mapping[str, Any]:
    said = [part.strip() for part in line.split("|")]
    least = max((place for place, part in enumerate(parts, 1) if part.required), default=1)
    if not least <= len(said) <= len(parts):
        raise Unreadable("parts", count=len(parts), names=" | ".join(part.label for part in parts))
    found = zip(parts, said, strict=False)
    return {part.name: _of(part, one) for part, one in found if one}


def _lines(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.strip()]


# --- by sort ---------------------------------------------------------------------------------------------------------


def _choice(shape: Shape, cell: Cell) -> Any:
    return _option(shape, text(cell))


def _choices(shape: Shape, cell: Cell) -> Any:
    said = text(cell)
    return [_option(shape, part.strip()) for part in _BETWEEN.split(said) if part.strip()]


def _option(shape: Shape, said: str) -> Any:
    """As it is kept, or as it is called, in the reader's language or in English."""
    with speaking(ENGLISH):
        english = {title(str(kept)).casefold(): kept for kept, _words in shape.options}
    own = {words.casefold(): kept for kept, words in shape.options}
    kept_ = {str(kept).casefold(): kept for kept, _words in shape.options}
    found = {**english, **own, **kept_}
    if said.casefold() not in found:
        raise Unreadable("choice", value=said[:SHOWN])
    return found[said.casefold()]


def _flag(_shape: Shape, cell: Cell) -> bool:
    said = text(cell).casefold()
    for answer, words in ((True, {"yes", "true", "1", _("yes")}), (False, {"no", "false", "0", _("no")})):
        if said in {word.casefold() for word in words}:
            return answer
    raise Unreadable("flag", value=said[:SHOWN])


def _whole(_shape: Shape, cell: Cell) -> int:
    said = text(cell)
    if not _INTEGER.fullmatch(said):
        raise Unreadable("whole", value=said[:SHOWN])
    return int(said)


def _day(_shape: Shape, cell: Cell) -> str:
    said = text(cell)
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise Unreadable("day", value=said[:SHOWN]) from None


def _moment(_shape: Shape, cell: Cell) -> str:
    """Of a spreadsheet's own date and time, which has no zone, UTC: as the form asks for it."""
    said = text(cell)
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise Unreadable("moment", value=said[:SHOWN]) from None
    if found.tzinfo is not None:
        return said
    return found.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def _several(_shape: Shape, cell: Cell) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text(cell)) if part.strip()]


def _files(shape: Shape, cell: Cell) -> list[Mapping[str, str]]:
    return [{"file": f"{EVIDENCE}/{name.removeprefix(f'{EVIDENCE}/')}"} for name in _several(shape, cell)]


def _json(_shape: Shape, cell: Cell) -> Any:
    try:
        return json.loads(text(cell), parse_float=str)
    except (ValueError, RecursionError):
        raise Unreadable("json") from None


_READERS: Final[Mapping[Sort, Callable[[Shape, Cell], Any]]] = {
    Sort.CHOICE: _choice,
    Sort.CHOICES: _choices,
    Sort.FLAG: _flag,
    Sort.WHOLE: _whole,
    Sort.DAY: _day,
    Sort.MOMENT: _moment,
    Sort.LINES: _several,
    Sort.FILES: _files,
    Sort.ENTRIES: _json,
    Sort.STRUCTURE: _json,
}
