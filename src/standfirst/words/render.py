"""From a reason to its sentence. Parameters are put in as they are: doors escape, this room does not."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from standfirst.standards.reason import Parameter, Reason
from standfirst.words import (
    accounts,
    certifying,
    cryptography,
    english,
    erasing,
    exchanging,
    filing,
    keeping,
    measuring,
    organising,
    problems,
    quantum,
    serving,
    sharing,
    signing,
    transparency,
    verifying,
)
from standfirst.words.names import FIELDS, KINDS, METHODS, STATES, TITLES, Noun

_TABLES: Final = (
    english,
    problems,
    measuring,
    organising,
    cryptography,
    quantum,
    transparency,
    verifying,
    certifying,
    accounts,
    signing,
    sharing,
    serving,
    filing,
    erasing,
    keeping,
    exchanging,
)
SENTENCES: Final[Mapping[str, str]] = {
    code: text for table in _TABLES for code, text in table.SENTENCES.items()
}
HINTS: Final[Mapping[str, str]] = {code: text for table in _TABLES for code, text in table.HINTS.items()}

NAMED_AT_MOST = 5  # of a list; the rest are counted

_PLACE = re.compile(r"\{(?P<name>\w+)(?::(?P<form>[^{}]+))?\}")
_OPTIONAL = re.compile(r"\[(?P<first>[^\[\]|]*\{[^\[\]|]*)(?:\|(?P<second>[^\[\]|]*))?\]")


def sentence(reason: Reason) -> str:
    """The sentence of a reason. Raises KeyError naming the code, or the code and the parameter, that is missing."""
    template = SENTENCES.get(reason.code) or SENTENCES.get(_family(reason.code))
    if template is None:
        raise KeyError(f"no sentence for the reason code {reason.code}")
    return _told(template, reason)


def hint(reason: Reason) -> str:
    """What the author of the record or file can do about it; empty where the sentence says it all."""
    template = HINTS.get(reason.code) or HINTS.get(_family(reason.code))
    return _told(template, reason) if template is not None else ""


def _family(code: str) -> str:
    """``field.string-type`` belongs to ``field.*``: faults that Pydantic names and puts into words itself."""
    return f"{code.partition('.')[0]}.*"


# --- names -----------------------------------------------------------------------------------------------------------


def title(value: str) -> str:
    """What a value of a closed list, or a kind, is called on its own: ``not-shown`` is "not shown"."""
    return TITLES.get(value) or _spaced(value)


def state(value: str) -> str:
    """A record's state as it stands after "is": ``draft`` is "in draft"."""
    return STATES.get(value) or _spaced(value)


def field(name: str) -> str:
    """What a field is called: ``review_by`` is "review date"."""
    return FIELDS.get(name) or _spaced(name)


def method(name: str) -> str:
    """What a measurement method measures: ``rng-entropy`` is "random-number entropy"."""
    return METHODS.get(name) or _spaced(name)


def kind(name: str) -> Noun:
    """A kind of record as a noun; a kind without a row in the table is called by its own name."""
    spaced = _spaced(name)
    return KINDS.get(name) or Noun(f"{spaced} record", f"{spaced} records", f"a record of the kind {spaced}")


def joined(parts: Sequence[str], word: str = "and") -> str:
    """Several in one text, as in: a, b and c. Of a long list the first few, and how many more."""
    if len(parts) > NAMED_AT_MOST + 1:
        parts = [*parts[:NAMED_AT_MOST], f"{len(parts) - NAMED_AT_MOST} more"]
    return f" {word} ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) if parts else ""


def _spaced(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")


# --- templates -------------------------------------------------------------------------------------------------------


def _told(template: str, reason: Reason) -> str:
    """One pass: what a parameter brings in is never read as a template."""
    told: list[str] = []
    end = 0
    for optional in _OPTIONAL.finditer(template):
        told.append(_filled(template[end : optional.start()], reason)[0])
        first, complete = _filled(optional["first"], reason)
        told.append(first if complete else _filled(optional["second"] or "", reason)[0])
        end = optional.end()
    return "".join([*told, _filled(template[end:], reason)[0]])


def _filled(text: str, reason: Reason) -> tuple[str, bool]:
    """``text`` with its parameters, and whether every one of them says something."""
    empty: list[str] = []

    def put(place: re.Match[str]) -> str:
        name = place["name"]
        if name not in reason.parameters:
            raise KeyError(f"the reason {reason.code} has no parameter {name}")
        words = _formed(reason.parameters[name], place["form"] or "", reason.parameters)
        if not words:
            empty.append(name)
        return words

    return _PLACE.sub(put, text), not empty


Form: TypeAlias = Callable[[Parameter, Mapping[str, Parameter]], str]


def _formed(value: Parameter, form: str, parameters: Mapping[str, Parameter]) -> str:
    if "/" in form:
        one, many = form.split("/")
        return one if _number(value) == 1 else many
    return _FORMS[form](value, parameters)


def _number(value: Parameter) -> int:
    return value if isinstance(value, int) else len(value) if isinstance(value, tuple) else 1


def _each(name_of: Callable[[str], str], word: str) -> Form:
    def form(value: Parameter, _: Mapping[str, Parameter]) -> str:
        if isinstance(value, tuple):
            return joined([name_of(part) for part in value], word)
        return name_of(str(value)) if value not in ("", 0) else ""

    return form


def _days(value: Parameter, _: Mapping[str, Parameter]) -> str:
    return f"{value} day" if value == 1 else f"{value} days"


def _clause(value: Parameter, _: Mapping[str, Parameter]) -> str:
    return str(value).strip().rstrip(".!")


def _noun_by_number(value: Parameter, parameters: Mapping[str, Parameter]) -> str:
    return kind(str(value)).one if parameters["have"] == 1 else kind(str(value)).many


def _noun_needed(value: Parameter, parameters: Mapping[str, Parameter]) -> str:
    need = parameters["need"]
    return kind(str(value)).a if need == 1 else f"{need} {kind(str(value)).many}"


def _found(value: Parameter, _: Mapping[str, Parameter]) -> str:
    return _values(value, "and")


def _condition(value: Parameter, parameters: Mapping[str, Parameter]) -> str:
    """What a field was to hold, by the condition's operator; nothing where any value would have done."""
    operator = parameters["operator"]
    if operator == "present":
        return ""
    if operator in ("at_least", "at_most"):
        return f"{str(operator).replace('_', ' ')} {value}"
    return _values(value, "and" if operator == "includes_all" else "or")


_WORDS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:, [a-z0-9]+(?:-[a-z0-9]+)*)*")


def _values(value: Parameter, word: str) -> str:
    """What a field holds. Several words stand in one text, divided by commas; a name with a comma stays whole."""
    if isinstance(value, tuple):
        return joined(value, word)
    text = {"true": "yes", "false": "no"}.get(str(value), str(value))
    return joined(text.split(", "), word) if _WORDS.fullmatch(text) else text


_FORMS: Final[Mapping[str, Form]] = {
    **{
        f"{shape}{tail}".strip(): _each(name_of, word)
        for shape, name_of in (
            ("", str),
            ("state", state),
            ("field", field),
            ("name", title),
            ("method", method),
        )
        for tail, word in (("", "and"), (" or", "or"))
    },
    "one": _each(lambda name: kind(name).one, "and"),
    "many": _each(lambda name: kind(name).many, "and"),
    "a": _each(lambda name: kind(name).a, "and"),
    "by number": _noun_by_number,
    "needed": _noun_needed,
    "all": lambda value, _: ", ".join(value) if isinstance(value, tuple) else str(value),
    "count": lambda value, _: str(value),
    "days": _days,
    "clause": _clause,
    "value": _found,
    "condition": _condition,
}
