"""``evaluate(criterion, facts, at)``: does what is kept show what is asked, on that day?

Four rules hold everywhere and are tested as properties.

- A record that a criterion asks for, of a known subject, never lowers an answer. It may itself be what another criterion
  asks evidence of (a new product; every risk that is assessed): that is a new question, not a lower answer.
- When everything has begun, a later day never raises an answer: evidence only ages.
- What speaks against never raises one: the *latest* measurement decides, before anybody asks how old it is. Where a
  criterion counts measurements as records (that there was one, whatever it said), or names their verdict among those
  it takes, a failing one counts as well.
- What is withheld never helps, and nothing goes away by it: a subject stays asked for, a measurement that does not
  conform stays the latest. Only the record's own lifecycle takes it out: ended, superseded, invalidated, each a signed or
  recorded move of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from standfirst.standards.counting import Lack, lack, subjects_of, unfulfilled
from standfirst.standards.facts import Fact, Facts
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

    ``until`` is the first day on which age or an ended period turns a met criterion into one that is not, if nothing
    is recorded and nothing more begins.
    ``oldest`` is the date of the oldest record it rests on. ``remedies`` say what would make it a yes.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[Reason, ...] = ()
    records: tuple[str, ...] = ()
    oldest: date | None = None
    until: date | None = None


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
    until = _lasting(counting, asked.max_age_days, asked.at_least)
    if asked.covers is not None:
        covering = _covering(asked.covers, counting, facts)
        missing = tuple(value for value, having in covering.items() if not having)
        if missing:
            return _uncovered(asked, asked.covers, missing, counting)
        until = min([until, *(_lasting(having, asked.max_age_days) for having in covering.values())])
    return _met(counting, until)


def _every(asked: RecordCriterion, requirement: str, facts: Facts, at: date) -> Answer:
    candidates = _candidates(asked, requirement, facts)
    among = [fact for fact in candidates if not asked.among or fact.state in asked.among]
    if not among:
        return _none_counts(asked, requirement, candidates, at, have=0, need=1)
    lacking = [fact for fact in among if lack(fact, asked, at) is not None]
    if lacking:
        reasons = tuple(_why(fact, asked, at) for fact in lacking[:SHOWN_AT_MOST])
        counted: dict[str, Parameter] = {"kind": asked.kind, "lacking": len(lacking), "of": len(among)}
        waiting = _waiting(lacking, asked, at)
        others = [fact for fact in lacking if fact not in waiting]
        remedies = [_put_right(others, asked)] if others else []
        return Answer(
            Outcome.NOT_MET,
            (Reason("every.lacking", counted), *reasons),
            (*remedies, *([_wait(waiting)] if waiting else ())),
            _labels(lacking),
        )
    return _met(among, min(fact.ends(asked.max_age_days) for fact in among))


def _for_each(subject: Subject, asked: RecordCriterion, requirement: str, facts: Facts, at: date) -> Answer:
    found: dict[str, Fact] = {}
    until = date.max
    reasons: list[Reason] = []
    remedies: list[Reason] = []
    subjects = subjects_of(subject, facts)
    for each in subjects:
        if (withheld := _withheld(each, subject)) is not None:
            reasons += withheld.reasons
            remedies += withheld.remedies
            continue
        linked = [
            f for f in facts.linked_to(asked.kind, each.id) if not asked.serving or requirement in f.serves
        ]
        counting = [fact for fact in linked if lack(fact, asked, at) is None]
        if len(counting) >= asked.at_least:
            found |= {fact.id: fact for fact in counting}
            until = min(until, _lasting(counting, asked.max_age_days, asked.at_least))
            continue
        about: dict[str, Parameter] = {"subject": each.label, "title": each.title, "kind": asked.kind}
        if counting:
            reasons.append(
                Reason("subject.too-few", {**about, "have": len(counting), "need": asked.at_least})
            )
        else:
            reasons += [Reason("subject.without", about), *_nearest(linked, asked, at)]
        if waiting := _waited_for(linked, asked, at, asked.at_least - len(counting)):
            remedies.append(_wait(waiting))
            continue
        named: dict[str, Parameter] = {
            "subject": each.label,
            "kind": asked.kind,
            "states": asked.states,
            "types": _types(asked),
            "requirement": requirement if asked.serving else "",
        }
        remedies.append(Reason("remedy.link", named))
    if not subjects:
        return _no_subject(subject)
    if reasons:
        return Answer(
            Outcome.NOT_MET,
            tuple(reasons[: 2 * SHOWN_AT_MOST]),
            tuple(remedies[:SHOWN_AT_MOST]),
            _labels(found.values()),
        )
    return _met(list(found.values()), until)


# --- measurements ----------------------------------------------------------------------------------------------------


def _measurement(asked: MeasurementCriterion, facts: Facts, at: date) -> Answer:
    if asked.for_each is None:
        return _latest(asked, _of_method(asked, facts.of_kind(MEASUREMENT)), at, None)
    subjects = subjects_of(asked.for_each, facts)
    if not subjects:
        return _no_subject(asked.for_each)
    answers = [
        _withheld(each, asked.for_each)
        or _latest(asked, _of_method(asked, facts.linked_to(MEASUREMENT, each.id)), at, each)
        for each in subjects
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
    """The latest of a method decides; of two at the same moment, the one that speaks against.

    A measurement is of a moment: its age counts, an effective period does not.
    """
    about: dict[str, Parameter] = {"subject": subject.label if subject else "", "method": asked.method or ""}
    remedy = (Reason("remedy.measure", about),)
    withheld: list[Reason] = []
    latest: dict[object, Fact] = {}
    for fact in sorted(measured, key=lambda f: (f.dated, _fails(f, asked), f.label)):
        if fact.state != RECORDED or not fact.begun(at):
            continue
        if fact.withheld is not None and not _fails(fact, asked):
            withheld.append(fact.withheld)
        else:
            latest[fact.fields.get("method")] = fact
    if not latest:
        return Answer(Outcome.NOT_MET, (Reason("measurement.none", about), *withheld[-3:]), remedy)
    against = [fact for fact in latest.values() if _fails(fact, asked)]
    if against:
        told = [_told(fact, about) for fact in against[:SHOWN_AT_MOST]]
        reasons = tuple(Reason("measurement.verdict", named) for named in told)
        remedies = tuple(Reason("remedy.cause", named) for named in told)
        return Answer(Outcome.NOT_MET, reasons, remedies, _labels(against))
    newest = max(latest.values(), key=lambda fact: (fact.dated, fact.label))
    if newest.stale(asked.max_age_days, at):
        return Answer(Outcome.NOT_MET, (_stale(newest, asked.max_age_days, at),), remedy, (newest.label,))
    met = _met([newest], newest.stale_on(asked.max_age_days))
    reason = Reason("measurement.passes", _told(newest, about))
    return Answer(met.outcome, (reason,), (), met.records, met.oldest, met.until)


def _fails(fact: Fact, asked: MeasurementCriterion) -> bool:
    return fact.fields.get("verdict") not in asked.verdicts


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
        return _met(signed, _lasting(signed, asked.max_age_days))
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


# --- among what ------------------------------------------------------------------------------------------------------


def _candidates(asked: Selection, requirement: str, facts: Facts) -> Sequence[Fact]:
    return facts.serving(asked.kind, requirement) if asked.serving else facts.of_kind(asked.kind)


def _covering(covers: Coverage, counting: Sequence[Fact], facts: Facts) -> Mapping[str, Sequence[Fact]]:
    """Every value that has to be covered, in order, and the facts that cover it."""
    reach = facts.reach.domains if covers.values_of == "domains" else facts.reach.stages
    wanted = covers.values if covers.values is not None else tuple(value.value for value in reach)
    covering: dict[str, list[Fact]] = {value: [] for value in sorted(wanted)}
    for fact in counting:
        value = fact.fields.get(covers.field, ())
        for part in value if isinstance(value, tuple) else (str(value),):
            if part in covering:
                covering[part].append(fact)
    return covering


def _lasting(counting: Sequence[Fact], max_age: int | None, need: int = 1) -> date:
    """The first day on which fewer than ``need`` of them count; ``date.max`` for never."""
    return sorted((fact.ends(max_age) for fact in counting), reverse=True)[need - 1]


# --- answers ---------------------------------------------------------------------------------------------------------


def _met(counting: Sequence[Fact], until: date) -> Answer:
    labels = _labels(counting)
    return Answer(
        Outcome.MET,
        (Reason("record.counts", {"records": labels, "count": len(counting)}),),
        (),
        labels,
        min(fact.dated for fact in counting).date(),
        None if until == date.max else until,
    )


def _uncovered(
    asked: RecordCriterion, covers: Coverage, missing: tuple[str, ...], counting: Sequence[Fact]
) -> Answer:
    named: dict[str, Parameter] = {"field": covers.field, "missing": missing, "kind": asked.kind}
    return Answer(
        Outcome.NOT_MET,
        (Reason("coverage.missing", {**named, "records": _labels(counting)}),),
        (Reason("remedy.cover", named),),
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
    waiting = _waited_for(candidates, asked, at, need - have)
    keep = Reason("remedy.keep", {**named, "types": _types(asked), "need": need})
    return Answer(
        Outcome.NOT_MET,
        reasons,
        (_wait(waiting) if waiting else keep,),
        _labels(candidates) if near else (),
    )


def _types(asked: Selection) -> tuple[str, ...]:
    """The types of record that would do, where the criterion names some."""
    return tuple(
        str(value)
        for condition in asked.where
        if condition.field == "type"
        for value in ((condition.is_,) if condition.is_ is not None else condition.in_ or ())
    )


def _nearest(candidates: Sequence[Fact], asked: Selection, at: date) -> tuple[Reason, ...]:
    """Why the nearest misses do not count: those that fail at the latest step."""
    lacks = [(found, fact) for fact in candidates if (found := lack(fact, asked, at)) is not None]
    nearest = max((found for found, _ in lacks), default=None)
    return tuple(_why(fact, asked, at) for found, fact in lacks if found is nearest)[:3]


def _why(fact: Fact, asked: Selection, at: date) -> Reason:
    """Why a fact that does not count does not: told of the few that an answer names."""
    if fact.withheld is not None:
        return fact.withheld
    if fact.state not in asked.states:
        return Reason("record.state", {"record": fact.label, "state": fact.state, "asked": asked.states})
    if (condition := unfulfilled(fact, asked.where)) is not None:
        return _other_value(fact, condition)
    if not fact.begun(at):
        return Reason("record.not-begun", {"record": fact.label, "from": _beginning(fact).isoformat()})
    if fact.ended(at):
        return Reason("record.ended", {"record": fact.label, "until": str(fact.effective_until)})
    return _stale(fact, asked.max_age_days, at)


def _stale(fact: Fact, max_age: int | None, at: date) -> Reason:
    return Reason("record.stale", {"record": fact.label, "age": fact.age(at), "limit": max_age or 0})


def _other_value(fact: Fact, condition: Condition) -> Reason:
    operator, asked = condition.asked
    return Reason(
        "record.field",
        {
            "record": fact.label,
            "field": condition.field,
            "found": _in_words(fact.fields.get(condition.field)),
            "operator": operator,
            "asked": _in_words(asked),
        },
    )


def _in_words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _waiting(candidates: Sequence[Fact], asked: Selection, at: date) -> list[Fact]:
    """Those that lack nothing but their day, the nearest first: they will count on it as they stand."""
    found = [fact for fact in candidates if lack(fact, asked, at) is Lack.NOT_BEGUN]
    return sorted((fact for fact in found if lack(fact, asked, _beginning(fact)) is None), key=_beginning)


def _waited_for(candidates: Sequence[Fact], asked: Selection, at: date, short: int) -> list[Fact]:
    """As many of them as are ``short``; none where time alone does not bring enough."""
    waiting = _waiting(candidates, asked, at)[:short]
    return waiting if len(waiting) == short else []


def _wait(waiting: Sequence[Fact]) -> Reason:
    last = max(map(_beginning, waiting))
    return Reason("remedy.wait", {"records": _labels(waiting), "from": last.isoformat()})


def _beginning(fact: Fact) -> date:
    return max(fact.begins, fact.dated.date())


def _put_right(lacking: Sequence[Fact], asked: Selection | Subject) -> Reason:
    return Reason("remedy.every", {"kind": asked.kind, "states": asked.states, "records": _labels(lacking)})


def _withheld(each: Fact, subject: Subject) -> Answer | None:
    """A subject that cannot count as it stands: nothing can be shown on it, and it does not go away."""
    if each.withheld is None:
        return None
    return Answer(Outcome.NOT_MET, (each.withheld,), (_put_right([each], subject),))


def _no_subject(subject: Subject) -> Answer:
    where = tuple(f"{condition.field} {_in_words(condition.asked[1])}" for condition in subject.where)
    named: dict[str, Parameter] = {"kind": subject.kind, "states": subject.states, "where": where}
    return Answer(Outcome.NOT_MET, (Reason("subject.none", named),), (Reason("remedy.subject", named),))


def _labels(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(fact.label for fact in facts)
