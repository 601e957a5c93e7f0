"""What is missing, first things first: each gap with its reason, and the deed that closes it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.conformity.assess import Result
from standfirst.conformity.telling import together
from standfirst.records.sealing import NUMBER
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.readiness import asked
from standfirst.server.readiness.beginning import Deed, beginning
from standfirst.server.readiness.standing import results
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.method import Criterion, Status
from standfirst.standards.reason import Reason
from standfirst.words.demanding import demands
from standfirst.words.render import sentence

_STAGES: Final[Sequence[tuple[str, frozenset[str], str | Promise, str | Promise]]] = (
    (
        "foundations",
        frozenset({"4", "5"}),
        gettext_lazy("Foundations"),
        gettext_lazy("Who you are, whom you work for, who leads, and what you promise. Mostly a page each."),
    ),
    (
        "plans",
        frozenset({"6"}),
        gettext_lazy("Plans"),
        gettext_lazy("What could go wrong, what you want to reach, and what applies to you."),
    ),
    (
        "support",
        frozenset({"7"}),
        gettext_lazy("Support"),
        gettext_lazy("People, competence, equipment, and how documents are kept."),
    ),
    (
        "operation",
        frozenset({"8"}),
        gettext_lazy("Operation"),
        gettext_lazy("How the work itself is done and checked."),
    ),
    (
        "controls",
        frozenset(),  # the annex
        gettext_lazy("Controls"),
        gettext_lazy(
            "What is particular to quantum technology: measurements, claims, security, law, effects."
        ),
    ),
    (
        "checks",
        frozenset({"9", "10"}),
        gettext_lazy("Checks and improvement"),
        gettext_lazy("Audit and review look at what is there, so they come last, the first time."),
    ),
)
"""The order in which a management system is best begun: each rests on those before."""

_COST: Final = {
    "remedy.wait": 0,
    "remedy.sign": 1,
    "remedy.every": 1,
    "remedy.cover": 2,
    "remedy.keep": 2,
    "remedy.link": 3,
    "remedy.subject": 3,
    "remedy.measure": 5,
    "remedy.cause": 6,
}
"""Roughly what it takes, so that what is soon done stands first. Of a kind of evidence that is not a document, a little more."""
_DEAREST: Final = 4
_OPEN: Final = frozenset({Status.NOT_SHOWN, Status.PARTLY})


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion that is not met: what it says, why not, what would do, and where.

    ``is_told``: the line before says why already. ``as_for``: the requirement further up of which the same is said.
    """

    says: str
    why: str
    would: str
    deed: Deed | None
    is_told: bool = False
    as_for: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement of which something is missing: what speaks against it, and the criteria not met, the cheapest first.

    ``beyond``: where nothing is missing that records could show, what this release cannot assess.
    """

    result: Result
    lines: Sequence[Line]
    against: Sequence[str]
    beyond: Sequence[str] = ()

    @property
    def first(self) -> Sequence[Line]:
        return self.lines[:1]

    @property
    def others(self) -> Sequence[Line]:
        return self.lines[1:]


@dataclass(frozen=True, slots=True)
class Stage:
    """Gaps that are closed at about the same time."""

    id: str
    title: str | Promise
    about: str | Promise
    gaps: Sequence[Gap]


@dataclass(frozen=True, slots=True)
class Missing:
    """All gaps of an organisation; ``None`` results where nothing has been computed yet."""

    stages: Sequence[Stage]
    asked: int
    shown: int
    judged: int
    unassessable: int
    is_computed: bool = True

    @property
    def count(self) -> int:
        return sum(len(stage.gaps) for stage in self.stages)


@within(*READING)
def gaps(request: HttpRequest, place: Place) -> HttpResponse:
    if not asked.is_asked(place.organisation):
        raise reading.missing()
    return page(
        request, place, "setup/gaps.html", {"missing": missing(place), "edition": asked.current().edition}
    )


def missing(place: Place) -> Missing:
    found = results(place, as_now=True)
    if not found:
        return Missing((), 0, 0, 0, 0, is_computed=False)
    counted = [result.status for result in found]
    open_ = sorted((r for r in found if r.status in _OPEN), key=lambda r: (_rank(r), _cost(r)))
    stages = [
        Stage(_STAGES[rank][0], _STAGES[rank][2], _STAGES[rank][3], [gap_of(place, each) for each in those])
        for rank, those in groupby(open_, _rank)
    ]
    return Missing(
        list(_said_once(stages)),
        asked=sum(status is not Status.NOT_APPLICABLE for status in counted),
        shown=counted.count(Status.SHOWN),
        judged=counted.count(Status.NEEDS_JUDGEMENT),
        unassessable=counted.count(Status.NOT_ASSESSABLE),
    )


def _said_once(stages: Iterable[Stage]) -> Iterator[Stage]:
    """The same of several requirements is said of the first; the others lead there."""
    first: dict[tuple[str, str], str] = {}
    for stage in stages:
        gaps_ = []
        for gap in stage.gaps:
            name = gap.result.requirement.id
            told = [(line, first.setdefault((line.why, line.would), name)) for line in gap.lines]
            lines = [replace(line, as_for="" if where == name else where) for line, where in told]
            gaps_.append(replace(gap, lines=lines))
        yield replace(stage, gaps=gaps_)


def gap_of(place: Place, result: Result) -> Gap:
    unmet = [(c, a) for c, a in result.answers if a.outcome is Outcome.NOT_MET]
    unmet.sort(key=lambda pair: _price(pair[1]))
    lines = [_line(place, result.requirement.id, criterion, answer) for criterion, answer in unmet]
    lines = list({(line.why, line.would): line for line in reversed(lines)}.values())[::-1]
    told = [line.why for line in lines]
    lines = [replace(line, is_told=line.why in told[:at]) for at, line in enumerate(lines)]
    against = [sentence(reason) for reason in result.adverse]
    return Gap(result, lines, against, () if lines or against else _beyond(result))


def _beyond(result: Result) -> list[str]:
    told = [
        reason
        for _, answer in result.answers
        if answer.outcome is Outcome.NOT_ASSESSABLE
        for reason in answer.reasons
    ]
    return list(dict.fromkeys(map(sentence, told)))


def _line(place: Place, requirement: str, criterion: Criterion, answer: Answer) -> Line:
    remedy = answer.remedies[0] if answer.remedies else None
    return Line(
        criterion.says,
        " ".join(map(sentence, _first(answer.reasons))),
        " ".join(filter(None, (sentence(remedy), demands(criterion, remedy)))) if remedy else "",
        _deed(place, requirement, criterion, answer, remedy),
    )


def _first(reasons: Sequence[Reason]) -> Sequence[Reason]:
    """The nearest; where it only counts, what it counts as well."""
    return together(reasons) if reasons and reasons[0].code == "every.lacking" else reasons[:1]


def _deed(
    place: Place, requirement: str, criterion: Criterion, answer: Answer, remedy: Reason | None
) -> Deed | None:
    """To the record that falls short, where there is one; else to the form of a new one."""
    near = next(_named(answer, remedy), None)
    if near is not None:
        url = reverse("record", args=[place.organisation.slug, near])
        return Deed(_("Open %(record)s") % {"record": near}, url)
    return beginning(place, requirement, criterion, remedy) if remedy else None


def _named(answer: Answer, remedy: Reason | None) -> Iterator[str]:
    """Numbers of records that would do if something about them were put right."""
    told = remedy.parameters.get("records", ()) if remedy else ()
    for label in (*(told if isinstance(told, tuple) else ()), *answer.records):
        if NUMBER.match(label):
            yield label


def _rank(result: Result) -> int:
    clause = result.requirement.id.partition(".")[0]
    rank = next((rank for rank, (_, clauses, _, _) in enumerate(_STAGES) if clause in clauses), None)
    return 4 if rank is None else rank


def _cost(result: Result) -> tuple[int, int]:
    """What the first step takes, and then all of them."""
    prices = [_price(answer) for _, answer in result.answers if answer.outcome is Outcome.NOT_MET]
    return min(prices, default=0), sum(prices)


def _price(answer: Answer) -> int:
    """Of the remedy that takes least. A record that is there already only has to be put right."""
    if next(_named(answer, answer.remedies[0] if answer.remedies else None), None):
        return 1
    return min(map(_price_of, answer.remedies), default=_DEAREST)


def _price_of(remedy: Reason) -> int:
    return _COST.get(remedy.code, _DEAREST) + (
        remedy.parameters.get("kind") not in {None, "document", "scope"}
    )
