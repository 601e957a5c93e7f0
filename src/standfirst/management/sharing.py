"""Letting another organisation read: the grant, the visits under it, and what was decided about each record.

Both sides keep a record of all three, each in its own ledger: the owner of the records decides by the grant of its own,
the reader's side shows what it was given and what was looked at in its name.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from standfirst.management.export_control import Licence, Outcome, Site
from standfirst.management.guards import by_nobodys_hand, own_words, sound
from standfirst.management.parties import Country, Identity, Party, party_flaws
from standfirst.records.actor import Role
from standfirst.records.body import Body, Sha256
from standfirst.records.kind import ANY_KIND, Kind, LinkRule
from standfirst.records.kind import Body as JsonBody
from standfirst.records.lifecycle import RECORDED, Attempt, Lifecycle, Transition
from standfirst.records.projection import moment
from standfirst.records.record import Content
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Name, Text
from standfirst.trust.moments import years_later

GRANT_YEARS: Final = 2
VISIT_HOURS: Final = 8
AUDIT: Final = "audit"
UNDER: Final = "under"

Number = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}-[0-9]{4,8}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z-]+\.[a-z-]+$", max_length=80)]
Side = Literal["granted", "received"]

_SIGNERS = (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER, Role.EXPORT_CONTROL)

NOT_BY_AUDIT: Final = frozenset(
    {
        *("person", "access", "passkey", "erasure", "legal-hold", "export-classification"),
        *("read-grant", "received-grant", "visit", "export-decision", "comment"),
    }
)
"""What an audit does not open by being linked to it: people, how they are let in, and what they say to each other. Name such a kind to open it."""


# --- the grant -------------------------------------------------------------------------------------------------------


class GrantBody(Body):
    title: Text = Field(description="What is opened, to whom, in a few words")
    reader: Party = Field(description="Which organisation may read")
    purpose: Text = Field(description="What for")
    kinds: tuple[Name, ...] = Field(
        default=(), description="All records of these kinds; empty where one audit is linked instead"
    )
    effective_from: AwareDatetime = Field(description="From which moment, with its zone")
    effective_until: AwareDatetime = Field(
        description="The first moment at which it no longer holds; at most two years later"
    )
    unclassified: Literal["readable", "refused"] = Field(
        description="Records that nobody has classified for export control: may they be read?"
    )
    licences: tuple[Licence, ...] = Field(default=(), description="Export licences that may be used")
    on_site: tuple[Site, ...] = Field(
        default=(), description="Where controlled records may be viewed though they may not leave"
    )


def _grant_flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    yield from party_flaws("reader", body["reader"])
    first, end = (datetime.fromisoformat(str(body[name])) for name in ("effective_from", "effective_until"))
    if not first < end <= _years_later(first, GRANT_YEARS):
        told = {name: str(body[name]) for name in ("effective_from", "effective_until")}
        yield "effective_until", Reason("grant.period", {**told, "years": GRANT_YEARS})


def _years_later(first: datetime, years: int) -> datetime:
    """By the calendar of the place that the moment is stated for."""
    return datetime.combine(years_later(first.date(), years), first.timetz())


def opens_something(attempt: Attempt) -> Reason | None:
    """Either kinds that there are, or one audit."""
    kinds = tuple(attempt.content.body.get("kinds", ()))
    audits = attempt.workspace.records(attempt.content.links.get(AUDIT, ()))
    if (len(audits) == 1) == bool(kinds):
        return Reason("grant.opens", {"kinds": len(kinds), "audits": len(audits)})
    unknown = tuple(sorted(name for name in kinds if name not in attempt.workspace.kinds))
    return Reason("grant.unknown-kind", {"kinds": unknown}) if unknown else None


READ_GRANT = Kind(
    name="read-grant",
    prefix="GRT",
    folder="sharing",
    title="Read grant",
    body=GrantBody,
    lifecycle=Lifecycle(
        states=("draft", "active", "revoked"),
        transitions=(
            # Two people whatever is granted: any kind has free text and files, so any may hold what is controlled.
            Transition(
                "grant",
                ("draft",),
                "active",
                _SIGNERS,
                (own_words, opens_something),
                signs="grant",
                second_person=True,
            ),
            Transition("revoke", ("active",), "revoked", _SIGNERS, signs="revocation"),
        ),
        frozen=("active", "revoked"),
    ),
    links=(LinkRule(AUDIT, ("internal-audit", "audit", "envelope")),),
    effective_from="effective_from",
    effective_until="effective_until",
    writes=(sound(_grant_flaws),),
    erasable="never",
    inspect=lambda body: list(_grant_flaws(body)),
    view=View(
        Family.OTHERS,
        summary=("purpose", "effective_until"),
        sections=(
            Section("Who may read", ("title", "reader", "purpose")),
            Section("What they may read", ("kinds", "unclassified")),
            Section("For how long", ("effective_from", "effective_until")),
            Section("Where records are controlled", ("licences", "on_site")),
        ),
        widgets={"purpose": Widget.PROSE},
        columns=("purpose", "effective_from", "effective_until"),
        filters=("unclassified",),
    ),
)


def opens(grant: Content, record: Content, *, audit: Content | None = None) -> bool:
    """Whether a record is among those that a grant is about; not yet whether it may be read now (see ``decide``).

    ``audit`` is the record that the grant's link leads to, as it stands: it opens itself, what it leads to, and what
    leads to it.
    """
    if record.kind in grant.body.get("kinds", ()):
        return True
    if audit is None or audit.record not in grant.links.get(AUDIT, ()):
        return False
    if record.record == audit.record:
        return True
    tied = _leads(audit, record.record) or _leads(record, audit.record)
    return tied and record.kind not in NOT_BY_AUDIT


def _leads(content: Content, record: str) -> bool:
    return any(record in targets for targets in content.links.values())


class ReceivedGrantBody(Body):
    title: Text = Field(description="What is opened, by whom, in a few words")
    grantor: Party = Field(description="Which organisation lets us read")
    ledger: Sha256 = Field(description="The first leaf of its ledger")
    grant: Identity = Field(description="The id of its grant")
    grant_number: Number = Field(description="The number of its grant")
    version: int = Field(ge=1, description="Which version of it")
    commitment: Sha256 = Field(description="What its ledger commits to")
    purpose: Text = Field(description="What for")
    kinds: tuple[Name, ...] = Field(
        default=(), description="All records of these kinds; empty where one audit is opened"
    )
    audit: Text | None = Field(default=None, description="The number of the audit that is opened")
    effective_from: AwareDatetime = Field(description="From which moment, with its zone")
    effective_until: AwareDatetime = Field(description="The first moment at which it no longer holds")


def _received_flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    return party_flaws("grantor", body["grantor"])


_CARRIED: Final = by_nobodys_hand("received-grant.by-hand")

RECEIVED_GRANT = Kind(
    name="received-grant",
    prefix="GRR",
    folder="sharing",
    title="Read grant received",
    body=ReceivedGrantBody,
    lifecycle=Lifecycle(
        states=("active", "ended"),
        transitions=(Transition("end", ("active",), "ended", guards=(_CARRIED,)),),
        frozen=("active", "ended"),
    ),
    schema=2,  # 2: by nobody's hand
    upcasts={1: lambda body: body},
    effective_from="effective_from",
    effective_until="effective_until",
    unique=("grant",),
    writes=(_CARRIED, sound(_received_flaws)),
    erasable="never",
    inspect=lambda body: list(_received_flaws(body)),
    by_hand=False,
    view=View(
        Family.OTHERS,
        summary=("purpose", "effective_until"),
        sections=(
            Section("Who lets us read", ("title", "grantor", "purpose")),
            Section("What we may read", ("kinds", "audit", "effective_from", "effective_until")),
            Section("Where it stands there", ("grant", "grant_number", "version", "ledger", "commitment")),
        ),
        columns=("purpose", "effective_from", "effective_until"),
    ),
)


# --- visits and what was decided in them -----------------------------------------------------------------------------


class VisitBody(Body):
    side: Side = Field(description="Whose record this is: granted by us, or received by us")
    organisation: Party = Field(description="The other organisation")
    reader: Identity = Field(description="Who reads, by the id in their own organisation's ledger")
    name: Text = Field(description="The name that they gave")
    nationalities: tuple[Country, ...] = Field(
        min_length=1, description="Every nationality that they declare; XX for none"
    )
    place: Country = Field(description="The country that they declare to be in")
    site: Text | None = Field(
        default=None, description="The site of the grant that they are at, as it is named there"
    )
    begins_at: AwareDatetime = Field(description="From which moment, with its zone")
    until: AwareDatetime = Field(description="The moment at which it is over; at most eight hours later")


def _visit_flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    yield from party_flaws("organisation", body["organisation"])
    first, end = moment(str(body["begins_at"])), moment(str(body["until"]))
    if not first < end <= first + timedelta(hours=VISIT_HOURS):
        told = {"begins_at": str(body["begins_at"]), "until": str(body["until"])}
        yield "until", Reason("visit.period", {**told, "hours": VISIT_HOURS})


_COUNTED: Final = by_nobodys_hand("visit.by-hand")

VISIT = Kind(
    name="visit",
    prefix="VIS",
    folder="sharing",
    title="Visit under a read grant",
    body=VisitBody,
    titled_by="name",
    lifecycle=Lifecycle(
        states=("open", "ended"),
        transitions=(Transition("end", ("open",), "ended", guards=(_COUNTED,)),),
        frozen=("open", "ended"),
    ),
    schema=2,  # 2: by nobody's hand
    upcasts={1: lambda body: body},
    links=(LinkRule(UNDER, ("read-grant", "received-grant")),),
    dated_by=("begins_at",),
    writes=(_COUNTED, sound(_visit_flaws)),
    erasable="after-retention",
    inspect=lambda body: list(_visit_flaws(body)),
    by_hand=False,
    view=View(
        Family.OTHERS,
        summary=("side", "place", "begins_at"),
        sections=(
            Section("Who reads", ("name", "organisation", "nationalities", "reader")),
            Section("Where and when", ("place", "site", "begins_at", "until", "side")),
        ),
        columns=("side", "place", "nationalities", "begins_at", "until"),
        filters=("side", "place"),
    ),
)


class ExportDecisionBody(Body):
    side: Side = Field(description="Whose record this is: granted by us, or received by us")
    record_number: Number = Field(description="The number of the record that was asked for")
    record_kind: Name = Field(description="Its kind")
    record: Identity = Field(description="Its id")
    version: int = Field(ge=1, description="Which version of it")
    commitment: Sha256 = Field(description="What its ledger commits to")
    outcome: Outcome = Field(description="What was decided")
    licences: tuple[Text, ...] = Field(default=(), description="The numbers of the licences used")
    reason: Code = Field(description="The code of the reason")
    decided_at: AwareDatetime = Field(description="When, with its zone")


EXPORT_DECISION = Kind(
    name="export-decision",
    prefix="EXD",
    folder="sharing",
    title="Decision on reading a controlled record",
    body=ExportDecisionBody,
    titled_by="record_number",
    lifecycle=RECORDED,
    schema=2,  # 2: by nobody's hand
    upcasts={1: lambda body: body},
    links=(LinkRule("during", ("visit",)), LinkRule("about", ANY_KIND)),
    facts=("outcome", "licences"),
    dated_by=("decided_at",),
    writes=(by_nobodys_hand("export-decision.by-hand"),),
    erasable="after-retention",
    by_hand=False,
    view=View(
        Family.OTHERS,
        summary=("outcome", "decided_at"),
        sections=(
            Section("What was decided", ("outcome", "reason", "licences", "decided_at", "side")),
            Section("About what", ("record_number", "record_kind", "version", "record", "commitment")),
        ),
        columns=("record_kind", "outcome", "decided_at", "side"),
        filters=("outcome", "side", "record_kind"),
    ),
)
