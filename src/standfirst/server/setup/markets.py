"""What this release knows of markets: dated expectations on cryptography, and the laws that requirements support. Pure.

Nothing here says that an organisation fulfils a law, or that the list is whole: both would be a lawyer's word.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from standfirst.standards.catalogue import Edition
from standfirst.standards.cryptography.profiles import (
    Binding,
    CryptoProfile,
    PolicySource,
    jurisdictions,
    published,
)
from standfirst.standards.library import edition
from standfirst.standards.vocabulary import Relation
from standfirst.words.render import title

MARKETS: Final[Mapping[str, str | Promise]] = {
    "eu": _("European Union"),
    "germany": _("Germany"),
    "france": _("France"),
    "uk": _("United Kingdom"),
    "us": _("United States"),
    "canada": _("Canada"),
    "japan": _("Japan"),
    "australia": _("Australia"),
    "china": _("China"),
}
"""Those of which this release knows anything. Others are written in words."""

RECORDED_AS: Final[Mapping[str, str]] = {
    "eu": "EU",
    "germany": "DE",
    "france": "FR",
    "uk": "UK",
    "us": "US",
    "canada": "CA",
    "japan": "JP",
    "australia": "AU",
    "china": "CN",
}
"""How records of obligations name them."""

_UNITED_STATES: Final = ("us-federal", "us-nist", "us-nss")

_NAMES: Final[Sequence[tuple[str, str]]] = (
    ("Regulation (EU)", "eu"),
    ("Directive ", "eu"),
    ("Delegated Regulation (EU)", "eu"),
    ("EU ", "eu"),
    ("Charter of Fundamental Rights of the European Union", "eu"),
    ("US ", "us"),
    ("Executive Order", "us"),
    ("31 CFR", "us"),
    ("OMB ", "us"),
    ("CNSA ", "us"),
    ("NIST IR 8547", "us"),
    ("UK ", "uk"),
    ("Canada ", "canada"),
    ("Japan ", "japan"),
)
"""How the names of laws begin, and whose they are."""

_TYPES: Final[Mapping[Binding, str]] = {
    Binding.STATUTE: "law",
    Binding.EXECUTIVE_ORDER: "law",
    Binding.AGENCY_REQUIREMENT: "contract",  # it binds suppliers by what their customers have to ask
}
"""The sort of source that an obligation names; what else there is guides, and binds nobody."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A document of a market with dates for cryptography, as the register tells it."""

    id: str
    market: str
    profile: CryptoProfile

    @property
    def source(self) -> PolicySource:
        return self.profile.sources[0]

    @property
    def binding(self) -> str:
        return title(self.source.binding.value)

    @property
    def confidence(self) -> str:
        return title(self.source.confidence.value)

    @property
    def dated(self) -> Sequence[tuple[date, str]]:
        """What it says of days, each once, in order."""
        told = [
            (step.dated, rule.says)
            for rule in self.profile.rules
            for step in rule.steps
            if step.dated is not None
        ]
        told += [(stone.date, stone.says) for stone in self.profile.milestones]
        return sorted(dict.fromkeys(told))

    def coming(self, today: date) -> Sequence[tuple[date, str]]:
        return [(day, says) for day, says in self.dated if day >= today]


@dataclass(frozen=True, slots=True)
class Market:
    id: str
    title: str | Promise
    expectations: Sequence[Expectation]
    laws: Sequence[tuple[str, Sequence[str]]]  # and the requirements that support each


@cache
def markets() -> tuple[Market, ...]:
    laws = laws_of(edition())
    return tuple(
        Market(one, title, tuple(_expected(one)), tuple(sorted(laws.get(one, {}).items())))
        for one, title in MARKETS.items()
    )


def expectations(chosen: Collection[str]) -> list[Expectation]:
    """Those of the chosen markets, in order."""
    return [each for market in markets() if market.id in chosen for each in market.expectations]


def _expected(market: str) -> Iterator[Expectation]:
    for name in _UNITED_STATES if market == "us" else (market,):
        if name in jurisdictions():
            yield Expectation(name, market, published(name).profile)


def laws_of(whole: Edition) -> Mapping[str, Mapping[str, list[str]]]:
    """By market: laws, and the requirements of which the edition says that they support them. '' is no market's alone."""
    found: dict[str, dict[str, list[str]]] = {}
    for requirement in whole:
        for related in requirement.related:
            if related.relation is Relation.SUPPORTS:
                market = next((one for start, one in _NAMES if related.document.startswith(start)), "")
                laws = found.setdefault(market, {})
                laws.setdefault(related.document, []).append(requirement.id)
    return found


def obligation(each: Expectation, *, owner: str, today: date, look_by: date) -> dict[str, Any] | None:
    """What is recorded of it: that somebody has to look at it. None where it says nothing of a day to come.

    Whether it applies to this organisation, and how far it is fulfilled, is asked of people later.
    """
    coming = each.coming(today)
    if not coming:
        return None
    source = each.source
    said = "; ".join(f"{day.isoformat()}: {says}" for day, says in coming)
    return {
        "title": each.profile.title,
        "instrument": f"{source.document}, {source.edition}",
        "type": _TYPES.get(source.binding, "standard"),
        "jurisdictions": [RECORDED_AS[each.market]],
        "owner": owner,
        "effective_on": coming[0][0].isoformat(),
        "duty": f"{said}. {each.profile.notice} (As of {each.profile.as_of}; binding: {source.binding.value.replace('-', ' ')}.)",
        "review_by": look_by.isoformat(),
    }
