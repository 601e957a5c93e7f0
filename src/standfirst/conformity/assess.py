"""From criteria to requirements: each requirement's status, why, by which records, and until when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from standfirst.conformity.built import Built
from standfirst.standards.catalogue import Edition, Requirement
from standfirst.standards.counting import subjects_of
from standfirst.standards.evaluate import Answer, Outcome, evaluate
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.method import (
    AdverseRule,
    AssessmentMethod,
    Criterion,
    ExclusionRule,
    RequirementMethod,
    Status,
)
from standfirst.standards.profile import Profile
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class Result:
    """What one requirement comes to. Always somebody's: the whole assessment says which party's.

    ``taken_in`` is the organisation's own word that, and why, an annex requirement applies.
    """

    requirement: Requirement
    status: Status
    answers: tuple[tuple[Criterion, Answer], ...] = ()
    adverse: tuple[Reason, ...] = ()
    left_out: Reason | None = None
    taken_in: Reason | None = None

    @property
    def oldest(self) -> date | None:
        """The date of the oldest record that a met criterion rests on."""
        return min((a.oldest for _, a in self.answers if a.oldest), default=None)

    @property
    def until(self) -> date | None:
        """The first day on which a criterion that is met today no longer is, if nothing is done."""
        return min((a.until for _, a in self.answers if a.until and a.outcome is Outcome.MET), default=None)


def assess(
    edition: Edition,
    method: AssessmentMethod,
    facts: Facts,
    profile: Profile,
    at: date,
    *,
    built: Built | None = None,
    only: Collection[str] | None = None,
) -> tuple[Result, ...]:
    """One result for every requirement of the edition, in its order. Linear in the facts.

    ``built`` None means: everything that criteria name exists (as the method's own example cases assume). ``only``: these
    requirements; facts that none of them can see (``sight``) need not be there then.
    """
    rule = method.header.exclusion
    excluded, included = exclusions(edition, rule, facts, at), inclusions(edition, rule, facts, at)
    against = adverse(method.header.adverse, facts, at)
    results = []
    for requirement in edition:
        if only is not None and requirement.id not in only:
            continue
        left_out = profile.leaves_out(requirement, edition) or excluded.get(requirement.id)
        if left_out is not None:
            results.append(Result(requirement, Status.NOT_APPLICABLE, left_out=left_out))
        else:
            answers = _answers(method.by_id[requirement.id], facts, at, built)
            speaks_against = tuple(against.get(requirement.id, ()))
            status = combined((answer.outcome for _, answer in answers), adverse=bool(speaks_against))
            taken_in = included.get(requirement.id)
            results.append(Result(requirement, status, answers, speaks_against, taken_in=taken_in))
    return tuple(results)


def _answers(
    method: RequirementMethod, facts: Facts, at: date, built: Built | None
) -> tuple[tuple[Criterion, Answer], ...]:
    return tuple(
        (criterion, _answer(criterion, method.id, facts, at, built))
        for criterion in method.asked(facts.reach, lambda subject: bool(subjects_of(subject, facts)))
    )


def _answer(criterion: Criterion, requirement: str, facts: Facts, at: date, built: Built | None) -> Answer:
    lacking = built.lacks(criterion, facts.reach) if built else None
    if lacking is not None:
        return Answer(Outcome.NOT_ASSESSABLE, (lacking,))
    return evaluate(criterion, requirement, facts, at)


def combined(outcomes: Iterable[Outcome], *, adverse: bool) -> Status:
    """A requirement's status from its criteria's outcomes, as the method's documentation states it."""
    found = list(outcomes)
    met, not_met = found.count(Outcome.MET), found.count(Outcome.NOT_MET)
    judged, unassessable = found.count(Outcome.JUDGEMENT), found.count(Outcome.NOT_ASSESSABLE)
    if not_met:
        return Status.PARTLY if met else Status.NOT_SHOWN
    if unassessable:
        return Status.PARTLY if met else Status.NOT_ASSESSABLE
    if adverse:
        return Status.PARTLY
    return Status.NEEDS_JUDGEMENT if judged else Status.SHOWN


def exclusions(edition: Edition, rule: ExclusionRule, facts: Facts, at: date) -> Mapping[str, Reason]:
    """Annex requirements that the statement in force declares not applicable, with its reason."""
    statement = statement_in_force(rule, facts, at)
    return _said(edition, statement, "applicability.excluded", rule.field, rule.reasons)


def inclusions(edition: Edition, rule: ExclusionRule, facts: Facts, at: date) -> Mapping[str, Reason]:
    """Annex requirements that the statement in force declares applicable, with its reason."""
    statement = statement_in_force(rule, facts, at)
    return _said(edition, statement, "applicability.stated", rule.applicable, rule.applicable_reasons)


def statement_in_force(rule: ExclusionRule, facts: Facts, at: date) -> Fact | None:
    """Of several in force the one that began last speaks: what an older one left out is asked again."""
    in_force = (
        fact
        for fact in facts.of_kind(rule.kind)
        if fact.state in rule.states and fact.withheld is None and fact.begun(at) and not fact.ended(at)
    )
    return max(in_force, key=lambda fact: (fact.begins, fact.dated, fact.label), default=None)


def _said(
    edition: Edition, statement: Fact | None, code: str, field: str, reasons: str
) -> Mapping[str, Reason]:
    if statement is None:
        return {}
    named, why = statement.fields.get(field, ()), statement.fields.get(reasons, ())
    if not isinstance(named, tuple) or not isinstance(why, tuple):
        return {}
    return {
        requirement: Reason(code, {"record": statement.label, "why": reason})
        for requirement, reason in zip(named, why, strict=True)
        if edition.may_be_excluded(requirement)
    }


def adverse(rule: AdverseRule, facts: Facts, at: date) -> Mapping[str, Sequence[Reason]]:
    """What speaks against a requirement. Only its own lifecycle ends it: no age, no period, no file that is gone."""
    found: dict[str, list[Reason]] = {}
    for fact in facts.of_kind(rule.kind):
        named = fact.fields.get(rule.field, ())
        if fact.state in rule.states and fact.begun(at) and isinstance(named, tuple):
            for requirement in named:
                reason = Reason(
                    "adverse.open", {"record": fact.label, "title": fact.title, "state": fact.state}
                )
                found.setdefault(requirement, []).append(reason)
    return found
