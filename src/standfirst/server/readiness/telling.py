"""One requirement in words: why it stands as it does, what would make it a yes and where that is done, what became of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.conformity.assess import Result
from standfirst.conformity.register import NAMING
from standfirst.conformity.telling import sign, split_at_labels, together
from standfirst.records.sealing import NUMBER
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.readiness.beginning import Deed, beginning
from standfirst.server.readiness.models import Served
from standfirst.server.readiness.showing import TONES, Square, named, square
from standfirst.server.readiness.standing import Change, Row, Standing, history
from standfirst.server.store.models import Current
from standfirst.standards.catalogue import RelatedDocument
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.method import Criterion
from standfirst.standards.reason import Reason
from standfirst.words.demanding import demands
from standfirst.words.language import day
from standfirst.words.render import hint, sentence, state, title

NAMED: Final = 6
"""Records named below a criterion; the rest are counted."""

SERVING: Final = 12
"""Records named that serve a requirement; the rest are counted."""

OUTCOMES: Final = {
    Outcome.MET: gettext_noop("met"),
    Outcome.NOT_MET: gettext_noop("not met"),
    Outcome.JUDGEMENT: gettext_noop("judgement"),
    Outcome.NOT_ASSESSABLE: gettext_noop("not assessable"),
}

_CAUSES: Final = {
    "record.stale": gettext_noop("evidence aged"),
    "record.ended": gettext_noop("a period ended"),
    "record.state": gettext_noop("a record changed its state"),
    "record.field": gettext_noop("a record says something else"),
    "record.not-begun": gettext_noop("a record does not hold yet"),
    "record.none-serving": gettext_noop("nothing serves it"),
    "record.none-of-kind": gettext_noop("a kind of record is missing"),
    "record.too-few": gettext_noop("too few records"),
    "record.template": gettext_noop("template text is left"),
    "record.evidence-gone": gettext_noop("an attached file is gone"),
    "every.lacking": gettext_noop("not all records hold"),
    "subject.none": gettext_noop("nothing to show it on"),
    "subject.without": gettext_noop("something has no evidence of its own"),
    "subject.too-few": gettext_noop("something has too little evidence"),
    "coverage.missing": gettext_noop("not everything is covered"),
    "measurement.none": gettext_noop("a measurement is missing"),
    "measurement.verdict": gettext_noop("a measurement does not conform"),
    "statement.unsigned": gettext_noop("a signature is missing"),
    "adverse.open": gettext_noop("a nonconformity is open"),
    "applicability.excluded": gettext_noop("declared not applicable"),
    "profile.domain": gettext_noop("outside the domains worked in"),
    "profile.stage": gettext_noop("outside the stages worked in"),
    "profile.tier": gettext_noop("below the tier it is asked from"),
}
"""Why a status changed, in a few words."""

_COUNTING: Final = frozenset(
    {"every.lacking", "record.none-serving", "record.none-of-kind", "record.too-few"}
)
"""Those that only count: what is said of single records says more."""


# --- changes ----------------------------------------------------------------------------------------------------------


def change(place: Place, stood: Standing, one: Change) -> dict[str, Any]:
    """A change in words. The reasons are told where something was lost."""
    known = stood.edition.by_id.get(one.requirement)
    told = [code for code in one.codes if code in _CAUSES and one.way < 1]
    causes = [_CAUSES[code] for code in sorted(told, key=lambda code: code in _COUNTING)][:1]
    return {
        "id": one.requirement,
        "title": known.title if known else "",
        "url": reverse("requirement", args=[place.organisation.slug, one.requirement]),
        "before": named(one.before),
        "after": named(one.after),
        "tone": TONES[one.after],
        "way": one.way,
        "on": day(one.on),
        "iso": one.on.isoformat(),
        "cause": _(causes[0]) if causes else "",
        "size": one.size,
    }


# --- a requirement ----------------------------------------------------------------------------------------------------


def requirement(place: Place, stood: Standing, result: Result, row: Row | None) -> dict[str, Any]:
    """All that its page shows."""
    asked = result.requirement
    known = _labels(place, result)
    serving = _serving(place, asked.id)
    group = next(each for each in stood.edition.groups if asked in each.requirements)
    return {
        "requirement": asked,
        "clause": group,
        "status": result.status.value,
        "word": named(result.status),
        "tone": TONES[result.status],
        "row": row,
        "until": day(result.until) if result.until else "",
        "criteria": [_criterion(place, criterion, answer, known) for criterion, answer in result.answers],
        "against": [_parts(place, sentence(reason), known) for reason in result.adverse],
        "left_out": _parts(place, sentence(result.left_out), known) if result.left_out else (),
        "taken_in": _parts(place, sentence(result.taken_in), known) if result.taken_in else (),
        "steps": _steps(place, result, known),
        "judged": [criterion.judgement for criterion, _answer in result.answers if criterion.judgement],
        "serving": serving[:SERVING],
        "more_serving": len(serving) > SERVING,
        "related": [_related(each) for each in asked.related],
        "about": _about(result),
        "history": [change(place, stood, one) for one in history(place, asked.id)],
        **neighbours(stood.rows, asked.id, lambda one: square(place, one, stood.today)),
    }


def neighbours(
    rows: Sequence[Row], requirement: str, drawn: Callable[[Row], Square]
) -> Mapping[str, Square | None]:
    """The ones before and after it among these."""
    at = next((index for index, row in enumerate(rows) if row.id == requirement), None)
    before = rows[at - 1] if at else None
    after = rows[at + 1] if at is not None and at + 1 < len(rows) else None
    return {"previous": drawn(before) if before else None, "following": drawn(after) if after else None}


def _about(result: Result) -> list[tuple[str, str]]:
    asked = result.requirement
    lists = (
        (_("Life-cycle stages"), asked.stages),
        (_("Domains"), asked.domains),
        (_("Goals"), asked.goals),
        (_("Aspects"), asked.aspects),
    )
    told = [(words, _(", ").join(title(value.value) for value in values)) for words, values in lists]
    return [*told, (_("Asked from tier"), str(asked.from_tier))]


def _related(one: RelatedDocument) -> dict[str, str]:
    return {
        "document": one.document,
        "relation": title(one.relation.value),
        "confidence": title(one.confidence.value),
        "note": one.note or "",
    }


# --- why --------------------------------------------------------------------------------------------------------------

Labels = Mapping[str, reading.Label]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; ``url`` where it names a record."""

    text: str
    url: str = ""


def _labels(place: Place, result: Result) -> Labels:
    """Every record that the result names, by number."""
    numbers = {number for number in _numbers(result) if NUMBER.match(number)}
    found = Current.objects.filter(organisation=place.organisation, number__in=numbers) if numbers else ()
    return {row.number: reading.label_of(row) for row in found}


def _numbers(result: Result) -> Iterator[str]:
    told: list[Reason] = [*result.adverse, *(r for r in (result.left_out, result.taken_in) if r)]
    for _criterion, answer in result.answers:
        yield from answer.records[: NAMED + 1]
        told += [*answer.reasons, *answer.remedies]
    for reason in told:
        for name in NAMING:
            value = reason.parameters.get(name, ())
            yield from value[: NAMED + 1] if isinstance(value, tuple) else (str(value),)


def _parts(place: Place, text: str, known: Labels) -> list[Part]:
    slug = place.organisation.slug
    return [
        Part(part, reverse("record", args=[slug, part]) if is_label else "")
        for part, is_label in split_at_labels(text, known)
        if part
    ]


def criterion_told(criterion: Criterion, answer: Answer, *, dated: bool = True) -> dict[str, Any]:
    """What everybody is told of it who may see the result; ``dated``: and the days of its evidence."""
    until = answer.until if dated and answer.outcome is Outcome.MET else None
    oldest = answer.oldest if dated else None
    return {
        "says": criterion.says,
        "word": _(OUTCOMES[answer.outcome]),
        "tone": TONES[sign(answer.outcome)],
        "until": day(until) if until else "",
        "oldest": day(oldest) if oldest else "",
        "question": (criterion.judgement or "") if answer.outcome is Outcome.JUDGEMENT else "",
    }


def reasons_told(answer: Answer) -> list[Reason]:
    """Those that say more than the outcome and the records that count do."""
    return [reason for reason in answer.reasons if reason.code not in {"record.counts", "judgement.auditor"}]


def counting(answer: Answer) -> Sequence[str]:
    """Numbers of records that make it met. Of any other outcome the reasons name them."""
    return answer.records if answer.outcome is Outcome.MET else ()


def _criterion(place: Place, criterion: Criterion, answer: Answer, known: Labels) -> dict[str, Any]:
    told = together(reasons_told(answer))
    count = next(
        (r.parameters["count"] for r in answer.reasons if r.code == "record.counts"), len(answer.records)
    )
    named_records = [known[number] for number in counting(answer)[:NAMED] if number in known]
    return {
        **criterion_told(criterion, answer),
        "reasons": [_parts(place, sentence(reason), known) for reason in told],
        "hints": [words for reason in told if (words := hint(reason))],
        "records": [(label, state(label.state)) for label in named_records],
        "more": max(int(str(count)) - len(named_records), 0) if named_records else 0,
    }


def _serving(place: Place, requirement: str) -> list[tuple[reading.Label, str]]:
    """Records that say they serve it, those that changed last first; one more than are shown."""
    serving = Served.objects.filter(organisation=place.organisation, requirement=requirement).values("record")
    rows = Current.objects.filter(organisation=place.organisation, record__in=serving, erased=False)
    return [(reading.label_of(row), state(row.state)) for row in rows.order_by("-sequence")[: SERVING + 1]]


# --- what would make it a yes -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    says: Sequence[Part]
    deeds: Sequence[Deed]


def _steps(place: Place, result: Result, known: Labels) -> list[Step]:
    """Each remedy once, in the order of the criteria. What speaks against has to be closed as well."""
    found: dict[str, Step] = {}
    for criterion, answer in result.answers:
        if answer.outcome is not Outcome.NOT_MET:
            continue
        for remedy in answer.remedies:
            words = " ".join(filter(None, (sentence(remedy), demands(criterion, remedy))))
            deeds = list(_deeds(place, result.requirement.id, criterion, answer, remedy, known))
            found.setdefault(words, Step(_parts(place, words, known), deeds))
    for reason in result.adverse:
        label = str(reason.parameters.get("record", ""))
        words = _("Bring %(record)s to its end: carry the action out, and show that it works.") % {
            "record": label
        }
        found.setdefault(words, Step(_parts(place, words, known), _opening(place, (label,), known)))
    return list(found.values())


def _deeds(  # noqa: PLR0917
    place: Place, requirement: str, criterion: Criterion, answer: Answer, remedy: Reason, known: Labels
) -> Iterator[Deed]:
    """The record that falls short is opened; else, or besides, one of its kind is begun."""
    told = remedy.parameters.get("records", ())
    near = told if isinstance(told, tuple) and told else answer.records
    if remedy.code == "remedy.cause":
        near = (str(remedy.parameters["record"]),)
    opening = _opening(place, near[:2], known) if remedy.code != "remedy.measure" else []
    yield from opening
    if begun := beginning(place, requirement, criterion, remedy):
        yield replace(begun, main=not opening)


def _opening(place: Place, numbers: Iterable[str], known: Labels) -> list[Deed]:
    slug = place.organisation.slug
    return [
        Deed(_("Open %(record)s") % {"record": number}, reverse("record", args=[slug, number]))
        for number in numbers
        if number in known
    ]
