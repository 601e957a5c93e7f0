"""A measurement result as a page tells it: what was decided of what, by which rule, and what that rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from standfirst.evidence.result import Check, Figure, Interval, MeasurementResult
from standfirst.evidence.result import Value as MeasuredValue
from standfirst.evidence.showing import codes, other_figures, said_of, share_of
from standfirst.records.kind import Body
from standfirst.server.pages.shapes import capital
from standfirst.server.pages.showing import Value, value
from standfirst.words import render

_TONES: Final = {
    "conform": "good",
    "conform-guarded": "good",
    "indeterminate": "warn",
    "nonconform": "bad",
    "not-measurable": "",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """In words, and how it looks."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One question put to the subject. Without a limit nothing was decided."""

    name: str
    verdict: Verdict | None
    found: Sequence[str]
    limit: str
    rule: str


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: int


def sheet(body: Body) -> Mapping[str, Any]:
    """What the page of a measurement shows besides what every record's page does."""
    result = MeasurementResult.model_validate(body["result"])
    decision = result.decision
    return {
        "result": result,
        "verdict": _verdict(decision.verdict.value),
        "method": capital(render.method(result.method)),
        "what": _words(result.subject.what),
        "state_of": value(result.subject.snapshot or result.performed_at),
        "performed": value(result.performed_at),
        "rule": _words(decision.rule),
        "check_rule": _words(decision.check_rule.value) if decision.check_rule else "",
        "guard": _words(decision.guard or ""),
        "risk": _percent(decision.false_acceptance),
        "decided_by": [capital(_words(name)) for name in decision.decided_by],
        "checks": [_check(one) for one in result.checks],
        "values": [_value(one) for one in result.values],
        "offenders": [
            Table(
                capital(_words(one.check)),
                [_("Element"), *_figure_names(one.worst), _("Where")],
                [[worst.element, *_figures(worst.figures), worst.place] for worst in one.worst],
                one.total,
            )
            for one in result.examples
        ],
        "elements": _elements(result),
        "parameters": [
            (capital(_words(one.name)), _said(one.value), _unit(one.unit)) for one in result.parameters
        ],
        "counts": [(capital(_words(name)), count) for name, count in result.counts.items()],
        "result_digest": body["result_digest"],
    }


def _words(name: str) -> str:
    return render.title(name) if name else ""


def _verdict(name: str) -> Verdict:
    return Verdict(render.title(name), _TONES[name])


def _unit(unit: str | None) -> str:
    return "" if unit in (None, "1") else str(unit)


def _with_unit(amount: object, unit: str) -> str:
    return f"{amount} {_unit(unit)}".strip()


def _percent(share: str | None) -> str:
    return f"{(Decimal(share) * 100).normalize():f} %" if share else ""


def _said(part: object) -> Value:
    return value(part) if not isinstance(part, int) or isinstance(part, bool) else Value("text", str(part))


def _check(check: Check) -> CheckLine:
    limit = check.limit
    side = {"at-most": _("at most %(value)s"), "at-least": _("at least %(value)s")}
    return CheckLine(
        name=capital(_words(check.name)),
        verdict=_verdict(check.verdict.value) if check.verdict else None,
        found=list(_found(check)),
        limit=side[limit.side.value] % {"value": _with_unit(limit.value, limit.unit)} if limit else "",
        rule=_words(check.rule.value) if check.rule else "",
    )


def _found(check: Check) -> Sequence[str]:
    """A share as one figure with its interval, then each other figure by its name, then what has to be known beside them."""
    told = []
    if share := share_of(check):
        told.append(_("%(affected)s of %(elements)s (%(share)s; interval %(lower)s to %(upper)s)") % share)
    told += [f"{_words(one.name)} {_with_unit(one.value, one.unit)}" for one in other_figures(check)]
    return [*told, *(_words(code) for code in codes(check))]


def _value(one: MeasuredValue) -> tuple[str, str, str, str]:
    """What it is, how much, its interval or standard uncertainty, and how these were found."""
    name, amount = capital(_words(one.name)), _with_unit(one.value, one.unit)
    if one.interval is not None:
        return name, amount, _interval(one.interval), _words(one.interval.method)
    if one.uncertainty is not None:
        doubt = _("standard uncertainty %(value)s") % {"value": one.uncertainty.standard}
        return name, amount, doubt, _words(one.uncertainty.method)
    return name, amount, "", ""


def _interval(interval: Interval) -> str:
    return _("%(lower)s to %(upper)s (%(coverage)s)") % {
        "lower": interval.lower,
        "upper": interval.upper,
        "coverage": _percent(interval.coverage),
    }


def _figure_names(worst: Sequence[Any]) -> list[str]:
    return [capital(_words(figure.name)) for figure in worst[0].figures] if worst else []


def _figures(figures: Sequence[Figure]) -> list[str]:
    return [_with_unit(figure.value, figure.unit) for figure in figures]


def _elements(result: MeasurementResult) -> Table | None:
    if not result.elements:
        return None
    names = list(dict.fromkeys(one.name for element in result.elements for one in element.statements))
    rows = []
    for element in result.elements:
        said = said_of(element)
        rows.append([element.element, *(_words(said.get(name, "")) for name in names), element.place])
    head = [_("Element"), *(capital(_words(name)) for name in names), _("Where")]
    return Table("", head, rows, len(rows))
