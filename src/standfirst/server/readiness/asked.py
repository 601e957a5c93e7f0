"""What is asked of an organisation: which edition by which method, of which part of it, on which day."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from standfirst import __version__
from standfirst.conformity.built import Built
from standfirst.conformity.sight import Sights
from standfirst.evidence.collectors import COLLECTORS
from standfirst.management.kinds import OWN_KINDS
from standfirst.management.organisation import ORGANISATION
from standfirst.records.kind import Kinds
from standfirst.server.clock import now_in
from standfirst.server.organisations import OrganisationType
from standfirst.server.store.models import LedgerHead, Organisation
from standfirst.standards.catalogue import Edition
from standfirst.standards.facts import Fact
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import AssessmentMethod
from standfirst.standards.profile import Profile, profile_named
from standfirst.trust.digests import sha256_hex

_BODIES: Final = frozenset({OrganisationType.CERTIFICATION_BODY, OrganisationType.ACCREDITATION_BODY})

AT_ONCE: Final = 1500
"""Entries of a ledger that is assessed while somebody waits: well below a second."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An edition with the method that assesses it, and what this release can assess of that."""

    edition: Edition
    method: AssessmentMethod
    built: Built
    sights: Sights


@cache
def current() -> Asked:
    """The one that this release ships."""
    method = assessment_method()
    built = Built.of(OWN_KINDS, {row.name: row.domains for row in COLLECTORS})
    return Asked(edition(), method, built, Sights(method, (ORGANISATION.name,)))


def is_asked(organisation: Organisation) -> bool:
    """Of a body that certifies or accredits others, other standards ask: this edition does not."""
    return OrganisationType(organisation.type) not in _BODIES


def day_of(head: LedgerHead) -> date:
    """The day on which evidence has to hold: today, by UTC."""
    return now_in(head).date()


def profile_of(facts: Iterable[Fact]) -> Profile:
    """What the organisation's record says of itself; everything where it says nothing. The first record speaks."""
    own = sorted((fact for fact in facts if fact.kind == ORGANISATION.name), key=lambda fact: fact.label)
    for fact in own:
        return Profile.model_validate(
            {
                "id": "as-recorded",
                "title": f"As {fact.label} says: its own domains, stages and tier",
                "domains": fact.fields["domains"],
                "stages": fact.fields["stages"],
                "tier": fact.fields["tier"],
            }
        )
    return profile_named("all")


def made_by(of: Asked, kinds: Kinds) -> str:
    """What facts and results depend on besides records and the day: where it is another one, they are made anew."""
    forms = [
        (kind.name, kind.schema, kind.facts, sorted(kind.derived), kind.dated_by, kind.titled_by)
        for kind in kinds
    ]
    periods = [(kind.effective_from, kind.effective_until) for kind in kinds]
    told = [__version__, of.edition.digest, of.method.digest, forms, periods]
    return sha256_hex(json.dumps(told).encode())
