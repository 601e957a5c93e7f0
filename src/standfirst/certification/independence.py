"""Impartiality: who may not touch a file, whatever role they hold.

Each of these guards answers for a person; that the person is who they say is a matter of sign-in, and that nobody is
recorded twice under two names is a matter of the office that records people.
"""

from collections.abc import Iterator
from datetime import date

from standfirst.certification.clauses import Clause
from standfirst.certification.linked import body_of, ever, linked, pointing, state, targets
from standfirst.certification.names import APPLICATION, AUDIT, OF, TEAM
from standfirst.certification.periods import day_of
from standfirst.management.organisation import PERSON
from standfirst.records.lifecycle import Attempt, Guard
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Reason
from standfirst.trust.moments import years_later

CONSULTANCY_YEARS = 2
STARTED = ("assigned", "performed", "reported")


def audits_of(workspace: Workspace, applications: frozenset[str]) -> list[Record]:
    """All audits that any version of theirs has tied to one of these applications."""
    return pointing(workspace, AUDIT, OF, applications)


def audited_by(audit: Record) -> frozenset[str]:
    """Everybody who was on the team since it was assigned, also for a while, and who did what a team does.

    To sign for it is enough, also where others did not and it did not move: who signed has looked at it as an auditor.
    """
    acted = {v.entry.actor for v in audit.versions if v.entry.transition in ("perform", "report")}
    return ever(audit, *TEAM, states=STARTED) | acted


def no_auditor_of_it(attempt: Attempt) -> Reason | None:
    """Nobody who audited for this application reviews it or decides on it.

    Source: ISO/IEC 17021-1:2015, 9.5.1, for decisions of every sort (see ``clauses``: number not checked); for the
    review our own reading of 9.5.2, since a review by an auditor would review their own work.
    """
    audits = [
        audit.number
        for audit in audits_of(attempt.workspace, targets(attempt.content, OF))
        if attempt.actor.id in audited_by(audit)
    ]
    if not audits:
        return None
    return Reason("certification.audited-it", {"audits": tuple(audits), "clause": str(Clause.INDEPENDENCE)})


def not_the_clients_contact(attempt: Attempt) -> Reason | None:
    """Who looks after the client's business with the body neither reviews nor decides.

    Source: ISO/IEC 17021-1:2015, 5.2.3 (see ``clauses``): a threat from self-interest and familiarity. The standard
    leaves the treatment to the body; keeping the person out is this procedure's.
    """
    for application in linked(attempt, OF):
        if attempt.actor.id in ever(application, "contact"):
            return Reason(
                "certification.clients-contact",
                {"application": application.number, "clause": str(Clause.CONTACT)},
            )
    return None


def team_without_consultants(attempt: Attempt) -> Reason | None:
    """Nobody on the team consulted for the client, or audited it internally, within two years before the audit.

    Asked of what each member declares for this audit and of what the client stated in its application; a member
    without a declaration is refused. Source: ISO/IEC 17021-1:2015, 5.2.10 (see ``clauses``).
    """
    body = attempt.content.body
    begins = day_of(body["begins_on"])
    people = attempt.workspace.records(sorted(targets(attempt.content, *TEAM)), kinds=(PERSON.name,))
    handles = {str(body_of(attempt.workspace, person)["handle"]): person for person in people.values()}
    declared = {d["handle"]: d for d in body.get("declarations", ())}
    if silent := tuple(sorted(set(handles) - set(declared))):
        return Reason("certification.undeclared", {"who": silent, "clause": str(Clause.CONSULTANCY)})
    barred = {who for who in handles if _recent(declared[who].get("advised_until"), begins)}
    named = set(_advisers(attempt, begins))
    barred |= {who for who, person in handles.items() if _name(attempt, person) in named}
    if not barred:
        return None
    return Reason(
        "certification.consultant",
        {"who": tuple(sorted(barred)), "years": CONSULTANCY_YEARS, "clause": str(Clause.CONSULTANCY)},
    )


def no_consultant_of_it(day_field: str) -> Guard:
    """Whom the client names as an adviser of the last two years takes no other part in its file either."""

    def guard(attempt: Attempt) -> Reason | None:
        """Source: ISO/IEC 17021-1:2015, 5.2.10 (see ``clauses``): not only the audit, but certification as a whole."""
        person = attempt.workspace.records([attempt.actor.id], kinds=(PERSON.name,)).get(attempt.actor.id)
        advisers = set(_advisers(attempt, day_of(attempt.content.body[day_field])))
        if person is None or _name(attempt, person) not in advisers:
            return None
        return Reason(
            "certification.consultant",
            {
                "who": (str(body_of(attempt.workspace, person)["handle"]),),
                "years": CONSULTANCY_YEARS,
                "clause": str(Clause.CONSULTANCY),
            },
        )

    guard.__name__ = f"no_consultant_of_it({day_field})"
    return guard


def _advisers(attempt: Attempt, begins: date) -> Iterator[str]:
    """Whom the client names as having advised it, of whom two years have not passed."""
    for application in linked(attempt, OF):
        for advice in body_of(attempt.workspace, application).get("consultancy", ()):
            if _recent(advice["until"], begins):
                yield str(advice["person"]).casefold()


def _name(attempt: Attempt, person: Record) -> str:
    return str(body_of(attempt.workspace, person)["name"]).casefold()


def _recent(until: object, begins: date) -> bool:
    return bool(until) and years_later(day_of(until), CONSULTANCY_YEARS) > begins


def of_one_application(attempt: Attempt) -> Reason | None:
    """A file belongs to one application, which was accepted.

    Source: ISO/IEC 17021-1:2015, 9.1.2 (see ``clauses``): nothing is audited or decided before the review of the
    application.
    """
    applications = [record for record in linked(attempt, OF) if record.kind == APPLICATION]
    if len(applications) == 1 and state(applications[0]) == "accepted":
        return None
    found = tuple(f"{record.number} ({state(record)})" for record in applications)
    return Reason(
        "certification.no-accepted-application",
        {"found": found, "clause": str(Clause.APPLICATION_REVIEW)},
    )
