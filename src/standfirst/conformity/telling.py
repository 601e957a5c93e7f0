"""What every form of the report says, whatever it is made of: its verdict, its order, its turns of phrase."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from standfirst.conformity import attention
from standfirst.conformity.assess import Result
from standfirst.conformity.document import Assessed
from standfirst.conformity.readiness import Tally
from standfirst.conformity.register import Cited
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.method import Criterion, Status
from standfirst.standards.profile import Profile, shipped_profiles
from standfirst.standards.reason import Reason
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import sha256_hex
from standfirst.words import render

ORDER: Final = (
    Status.SHOWN,
    Status.PARTLY,
    Status.NOT_SHOWN,
    Status.NEEDS_JUDGEMENT,
    Status.NOT_ASSESSABLE,
    Status.NOT_APPLICABLE,
)
"""The order in which a reader meets the statuses."""

STEPS: Final = 5  # next steps named at the top
CITED: Final = 6  # records named below one criterion; the register names them all
EDITS: Final = 12  # edits that are not recorded, named at the top

_SIGN_OF: Final = {
    Outcome.MET: Status.SHOWN,
    Outcome.NOT_MET: Status.NOT_SHOWN,
    Outcome.JUDGEMENT: Status.NEEDS_JUDGEMENT,
    Outcome.NOT_ASSESSABLE: Status.NOT_ASSESSABLE,
}
_LABEL: Final = re.compile(r"\w[\w-]*")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Group:
    clause: str
    title: str
    tally: Tally
    results: Sequence[Result]


def groups(assessed: Assessed) -> list[Group]:
    by_id = {result.requirement.id: result for result in assessed.results}
    return [
        Group(group.clause, group.title, tally, [by_id[requirement.id] for requirement in group.requirements])
        for group, tally in zip(assessed.edition.groups, assessed.readiness().clauses, strict=True)
    ]


def verdict(whole: Tally) -> Reason:
    """The one sentence: how far the requirements that are asked are shown."""
    counts = {
        "asked": whole.asked,
        "shown": whole.shown,
        "partly": whole.counts[Status.PARTLY],
        "missing": whole.counts[Status.NOT_SHOWN],
        "judged": whole.counts[Status.NEEDS_JUDGEMENT],
        "unassessable": whole.counts[Status.NOT_ASSESSABLE],
    }
    if not whole.asked:
        return Reason("verdict.nothing-asked")
    if not whole.shown:
        return Reason("verdict.none-shown", counts)
    return Reason("verdict.all-shown" if whole.shown == whole.asked else "verdict.some-shown", counts)


def marks(assessed: Assessed) -> list[str]:
    """What stands on every page: whose result it is, and that an organisation or its time is invented."""
    found = [f"{capital(render.title(assessed.party))} result"]
    found += ["Specimen: a fictional organisation"] if assessed.fictional else []
    found += ["Simulation: its time is simulated"] if assessed.simulation else []
    return found


def profile_digest(profile: Profile) -> str:
    return sha256_hex(canonical_bytes(profile.model_dump(mode="json")))


def command(assessed: Assessed, *, remedies: bool) -> str:
    """How to make the same report again. No profile where it follows from the organisation's own record."""
    known = {shipped.id for shipped in shipped_profiles()}
    profile = assessed.profile.id
    return "".join(
        (
            f"standfirst assess PACKAGE --at {assessed.at.isoformat()}",
            f" --profile {profile}" if set(profile.split("+")) <= known else "",
            " --out DIR",
            "" if remedies else " --for-auditor",
        )
    )


# --- turns of phrase -------------------------------------------------------------------------------------------------


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def long_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def days(first: date, last: date) -> str:
    count = abs((last - first).days)
    return f"{count} day" if count == 1 else f"{count} days"


def reach(values: Sequence[StrEnum]) -> str:
    """The members of a closed list; "all" where none is missing."""
    if set(values) == set(type(values[0])):
        return "all"
    return ", ".join(render.title(value.value) for value in values)


def sign(outcome: Outcome) -> Status:
    """The status whose sign an outcome shares."""
    return _SIGN_OF[outcome]


def split_at_labels(text: str, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """``text`` in parts; True marks the label of a known record, which leads to the register of records."""
    end = 0
    for found in _LABEL.finditer(text):
        if found[0] in known:
            yield text[end : found.start()], False
            yield found[0], True
            end = found.end()
    yield text[end:], False


_OF_SEVERAL: Final = frozenset({"record.state", "record.field"})
"""Reasons whose sentences can be said of several records at once."""


def together(reasons: Sequence[Reason]) -> list[Reason]:
    """What is said of several records in the same words is said once, of all of them, where the first of them stood."""
    found: list[Reason] = []
    for reason in reasons:
        same = (at for at, other in enumerate(found) if _says_the_same(other, reason))
        at = next(same, None)
        if at is None:
            found.append(reason)
        else:
            record = (*_records(found[at]), *_records(reason))
            found[at] = Reason(reason.code, {**reason.parameters, "record": record})
    return found


def _says_the_same(one: Reason, other: Reason) -> bool:
    if one.code != other.code or one.code not in _OF_SEVERAL:
        return False
    return {**one.parameters, "record": ""} == {**other.parameters, "record": ""}


def _records(reason: Reason) -> tuple[str, ...]:
    told = reason.parameters["record"]
    return told if isinstance(told, tuple) else (str(told),)


def lapses(criterion: Criterion, record: Cited) -> date | None:
    return attention.lapses(record.fact, criterion) if record.fact else None


def worth_saying(answer: Answer) -> list[Reason]:
    """The reasons, but for the one that the list of records below it says better."""
    return [reason for reason in answer.reasons if reason.code != "record.counts"]


def wishes(result: Result) -> list[str]:
    """What would make the requirement a yes, each said once."""
    told = [
        words
        for _, answer in result.answers
        if answer.remedies
        for words in (*map(render.hint, answer.reasons), *map(render.sentence, answer.remedies))
    ]
    return [words for words in dict.fromkeys(told) if words]
