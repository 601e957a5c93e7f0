"""``evaluate(criterion, facts, at)``: does what is kept show what is asked, on that day?

Three rules hold everywhere and are tested as properties. A record in an asked-for state of a known subject never lowers
an answer. When all effective periods have begun, a later day never raises one: evidence only ages. What speaks against
never raises one: the *latest* measurement decides, before anybody asks how old it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from standfirst.standards.facts import Fact, Facts, FieldValue
from standfirst.standards.method import (
    Condition,
    Coverage,
    Criterion,
    MeasurementCriterion,
    RecordCriterion,
    Selection,
    StatementCriterion,
    Subject,
)
from standfirst.standards.reason import Parameter, Reason

MEASUREMENT = "measurement"  # the kind of record that holds a measurement result
RECORDED = "recorded"  # the state in which one counts
SHOWN_AT_MOST = 5  # records named in one answer; the rest are counted


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not-met"
    JUDGEMENT = "judgement"
    NOT_ASSESSABLE = "not-assessable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a criterion comes to, why, by which records, and until when that holds.

    ``until`` is the first day on which age or an ended period turns a met criterion into one that is not.
    ``oldest`` is the date of the oldest record it rests on. ``remedies`` say what would make it a yes.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[Reason, ...] = ()
    records: tuple[str, ...] = ()
    oldest: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Lack:
    """The first thing that keeps a fact from counting; a later ``step`` is a nearer miss."""

    step: int
    reason: Reason


def evaluate(criterion: Criterion, requirement: str, facts: Facts, at: date) -> Answer:
    """Answer one criterion of ``requirement`` from ``facts`` on the day ``at``. Reads no clock and changes nothing."""
    if criterion.record is not None:
        return _record(criterion.record, requirement, facts, at)
    if criterion.measurement is not None:
        return _measurement(criterion.measurement, facts, at)
    if criterion.statement is not None:
        return _statement(criterion.statement, requirement, facts, at)
    return Answer(Outcome.JUDGEMENT, (Reason("judgement.auditor", {"question": criterion.judgement or ""}),))


# --- records ---------------------------------------------------------------------------------------------------------


def _record(asked: RecordCriterion, requirement: str, facts: Facts, at: date) -> Answer:
    if asked.every:
        return _every(asked, requirement, facts, at)
    if asked.for_each is not None:
        return _for_each(asked.for_each, asked, requirement, facts, at)
    candidates = _candidates(asked, requirement, facts)
    counting = [fact for fact in candidates if lack(fact, asked, at) is None]
    if len(counting) < asked.at_least:
        return _none_counts(asked, requirement, candidates, at, have=len(counting), need=asked.at_least)
    if asked.covers is not None and (missing := _uncovered(asked.covers, counting, facts)):
        named: dict[str, Parameter] = {
            "field": asked.covers.field,
            "missing": tuple(missing),
            "kind": asked.kind,
        }
        return Answer(
            Outcome.NOT_MET,
            (Reason("coverage.missing", {**named, "records": _labels(counting)}),),
            (Reason("remedy.cover", named),),
        )
    return _met(counting, asked.max_age_days)


def _every(asked: RecordCriterion, requirement: str, facts: Facts, at: date) -> Answer:
    among = [
        fact
        for fact in _candidates(asked, requirement, facts)
        if (not asked.among or fact.state in asked.among) and not fact.withheld
    ]
    if not among:
        return _none_counts(asked, requirement, _candidates(asked, requirement, facts), at, have=0, need=1)
    lacking = [(fact, found) for fact in among if (found := lack(fact, asked, at)) is not None]
    if lacking:
        reasons = tuple(found.reason for _, found in lacking[:SHOWN_AT_MOST])
        counted: dict[str, Parameter] = {"kind": asked.kind, "lacking": len(lacking), "of": len(among)}
        labels = _labels([fact for fact, _ in lacking])
        return Answer(
            Outcome.NOT_MET,
            (Reason("every.lacking", counted), *reasons),
            (Reason("remedy.every", {"kind": asked.kind, "states": asked.states, "records": labels}),),
            labels,
        )
    return _met(among, asked.max_age_days)


def _for_each(subject: Subject, asked: RecordCriterion, requirement: str, facts: Facts, at: date) -> Answer:
    found: list[Fact] = []
    reasons: list[Reason] = []
    remedies: list[Reason] = []
    subjects = subjects_of(subject, facts)
    for each in subjects:
        linked = [
            f for f in facts.linked_to(asked.kind, each.id) if not asked.serving or requirement in f.serves
        ]
        counting = [fact for fact in linked if lack(fact, asked, at) is None]
        if len(counting) >= asked.at_least:
            found += counting
            continue
        reasons += [
            Reason("subject.without", {"subject": each.label, "title": each.title, "kind": asked.kind}),
            *_nearest(linked, asked, at),
        ]
        remedies.append(
            Reason("remedy.link", {"subject": each.label, "kind": asked.kind, "states": asked.states})
        )
    if not subjects:
        return _no_subject(subject)
    if reasons:
        return Answer(
            Outcome.NOT_MET,
            tuple(reasons[: 2 * SHOWN_AT_MOST]),
            tuple(remedies[:SHOWN_AT_MOST]),
            _labels(found),
        )
    return _met(found, asked.max_age_days)


# --- measurements ----------------------------------------------------------------------------------------------------


def _measurement(asked: MeasurementCriterion, facts: Facts, at: date) -> Answer:
    if asked.for_each is None:
        return _latest(asked, _of_method(asked, facts.of_kind(MEASUREMENT)), at, None)
    subjects = subjects_of(asked.for_each, facts)
    if not subjects:
        return _no_subject(asked.for_each)
    answers = [
        _latest(asked, _of_method(asked, facts.linked_to(MEASUREMENT, each.id)), at, each) for each in subjects
    ]
    lacking = [answer for answer in answers if answer.outcome is not Outcome.MET]
    told = lacking or answers
    return Answer(
        Outcome.NOT_MET if lacking else Outcome.MET,
        tuple(reason for answer in told for reason in answer.reasons)[:SHOWN_AT_MOST],
        tuple(remedy for answer in lacking for remedy in answer.remedies)[:SHOWN_AT_MOST],
        tuple(label for answer in answers for label in answer.records),
        None if lacking else min((a.oldest for a in answers if a.oldest), default=None),
        None if lacking else min((a.until for a in answers if a.until), default=None),
    )


def _of_method(asked: MeasurementCriterion, measured: Sequence[Fact]) -> Sequence[Fact]:
    return [fact for fact in measured if asked.method is None or fact.fields.get("method") == asked.method]


def _latest(asked: MeasurementCriterion, measured: Sequence[Fact], at: date, subject: Fact | None) -> Answer:
    """The latest of a method decides; of two at the same moment, the one that speaks against."""
    about: dict[str, Parameter] = {"subject": subject.label if subject else "", "method": asked.method or ""}
    remedy = (Reason("remedy.measure", about),)
    latest: dict[object, Fact] = {}
    for fact in sorted(measured, key=lambda f: (f.dated, f.fields.get("verdict") not in asked.verdicts, f.label)):
        if fact.state == RECORDED and fact.begun(at) and not fact.withheld:
            latest[fact.fields.get("method")] = fact
    if not latest:
        return Answer(Outcome.NOT_MET, (Reason("measurement.none", about),), remedy)
    against = [fact for fact in latest.values() if fact.fields.get("verdict") not in asked.verdicts]
    if against:
        reasons = tuple(Reason("measurement.verdict", _told(fact, about)) for fact in against[:SHOWN_AT_MOST])
        return Answer(Outcome.NOT_MET, reasons, remedy, _labels(against))
    newest = max(latest.values(), key=lambda fact: (fact.dated, fact.label))
    if stale := _stale(newest, asked.max_age_days, at):
        return Answer(Outcome.NOT_MET, (stale.reason,), remedy, (newest.label,))
    met = _met([newest], asked.max_age_days)
    reason = Reason("measurement.passes", _told(newest, about))
    return Answer(met.outcome, (reason,), (), met.records, met.oldest, met.until)


def _told(fact: Fact, about: Mapping[str, Parameter]) -> dict[str, Parameter]:
    return {
        **about,
        "method": str(fact.fields.get("method", "")),
        "record": fact.label,
        "verdict": str(fact.fields.get("verdict", "")),
        "dated": fact.dated.date().isoformat(),
    }


# --- statements ------------------------------------------------------------------------------------------------------


def _statement(asked: StatementCriterion, requirement: str, facts: Facts, at: date) -> Answer:
    candidates = _candidates(asked, requirement, facts)
    counting = [fact for fact in candidates if lack(fact, asked, at) is None]
    if not counting:
        return _none_counts(asked, requirement, candidates, at, have=0, need=1)
    signed = [fact for fact in counting if _signed(fact, asked, at)]
    if signed:
        return _met(signed, asked.max_age_days)
    named: dict[str, Parameter] = {
        "meaning": asked.meaning,
        "assurance": asked.assurance.value,
        "roles": asked.by_roles,
    }
    return Answer(
        Outcome.NOT_MET,
        (Reason("statement.unsigned", {**named, "records": _labels(counting)}),),
        (Reason("remedy.sign", {**named, "records": _labels(counting)}),),
        _labels(counting),
    )


def _signed(fact: Fact, asked: StatementCriterion, at: date) -> bool:
    return any(
        signature.meaning == asked.meaning
        and signature.assurance.rank >= asked.assurance.rank
        and (not asked.by_roles or bool(set(asked.by_roles) & set(signature.roles)))
        and signature.at.date() <= at
        for signature in fact.signatures
    )


# --- what counts -----------------------------------------------------------------------------------------------------


def lack(fact: Fact, asked: Selection, at: date) -> _Lack | None:
    """The first thing that keeps ``fact`` from counting, in the order in which a person would put it right."""
    if fact.withheld is not None:
        return _Lack(0, fact.withheld)
    if fact.state not in asked.states:
        return _Lack(
            1, Reason("record.state", {"record": fact.label, "state": fact.state, "asked": asked.states})
        )
    for condition in asked.where:
        if not holds(condition, fact.fields.get(condition.field)):
            return _Lack(2, _unfulfilled(fact, condition))
    if not fact.begun(at):
        return _Lack(
            3,
            Reason(
                "record.not-begun",
                {"record": fact.label, "from": max(fact.begins, fact.dated.date()).isoformat()},
            ),
        )
    if fact.ended(at):
        return _Lack(4, Reason("record.ended", {"record": fact.label, "until": str(fact.effective_until)}))
    return _stale(fact, asked.max_age_days, at)


def holds(condition: Condition, value: FieldValue | None) -> bool:
    """Does a field's value fulfil a condition? An absent field fulfils none."""
    if value is None:
        return False
    many = value if isinstance(value, tuple) else (value,)
    if condition.present:
        return value not in {"", ()}
    if condition.is_ is not None:
        return _same(value, condition.is_)
    if condition.in_ is not None:
        return any(_same(value, allowed) for allowed in condition.in_)
    if condition.includes_any is not None:
        return bool(set(condition.includes_any) & set(many))
    if condition.includes_all is not None:
        return set(condition.includes_all) <= set(many)
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return (
        value >= condition.at_least if condition.at_least is not None else value <= (condition.at_most or 0)
    )


def subjects_of(subject: Subject, facts: Facts) -> Sequence[Fact]:
    """Every record that needs evidence of its own. Time plays no part: a subject does not end by a date."""
    return [
        fact
        for fact in facts.of_kind(subject.kind)
        if fact.state in subject.states
        and not fact.withheld
        and all(holds(condition, fact.fields.get(condition.field)) for condition in subject.where)
    ]


def _same(value: FieldValue, asked: bool | int | str) -> bool:
    return type(value) is type(asked) and value == asked  # True is not 1


def _stale(fact: Fact, max_age: int | None, at: date) -> _Lack | None:
    if max_age is None or fact.age(at) <= max_age:
        return None
    return _Lack(5, Reason("record.stale", {"record": fact.label, "age": fact.age(at), "limit": max_age}))


def _unfulfilled(fact: Fact, condition: Condition) -> Reason:
    value = fact.fields.get(condition.field)
    found = (
        ", ".join(value)
        if isinstance(value, tuple)
        else ""
        if value is None
        else str(value).lower()
        if value in (True, False)
        else str(value)
    )
    operator, asked = next(
        (k, v) for k, v in condition.model_dump(exclude={"field"}, exclude_none=True).items()
    )
    wanted = (
        ", ".join(map(str, asked))
        if isinstance(asked, tuple | list)
        else str(asked).lower()
        if isinstance(asked, bool)
        else str(asked)
    )
    return Reason(
        "record.field",
        {
            "record": fact.label,
            "field": condition.field,
            "found": found,
            "operator": operator.rstrip("_"),
            "asked": wanted,
        },
    )


def _candidates(asked: Selection, requirement: str, facts: Facts) -> Sequence[Fact]:
    return facts.serving(asked.kind, requirement) if asked.serving else facts.of_kind(asked.kind)


def _uncovered(covers: Coverage, counting: Sequence[Fact], facts: Facts) -> list[str]:
    reach = facts.reach.domains if covers.values_of == "domains" else facts.reach.stages
    wanted = set(covers.values) if covers.values is not None else {str(value) for value in reach}
    for fact in counting:
        value = fact.fields.get(covers.field, ())
        wanted -= set(value) if isinstance(value, tuple) else {str(value)}
    return sorted(wanted)


# --- answers ---------------------------------------------------------------------------------------------------------


def _met(counting: Sequence[Fact], max_age: int | None) -> Answer:
    ends = [fact.effective_until for fact in counting if fact.effective_until]
    if max_age is not None:
        ends += [fact.dated.date() + timedelta(days=max_age + 1) for fact in counting]
    return Answer(
        Outcome.MET,
        (Reason("record.counts", {"records": _labels(counting), "count": len(counting)}),),
        (),
        _labels(counting),
        min(fact.dated.date() for fact in counting),
        min(ends, default=None),
    )


def _none_counts(
    asked: Selection, requirement: str, candidates: Sequence[Fact], at: date, *, have: int, need: int
) -> Answer:
    named: dict[str, Parameter] = {
        "kind": asked.kind,
        "requirement": requirement if asked.serving else "",
        "states": asked.states,
    }
    if have:
        first = Reason("record.too-few", {**named, "have": have, "need": need})
    else:
        first = Reason("record.none-serving" if asked.serving else "record.none-of-kind", named)
    near = _nearest(candidates, asked, at)
    reasons = near if near and not have else (first, *near)
    types = tuple(
        str(v)
        for c in asked.where
        if c.field == "type"
        for v in ((c.is_,) if c.is_ is not None else c.in_ or ())
    )
    return Answer(
        Outcome.NOT_MET,
        reasons,
        (Reason("remedy.keep", {**named, "types": types, "need": need}),),
        _labels(candidates) if near else (),
    )


def _nearest(candidates: Sequence[Fact], asked: Selection, at: date) -> tuple[Reason, ...]:
    """Why the nearest misses do not count: those that fail at the latest step."""
    lacks = [found for fact in candidates if (found := lack(fact, asked, at)) is not None]
    nearest = max((found.step for found in lacks), default=0)
    return tuple(found.reason for found in lacks if found.step == nearest)[:3]


def _no_subject(subject: Subject) -> Answer:
    named: dict[str, Parameter] = {"kind": subject.kind, "states": subject.states}
    return Answer(Outcome.NOT_MET, (Reason("subject.none", named),), (Reason("remedy.subject", named),))


def _labels(facts: Sequence[Fact]) -> tuple[str, ...]:
    return tuple(fact.label for fact in facts)
