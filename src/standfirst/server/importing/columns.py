"""Which fields of a kind a table can fill, and which of its columns probably means which: a guess, shown to be put right."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.records.kind import Kind
from standfirst.server.pages.blank import BODY, LINKS, SERVES
from standfirst.server.pages.shapes import Part, Shape, Sort, label, shapes, within
from standfirst.words import render
from standfirst.words.language import ENGLISH, speaking

NUMBER: Final = "number"
"""Of a record that is there, and is to be changed."""

FLAT: Final = frozenset(
    {
        Sort.LINE,
        Sort.TEXT,
        Sort.DOCUMENT,
        Sort.CHOICE,
        Sort.CHOICES,
        Sort.FLAG,
        Sort.WHOLE,
        Sort.DAY,
        Sort.MOMENT,
        Sort.LINES,
    }
)


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can be laid onto. ``parts``: the fields of one entry, where each line of a cell is one."""

    key: str
    label: str
    question: str
    required: bool = False
    shape: Shape | None = None
    parts: Sequence[Shape] = ()

    @property
    def hint(self) -> str:
        """How a cell is written."""
        shape = self.shape
        if self.key == NUMBER:
            return _("Numbers of records that are there, such as RSK-0012; empty for new ones.")
        if shape is None:
            return _("Several with a semicolon, or one a line.")
        if self.parts:
            return _("One entry a line, its parts with | between them: %(parts)s.") % {
                "parts": " | ".join(part.label for part in self.parts)
            }
        if shape.sort in {Sort.CHOICE, Sort.CHOICES}:
            return _(_HINTS[shape.sort]) % {"choices": "; ".join(words for _value, words in shape.options)}
        return _(_HINTS[shape.sort]) if shape.sort in _HINTS else ""


_HINTS: Final = {
    Sort.CHOICE: gettext_noop("One of: %(choices)s."),
    Sort.CHOICES: gettext_noop("Of these, several with a semicolon: %(choices)s."),
    Sort.LINES: gettext_noop("Several with a semicolon, or one a line."),
    Sort.FILES: gettext_noop("Several with a semicolon, or one a line."),
    Sort.FLAG: gettext_noop("yes or no."),
    Sort.DAY: gettext_noop("A date, such as 2026-11-23."),
    Sort.MOMENT: gettext_noop("Day and time, in UTC."),
    Sort.WHOLE: gettext_noop("A whole number."),
    Sort.STRUCTURE: gettext_noop("As JSON."),
}


def targets(kind: Kind) -> list[Target]:
    """In the order in which a form asks."""
    listed = [NUMBER_OF_A_RECORD(), *(one for shape in _in_order(kind) for one in _of(BODY, shape, ""))]
    listed.append(Target(SERVES, label(SERVES), _("Ids of requirements, such as 6.1.3")))
    for rule in kind.links:
        words = _("Links: %(relation)s") % {"relation": label(rule.relation).lower()}
        listed.append(Target(LINKS + rule.relation, words, _("Numbers of records")))
    return listed


def NUMBER_OF_A_RECORD() -> Target:  # noqa: N802 - read as what it gives
    return Target(NUMBER, label(NUMBER), _("Which record is changed"))


def _in_order(kind: Kind) -> list[Shape]:
    found = {shape.name: shape for shape in shapes(kind)}
    named = [name for section in kind.view.sections for name in section.fields if name in found]
    return [found[name] for name in dict.fromkeys([*named, *found])]


def _of(above: str, shape: Shape, before: str) -> Iterator[Target]:
    """A field; of one that holds others each of them."""
    key, words = above + shape.name, f"{before}{shape.label}"
    if shape.sort is Sort.GROUP:
        for inner in within(Part(shape.part, shape.defined)):
            yield from _of(f"{key}.", inner, f"{words}: ")
        return
    parts = tuple(within(Part(shape.part, shape.defined))) if shape.sort is Sort.ENTRIES else ()
    if parts and any(part.sort not in FLAT for part in parts):
        parts = ()
    yield Target(key, words, shape.question, shape.required, shape, parts)


# --- which column means which ----------------------------------------------------------------------------------------


def guessed(kind: Kind, columns: Sequence[str]) -> dict[int, str]:
    """By place of the column the key of its field, where its name is that of the field: as programs, forms or English say it."""
    by_name: dict[str, str] = {}
    for key, names in _names(kind).items():
        for name in names:
            by_name.setdefault(_plain(name), key)
    found: dict[int, str] = {}
    for place, column in enumerate(columns):
        key = by_name.get(_plain(column), "")
        if key and key not in found.values():
            found[place] = key
    return found


def _names(kind: Kind) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = {}
    for one in targets(kind):
        bare = one.key.rpartition(".")[2]
        names[one.key] = [one.key, one.key.removeprefix(BODY), one.label, bare, render.field(bare)]
    with speaking(ENGLISH):
        for one in targets(kind):
            names[one.key] += [one.label, render.field(one.key.rpartition(".")[2])]
    names[NUMBER] += ["no", "nr", "id", "record"]
    return names


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
