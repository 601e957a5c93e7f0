"""The form of a record, made from its kind: what stands in each field, and what somebody has written there.

A field's value is a plain JSON value; links are numbers of records. Fields within fields are asked as rows of fields of
their own; what is nested deeper than people can be asked for is written as YAML.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import yaml
from django.http import QueryDict
from django.utils.translation import gettext as _

from standfirst.records.kind import Kind
from standfirst.records.view import Widget
from standfirst.server.files.names import EVIDENCE
from standfirst.server.pages.shapes import Part, Shape, Sort, label, shapes, within
from standfirst.server.pages.spelling import told
from standfirst.server.refusals import MOST
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Reason
from standfirst.standards.yaml_text import read_yaml
from standfirst.words.render import joined, sentence
from standfirst.words.render import kind as noun

Values = Mapping[str, Any]
"""By the key of their field: ``body.title``, ``serves``, ``links.about``. What says nothing is absent."""

Offered = Mapping[str, Sequence[tuple[str, str]]]
"""By the name of a field: values to choose from that no model names, since only the workspace knows them."""

SERVES: Final = "serves"
NOT_READ: Final = object()
"""In place of a value that cannot be read from what was written."""

ROWS: Final = 200
"""Entries of one list that a form holds; more are written as YAML."""

_BODY: Final = "body."
_LINKS: Final = "links."
_SPARE: Final = 2
"""Empty lines at the end of a list of single lines."""

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00(?:\.0+)?)?(?:Z|\+00:00)")


@dataclass(slots=True)
class Blank:
    """One field of the form. ``text``, ``lines`` and ``options`` are what stands in it; ``entries`` are its rows of fields,
    of which ``one`` has a single one. ``proposed``: the name of the list from which the browser proposes what to write.
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
    prose: bool = False
    faults: list[str] = field(default_factory=list)
    merge: Any = None

    @property
    def name(self) -> str:
        return self.key.removeprefix(_BODY)

    @property
    def id(self) -> str:
        return self.key.replace(".", "-")

    @property
    def widget(self) -> str:
        match self.sort:
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
    def grouping(self) -> bool:
        """Whether it holds several inputs, so that its label is a legend."""
        return self.widget in {"choices", "several", "entries", "moment"}

    @property
    def one(self) -> bool:
        return self.sort is Sort.GROUP

    @property
    def type(self) -> str:
        return {Sort.WHOLE: "number", Sort.DAY: "date"}.get(self.sort, "text")

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
            case Sort.LINES if not self.proposed:
                return _("One a line.")
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
    body = [_of_kind(kind, shape, values.get(_BODY + shape.name), offered or {}) for shape in shapes(kind)]
    serves = Blank(
        SERVES,
        label(SERVES),
        _("Ids of requirements, such as 6.1.3"),
        Sort.LINE,
        text=", ".join(values.get(SERVES, ())),
    )
    return [*body, serves, *(_linked(kind, rule.relation, values) for rule in kind.links)]


def _linked(kind: Kind, relation: str, values: Values) -> Blank:
    rule = next(one for one in kind.links if one.relation == relation)
    among = "" if rule.targets == ("*",) else f": {joined([noun(one).one for one in rule.targets], 'or')}"
    return Blank(
        _LINKS + relation,
        _("Links: %(relation)s") % {"relation": label(relation).lower()},
        _("Numbers of records%(among)s") % {"among": among},
        Sort.LINE,
        text=", ".join(values.get(_LINKS + relation, ())),
    )


def _of_kind(kind: Kind, shape: Shape, value: Any, offered: Offered) -> Blank:
    widget = kind.view.widgets.get(shape.name)
    if shape.sort is Sort.LINES and shape.name in offered:
        shape = replace(shape, sort=Sort.CHOICES, options=offered[shape.name])
    made = _blank(_BODY, shape, value)
    if widget is Widget.PERSON and made.sort in {Sort.LINE, Sort.TEXT, Sort.LINES}:
        made.proposed = "people"
        made.sort = Sort.LINES if made.sort is Sort.LINES else Sort.LINE
    made.prose = widget is Widget.MARKDOWN
    if made.sort is Sort.LINE and widget is Widget.PROSE:
        made.sort = Sort.TEXT
    return made


def _blank(above: str, shape: Shape, value: Any) -> Blank:
    """A field, and the fields within it."""
    made = Blank(
        above + shape.name, shape.label, shape.question, shape.sort, required=shape.required, shape=shape
    )
    if (shape.sort is Sort.LINES and any("\n" in str(line) for line in value or ())) or (
        shape.sort is Sort.ENTRIES and len(value or ()) > ROWS
    ):
        made.sort = Sort.STRUCTURE
    if shape.sort is Sort.FILES:
        made.proposed = "evidence"
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


def lay(blank: Blank, values: Sequence[Mapping[str, Any]]) -> None:
    """Rows of fields for these values. What is asked of a row is asked only of those in which something stands."""
    blank.entries = [
        [_blank(f"{_row(blank, place)}.", shape, one.get(shape.name)) for shape in within(blank.of_its_own)]
        for place, one in enumerate(values)
    ]


def _row(blank: Blank, place: int) -> str:
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


# --- what was written ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Filled:
    """A form as somebody sends it: its fields as they wrote them, and the values that can be read from them."""

    blanks: list[Blank]
    values: dict[str, Any]
    why: list[str] = field(default_factory=list)

    @property
    def readable(self) -> bool:
        return not any(_holds(value) for value in self.values.values())

    def wish(self) -> dict[str, Any]:
        """All of what the record is to say: what is empty says nothing."""
        body = {k.removeprefix(_BODY): v for k, v in self.values.items() if k.startswith(_BODY)}
        links = {k.removeprefix(_LINKS): v for k, v in self.values.items() if k.startswith(_LINKS)}
        return {"body": body, "serves": self.values.get(SERVES, []), "links": links}

    def tell(self, problems: Sequence[Problem]) -> list[str]:
        """Puts each fault beside its field, of a flood the first ones. Returns those that have none."""
        by_key = {blank.key: blank for top in self.blanks for blank in (top, *top.inner)}
        left: list[str] = []
        for problem in problems[:MOST]:
            if problem.field == "why":
                self.why.append(told(problem.reason))
                continue
            place = re.sub(r"\[(\d+)\]", r".\1", problem.field)
            key = next((k for k in sorted(by_key, key=len, reverse=True) if _below(place, k)), "")
            inside = _inside(place.removeprefix(key).lstrip("."))
            said = f"{inside}: {told(problem.reason)}" if key and inside else told(problem.reason)
            (by_key[key].faults if key else left).append(said)
        if (more := len(problems) - MOST) > 0:
            left.append(sentence(Reason("problems.more", {"count": more})))
        return left


def _holds(value: Any) -> bool:
    """Whether something could not be read, however deep within."""
    if isinstance(value, Mapping):
        return any(_holds(part) for part in value.values())
    if isinstance(value, list):
        return any(_holds(part) for part in value)
    return value is NOT_READ


def _below(place: str, key: str) -> bool:
    return place == key or place.startswith(f"{key}.")


def _inside(place: str) -> str:
    """A place within a field, as people count: ``1.name`` is "line 2, name"."""
    steps = [step for step in place.split(".") if step]
    told_ = [
        _("line %(number)s") % {"number": int(s) + 1} if s.isdigit() else label(s).lower() for s in steps
    ]
    return ", ".join(told_)


def filled(kind: Kind, post: QueryDict, offered: Offered | None = None) -> Filled:
    """What was sent, as it is: faults in what was written stand beside their fields, and nothing typed is lost."""
    made = Filled(blanks(kind, {}, offered), {})
    for blank in made.blanks:
        value = _take(blank, post)
        if value not in (None, "", [], {}):
            made.values[blank.key] = value
    return made


def add_row(form: Filled, key: str) -> bool:
    """One more empty row for the list with this key. False where there is none."""
    blank = next((one for top in form.blanks for one in (top, *top.inner) if one.key == key), None)
    if blank is None or blank.sort is not Sort.ENTRIES or len(blank.entries) > ROWS:
        return False
    blank.entries.append(_new_row(blank, len(blank.entries)))
    return True


def _take(blank: Blank, post: QueryDict) -> Any:
    if blank.sort is Sort.GROUP:
        return _take_row(blank.entries[0], post)
    if blank.sort is Sort.ENTRIES:
        return _take_rows(blank, post)
    sent = [text.replace("\r\n", "\n") for text in post.getlist(blank.key)]
    if blank.sort is Sort.MOMENT and not sent:
        sent = [_moment(post.get(f"{blank.key}.day", ""), post.get(f"{blank.key}.time", ""))]
    _write(blank, sent)
    return _read(blank, sent)


def _moment(day: str, time: str) -> str:
    """As records keep it. A day alone means its beginning; what is none of both is told by the kind's own rules."""
    if not day and not time:
        return ""
    text = f"{day}T{time or '00:00'}{'' if time.count(':') == 2 else ':00'}Z"
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except ValueError:
        return text


def _take_rows(blank: Blank, post: QueryDict) -> list[Any]:
    """Rows in which nothing stands are left out, so that the others move up: their faults are told by their new places."""
    values: list[Any] = []
    entries: list[list[Blank]] = []
    for place in _places(blank.key, post):
        row = _new_row(blank, place)
        value = _take_row(row, post)
        if value:
            for one in row:
                _move(one, _row(blank, place), _row(blank, len(entries)))
            entries.append(row)
            values.append(value)
    blank.entries = [*entries, _new_row(blank, len(entries))]
    return values


def _places(key: str, post: QueryDict) -> list[int]:
    """Which rows of a list were sent, in their order."""
    start = f"{key}."
    named = (name[len(start) :].partition(".")[0] for name in post if name.startswith(start))
    return sorted({int(place) for place in named if len(place) <= 4 and _whole(place)})[:ROWS]


def _new_row(blank: Blank, place: int) -> list[Blank]:
    return [_blank(f"{_row(blank, place)}.", shape, None) for shape in within(blank.of_its_own)]


def _move(blank: Blank, old: str, new: str) -> None:
    blank.key = new + blank.key.removeprefix(old)
    for inner in blank.inner:
        inner.key = new + inner.key.removeprefix(old)


def _whole(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _take_row(row: Sequence[Blank], post: QueryDict) -> dict[str, Any]:
    """Empty where nobody wrote anything: a choice that stands from the beginning is nothing that was written."""
    taken = {blank.key.rpartition(".")[2]: _take(blank, post) for blank in row}
    said = {name: value for name, value in taken.items() if value not in (None, "", [], {})}
    standing = {
        blank.key.rpartition(".")[2]: blank.shape.default
        for blank in row
        if blank.shape and blank.sort is Sort.FLAG
    }
    return said if any(standing.get(name) != value for name, value in said.items()) else {}


def _write(blank: Blank, sent: Sequence[str]) -> None:
    blank.text = sent[0] if sent else ""
    if blank.widget == "several":
        blank.lines = [line.strip() for text in sent for line in text.split("\n") if line.strip()]
    if blank.options:
        blank.options = [(key, words, key in sent) for key, words, _chosen in blank.options]


def _read(blank: Blank, sent: Sequence[str]) -> Any:
    text = sent[0].strip() if sent else ""
    match blank.sort:
        case Sort.CHOICES:
            return [_kept(blank, key) for key in sent if key]
        case Sort.CHOICE:
            return _kept(blank, text) if text else None
        case Sort.FLAG:
            return {"True": True, "False": False}.get(text)
        case Sort.WHOLE:
            return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() else text
        case Sort.LINES:
            return [line.strip() for one in sent for line in one.split("\n") if line.strip()]
        case Sort.FILES:
            return [{"file": f"{EVIDENCE}/{name.removeprefix(f'{EVIDENCE}/')}"} for name in blank.lines]
        case Sort.STRUCTURE:
            return _structure(blank, text) if text else None
        case _ if blank.key == SERVES or blank.key.startswith(_LINKS):
            return text.replace(",", " ").split()
        case _:
            return text


def _kept(blank: Blank, key: str) -> Any:
    """What is kept for an option; what is none is told by the kind's own rules."""
    options = blank.shape.options if blank.shape else ()
    return next((value for value, _words_ in options if str(value) == key), key)


def _structure(blank: Blank, text: str) -> Any:
    try:
        return read_yaml(text.encode("utf-8", "surrogatepass"), file=blank.key).value
    except Unusable as unusable:
        blank.faults += [
            _("line %(number)s: %(fault)s") % {"number": p.line, "fault": sentence(p.reason)}
            for p in unusable.problems
        ]
        return NOT_READ
