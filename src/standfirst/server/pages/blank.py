"""One field of a form and how it is asked: made from its kind, filled with what stands there or with what was typed.

A field's value is a plain JSON value; links are numbers of records. Fields within fields are asked as rows of fields of
their own; what is nested deeper than people can be asked for is written as YAML.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _

from standfirst.management.organisation import PERSON
from standfirst.records.kind import Kind
from standfirst.records.view import Widget
from standfirst.server.files.names import EVIDENCE
from standfirst.server.pages.shapes import Part, Shape, Sort, label, shapes, within
from standfirst.server.pages.spelling import SPELLINGS
from standfirst.server.setup.telling import ROLES
from standfirst.words.language import translated
from standfirst.words.render import joined
from standfirst.words.render import kind as noun

Values = Mapping[str, Any]
"""By the key of their field: ``body.title``, ``serves``, ``links.about``. What says nothing is absent."""

Offered = Mapping[str, Sequence[tuple[str, str]]]
"""By the name of a field: values to choose from that no model names, since only the workspace knows them."""

SERVES: Final = "serves"
BODY: Final = "body."
LINKS: Final = "links."

ROWS: Final = 200
"""Entries of one list that a form holds; more are written as YAML."""

REQUIREMENT: Final = r"^(?:A\.)?[1-9][0-9]?(?:\.[1-9][0-9]?){1,2}$"
"""The spelling of a requirement's id, as bodies ask it."""

PARTY: Final = frozenset({"name", "id", "address"})
"""The fields of another organisation (``management.parties``)."""

DECIMAL: Final = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"

_SPARE: Final = 2
"""Empty lines at the end of a list of single lines."""

_STEPS: Final = 10
"""A scale with more of them is no row of buttons."""

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00(?:\.0+)?)?(?:Z|\+00:00)")


@dataclass(slots=True)
class Blank:
    """One field of the form. ``text``, ``lines`` and ``options`` are what stands in it; ``entries`` are its rows of fields,
    of which ``one`` has a single one. ``proposed``: the name of the list from which the browser proposes what to write.
    ``among``: the kinds that its links may lead to. ``sent``: by which name it was sent, where its row has moved since.
    ``meanings``: of its options, where they need any. ``asked_by``: requirements that ask for it. ``picked``: what the records of its links are called; ``unknown``: requirements
    that the edition does not have.
    """

    key: str
    label: str
    question: str
    sort: Sort
    required: bool = False
    options: Sequence[tuple[str, str, bool]] = ()
    text: str = ""
    lines: Sequence[str] = ()
    entries: list[list["Blank"]] = field(default_factory=list)
    shape: Shape | None = None
    proposed: str = ""
    asks: Widget | None = None
    steps: Sequence[tuple[str, str]] = ()
    among: Sequence[str] = ()
    sent: str = ""
    asked_by: Sequence[Any] = ()
    picked: Sequence[tuple[str, str]] = ()
    unknown: Sequence[str] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    merge: Any = None

    @property
    def name(self) -> str:
        return self.key.removeprefix(BODY)

    @property
    def id(self) -> str:
        return self.key.replace(".", "-")

    @property
    def prose(self) -> bool:
        return self.asks is Widget.MARKDOWN

    @property
    def widget(self) -> str:
        match self.sort:
            case _ if self.asks is Widget.REQUIREMENTS:
                return "requirements"
            case _ if self.steps and self._on_scale:
                return "scale"
            case Sort.CHOICE | Sort.FLAG:
                return "select"
            case Sort.CHOICES:
                return "choices"
            case Sort.FILES:
                return "several"
            case Sort.LINES if self.proposed:
                return "several"
            case Sort.ENTRIES | Sort.GROUP:
                return "entries"
            case Sort.MOMENT if not self.text or self.day:
                return "moment"
            case Sort.TEXT | Sort.DOCUMENT | Sort.LINES | Sort.STRUCTURE:
                return "area"
            case _:
                return "line"

    @property
    def _on_scale(self) -> bool:
        """What was typed and is no step is shown as it was typed."""
        return not self.text or any(step == self.text for step, _words_ in self.steps)

    @property
    def picks(self) -> str:
        """What a script helps to pick: ``records``, ``people``, ``tags`` or nothing."""
        if self.key.startswith(LINKS):
            return "records"
        if self.proposed == "people":
            return "people"
        return "tags" if self.asks is Widget.TAGS and self.widget == "area" else ""

    @property
    def grouping(self) -> bool:
        """Whether it holds several inputs, so that its label is a legend."""
        return self.widget in {"choices", "several", "entries", "moment", "scale", "requirements"}

    @property
    def explained(self) -> Sequence[tuple[str, str, bool, str]]:
        """Its options, each with what it means."""
        return [(key, words, chosen, self.meanings.get(key, "")) for key, words, chosen in self.options]

    @property
    def one(self) -> bool:
        return self.sort is Sort.GROUP

    @property
    def short(self) -> bool:
        """Whether it takes half the width at most."""
        if self.widget in {"select", "moment", "scale"} or self.picks == "people":
            return self.widget != "several"
        plain = self.widget == "line" and not self.key.startswith(LINKS)
        return plain and (self.type in {"number", "date"} or bool(self.shape and self.shape.pattern))

    @property
    def type(self) -> str:
        return {Sort.WHOLE: "number", Sort.DAY: "date"}.get(self.sort, "text")

    @property
    def decimal(self) -> bool:
        return bool(self.shape) and self.shape.pattern == DECIMAL  # type: ignore[union-attr]

    @property
    def rows(self) -> int:
        least = {Sort.DOCUMENT: 24, Sort.STRUCTURE: 5, Sort.TEXT: 2}.get(self.sort, 3)
        return min(max(least, self.text.count("\n") + 1), 40)

    @property
    def several(self) -> Sequence[str]:
        return [*self.lines, *[""] * _SPARE]

    @property
    def day(self) -> str:
        """Of a moment that is told in whole minutes and in UTC; any other keeps the form that it has."""
        found = _MOMENT.fullmatch(self.text)
        return found[1] if found else ""

    @property
    def time(self) -> str:
        found = _MOMENT.fullmatch(self.text)
        return found[2] if found else ""

    @property
    def hint(self) -> str:
        match self.sort:
            case _ if self.asks is Widget.REQUIREMENTS:
                return ""
            case Sort.LINES if not self.proposed:
                spelling = SPELLINGS.get(str(self.of_its_own.items.bare.get("pattern", "")), "")
                return " ".join(each for each in (_("One a line."), _(spelling) if spelling else "") if each)
            case Sort.FILES:
                return _("One in each field, by its name under Files, such as report.pdf.")
            case Sort.STRUCTURE:
                return _("As YAML: fields with a colon, list items behind a dash.")
            case Sort.MOMENT:
                return _("Day and time, in UTC.")
            case Sort.DOCUMENT if self.prose:
                return _("# for a heading, - for a list, **bold**, [words](https://address) for a link.")
            case _:
                return ""

    @property
    def asked(self) -> str:
        """The question, where it says more than the label."""
        return "" if _words(self.question) <= _words(self.label) else self.question

    @property
    def inner(self) -> Iterator["Blank"]:
        """All the fields within it."""
        for entry in self.entries:
            for blank in entry:
                yield blank
                yield from blank.inner

    @property
    def faulty(self) -> bool:
        return bool(self.faults) or any(blank.faults for blank in self.inner)

    @property
    def of_its_own(self) -> Part:
        """What the model says of its value."""
        return Part(self.shape.part, self.shape.defined) if self.shape else Part({}, {})


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"the", "its", "a", "an", "of"}


# --- what stands there -----------------------------------------------------------------------------------------------


def blanks(kind: Kind, values: Values, offered: Offered | None = None) -> list[Blank]:
    """The form of a kind, filled in."""
    body = [_of_kind(kind, shape, values.get(BODY + shape.name), offered or {}) for shape in shapes(kind)]
    serves = Blank(
        SERVES,
        label(SERVES),
        _("Which requirements it shows something for"),
        Sort.LINES,
        asks=Widget.REQUIREMENTS,
        lines=tuple(values.get(SERVES, ())),
        text=", ".join(values.get(SERVES, ())),
    )
    return [*body, serves, *(_linked(kind, rule.relation, values) for rule in kind.links)]


def _linked(kind: Kind, relation: str, values: Values) -> Blank:
    rule = next(one for one in kind.links if one.relation == relation)
    among = "" if rule.targets == ("*",) else f": {joined([noun(one).one for one in rule.targets], 'or')}"
    return Blank(
        LINKS + relation,
        _("Links: %(relation)s") % {"relation": label(relation).lower()},
        _("Numbers of records%(among)s") % {"among": among},
        Sort.LINE,
        text=", ".join(values.get(LINKS + relation, ())),
        among=() if rule.targets == ("*",) else rule.targets,
    )


def _of_kind(kind: Kind, shape: Shape, value: Any, offered: Offered) -> Blank:
    widget = kind.view.widgets.get(shape.name)
    if shape.sort is Sort.LINES and shape.name in offered:
        shape = replace(shape, sort=Sort.CHOICES, options=offered[shape.name])
    made = make(BODY, shape, value)
    if widget is Widget.PERSON and made.sort in {Sort.LINE, Sort.TEXT, Sort.LINES}:
        made.proposed = "people"
        made.sort = Sort.LINES if made.sort is Sort.LINES else Sort.LINE
    if kind.name == PERSON.name and shape.name == "roles":
        made.meanings = {str(role): str(told.meaning) for role, told in ROLES.items()}
    if widget is Widget.SCALE:
        made.steps = _steps(shape, kind.view.scales.get(shape.name, ()))
    if made.asks is None:
        made.asks = widget
    if made.sort is Sort.LINE and widget is Widget.PROSE:
        made.sort = Sort.TEXT
    return made


def _steps(shape: Shape, words: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Each step of a scale with its word, where it has one."""
    if shape.sort is not Sort.WHOLE or shape.least is None or shape.most is None:
        return ()
    steps = range(shape.least, shape.most + 1)
    if len(steps) > _STEPS:
        return ()
    told = [translated(one) for one in words] if len(words) == len(steps) else [""] * len(steps)
    return [(str(step), word) for step, word in zip(steps, told, strict=True)]


def make(above: str, shape: Shape, value: Any) -> Blank:
    """A field, and the fields within it."""
    made = Blank(
        above + shape.name, shape.label, shape.question, shape.sort, required=shape.required, shape=shape
    )
    if (shape.sort is Sort.LINES and any("\n" in str(line) for line in value or ())) or (
        shape.sort is Sort.ENTRIES and len(value or ()) > ROWS
    ):
        made.sort = Sort.STRUCTURE
    _propose(made, shape)
    if made.sort in {Sort.CHOICE, Sort.CHOICES, Sort.FLAG}:
        made.options = _options(shape, value)
    elif made.sort is Sort.ENTRIES:
        lay(made, [*(value or ()), {}])
    elif made.sort is Sort.GROUP:
        lay(made, [value or {}])
    elif value is not None:
        value = shape.arranged(value)
        made.lines = _lines(made.sort, value)
        made.text = _written(made.sort, value)
    return made


def _propose(made: Blank, shape: Shape) -> None:
    """What the browser proposes, or how it asks, by what a field is called and how it is spelled."""
    if shape.sort is Sort.FILES:
        made.proposed = "evidence"
    elif shape.sort is Sort.GROUP and set(made.of_its_own.names) == PARTY:
        made.proposed = "parties"
    elif shape.sort is Sort.LINE and shape.name == "owner":
        made.proposed = "people"
    elif shape.sort is Sort.LINE and shape.pattern == REQUIREMENT:
        made.proposed = "requirements"
    elif shape.sort is Sort.LINES and made.of_its_own.items.bare.get("pattern") == REQUIREMENT:
        made.asks = Widget.REQUIREMENTS


def lay(blank: Blank, values: Sequence[Mapping[str, Any]]) -> None:
    """Rows of fields for these values. What is asked of a row is asked only of those in which something stands."""
    blank.entries = [
        [make(f"{row_of(blank, place)}.", shape, one.get(shape.name)) for shape in within(blank.of_its_own)]
        for place, one in enumerate(values)
    ]


def new_row(blank: Blank, place: int) -> list[Blank]:
    return [make(f"{row_of(blank, place)}.", shape, None) for shape in within(blank.of_its_own)]


def row_of(blank: Blank, place: int) -> str:
    return blank.key if blank.one else f"{blank.key}.{place}"


def _options(shape: Shape, value: Any) -> list[tuple[str, str, bool]]:
    """What can be chosen: key, words, chosen. Nothing is chosen for somebody who has not done so."""
    chosen = value if value is not None else shape.default
    if shape.sort is Sort.CHOICES:
        return [(str(key), words, key in (chosen or ())) for key, words in shape.options]
    answers = [(True, _("yes")), (False, _("no"))] if shape.sort is Sort.FLAG else shape.options
    offered = [(str(key), words, type(key) is type(chosen) and key == chosen) for key, words in answers]
    nothing = chosen is None or (not shape.required and shape.default is None)
    return [("", "–", chosen is None), *offered] if nothing else offered


def _lines(sort: Sort, value: Any) -> Sequence[str]:
    if sort is Sort.LINES:
        return [str(line) for line in value]
    if sort is Sort.FILES:
        return [str(one["file"]).removeprefix(f"{EVIDENCE}/") for one in value]
    return ()


def _written(sort: Sort, value: Any) -> str:
    if sort in {Sort.LINES, Sort.FILES}:
        return "\n".join(_lines(sort, value))
    if sort is Sort.STRUCTURE:
        return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)
    return str(value)
