"""From a reason to its sentence, in the language that is spoken (``language``).

Parameters are put in as they are: doors escape, this room does not. A translation is a template as the English one is:
it names the same parameters, in its own order and with its own brackets and choices by number.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from standfirst.standards.reason import Parameter, Reason
from standfirst.words import (
    accounts,
    certifying,
    commanding,
    commenting,
    cryptography,
    drafting,
    english,
    erasing,
    exchanging,
    filing,
    keeping,
    listing,
    measuring,
    organising,
    problems,
    quantum,
    serving,
    sharing,
    signing,
    telling,
    transparency,
    verifying,
)
from standfirst.words.language import ENGLISH, counted, current, number, spoken, translated
from standfirst.words.names import FIELDS, KINDS, MEANS, METHODS, STATES, STATUSES, TITLES, Noun

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
    commenting,
    drafting,
    listing,
    telling,
)
SENTENCES: Final[Mapping[str, str]] = {
    code: text for table in _TABLES for code, text in table.SENTENCES.items()
}
HINTS: Final[Mapping[str, str]] = {code: text for table in _TABLES for code, text in table.HINTS.items()}

UNKNOWN_KIND: Final = ("{kind} record", "{kind} records", "a record of the kind {kind}")
NAMED_AT_MOST = 5  # of a list; the rest are counted

_PLACE = re.compile(r"\{(?P<name>\w+)(?::(?P<form>[^{}]+))?\}")
_OPTIONAL = re.compile(r"\[(?P<first>[^\[\]|]*\{[^\[\]|]*)(?:\|(?P<second>[^\[\]|]*))?\]")


def sentence(reason: Reason) -> str:
    """The sentence of a reason. Raises KeyError naming the code, or the code and the parameter, that is missing."""
    template = SENTENCES.get(reason.code) or SENTENCES.get(_family(reason.code))
    if template is None:
        raise KeyError(f"no sentence for the reason code {reason.code}")
    return _told(translated(template), reason)


def hint(reason: Reason, *, at_command_line: bool = False) -> str:
    """What the author of the record or file can do about it; empty where the sentence says it all.

    A command is named to whoever gives commands, and to nobody else.
    """
    tables = (commanding.HINTS, HINTS) if at_command_line else (HINTS,)
    codes = (reason.code, _family(reason.code))
    template = next((table[code] for code in codes for table in tables if code in table), None)
    return _told(translated(template), reason) if template is not None else ""


def advised(reason: Reason, *, at_command_line: bool = False) -> str:
    """The sentence, and what can be done about it: one text, for a door that has one place for both."""
    return f"{sentence(reason)} {hint(reason, at_command_line=at_command_line)}".strip()


def _family(code: str) -> str:
    """``field.string-type`` belongs to ``field.*``: faults that Pydantic names and puts into words itself."""
    return f"{code.partition('.')[0]}.*"


# --- names -----------------------------------------------------------------------------------------------------------


def title(value: str) -> str:
    """What a value of a closed list, or a kind, is called on its own: ``not-shown`` is "not shown"."""
    return translated(TITLES.get(value) or _spaced(value), "name")


def status(value: str) -> str:
    """What the result of a requirement is called: ``partly`` is "partly shown"."""
    return translated(STATUSES[value], "name")


def deed(name: str) -> str:
    """What a transition or a deed is called on a button or in a history: ``put-to-decision`` is "put to decision"."""
    return translated(TITLES.get(name) or _spaced(name), "deed")


def state(value: str) -> str:
    """A record's state as it stands after "is": ``draft`` is "in draft"."""
    return translated(STATES.get(value) or _spaced(value), "state")


def field(name: str) -> str:
    """What a field is called: ``review_by`` is "review date"."""
    return translated(FIELDS.get(name) or _spaced(name), "field")


def means(name: str) -> str:
    """What somebody gave again when signing: ``totp`` is "a code of an app"."""
    return translated(MEANS.get(name) or _spaced(name), "name")


def method(name: str) -> str:
    """What a measurement method measures: ``rng-entropy`` is "random-number entropy"."""
    return translated(METHODS.get(name) or _spaced(name), "name")


def kind(name: str) -> Noun:
    """A kind of record as a noun; a kind without a row in the table is called by its own name."""
    noun = KINDS.get(name)
    if noun is None:
        spaced = _spaced(name)
        return Noun(*(translated(form).format(kind=spaced) for form in UNKNOWN_KIND))
    return Noun(translated(noun.one, "name"), translated(noun.many, "several"), translated(noun.a, "article"))


def joined(parts: Sequence[str], word: str = "and") -> str:
    """Several in one text, as in: a, b and c. Of a long list the first few, and how many more."""
    if len(parts) > NAMED_AT_MOST + 1:
        more = counted("{count} more", "{count} more", len(parts) - NAMED_AT_MOST)
        parts = [*parts[:NAMED_AT_MOST], more]
    return every(parts, word)


def every(parts: Sequence[str], word: str = "and") -> str:
    """Several in one text, none of them left out, however many they are."""
    last = translated(" or ", "list") if word == "or" else translated(" and ", "list")
    return last.join(part for part in (_listed(parts[:-1]), parts[-1]) if part) if parts else ""


def _listed(parts: Sequence[str]) -> str:
    return translated(", ", "list").join(parts)


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
    return FORMS[form](value, parameters)


def _number(value: Parameter) -> int:
    return value if isinstance(value, int) else len(value) if isinstance(value, tuple) else 1


def _each(name_of: Callable[[str], str], word: str) -> Form:
    def form(value: Parameter, _: Mapping[str, Parameter]) -> str:
        if isinstance(value, tuple):
            return joined([name_of(part) for part in value], word)
        return name_of(str(value)) if value not in ("", 0) else ""

    return form


def _days(value: Parameter, _: Mapping[str, Parameter]) -> str:
    return counted("{count} day", "{count} days", int(str(value)))


def _plain(value: Parameter) -> str:
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else spoken(str(value))


def _clause(value: Parameter, _: Mapping[str, Parameter]) -> str:
    return str(value).strip().rstrip(".!")


def _noun_by_number(value: Parameter, parameters: Mapping[str, Parameter]) -> str:
    return kind(str(value)).one if parameters["have"] == 1 else kind(str(value)).many


def _noun_needed(value: Parameter, parameters: Mapping[str, Parameter]) -> str:
    need = parameters["need"]
    return kind(str(value)).a if need == 1 else f"{need} {kind(str(value)).many}"


AS_RECORDED: Final = "as-recorded"
"""The profile that follows from what an organisation has on record about itself; it has no name that anybody gave."""


def _profile(value: Parameter, _: Mapping[str, Parameter]) -> str:
    if value == AS_RECORDED:
        return translated("the organisation, as its own record describes it,")
    return translated("the profile {name}").format(name=value)


def _found(value: Parameter, _: Mapping[str, Parameter]) -> str:
    return _values(value, "and")


def _condition(value: Parameter, parameters: Mapping[str, Parameter]) -> str:
    return condition(str(parameters["operator"]), value)


def condition(operator: str, value: Parameter) -> str:
    """What a field was to hold, by the condition's operator; nothing where any value would have done."""
    if operator == "present":
        return ""
    if operator in ("at_least", "at_most"):
        limit = translated("at least {value}") if operator == "at_least" else translated("at most {value}")
        return limit.format(value=value)
    return _values(value, "and" if operator == "includes_all" else "or")


_WORDS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:, [a-z0-9]+(?:-[a-z0-9]+)*)*")


def _values(value: Parameter, word: str) -> str:
    """What a field holds. Several words stand in one text, divided by commas; a name with a comma stays whole."""
    if isinstance(value, tuple):
        return joined([_known(part) for part in value], word)
    text = {"true": "yes", "false": "no"}.get(str(value), str(value))
    return joined([_known(part) for part in text.split(", ")], word) if _WORDS.fullmatch(text) else text


def _known(word: str) -> str:
    """A word of a closed list by its name, where another language has one; else, and in English, as files write it."""
    english = TITLES.get(word) or _spaced(word)
    named = translated(english, "name")
    return word if current() == ENGLISH or named == english else named


FORMS: Final[Mapping[str, Form]] = {
    **{
        f"{shape}{tail}".strip(): _each(name_of, word)
        for shape, name_of in (
            ("", spoken),
            ("state", state),
            ("field", field),
            ("name", title),
            ("method", method),
            ("means", means),
        )
        for tail, word in (("", "and"), (" or", "or"))
    },
    "one": _each(lambda name: kind(name).one, "and"),
    "many": _each(lambda name: kind(name).many, "and"),
    "a": _each(lambda name: kind(name).a, "and"),
    "by number": _noun_by_number,
    "needed": _noun_needed,
    "all": lambda value, _: (
        _listed([spoken(part) for part in value]) if isinstance(value, tuple) else spoken(str(value))
    ),
    "count": lambda value, _: _plain(value),
    "days": _days,
    "clause": _clause,
    "profile": _profile,
    "value": _found,
    "condition": _condition,
}
