"""Accreditation: what an accreditation body grants, and the copy of it that a certification body holds."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from standfirst.certification.clauses import Clause
from standfirst.certification.linked import ever, moved_by, targets
from standfirst.certification.names import ACCREDITATION, HELD_ACCREDITATION
from standfirst.certification.periods import day_of
from standfirst.certification.signers import BODY_ALGORITHMS
from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body, Sha256
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Guard, Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Strict, Text
from standfirst.standards.vocabulary import Domain
from standfirst.trust.accreditation import LONGEST_YEARS
from standfirst.trust.keys import Algorithm
from standfirst.trust.members import BODY_ID, NUMBER, SCHEME
from standfirst.trust.moments import years_later

BodyId = Annotated[str, StringConstraints(pattern=f"^{BODY_ID.pattern}$")]
Number = Annotated[str, StringConstraints(pattern=f"^{NUMBER.pattern}$")]
Scheme = Annotated[str, StringConstraints(pattern=f"^{SCHEME.pattern}$")]
Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=8_000)]


class Party(Strict):
    """A body of the chain of accreditation."""

    id: BodyId = Field(description="Its name for machines, like a web address without its beginning")
    name: Text = Field(description="Its name")
    country: Text = Field(description="Where its seat is")


class Key(Strict):
    algorithm: Algorithm = Field(description="What signs")
    public: Base64 = Field(description="The public key, base64")


class _Accredited(Body):
    """What the document says, the same for who gives it and who holds it."""

    title: Text = Field(description="Who is accredited for what")
    accreditation_number: Number = Field(description="The number under which it is known")
    version: int = Field(ge=1, description="Counts up with each change of the document")
    accreditation_body: Party = Field(description="Who accredits")
    body: Party = Field(description="Who is accredited")
    criteria: Literal["ISO/IEC 17021-1:2015"] = Field(description="What the body was assessed against")
    schemes: tuple[Scheme, ...] = Field(min_length=1, description="For which certification schemes")
    domains: tuple[Domain, ...] = Field(min_length=1, description="For which quantum domains")
    valid_from: date = Field(description="The first day on which it holds")
    valid_until: date = Field(description="The first day on which it no longer holds")


class AccreditationBody(_Accredited):
    assessed_on: date | None = Field(default=None, description="When the body was last assessed on site")
    assessment: Text | None = Field(default=None, description="What the assessment came to")
    decided_on: date | None = Field(default=None, description="When it was decided")
    public_keys: tuple[Key, ...] = Field(
        default=(), description="The keys that the body signs certificates with"
    )
    digest: Sha256 | None = Field(
        default=None, description="Of the signed document; filled in when it is signed"
    )


class HeldBody(_Accredited):
    """The body's own copy: what it may rely on when it accepts an application."""

    digest: Sha256 = Field(description="Of the signed document, as it was received")


def at_most_five_years(attempt: Attempt) -> Reason | None:
    """Source: ISO/IEC 17011:2017, 7.9.1 (see ``clauses``)."""
    body = attempt.content.body
    begins, ends = day_of(body["valid_from"]), day_of(body["valid_until"])
    if begins < ends <= years_later(begins, LONGEST_YEARS):
        return None
    return Reason(
        "accreditation.interval",
        {
            "from": begins.isoformat(),
            "until": ends.isoformat(),
            "years": LONGEST_YEARS,
            "clause": str(Clause.ACCREDITATION_CYCLE),
        },
    )


def no_assessor_of_it(attempt: Attempt) -> Reason | None:
    """Who assessed the body, or was once named to, does not decide on its accreditation.

    Source: ISO/IEC 17011:2017, 7.7 (see ``clauses``).
    """
    record = attempt.workspace.records([attempt.content.record]).get(attempt.content.record)
    assessors = set(targets(attempt.content, "assessor"))
    if record is not None:
        assessors |= ever(record, "assessor") | set(moved_by(record, "assess"))
    if attempt.actor.id not in assessors:
        return None
    return Reason("accreditation.assessed-it", {"clause": str(Clause.ACCREDITATION_DECISION)})


def keys_for_both(attempt: Attempt) -> Reason | None:
    """One key of each algorithm that certificates are signed with: both signatures are required, so both keys are."""
    found = sorted(str(key["algorithm"]) for key in attempt.content.body.get("public_keys", ()))
    asked = sorted(algorithm.value for algorithm in BODY_ALGORITHMS)
    return (
        None
        if found == asked
        else Reason("accreditation.keys", {"found": tuple(found), "asked": tuple(asked)})
    )


def decided_after_assessment(attempt: Attempt) -> Reason | None:
    """Nothing is granted that takes effect before it was decided, or was decided before it was assessed."""
    body = attempt.content.body
    days = [day_of(body[name]) for name in ("assessed_on", "decided_on", "valid_from")]
    if days == sorted(days):
        return None
    return Reason("accreditation.days", {"days": tuple(day.isoformat() for day in days)})


_TOLD: Final = (
    Section("Who is accredited", ("title", "accreditation_number", "version", "accreditation_body", "body")),
    Section("For what", ("criteria", "schemes", "domains", "valid_from", "valid_until")),
)
"""What both sides tell of an accreditation, before what is each one's own."""

ACCREDITATION_KIND = Kind(
    name=ACCREDITATION,
    prefix="ACR",
    folder="accreditations",
    title="Accreditation",
    body=AccreditationBody,
    lifecycle=Lifecycle(
        states=("applied", "assessed", "granted", "suspended", "withdrawn"),
        transitions=(
            Transition(
                "assess",
                ("applied",),
                "assessed",
                (Role.ACCREDITATION_ASSESSOR,),
                (own_words, filled("assessed_on", "assessment")),
            ),
            Transition(
                "grant",
                ("assessed",),
                "granted",
                (Role.DECISION_MAKER,),
                (
                    own_words,
                    filled("assessed_on", "assessment", "decided_on", "digest"),
                    at_most_five_years,
                    decided_after_assessment,
                    keys_for_both,
                    no_assessor_of_it,
                ),
                signs="decision",
            ),
            Transition(
                "suspend",
                ("granted",),
                "suspended",
                (Role.DECISION_MAKER,),
                (no_assessor_of_it,),
                signs="suspension",
            ),
            Transition(
                "restore",
                ("suspended",),
                "granted",
                (Role.DECISION_MAKER,),
                (no_assessor_of_it,),
                signs="restoration",
            ),
            Transition(
                "withdraw",
                ("granted", "suspended"),
                "withdrawn",
                (Role.DECISION_MAKER,),
                (no_assessor_of_it,),
                signs="withdrawal",
            ),
        ),
        frozen=("granted", "suspended", "withdrawn"),
    ),
    links=(LinkRule("assessor", ("person",)),),
    facts=("schemes", "domains", "valid_until"),
    dated_by=("decided_on",),
    happened=("assessed_on", "decided_on"),
    effective_from="valid_from",
    effective_until="valid_until",
    unique=("accreditation_number",),
    view=View(
        Family.CERTIFICATION,
        summary=("accreditation_number", "schemes", "valid_until"),
        sections=(
            *_TOLD,
            Section("How it was decided", ("assessed_on", "assessment", "decided_on")),
            Section("The signed document", ("public_keys", "digest")),
        ),
        widgets={"assessment": Widget.PROSE},
        columns=("accreditation_number", "schemes", "domains", "valid_until"),
        filters=("schemes", "domains"),
        due=("valid_until",),
        board=True,
    ),
)

HELD_ACCREDITATION_KIND = Kind(
    name=HELD_ACCREDITATION,
    prefix="HAC",
    folder="accreditations",
    title="Accreditation held",
    body=HeldBody,
    lifecycle=Lifecycle(
        states=("received", "held", "suspended", "ended"),
        transitions=(
            Transition(
                "take-up", ("received",), "held", (Role.QUALITY_MANAGER,), (own_words, at_most_five_years)
            ),
            Transition("suspend", ("held",), "suspended", (Role.QUALITY_MANAGER,)),
            Transition("resume", ("suspended",), "held", (Role.QUALITY_MANAGER,)),
            Transition("end", ("held", "suspended"), "ended", (Role.QUALITY_MANAGER,)),
        ),
        frozen=("held", "suspended", "ended"),
    ),
    facts=("schemes", "domains", "valid_until"),
    effective_from="valid_from",
    effective_until="valid_until",
    view=View(
        Family.CERTIFICATION,
        summary=("accreditation_number", "schemes", "valid_until"),
        sections=(
            *_TOLD,
            Section("The signed document", ("digest",)),
        ),
        columns=("accreditation_number", "schemes", "domains", "valid_until"),
        filters=("schemes", "domains"),
        due=("valid_until",),
    ),
)


def covered(day_field: str) -> Guard:
    """The body is accredited for the scheme and the domains at hand on the day that ``day_field`` names."""

    def guard(attempt: Attempt) -> Reason | None:
        """Source: ISO/IEC 17021-1:2015, 9.1.2 (see ``clauses``): the body reviews whether it is accredited for it."""
        body = attempt.content.body
        day, scheme, domains = day_of(body[day_field]), body["edition"], tuple(body["domains"])
        held = attempt.workspace.records(kinds=(HELD_ACCREDITATION,)).values()
        if any(
            record.current.content.state == "held"
            and covers(record.current.content.body, scheme, domains, day)
            for record in held
        ):
            return None
        return Reason(
            "accreditation.not-covered",
            {
                "scheme": scheme,
                "domains": domains,
                "day": day.isoformat(),
                "clause": str(Clause.APPLICATION_REVIEW),
            },
        )

    guard.__name__ = f"covered({day_field})"
    return guard


def covers(accreditation: JsonBody, scheme: str, domains: tuple[str, ...], day: date) -> bool:
    """Its interval is half-open: it holds on the first day and no longer on the last one named."""
    return (
        scheme in accreditation["schemes"]
        and set(domains) <= set(accreditation["domains"])
        and day_of(accreditation["valid_from"]) <= day < day_of(accreditation["valid_until"])
    )
