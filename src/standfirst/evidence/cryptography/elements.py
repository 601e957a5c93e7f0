"""What a result says of each asset: its quantum status and what decided that, its standing, and the first date it misses."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from standfirst.evidence.cryptography.inventory import Inventory, Judged
from standfirst.evidence.cryptography.origin import plain, shown
from standfirst.evidence.cryptography.policy import Miss, Policy
from standfirst.evidence.result import Element, Statement

MOST_ELEMENTS: Final = 5_000
"""Assets told one by one. A larger inventory keeps its counts, its verdicts and its worst assets."""

NOTHING_TO_JUDGE: Final = "nothing-to-judge"


def elements(inventory: Inventory, policy: Policy, on: date) -> tuple[Element, ...]:
    """Every asset in the order of the file; none at all of more than `MOST_ELEMENTS`, so that no part stands for the whole."""
    if len(inventory.assets) > MOST_ELEMENTS:
        return ()
    return tuple(
        Element(
            element=shown(one.asset.name),
            place=plain(one.asset.place),
            statements=tuple(_statements(one, policy, on)),
        )
        for one in inventory.assets
    )


def days_to(day: date, on: date) -> int:
    """Days from the day of judgement to a date; negative for one that has passed."""
    return (day - on).days


def _statements(one: Judged, policy: Policy, on: date) -> Iterator[Statement]:
    yield Statement(name="kind", value=one.asset.kind.value)
    if one.nothing_to_judge:
        yield Statement(name="standing", value=NOTHING_TO_JUDGE)
        return
    yield Statement(name="quantum-status", value=one.exposure.status.value)
    yield Statement(name="because", value=one.exposure.because)
    if one.exposure.effective is not None:
        yield Statement(name="effective-bits", value=one.exposure.effective)
    yield Statement(name="decided-by", value=one.identity.decided_by)
    yield Statement(name="standing", value=one.judgement.standing.value)
    yield Statement(name="rule", value=one.judgement.rule)
    rules = {rule.id: rule.source for rule in policy.profile.rules}
    if one.judgement.rule in rules:
        yield Statement(name="source", value=rules[one.judgement.rule])
    yield from _missed("first-missed", one.judgement.first_missed, policy, on)
    if one.judgement.possibly_missed is not None:
        yield from _missed("possibly-missed", one.judgement.possibly_missed, policy, on)
    for number, found in enumerate(one.identity.contradictions, 1):
        yield Statement(
            name=f"contradiction-{number}", value=f"{found.first} against {found.second}: {found.about}"
        )


def _missed(what: str, miss: Miss | None, policy: Policy, on: date) -> Iterator[Statement]:
    """The day as its document gives it, how far it is, the rule and the document; nothing where no date is missed."""
    yield Statement(name=f"{what}-date", value=None if miss is None else miss.day.isoformat())
    if miss is not None:
        source = policy.profile.source_by_id[miss.source]
        yield Statement(name=f"days-to-{what}-date", value=days_to(miss.day, on))
        yield Statement(name=f"{what}-rule", value=miss.rule)
        yield Statement(name=f"{what}-source", value=miss.source)
        yield Statement(name=f"{what}-stage", value=source.stage.value)
