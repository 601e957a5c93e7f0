"""The measurement result: what one collector found about one subject, in a form that can be repeated and compared.

Every collector returns this shape. Numbers that are not integers are decimal strings with a unit; there is no
floating point anywhere, so the digests are the same wherever the same lock is installed. Text is NFC; checks say
what they found in codes and figures, doors make the sentences.
"""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints, model_validator

from standfirst.evidence.decision import Rule, Side
from standfirst.records.body import Sha256
from standfirst.standards.validation import Name, Strict
from standfirst.standards.vocabulary import Verdict
from standfirst.trust.canonical import MAX_INTEGER, canonical_bytes
from standfirst.trust.digests import sha256_hex


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _is_decimal(text: str) -> str:
    if not re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text):
        raise ValueError("write a decimal without exponent, plus sign or leading zeros")
    if text.startswith("-") and not Decimal(text):
        raise ValueError("zero has no sign")
    return text


def _is_instant(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", text):
        raise ValueError("write a time in UTC like 2025-02-26T15:13:14Z")
    datetime.fromisoformat(text)
    return text


Text = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_nfc)]
Unit = Annotated[str, StringConstraints(min_length=1, max_length=20), AfterValidator(_nfc)]
"""An SI unit or ``d``; ``1`` for a share or another pure number."""
DecimalText = Annotated[str, StringConstraints(max_length=80), AfterValidator(_is_decimal)]
Instant = Annotated[str, AfterValidator(_is_instant)]
Integer = Annotated[StrictInt, Field(ge=-MAX_INTEGER, le=MAX_INTEGER)]
Natural = Annotated[StrictInt, Field(ge=0, le=MAX_INTEGER)]


def decimal_text(value: Decimal) -> str:
    """`value` as the decimal string that this room writes: no exponent, no sign on zero."""
    text = format(value, "f")
    return text[1:] if text.startswith("-") and not value else text


def instant_text(moment: datetime) -> str:
    """`moment` in UTC, as this room writes it. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Subject(Strict):
    """What was measured.

    `name` is what the organisation calls it, `identifier` what the input calls it. `snapshot` is when it was in the
    state that was measured, if that has a time; `other_snapshots` are states in the same input that were not measured.
    """

    name: Text
    identifier: Text
    what: Name
    snapshot: Instant | None = None
    other_snapshots: tuple[Instant, ...] = ()


class InputFile(Strict):
    name: Text
    sha256: Sha256
    size: Natural


class Parameter(Strict):
    """A choice that was made before measuring. A non-integer is a decimal string with a unit."""

    name: Name
    value: StrictBool | Integer | Text | None
    unit: Unit | None = None


class Interval(Strict):
    lower: DecimalText
    upper: DecimalText
    coverage: DecimalText
    method: Name

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if Decimal(self.lower) > Decimal(self.upper):
            raise ValueError("an interval starts at its lower end")
        return self


class Uncertainty(Strict):
    """A standard uncertainty in the unit of its value, and how it was found."""

    standard: DecimalText
    method: Name


class Value(Strict):
    """A measured quantity, rounded to a multiple of `resolution`.

    An interval is rounded outwards, so that its stated coverage is kept. Neither interval nor uncertainty: the value
    is a plain fact about the input, with nothing to be uncertain about.
    """

    name: Name
    value: DecimalText
    unit: Unit
    resolution: DecimalText
    interval: Interval | None = None
    uncertainty: Uncertainty | None = None

    @model_validator(mode="after")
    def _at_resolution(self) -> Self:
        step = Decimal(self.resolution)
        if step <= 0:
            raise ValueError("a resolution is above zero")
        ends = () if self.interval is None else (self.interval.lower, self.interval.upper)
        with localcontext(prec=200):  # two decimals of 80 characters: no remainder is beyond reckoning
            off = any(Decimal(text) % step for text in (self.value, *ends))
        if off:
            raise ValueError("a value stands at its declared resolution")
        return self


class Figure(Strict):
    name: Name
    value: Integer | DecimalText
    unit: Unit = "1"


class Limit(Strict):
    """A limit and the parameter that set it."""

    parameter: Name
    value: DecimalText
    unit: Unit
    side: Side = Side.AT_MOST


class Check(Strict):
    """One question put to the subject.

    Without a limit there is no verdict: the figures are reported and decide nothing. A check that has a limit but
    found nothing to ask the question of (`no-elements` in `codes`) has no verdict either.
    """

    name: Name
    verdict: Verdict | None
    figures: tuple[Figure, ...] = ()
    limit: Limit | None = None
    rule: Rule | None = None
    codes: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _decided_by_a_rule(self) -> Self:
        if self.verdict is not None and (self.limit is None) != (self.rule is None):
            raise ValueError("a limit is applied by a rule")
        return self


class Decision(Strict):
    """The verdict on the subject, the rule that made it of the checks, and what that rule was told.

    `check_rule` is the rule for values with an interval, `guard` the interval that serves as guard band (or None) and
    `false_acceptance` the most often that rule accepts a subject whose true value lies beyond the limit.
    """

    verdict: Verdict
    rule: Name
    source: Text
    check_rule: Rule | None = None
    check_rule_source: Text | None = None
    guard: Name | None = None
    false_acceptance: DecimalText | None = None
    limits: tuple[Limit, ...] = ()
    decided_by: tuple[Name, ...] = ()


class Example(Strict):
    """One element that speaks against the subject, and where it stands in the input."""

    element: Text
    figures: tuple[Figure, ...]
    place: Text


class Offenders(Strict):
    """The worst elements of one check, worst first; `total` counts those not shown too."""

    check: Name
    total: Natural
    worst: tuple[Example, ...]


class Statement(Strict):
    """One thing that was found out about one element, such as its standing; nothing where that could not be said."""

    name: Name
    value: Integer | Text | None


class Element(Strict):
    """One element of the subject, where it stands in the input, and what was found about it."""

    element: Text
    place: Text
    statements: tuple[Statement, ...]


class Environment(Strict):
    """What the measurement ran on: part of the envelope, never of the result."""

    implementation: Text
    platform: Text
    packages: tuple[tuple[Text, Text], ...] = ()


_REPEATABLE: Final = (
    "form",
    "method",
    "method_version",
    "parameters",
    "seed",
    "counts",
    "values",
    "checks",
    "elements",
)
"""What a repeat must give again as it stands; of the inputs only their bytes, of the decision only its verdict."""


class MeasurementResult(Strict):
    """A complete measurement result.

    `result_digest` covers what a repeat must give again; `envelope_digest` covers everything, so it also fixes the
    subject's name, the examples, the environment and the time.
    """

    form: Literal["measurement-result/1"] = "measurement-result/1"
    method: Name
    method_version: Text
    subject: Subject
    inputs: tuple[InputFile, ...]
    parameters: tuple[Parameter, ...] = ()
    seed: Integer | None = None
    counts: dict[Name, Natural] = Field(default_factory=dict)
    values: tuple[Value, ...] = ()
    checks: tuple[Check, ...] = ()
    decision: Decision
    examples: tuple[Offenders, ...] = ()
    elements: tuple[Element, ...] = ()
    environment: Environment | None = None
    performed_at: Instant | None = None

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        for things in (self.parameters, self.values, self.checks):
            names = [thing.name for thing in things]
            if len(set(names)) < len(names):
                raise ValueError("a name stands once in its list")
        return self

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        if not self.inputs and self.decision.verdict is not Verdict.NOT_MEASURABLE:
            raise ValueError("what was measured was made from an input")
        return self

    @property
    def verdict(self) -> Verdict:
        return self.decision.verdict

    @property
    def result_digest(self) -> str:
        """SHA-256 in hex over what a repeat must give again."""
        body = self.document()
        covered: dict[str, Any] = {name: body[name] for name in _REPEATABLE if name in body}
        covered["inputs"] = [{"sha256": file.sha256, "size": file.size} for file in self.inputs]
        covered["verdict"] = self.verdict.value
        return sha256_hex(canonical_bytes(covered))

    @property
    def envelope_digest(self) -> str:
        """SHA-256 in hex over the whole document."""
        return sha256_hex(self.canonical())

    def document(self) -> dict[str, Any]:
        """The result as plain JSON values. Elements stand in it only where there are any: results were made, and hashed,
        before there was a place for them.
        """
        body = self.model_dump(mode="json")
        if not self.elements:
            del body["elements"]
        return body

    def canonical(self) -> bytes:
        return canonical_bytes(self.document())

    def value(self, name: str) -> Value:
        """The value of this name. Raises KeyError when the collector did not report it."""
        return {value.name: value for value in self.values}[name]

    def check(self, name: str) -> Check:
        """The check of this name. Raises KeyError when the collector did not make it."""
        return {check.name: check for check in self.checks}[name]
