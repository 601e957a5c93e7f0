"""The English of certification: refusals of its guards, and the steps of a play. Read as ``english``.

A refusal says what does not hold and by which clause. It never says what the client should do: that would be advice.
"""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # independence
    "certification.audited-it": "Who audited a file neither reviews it nor decides on it; they were on {audits} ({clause}).",
    "certification.clients-contact": "Who looks after the client of {application} neither reviews nor decides on it ({clause}).",
    "certification.consultant": (
        "{who} advised this client on its management system less than {years} years before ({clause})."
    ),
    "certification.undeclared": "{who} {who:has/have} declared nothing about this client for this audit ({clause}).",
    # application
    "application.consultancy": (
        "Whether the client was advised on its management system, and if so by whom and until when, is not told ({clause})."
    ),
    "application.days": "Receipt, review and agreement do not follow one another: {days:all}.",
    "application.other-ledger": "What was handed over is from the ledger of another organisation.",
    "certification.no-accepted-application": "There is no one accepted application to work on[: {found}] ({clause}).",
    "audit-time.reduced": "{percent:count} % is taken off the audit time of the table; {most:count} % is the most ({clause}).",
    "audit-time.personnel": (
        "Audit time is determined for {people:count} people; the client names {headcount:count}, and how it was counted is not told"
        " ({clause})."
    ),
    "audit-time.too-little": (
        "{days} auditor days are fewer than the {asked} that follow from the table ({table}) and its adjustments ({clause})."
    ),
    "audit-time.on-site": "{on_site} of {days} auditor days on site is less than {least:count} %, or more than all ({clause}).",
    "audit-time.not-taken": "Stage 1 and stage 2 took {taken} auditor days; {agreed} are agreed ({clause}).",
    # audits
    "audit.one-leader": "A team is made of persons, each once, with one leader; here are {leaders:count} ({clause}).",
    "audit.no-stage-1": (
        "Stage 2 begins after a reported stage 1 of the same application that found the client ready[; named: {found}] ({clause})."
    ),
    "audit.surveillance-late": (
        "[The first surveillance begins by {until}|There is no decision that a surveillance could follow] ({clause})."
    ),
    "audit.days": "An audit begins, ends and is reported in this order; here: {days:all}.",
    "audit.not-on-the-team": "An audit is carried out by its own team ({clause}).",
    "audit.not-its-leader": "The team leader answers for the report ({clause}).",
    "audit.not-concluded": "Not exactly one conclusion for each requirement: {requirements} ({clause}).",
    "audit.no-reason": "A conclusion other than conforming has its evidence or reason: {requirements} ({clause}).",
    "audit.not-excluded": "Concluded as not applicable, but not stated so by the client: {requirements} ({clause}).",
    "audit.findings-differ": (
        "Findings and conclusions differ[; nonconforming without a finding: {without_finding}]"
        "[; a finding without that conclusion: {without_conclusion}] ({clause})."
    ),
    "audit.repeated": "{value} stands here already.",
    # findings
    "finding.days": "A finding is raised, answered and verified in this order; here: {days:all}.",
    "finding.not-an-opportunity": "A {grade} nonconformity is not closed by noting it ({clause}).",
    "finding.not-its-auditor": "Answers are accepted and verified by an auditor of the audit that raised the finding ({clause}).",
    # review and decision
    "certification.audit-not-reported": (
        "[{audits} {audits:is/are} begun and not reported|Stage 1 and stage 2 are not both reported] ({clause})."
    ),
    "certification.major-open": "Majors that are not verified: {findings} ({clause}).",
    "certification.minor-open": "Minors without an accepted plan: {findings} ({clause}).",
    "certification.major-late": "Verified more than {months:count} months after stage 2: {findings}; another stage 2 is due ({clause}).",
    "certification.review-incomplete": "The review has not looked at {missing:name} ({clause}).",
    "certification.before-the-file": "This is dated before a report that it rests on: {days:all}.",
    "certification.no-review": "There is no finished review of this file before the decision[; named: {found}] ({clause}).",
    "certification.wider-than-applied": "Decided wider than applied for and audited: {values} ({clause}).",
    # accreditation
    "accreditation.interval": "An accreditation from {from} until {until} is none, or is longer than {years:count} years ({clause}).",
    "accreditation.assessed-it": "Who assessed a body does not decide on its accreditation ({clause}).",
    "accreditation.keys": "One key each of {asked:all} is asked for; there: [{found}|none].",
    "accreditation.days": "Assessment, decision and first day do not follow one another: {days:all}.",
    "accreditation.not-covered": "No accreditation held covers {scheme} for {domains:name} on {day} ({clause}).",
    # certificate
    "certificate.no-granted-decision": "No decision that granted stands behind this[: {found}] ({clause}).",
    "certificate.other-than-decided": "This is not what was decided[, or is certified already by {others}].",
    "certificate.decided-another-day": "The decision says {stated} and was recorded on {recorded}.",
    "certificate.days": (
        "Decision, first and last day of validity do not follow one another within {years:count} years: {days:all} ({clause})."
    ),
    "certificate.no-reason": "This is decided with reasons, and none is given ({clause}).",
    "certificate.not-issued": "There is no issued certificate of this number.",
    "certificate.already": "{record} is {state:state} already.",
    "certificate.which": (
        "[There is no certificate {asked}|There is none, or there are several][; issued: {known:all}]."
    ),
    "certificate.no-body": "The package holds no {kind:one}, so it is not that of such a body.",
    # keys
    "keyring.not-canonical": "This is no keyring: its text is not canonical JSON ({flaw}).",
    "keyring.key-repeated": "The keyring holds two keys of one algorithm.",
    "keyring.owner": "A keyring's owner is a name such as cb.example.org, in small letters.",
    # what is handed in
    "hand-in.other-result": "The result is not the first-party result of the organisation that hands over.",
    "hand-in.advice": "The result says what would make a no a yes; a certification body does not take that into its hands.",
    "hand-in.missing": "No {kind:one} that is {state:state} was handed over.",
    # what is published
    "publication.log-gone": "The log is gone, and its witnesses have seen one: begun anew it would be another history.",
    "publication.log-behind": "The log has {size} entries, and {witness} has seen {seen}: it was put back to an earlier state.",
    "publication.unwitnessed": "{witness} did not cosign: {detail:clause}.",
    # a play
    "play.unfinished": "Here lies a play that was not finished.",
    "play.none": "Here lies no play.",
    "play.not-a-simulation": "Time is not simulated here, so this is not done with keys that everybody has.",
    "play.other-client": "The demonstration's texts are written for another organisation than {found}.",
    "play.too-early": (
        "The client's last record is of {last}, and the application would be of {applied}: nothing is handed over before it exists."
    ),
    "play.not-refused": "{who} was not refused ({tried}); the play stops here.",
    "play.found": "two fictional bodies begin their ledgers",
    "play.accreditation-applied": "the certification body applies for accreditation",
    "play.accreditation-assessed": "it is assessed",
    "play.accreditation-granted": "it is accredited, by somebody who did not assess",
    "play.accreditation-held": "it records the accreditation it holds",
    "play.applied": "the client applies and hands over its records with proofs",
    "play.application-reviewed": "the application is reviewed, audit time determined",
    "play.stage-1-assigned": "a consultant on the team is refused; a team without one is assigned",
    "play.stage-1": "stage 1",
    "play.stage-2-assigned": "the team of stage 2 is assigned",
    "play.stage-2": "stage 2 at the client's sites",
    "play.stage-2-reported": "the auditors conclude requirement by requirement and report",
    "play.answered": "the client answers with correction, cause and action",
    "play.accepted": "the answers are reviewed and accepted",
    "play.verified": "the majors are verified",
    "play.reviewed": "technical review, by somebody who did not audit",
    "play.decided": "the lead auditor wants to decide and is refused; somebody else decides",
    "play.certified": "the certificate is signed with Ed25519 and ML-DSA-65 and issued",
    "play.surveillance-planned": "the first surveillance is planned",
    "play.published": "status events logged, witnesses cosign, snapshots, the bundle",
}

HINTS: Final[Mapping[str, str]] = {
    "publication.log-gone": "Put the log's folder back as it was.",
    "publication.log-behind": "Put the log's folder back as it was last.",
    "play.unfinished": "Remove the folder, or name another; a play begins anew.",
    "play.none": "Name the folder that the demonstration was played into.",
    "play.too-early": "Play it later, or with a client whose records end earlier.",
    "certificate.which": "Name one of these.",
    "certificate.no-reason": "Say why.",
    "keyring.not-canonical": "Keep the file as it was written.",
}
