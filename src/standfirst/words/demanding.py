"""What a criterion asks of the records that count for it, in the reader's words: beside a remedy, which names the records.

``asking`` says the same with the names that files use, for those who write files.
"""

from collections.abc import Iterator

from standfirst.standards.method import Condition, Criterion, RecordCriterion, Selection
from standfirst.standards.reason import Reason
from standfirst.words.language import counted, translated
from standfirst.words.render import condition, field, joined, state

_SAY_STATES = frozenset({"remedy.keep", "remedy.link"})
"""Remedies that name states and types themselves, and end with all that is asked besides."""
_SAY_NOTHING = frozenset({"remedy.every"})


def demands(criterion: Criterion, remedy: Reason) -> str:
    """One sentence with what the remedy leaves to the criterion; empty where the remedy says it all."""
    asked = criterion.record or criterion.statement
    if asked is None or remedy.code not in _SAY_STATES | _SAY_NOTHING:
        return ""
    parts = list(_parts(asked, is_said=remedy.code in _SAY_STATES))
    if not parts:
        return ""
    return translated("Asked: {demands}.").format(demands=translated("; ", "list").join(parts))


def _parts(asked: Selection, *, is_said: bool) -> Iterator[str]:
    if not is_said:
        yield joined([state(name) for name in asked.states], "or")
    for each in asked.where:
        if not (is_said and each.field == "type"):
            yield _condition(each)
    if asked.max_age_days is not None:
        yield counted("at most {count} day old", "at most {count} days old", asked.max_age_days)
    if isinstance(asked, RecordCriterion) and asked.at_least > 1:
        yield counted("{count} of them", "{count} of them", asked.at_least)


def _condition(asked: Condition) -> str:
    operator, value = asked.asked
    if operator == "present":
        return translated("{field} filled in").format(field=field(asked.field))
    plain = str(value).lower() if isinstance(value, bool) else value
    said = tuple(map(str, plain)) if isinstance(plain, tuple) else plain
    return translated("{field}: {asked}").format(field=field(asked.field), asked=condition(operator, said))
