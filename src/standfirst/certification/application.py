"""The application and its review (ISO/IEC 17021-1:2015, 9.1.1 and 9.1.2): nothing begins before both are done."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from standfirst.certification.accreditation import Scheme, covered
from standfirst.certification.audit_time import AuditTime, audit_time, least_on_site, most_reduction
from standfirst.certification.clauses import Clause
from standfirst.certification.names import APPLICATION
from standfirst.management.guards import filled, own_words
from standfirst.management.organisation import Exclusion
from standfirst.records.actor import Role
from standfirst.records.body import Body, Sha256
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import RequirementId, Strict, Text
from standfirst.standards.vocabulary import Domain, Stage

Days = Annotated[str, StringConstraints(pattern=r"^(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,2})?$")]
"""Auditor days of eight hours, a decimal."""


class Client(Strict):
    name: Text = Field(description="The legal name")
    country: Text = Field(description="Where its seat is")
    legal_entity: Text = Field(description="What it is in law, and who can bind it")
    identifier: Sha256 = Field(description="The first leaf of its ledger")


class Consultancy(Strict):
    body: Text = Field(description="Which firm advised")
    person: Text = Field(description="Who did")
    what: Text = Field(description="On what")
    until: date = Field(description="The last day of it")


class Applicability(Strict):
    """The client's statement of applicability, as it was handed over."""

    on: date = Field(description="From which day it holds")
    commitment: Sha256 = Field(description="What the client's ledger commits to")
    not_applicable: tuple[RequirementId, ...] = Field(description="The requirements that do not apply")


class Handover(Strict):
    """What the client gave the body to read. The files are attached."""

    ledger: Sha256 = Field(description="The first leaf of the client's ledger")
    size: int = Field(ge=1, description="How many entries it had")
    root: Sha256 = Field(description="Its root then")
    records: int = Field(ge=1, description="How many records were handed over")
    digest: Sha256 = Field(description="Of the hand-over as a file")
    result: Sha256 | None = Field(
        default=None, description="Of the client's own first-party result, without advice"
    )


class Adjustment(Strict):
    reason: Text = Field(description="Why more or less time is needed")
    percent: int = Field(ge=-100, le=200, description="Of the table's time; less than zero takes away")


class TimeDetermined(Strict):
    effective_personnel: int = Field(ge=1, description="How many people count, after part time and shifts")
    personnel_basis: Text | None = Field(
        default=None, description="Where it is not the headcount: how it was counted"
    )
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="What adds or takes away")
    days: Days = Field(description="Auditor days for stage 1 and stage 2 together")
    on_site_days: Days = Field(description="How many of them on site")


class Threat(Strict):
    threat: Text = Field(description="What could make the body partial")
    treatment: Text = Field(description="What is done about it")


class ApplicationBody(Body):
    title: Text = Field(description="Who applies for what")
    client: Client = Field(description="Who applies")
    edition: Scheme = Field(description="By which requirements, such as qt-qms/2026.1")
    statement: Text = Field(description="The scope wanted, as it would stand on the certificate")
    domains: tuple[Domain, ...] = Field(min_length=1, description="Quantum domains wanted")
    stages: tuple[Stage, ...] = Field(min_length=1, description="Life-cycle stages wanted")
    exclusions: tuple[Exclusion, ...] = Field(default=(), description="What is left out, with its reason")
    sites: tuple[Text, ...] = Field(min_length=1, description="Every site wanted in the scope")
    headcount: int = Field(ge=1, description="How many people work under its control")
    processes: tuple[Text, ...] = Field(min_length=1, description="Its main processes")
    outsourced: tuple[Text, ...] = Field(default=(), description="What others do for it")
    consultancy_stated: Literal["none", "received"] | None = Field(
        default=None, description="What the client says about advice on its management system"
    )
    consultancy: tuple[Consultancy, ...] = Field(default=(), description="Who advised it, and until when")
    applicability: Applicability | None = Field(
        default=None, description="Its statement of applicability, as handed over"
    )
    handed_over: Handover | None = Field(default=None, description="What the client gave the body to read")
    received_on: date = Field(description="When it was received")
    reviewed_on: date | None = Field(default=None, description="When it was reviewed")
    enough_known: Text | None = Field(default=None, description="Why what is known suffices to plan")
    competence: Text | None = Field(
        default=None, description="Who of the body knows this technology, and how that is known"
    )
    threats: tuple[Threat, ...] = Field(
        default=(), description="Threats to impartiality, each with its treatment; also where there is none"
    )
    time: TimeDetermined | None = Field(default=None, description="The audit time and its justification")
    agreed_on: date | None = Field(default=None, description="When the agreement was signed")
    declined_because: Text | None = Field(default=None, description="Why it was declined")


def consultancy_told(attempt: Attempt) -> Reason | None:
    """The client says whether it was advised; who says yes says by whom and until when, who says no names nobody.

    Source: ISO/IEC 17021-1:2015, 9.1.1 (see ``clauses``).
    """
    stated, named = attempt.content.body.get("consultancy_stated"), attempt.content.body.get("consultancy")
    if stated is not None and (stated == "received") == bool(named):
        return None
    return Reason("application.consultancy", {"stated": stated or "", "clause": str(Clause.APPLICATION)})


def time_determined(attempt: Attempt) -> Reason | None:
    """The days follow from the table and the adjustments, not too much is taken off, and enough of them are on site.

    Who counts other people than the client names says how.

    Source: IAF MD 5, 2.2 and 4.1 (see ``clauses`` and ``content/audit-time.yaml``). More days than follow are allowed.
    """
    stated = attempt.content.body["time"]
    found = determined(stated)
    days, on_site = Decimal(stated["days"]), Decimal(stated["on_site_days"])
    told = {"days": stated["days"], "clause": str(Clause.AUDIT_TIME_TABLE)}
    people, headcount = stated["effective_personnel"], attempt.content.body["headcount"]
    if people != headcount and not stated.get("personnel_basis"):
        return Reason("audit-time.personnel", {**told, "people": people, "headcount": headcount})
    if found.reduction > most_reduction():
        return Reason(
            "audit-time.reduced",
            {**told, "percent": int(found.reduction * 100), "most": int(most_reduction() * 100)},
        )
    if days < found.days:
        return Reason("audit-time.too-little", {**told, "asked": str(found.days), "table": str(found.base)})
    if not least_on_site() * days <= on_site <= days:
        return Reason(
            "audit-time.on-site",
            {**told, "on_site": stated["on_site_days"], "least": int(least_on_site() * 100)},
        )
    return None


def determined(stated: JsonBody) -> AuditTime:
    adjustments = stated.get("adjustments") or ()
    return audit_time(stated["effective_personnel"], [adjustment["percent"] for adjustment in adjustments])


def reviewed_in_time(attempt: Attempt) -> Reason | None:
    """An application is reviewed after it was received, and agreed on after that."""
    body = attempt.content.body
    days = tuple(str(body[name]) for name in ("received_on", "reviewed_on", "agreed_on"))
    return None if days == tuple(sorted(days)) else Reason("application.days", {"days": days})


def _flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    handed = body.get("handed_over")
    if handed and handed["ledger"] != body["client"]["identifier"]:
        yield "handed_over", Reason("application.other-ledger", {})


APPLICATION_KIND = Kind(
    name=APPLICATION,
    prefix="APP",
    folder="applications",
    title="Application for certification",
    body=ApplicationBody,
    lifecycle=Lifecycle(
        states=("received", "accepted", "declined"),
        transitions=(
            Transition(
                "accept",
                ("received",),
                "accepted",
                (Role.APPLICATION_REVIEWER,),
                (
                    own_words,
                    consultancy_told,
                    filled("applicability", "handed_over", "reviewed_on", "enough_known", "competence"),
                    filled("threats", "time", "agreed_on"),
                    reviewed_in_time,
                    time_determined,
                    covered("reviewed_on"),
                ),
                signs="review",
            ),
            Transition(
                "decline",
                ("received",),
                "declined",
                (Role.APPLICATION_REVIEWER,),
                (own_words, filled("declined_because")),
                signs="review",
            ),
        ),
        frozen=("accepted", "declined"),
    ),
    links=(LinkRule("contact", ("person",)),),
    facts=("domains", "stages", "sites", "headcount"),
    dated_by=("agreed_on", "reviewed_on", "received_on"),
    happened=("received_on", "reviewed_on", "agreed_on"),
    inspect=lambda body: list(_flaws(body)),
    view=View(
        Family.CERTIFICATION,
        summary=("edition", "domains", "headcount", "received_on"),
        sections=(
            Section("Who applies for what", ("title", "client", "edition", "received_on")),
            Section("The scope wanted", ("statement", "domains", "stages", "sites", "exclusions")),
            Section("How the client works", ("headcount", "processes", "outsourced")),
            Section("What the client handed over", ("applicability", "handed_over")),
            Section("Impartiality", ("consultancy_stated", "consultancy", "threats")),
            Section("The review of the application", ("reviewed_on", "enough_known", "competence", "time")),
            Section("What came of it", ("agreed_on", "declined_because")),
        ),
        widgets={
            "statement": Widget.PROSE,
            "enough_known": Widget.PROSE,
            "competence": Widget.PROSE,
            "declined_because": Widget.PROSE,
        },
        columns=("domains", "headcount", "received_on", "reviewed_on"),
        filters=("domains", "stages"),
        board=True,
    ),
)
