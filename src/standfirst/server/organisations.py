"""Which organisations there are, what each may keep, and which may stand on one installation. Pure."""

from enum import StrEnum
from typing import Final

from standfirst.certification.kinds import BODY_KINDS
from standfirst.management.kinds import OWN_KINDS
from standfirst.records.change import Refused
from standfirst.records.kind import Kinds
from standfirst.standards.reason import Reason


class OrganisationType(StrEnum):
    """Who keeps a workspace here."""

    ORGANISATION = "organisation"  # one with a management system: a client, on a certifier's pages
    CERTIFICATION_BODY = "certification-body"
    ACCREDITATION_BODY = "accreditation-body"
    SCHEME_OWNER = "scheme-owner"
    STANDARDS_BODY = "standards-body"
    AUTHORITY = "authority"
    LABORATORY = "laboratory"
    STAKEHOLDER = "stakeholder-organisation"


class Purpose(StrEnum):
    """What an installation is for."""

    OWN = "own"  # organisations with a management system, and whoever is neither client nor certifier
    CERTIFICATION_BODY = "certification-body"
    ACCREDITATION_BODY = "accreditation-body"
    DEMONSTRATION = "demonstration"  # everybody on one installation; every page says so


_CLIENTS: Final = frozenset({OrganisationType.ORGANISATION, OrganisationType.LABORATORY})
"""Whom a certification or accreditation body may have to judge."""

_EXCLUDED: Final = {
    Purpose.OWN: frozenset({OrganisationType.CERTIFICATION_BODY, OrganisationType.ACCREDITATION_BODY}),
    Purpose.CERTIFICATION_BODY: _CLIENTS | {OrganisationType.ACCREDITATION_BODY},
    Purpose.ACCREDITATION_BODY: _CLIENTS | {OrganisationType.CERTIFICATION_BODY},
    Purpose.DEMONSTRATION: frozenset(),
}
"""ISO/IEC 17021-1, 5.2 and ISO/IEC 17011, 4.4 (impartiality): who judges does not keep the books of those judged."""


def require_place(purpose: Purpose, wanted: OrganisationType) -> None:
    """Raises Refused where an organisation of this type may not stand on an installation of this purpose."""
    if wanted in _EXCLUDED[purpose]:
        raise Refused(Reason("installation.not-here", {"type": wanted.value, "purpose": purpose.value}))


def kinds_of(organisation_type: OrganisationType) -> Kinds:
    """The kinds of record that an organisation of this type keeps."""
    if organisation_type in {OrganisationType.CERTIFICATION_BODY, OrganisationType.ACCREDITATION_BODY}:
        return BODY_KINDS
    return OWN_KINDS
