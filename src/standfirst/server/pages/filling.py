"""The form of a record, made from its kind: what stands in each field, and what somebody has written there.

A field's value is a plain JSON value; links are numbers of records. What has fields within fields is written as YAML.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from django.http import QueryDict

from standfirst.records.kind import Kind
from standfirst.server.pages.shapes import Shape, Sort, label, shapes
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.yaml_text import read_yaml
from standfirst.words.render import kind as noun
from standfirst.words.render import sentence

Values = Mapping[str, Any]
"""By the key of their field: ``body.title``, ``serves``, ``links.about``. What says nothing is absent."""

SERVES: Final = "serves"
NOT_READ: Final = object()
"""In place of a value that cannot be read from what was written."""

_BODY: Final = "body."
_LINKS: Final = "links."


@dataclass(slots=True)
class Blank:
    """One field of the form. ``text`` and ``chosen`` are what stands in it."""

    key: str
    label: str
    question: str
    sort: Sort
    required: bool = False
    options: Sequence[tuple[str, str, bool]] = ()
    text: str = ""
    shape: Shape | None = None
    faults: list[str] = field(default_factory=list)
    merge: Any = None

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
            case Sort.TEXT | Sort.DOCUMENT | Sort.LINES | Sort.FILES | Sort.STRUCTURE:
                return "area"
            case _:
                return "line"

    @property
    def type(self) -> str:
        return {Sort.WHOLE: "number", Sort.DAY: "date"}.get(self.sort, "text")

    @property
    def rows(self) -> int:
        least = {Sort.DOCUMENT: 14, Sort.STRUCTURE: 5, Sort.TEXT: 2}.get(self.sort, 3)
        return min(max(least, self.text.count("\n") + 1), 30)

    @property
    def hint(self) -> str:
        return _HINTS.get(self.sort, "")


_HINTS: Final = {
    Sort.LINES: "One a line.",
    Sort.FILES: "One a line, by the name under Files, such as evidence/report.pdf.",
    Sort.STRUCTURE: "As YAML: fields with a colon, list items behind a dash.",
}


# --- what stands there -----------------------------------------------------------------------------------------------


def blanks(kind: Kind, values: Values) -> list[Blank]:
    """The form of a kind, filled in."""
    body = [_blank(shape, values.get(_BODY + shape.name)) for shape in shapes(kind)]
    serves = Blank(
        SERVES,
        label(SERVES),
        "Ids of requirements, such as 6.1.3",
        Sort.LINE,
        text=", ".join(values.get(SERVES, ())),
    )
    return [*body, serves, *(_linked(kind, rule.relation, values) for rule in kind.links)]


def _linked(kind: Kind, relation: str, values: Values) -> Blank:
    rule = next(one for one in kind.links if one.relation == relation)
    among = "" if rule.targets == ("*",) else f": {' or '.join(noun(one).one for one in rule.targets)}"
    return Blank(
        _LINKS + relation,
        f"Links: {relation.replace('-', ' ')}",
        f"Numbers of records{among}",
        Sort.LINE,
        text=", ".join(values.get(_LINKS + relation, ())),
    )


def _blank(shape: Shape, value: Any) -> Blank:
    made = Blank(
        _BODY + shape.name, shape.label, shape.question, shape.sort, required=shape.required, shape=shape
    )
    if shape.sort is Sort.LINES and any("\n" in str(line) for line in value or ()):
        made.sort = Sort.STRUCTURE
    if made.sort in {Sort.CHOICE, Sort.CHOICES, Sort.FLAG}:
        made.options = _options(shape, value)
    elif value is not None:
        made.text = _written(made.sort, shape.arranged(value))
    return made


def _options(shape: Shape, value: Any) -> list[tuple[str, str, bool]]:
    """What can be chosen: key, words, chosen. Nothing is chosen for somebody who has not done so."""
    chosen = value if value is not None else shape.default
    if shape.sort is Sort.CHOICES:
        return [(str(key), words, key in (chosen or ())) for key, words in shape.options]
    told = [(True, "yes"), (False, "no")] if shape.sort is Sort.FLAG else shape.options
    offered = [(str(key), words, type(key) is type(chosen) and key == chosen) for key, words in told]
    nothing = chosen is None or (not shape.required and shape.default is None)
    return [("", "–", chosen is None), *offered] if nothing else offered


def _written(sort: Sort, value: Any) -> str:
    if sort is Sort.LINES:
        return "\n".join(str(line) for line in value)
    if sort is Sort.FILES:
        return "\n".join(str(one["file"]) for one in value)
    if sort is Sort.STRUCTURE:
        return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)
    return str(value)


# --- what was written ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Filled:
    """A form as somebody sends it: its fields as they wrote them, and the values that can be read from them."""

    blanks: list[Blank]
    values: dict[str, Any]

    @property
    def readable(self) -> bool:
        return NOT_READ not in self.values.values()

    def wish(self) -> dict[str, Any]:
        """All of what the record is to say: what is empty says nothing."""
        body = {k.removeprefix(_BODY): v for k, v in self.values.items() if k.startswith(_BODY)}
        links = {k.removeprefix(_LINKS): v for k, v in self.values.items() if k.startswith(_LINKS)}
        return {"body": body, "serves": self.values.get(SERVES, []), "links": links}

    def tell(self, problems: Iterable[Problem]) -> list[str]:
        """Puts each fault beside its field. Returns those that have none."""
        by_key = {blank.key: blank for blank in self.blanks}
        left: list[str] = []
        for problem in problems:
            key = next((k for k in sorted(by_key, key=len, reverse=True) if _below(problem.field, k)), "")
            inside = problem.field.removeprefix(key).lstrip(".")
            said = f"{inside}: {sentence(problem.reason)}" if key and inside else sentence(problem.reason)
            if problem.field == "why":
                said = f"{label('why')}: {said}"
            (by_key[key].faults if key else left).append(said)
        return left


def _below(place: str, key: str) -> bool:
    return place == key or place.startswith((f"{key}.", f"{key}["))


def filled(kind: Kind, post: QueryDict) -> Filled:
    """What was sent, as it is: faults in what was written stand beside their fields, and nothing typed is lost."""
    made = Filled(blanks(kind, {}), {})
    for blank in made.blanks:
        sent = [text.replace("\r\n", "\n") for text in post.getlist(blank.key)]
        _write(blank, sent)
        value = _read(blank, sent)
        if value not in (None, "", []):
            made.values[blank.key] = value
    return made


def _write(blank: Blank, sent: Sequence[str]) -> None:
    blank.text = sent[0] if sent else ""
    if blank.options:
        blank.options = [(key, words, key in sent) for key, words, _ in blank.options]


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
            return [line.strip() for line in text.split("\n") if line.strip()]
        case Sort.FILES:
            return [{"file": line.strip()} for line in text.split("\n") if line.strip()]
        case Sort.STRUCTURE:
            return _structure(blank, text) if text else None
        case _ if blank.key == SERVES or blank.key.startswith(_LINKS):
            return text.replace(",", " ").split()
        case _:
            return text


def _kept(blank: Blank, key: str) -> Any:
    """What is kept for an option; what is none is told by the kind's own rules."""
    options = blank.shape.options if blank.shape else ()
    return next((value for value, _ in options if str(value) == key), key)


def _structure(blank: Blank, text: str) -> Any:
    try:
        return read_yaml(text.encode("utf-8", "surrogatepass"), file=blank.key).value
    except Unusable as unusable:
        blank.faults += [f"line {p.line}: {sentence(p.reason)}" for p in unusable.problems]
        return NOT_READ
