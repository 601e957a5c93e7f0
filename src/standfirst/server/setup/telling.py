"""What the set-up's choices mean, for somebody who meets them for the first time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from standfirst.records.actor import Role
from standfirst.server.organisations import OrganisationType
from standfirst.standards.vocabulary import Domain, Stage


@dataclass(frozen=True, slots=True)
class Told:
    """A choice by its name, and what it means in plain words."""

    name: str | Promise
    meaning: str | Promise = ""

    def __str__(self) -> str:
        return str(self.name)


DOMAINS: Final[Mapping[str, Told]] = {
    Domain.COMPUTING: Told(
        _("Computing"),
        _(
            "You build, run, program or buy time on quantum computers: processors, control electronics, cryogenics, compilers, cloud access, algorithms."
        ),
    ),
    Domain.COMMUNICATION: Told(
        _("Communication"),
        _(
            "You send quantum states from one place to another or depend on it: key distribution, quantum networks, repeaters, random numbers from a quantum source."
        ),
    ),
    Domain.SENSING: Told(
        _("Sensing and metrology"),
        _(
            "You measure with quantum effects: magnetometers, gravimeters, clocks, quantum imaging, or calibrate by them."
        ),
    ),
    Domain.SIMULATION: Told(
        _("Simulation"),
        _(
            "You imitate one quantum system by another, to learn about materials, chemistry or physics: analogue simulators, cold atoms, annealers used so."
        ),
    ),
}

STAGES: Final[Mapping[str, Told]] = {
    Stage.CONCEPT: Told(
        _("Concept"), _("It is decided what is to be made, for whom, and whether it should be.")
    ),
    Stage.RESEARCH: Told(
        _("Research"), _("It is found out whether and how it works: experiments, prototypes.")
    ),
    Stage.ENGINEERING: Told(
        _("Engineering"), _("It is designed, built and verified so that others can rely on it.")
    ),
    Stage.DEPLOYMENT: Told(_("Deployment"), _("It is brought to where it is used, installed and accepted.")),
    Stage.OPERATION: Told(
        _("Operation"), _("It is run, maintained and monitored, for you or for customers.")
    ),
    Stage.DECOMMISSIONING: Told(
        _("Decommissioning"), _("It is taken out of use: data, keys, materials and equipment are dealt with.")
    ),
}

TIERS: Final[Mapping[str, Told]] = {
    "0": Told(
        _("Tier 0: laboratory research"), _("Nobody outside the laboratory is affected if it goes wrong.")
    ),
    "1": Told(_("Tier 1: limited effect"), _("It is used commercially, and a failure costs money or time.")),
    "2": Told(
        _("Tier 2: safety, rights, secrets"),
        _(
            "A failure can touch safety, people's rights, critical infrastructure, or secrets that have to last."
        ),
    ),
    "3": Told(
        _("Tier 3: large or irreversible harm"),
        _("It could plausibly do harm on a large scale, or is a listed dual-use capability."),
    ),
}

PLACES: Final[Mapping[str, Told]] = {
    "component-maker": Told(
        _("Maker of components"), _("Lasers, chips, detectors, cryostats, control cards")
    ),
    "system-builder": Told(_("Builder of systems"), _("Whole devices that others use")),
    "network-operator": Told(_("Operator of networks"), _("Links and nodes over which others communicate")),
    "cloud-operator": Told(_("Operator of a cloud"), _("Quantum devices as a service")),
    "service-provider": Told(_("Provider of services"), _("Software, integration, measurement, advice")),
    "user": Told(_("User"), _("You use quantum technology in your own work")),
    "research": Told(_("Research"), _("You publish, teach, or develop for others")),
}

DUTIES: Final[Mapping[str, Told]] = {
    Role.TOP_MANAGEMENT: Told(_("Top management"), _("decides, approves scope and policy")),
    Role.QUALITY_MANAGER: Told(_("Quality manager"), _("keeps the management system")),
    Role.ENGINEER: Told(_("Engineer"), _("designs, builds, measures")),
    Role.SECURITY_LEAD: Told(_("Security"), _("answers for information and device security")),
    Role.METROLOGY: Told(_("Metrology"), _("answers for measurements and calibration")),
    Role.EXPORT_CONTROL: Told(_("Export control"), _("classifies, and releases what is controlled")),
    Role.MIGRATION_LEAD: Told(_("Post-quantum migration"), _("leads the move to new cryptography")),
    Role.ETHICS: Told(_("Ethics"), _("answers for effects on people and society")),
    Role.PURCHASING: Told(_("Purchasing"), _("chooses and approves suppliers")),
    Role.AUDITOR: Told(_("Internal auditor"), _("audits what others do")),
    Role.REVIEWER: Told(_("Reviewer"), _("reads and approves what others wrote")),
}
"""Roles of an organisation with a management system; a certifier asks for others besides."""

ROLES: Final[Mapping[str, Told]] = {
    **DUTIES,
    Role.APPLICATION_REVIEWER: Told(
        _("Application reviewer"), _("reviews whether an application can be taken on")
    ),
    Role.DECISION_MAKER: Told(_("Decision maker"), _("decides on certification, of audits done by others")),
    Role.ACCREDITATION_ASSESSOR: Told(_("Accreditation assessor"), _("assesses the bodies that certify")),
}
"""What each role means: told wherever somebody chooses one."""

KINDS: Final[Mapping[str, Told]] = {
    OrganisationType.ORGANISATION: Told(
        _("An organisation with a management system"),
        _("You build, run or use quantum technology and want to show that you do it well. Most choose this."),
    ),
    OrganisationType.LABORATORY: Told(
        _("A laboratory"), _("You test or calibrate, for others or for yourself.")
    ),
    OrganisationType.CERTIFICATION_BODY: Told(
        _("A certification body"), _("You audit others and certify their management systems.")
    ),
    OrganisationType.ACCREDITATION_BODY: Told(
        _("An accreditation body"), _("You assess certification bodies and accredit them.")
    ),
    OrganisationType.SCHEME_OWNER: Told(
        _("A scheme owner"), _("You keep the rules of a certification scheme.")
    ),
    OrganisationType.STANDARDS_BODY: Told(
        _("A standards body"), _("You write standards, or mirror their making.")
    ),
    OrganisationType.AUTHORITY: Told(_("An authority"), _("You make or enforce law.")),
    OrganisationType.STAKEHOLDER: Told(
        _("A stakeholder organisation"),
        _("You speak for consumers, employees, research or civil society."),
    ),
}


def choices(told: Mapping[str, Told], among: Iterable[str] | None = None) -> list[tuple[str, Told]]:
    """As a form field takes them, in their order; ``among``: only these."""
    chosen = None if among is None else {str(each) for each in among}
    return [(str(value), each) for value, each in told.items() if chosen is None or str(value) in chosen]
