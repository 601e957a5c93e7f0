"""The example cases of a method, played: they are its tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from standfirst.conformity.assess import adverse, combined
from standfirst.standards.counting import subjects_of
from standfirst.standards.evaluate import evaluate
from standfirst.standards.facts import Fact, Facts, Reach, Signature
from standfirst.standards.method import AdverseRule, CaseFact, CaseProfile, Cases, RequirementMethod, Status


def outcome_of(method: RequirementMethod, rule: AdverseRule) -> tuple[Status, Status]:
    """What the facts of the two cases come to: (meets, fails). All that criteria name is taken to be built."""
    cases = method.cases
    return _status(method, rule, cases.meets.facts, cases), _status(
        method, rule, cases.failing_facts(), cases
    )


def _status(
    method: RequirementMethod, rule: AdverseRule, written: Sequence[CaseFact], cases: Cases
) -> Status:
    facts = Facts((fact_of(item) for item in written), _reach(cases.meets.profile))
    at = cases.meets.at
    answers = [
        evaluate(criterion, method.id, facts, at)
        for criterion in method.asked(facts.reach, lambda subject: bool(subjects_of(subject, facts)))
    ]
    against = adverse(rule, facts, at).get(method.id, ())
    return combined((answer.outcome for answer in answers), adverse=bool(against))


def fact_of(item: CaseFact) -> Fact:
    dated = datetime.combine(item.dated, time(), UTC)
    return Fact(
        id=item.name,
        label=item.name,
        kind=item.kind,
        state=item.state,
        dated=dated,
        title=item.name,
        serves=frozenset(item.serves),
        fields=dict(item.fields),
        links=frozenset(item.links),
        signatures=tuple(Signature(s.meaning, s.assurance, "case", s.roles, dated) for s in item.signatures),
        effective_from=item.effective_from,
        effective_until=item.effective_until,
    )


def _reach(profile: CaseProfile) -> Reach:
    return Reach(frozenset(profile.domains), frozenset(profile.stages), profile.tier)
