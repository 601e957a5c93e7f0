"""What a criterion asks, in full: the kind, states, fields and days that a person has to provide."""

from collections.abc import Sequence

from standfirst.standards.method import (
    Condition,
    Criterion,
    MeasurementCriterion,
    RecordCriterion,
    Selection,
    StatementCriterion,
    Subject,
)
from standfirst.words.render import joined, kind, method, state, title


def asking(criterion: Criterion, requirement: str) -> str:
    """One sentence with every name as files write it, such as `topics` and `single-source-plan`."""
    if criterion.record is not None:
        return _record(criterion.record, requirement)
    if criterion.measurement is not None:
        return _measurement(criterion.measurement)
    if criterion.statement is not None:
        return _statement(criterion.statement, requirement)
    return "An auditor judges it; no record can show it."


def _record(asked: RecordCriterion, requirement: str) -> str:
    demands = _demands(asked, requirement)
    if asked.every:
        among = f" that is {_states(asked.among)}" if asked.among else ""
        return f"There is {kind(asked.kind).a}{among}, and each of them is {demands}."
    noun = kind(asked.kind)
    many = noun.a if asked.at_least == 1 else f"{asked.at_least} {noun.many}"
    sentence = f"{many} that {'is' if asked.at_least == 1 else 'are'} {demands}"
    if asked.covers is not None:
        values = (
            joined_all(asked.covers.values)
            if asked.covers.values
            else f"all {asked.covers.values_of} you work in"
        )
        sentence += f"; together they hold, in `{asked.covers.field}`: {values}"
    if asked.for_each is not None:
        sentence = f"For each {_subject(asked.for_each)}, linked to it: {sentence}"
    return _capital(f"{sentence}.")


def _measurement(asked: MeasurementCriterion) -> str:
    what = f"of {method(asked.method)}" if asked.method else "by every method"
    verdicts = joined([title(verdict) for verdict in asked.verdicts], "or")
    age = f", at most {asked.max_age_days} days old" if asked.max_age_days else ""
    on = f" of each {_subject(asked.for_each)}" if asked.for_each else ""
    return f"The latest measurement {what}{on} says: {verdicts}{age}."


def _statement(asked: StatementCriterion, requirement: str) -> str:
    roles = f" by somebody with the role {joined(asked.by_roles, 'or')}" if asked.by_roles else ""
    return _capital(
        f"{kind(asked.kind).a} that is {_demands(asked, requirement)}, signed ({title(asked.meaning)}){roles}, "
        f"assurance at least {title(asked.assurance)}."
    )


def _demands(asked: Selection, requirement: str) -> str:
    parts = [_states(asked.states)]
    if asked.serving:
        parts.append(f"serves {requirement}")
    parts += [_condition(condition) for condition in asked.where]
    if asked.max_age_days is not None:
        parts.append(f"is at most {asked.max_age_days} days old")
    return "; ".join(parts)


def _subject(subject: Subject) -> str:
    where = f" ({'; '.join(_condition(condition) for condition in subject.where)})" if subject.where else ""
    return f"{kind(subject.kind).one} that is {_states(subject.states)}{where}"


def _states(states: Sequence[str]) -> str:
    return joined([state(name) for name in states], "or")


def _condition(condition: Condition) -> str:
    operator, value = condition.asked
    field = f"`{condition.field}`"
    if operator == "present":
        return f"{field} is filled in"
    if isinstance(value, tuple):
        how = {"in": "is one of", "includes_any": "has one of", "includes_all": "has all of"}[operator]
        return f"{field} {how} {joined_all([str(part) for part in value])}"
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{field} is {operator.replace('_', ' ') + ' ' if operator != 'is' else ''}{word}"


def joined_all(values: Sequence[str]) -> str:
    """A list in full, however long: these are words to type."""
    return ", ".join(values)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
