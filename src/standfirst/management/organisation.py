"""The organisation, the scope of its management system, and its people."""

from datetime import date
from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from standfirst.management.approval import APPROVED_BY_TOP_MANAGEMENT
from standfirst.management.guards import own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.record import Content
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.catalogue import Tier
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Strict, Text
from standfirst.standards.vocabulary import Domain, Stage

HANDLE: Final = r"^[a-z][a-z0-9-]{1,39}$"
"""How the short name of somebody is spelt."""

ValueChainRole = Literal[
    "component-maker",
    "system-builder",
    "network-operator",
    "cloud-operator",
    "service-provider",
    "user",
    "research",
]


class Certificate(Strict):
    standard: Text = Field(description="Such as ISO 9001:2015")
    body: Text = Field(description="Who issued it")
    valid_until: date = Field(description="Until when it is valid")


class OrganisationBody(Body):
    name: Text = Field(description="The legal name")
    country: Text = Field(description="Where its seat is")
    description: Text = Field(description="What it makes or does, in two sentences")
    domains: tuple[Domain, ...] = Field(min_length=1, description="In which quantum domains it works")
    stages: tuple[Stage, ...] = Field(min_length=1, description="In which life-cycle stages it works")
    roles: tuple[ValueChainRole, ...] = Field(
        min_length=1, description="Which places in the value chain it takes"
    )
    tier: Tier = Field(
        description="The highest application tier (0 laboratory research .. 3 large-scale or irreversible harm)"
    )
    sites: tuple[Text, ...] = Field(min_length=1, description="Where it works")
    headcount: int = Field(ge=1, description="How many people work under its control")
    certificates: tuple[Certificate, ...] = Field(
        default=(), description="Management-system certificates it holds"
    )


ORGANISATION = Kind(
    name="organisation",
    prefix="ORG",
    folder="organisation",
    title="Organisation",
    body=OrganisationBody,
    titled_by="name",
    lifecycle=Lifecycle(
        states=("draft", "confirmed"),
        transitions=(
            Transition(
                "confirm", ("draft",), "confirmed", (Role.TOP_MANAGEMENT,), (own_words,), signs="confirmation"
            ),
            Transition("revise", ("confirmed",), "draft"),
        ),
        frozen=("confirmed",),
    ),
    facts=("domains", "stages", "roles", "tier", "sites"),
    derived={"certificates": lambda body: tuple(c["standard"] for c in body.get("certificates", ()))},
    view=View(
        Family.CONTEXT,
        summary=("country", "domains", "tier", "headcount"),
        sections=(
            Section("Who it is", ("name", "country", "description")),
            Section("What it works on", ("domains", "stages", "roles", "tier")),
            Section("Where and with whom", ("sites", "headcount")),
            Section("What it holds already", ("certificates",)),
        ),
        widgets={"description": Widget.PROSE, "sites": Widget.TAGS},
        columns=("domains", "stages", "tier", "headcount"),
        filters=("domains", "tier"),
    ),
)


class Exclusion(Strict):
    what: Text = Field(description="What is left out")
    reason: Text = Field(description="Why the results of the system do not suffer")


class ScopeBody(Body):
    title: Text = Field(description="A name for the scope")
    statement: Text = Field(description="The scope as it would stand on a certificate")
    domains: tuple[Domain, ...] = Field(min_length=1, description="Quantum domains covered")
    stages: tuple[Stage, ...] = Field(min_length=1, description="Life-cycle stages covered")
    roles: tuple[ValueChainRole, ...] = Field(min_length=1, description="Places in the value chain covered")
    sites: tuple[Text, ...] = Field(min_length=1, description="Sites covered")
    exclusions: tuple[Exclusion, ...] = Field(
        default=(), description="What is left out, each with its reason"
    )
    effective_from: date = Field(description="From which day it holds")


SCOPE = Kind(
    name="scope",
    prefix="SCP",
    folder="organisation",
    title="Scope of the management system",
    body=ScopeBody,
    lifecycle=APPROVED_BY_TOP_MANAGEMENT,
    facts=("domains", "stages", "roles", "sites"),
    derived={"exclusions": lambda body: len(body.get("exclusions", ()))},
    effective_from="effective_from",
    view=View(
        Family.CONTEXT,
        summary=("domains", "stages", "effective_from"),
        sections=(
            Section("What it says", ("title", "statement", "effective_from")),
            Section("What it covers", ("domains", "stages", "roles", "sites")),
            Section("What it leaves out", ("exclusions",)),
        ),
        widgets={"statement": Widget.PROSE, "sites": Widget.TAGS},
        columns=("domains", "stages", "exclusions", "effective_from"),
        filters=("domains", "stages"),
    ),
)


MANAGERS = (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER)
"""Who answers for people, and for what is destroyed or held back."""


class PersonBody(Body):
    name: Text = Field(description="The person's name")
    handle: Text = Field(
        description="The short name by which records and comments name this person, such as ada",
        pattern=HANDLE,
    )
    roles: tuple[Role, ...] = Field(default=(), description="What the person answers for")
    functions: tuple[Text, ...] = Field(
        default=(), description="What their functions are called, where records name these as the owner"
    )
    outside: bool = Field(default=False, description="True for somebody from outside the organisation")


def names_of(person: JsonBody) -> list[str]:
    """How records name this person as the one who answers for them: by handle, by name, or by a function that they hold."""
    return [
        *(str(person[name]) for name in ("handle", "name") if person.get(name)),
        *person.get("functions", ()),
    ]


def is_a_persons(identity: str) -> bool:
    """Whether a person's record may have this id: a UUID of chance. What services act by is one reckoned from names."""
    try:
        return UUID(identity).version == _OF_CHANCE
    except ValueError:
        return True  # no UUID at all, so no service's


def nobodys_service(attempt: Attempt) -> Reason | None:
    """Nobody becomes a person by whose id a service of the organisation acts."""
    return None if is_a_persons(attempt.content.record) else Reason("person.service-id")


_OF_CHANCE: Final = 4


def roles_by_another(attempt: Attempt) -> Reason | None:
    """Nobody changes their own roles: else whoever records people could give themself any.

    Who manages alone may, or nobody could. Somebody may first take the other manager's roles away and then help
    themself: that stays two acts of theirs in the ledger, which anybody can read.
    """
    wanted = attempt.content
    if wanted.record != attempt.actor.id:
        return None
    people = attempt.workspace.records(kinds=(PERSON.name,))
    if wanted.record not in people:
        return None
    now = _roles(people[wanted.record].current.content)
    if now == set(wanted.body.get("roles", ())):
        return None
    others = [
        person
        for person in people.values()
        if person.id != wanted.record and _manages(person.current.content)
    ]
    return Reason("person.own-roles", {"others": tuple(sorted(p.number for p in others))}) if others else None


def _manages(person: Content) -> bool:
    return person.state == PERSON.lifecycle.initial and not _roles(person).isdisjoint(MANAGERS)


def _roles(person: Content) -> set[str]:
    body: JsonBody = PERSON.upcast(person.body, person.schema)
    return set(body.get("roles", ()))


def _as_it_is(body: JsonBody) -> JsonBody:
    return body


def _with_no_functions(body: JsonBody) -> JsonBody:
    return {**body, "functions": []}


PERSON = Kind(
    name="person",
    prefix="PER",
    folder="people",
    title="Person",
    body=PersonBody,
    titled_by="name",
    # 2: the roles of certification and accreditation bodies; 3: nobody changes their own; 4: no id of a service;
    # 5: functions
    schema=5,
    upcasts={1: _as_it_is, 2: _as_it_is, 3: _as_it_is, 4: _with_no_functions},
    unique=("handle",),
    lifecycle=Lifecycle(
        states=("active", "left"),
        transitions=(
            Transition("leave", ("active",), "left", MANAGERS),
            Transition("return", ("left",), "active", MANAGERS),
        ),
    ),
    facts=("roles",),
    authors=MANAGERS,
    writes=(nobodys_service, roles_by_another),
    view=View(
        Family.SUPPORT,
        summary=("handle", "roles", "functions"),
        sections=(
            Section("Who it is", ("name", "handle")),
            Section("What they answer for", ("roles", "functions", "outside")),
        ),
        columns=("handle", "roles", "outside"),
        filters=("roles", "outside"),
    ),
)
