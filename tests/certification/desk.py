"""A certification body in memory, with people whose roles the guards tell apart, and a file that gets as far as a test wants.

Dora founded it. Petra plans, Lea leads audits and may decide on files that she has not audited, Aron audits, Esra is an
expert without a role, Rike reviews, Dana decides. Carl looks after the client and holds both roles, Kurt advised it a year
ago and holds every role, Mila holds none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from standfirst.certification.accreditation import HELD_ACCREDITATION_KIND, HeldBody
from standfirst.certification.application import APPLICATION_KIND, ApplicationBody
from standfirst.certification.audit import AUDIT_KIND, AuditBody
from standfirst.certification.decision import DECISION_KIND, DecisionBody
from standfirst.certification.finding import FINDING_KIND, FindingBody
from standfirst.certification.issuing import issue
from standfirst.certification.kinds import BODY_KINDS
from standfirst.certification.office import Office
from standfirst.certification.review import REVIEW_KIND, ReviewBody
from standfirst.management.founding import found
from standfirst.management.organisation import PERSON, PersonBody
from standfirst.records.actor import Role
from standfirst.records.body import Attachment
from standfirst.records.memory import MemoryStore
from standfirst.standards.library import edition

EDITION = "qt-qms/2026.1"
DIGEST = "ab" * 32

HELD_ON = date(2026, 1, 5)
APPLIED = date(2026, 3, 2)
REVIEWED = date(2026, 3, 4)
STAGE_1 = date(2026, 3, 16)
STAGE_2 = date(2026, 4, 6)
REPORTED = date(2026, 4, 10)
ANSWERED = date(2026, 4, 20)
VERIFIED = date(2026, 5, 4)
FILE_REVIEWED = date(2026, 5, 11)
DECIDED = date(2026, 5, 18)

PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "petra": (Role.APPLICATION_REVIEWER,),
    "lea": (Role.AUDITOR, Role.DECISION_MAKER, Role.REVIEWER),
    "aron": (Role.AUDITOR, Role.DECISION_MAKER, Role.REVIEWER),
    "esra": (Role.DECISION_MAKER, Role.REVIEWER),
    "rike": (Role.REVIEWER,),
    "dana": (Role.DECISION_MAKER,),
    "carl": (Role.DECISION_MAKER, Role.REVIEWER),
    "kurt": (Role.AUDITOR, Role.DECISION_MAKER, Role.REVIEWER),
    "mila": (),
}

REQUIREMENTS = tuple(requirement.id for requirement in edition())
NOT_APPLICABLE = ("A.3.3",)


@dataclass(frozen=True)
class Found:
    """A finding to raise in stage 2: its grade and requirement."""

    grade: str
    against: str


class Desk(Office):
    """The office of a body, in memory, on a clock that stands where it was put."""

    def __init__(self) -> None:
        self.path = Path()
        self.at = _noon(HELD_ON)
        self.store = MemoryStore(BODY_KINDS, clock=lambda: self.at)  # type: ignore[assignment]
        self.store.perform(found(name="Dora", handle="dora", simulation=True, fictional=True))
        for handle, roles in PEOPLE.items():
            person = PersonBody(name=handle.title(), handle=handle, roles=roles)
            self.write("dora", PERSON, person, why="Appointed")
        self.ids: dict[str, str] = {}

    def on(self, day: date) -> None:
        self.at = max(self.at, _noon(day))

    def people(self, *handles: str) -> list[str]:
        return [self.person(handle) for handle in handles]

    # --- the way, step by step; each keyword changes what is written

    def hold(self, **changed: Any) -> str:
        """An accreditation for everything but sensing, for four years."""
        body = {
            "title": "Accreditation",
            "accreditation_number": "A-1",
            "version": 1,
            "accreditation_body": {"id": "ab.example", "name": "AB", "country": "X"},
            "body": {"id": "cb.example", "name": "CB", "country": "X"},
            "criteria": "ISO/IEC 17021-1:2015",
            "schemes": [EDITION],
            "domains": ["computing", "simulation", "communication"],
            "valid_from": HELD_ON,
            "valid_until": date(2030, 1, 5),
            "digest": DIGEST,
            **changed,
        }
        self.ids["held"] = self.write(
            "dora", HELD_ACCREDITATION_KIND, HeldBody.model_validate(body), why="", to="held"
        )
        return self.ids["held"]

    def apply(self, *, to: str = "", **changed: Any) -> str:
        self.on(APPLIED)
        body = {**application(), **changed}
        self.ids["application"] = self.write(
            "petra",
            APPLICATION_KIND,
            ApplicationBody.model_validate(body),
            links={"contact": self.people("carl")},
            why="",
            to=to,
        )
        return self.ids["application"]

    def accept(self, **changed: Any) -> str:
        """Applied, reviewed and accepted."""
        return self.apply(to="accepted", **changed)

    def stage_1(self, *, state: str = "reported", **changed: Any) -> str:
        body = {**audit("stage-1", STAGE_1, days="1"), "ready": True, **changed}
        self.ids["stage-1"] = self._audit("stage-1", body, {"lead": ["lea"]}, state)
        return self.ids["stage-1"]

    def stage_2(
        self,
        *findings: Found,
        state: str = "reported",
        team: Mapping[str, Sequence[str]] | None = None,
        **changed: Any,
    ) -> str:
        team = team or {"lead": ["lea"], "auditor": ["aron"], "technical-expert": ["esra"]}
        body = {
            **audit("stage-2", STAGE_2, days="3"),
            "conclusions": conclusions(f.against for f in findings if f.grade != "opportunity"),
            "recommendation": "grant",
            **changed,
        }
        self.ids["stage-2"] = self._audit("stage-2", body, team, state, findings)
        return self.ids["stage-2"]

    def _audit(
        self,
        type_: str,
        body: Mapping[str, Any],
        team: Mapping[str, Sequence[str]],
        state: str,
        findings: Sequence[Found] = (),
    ) -> str:
        handles = [handle for names in team.values() for handle in names]
        body = {"declarations": [{"handle": handle} for handle in handles], **body}
        links = {"of": [self.ids["application"]]}
        links |= {relation: self.people(*names) for relation, names in team.items()}
        if type_ == "stage-2":
            links["after"] = [self.ids["stage-1"]] if "stage-1" in self.ids else []
        self.on(body["begins_on"])
        whole = AuditBody.model_validate(body)
        record = self.write("petra", AUDIT_KIND, whole, links=links, why="")
        for step in ("assigned", "performed", "reported"):
            if step == "reported":
                self.on(REPORTED if type_ == "stage-2" else STAGE_1)
                self.findings = [self.raise_(one, record) for one in findings]
            self.move("petra" if step == "assigned" else team["lead"][0], record, step, why="")
            if step == state:
                break
        return record

    def raise_(self, found_: Found, audit_: str) -> str:
        body = FindingBody(
            title=f"Something about {found_.against}",
            against=(found_.against,),
            grade=found_.grade,  # type: ignore[arg-type]
            statement="It does not conform.",
            evidence="Seen.",
            raised_on=STAGE_2,
        )
        return self.write("lea", FINDING_KIND, body, links={"raised-in": [audit_]}, why="")

    def answer(self, finding: str, *, to: str = "answered", who: str = "lea") -> None:
        """Answered by the client and brought as far as ``to``."""
        self.on(VERIFIED)
        given = {
            "correction": "Put right",
            "cause": "Known",
            "action": "Changed",
            "action_due": date(2026, 12, 1),
            "answer_received_on": ANSWERED,
            "answer_digest": DIGEST,
            "review": "Reaches the cause",
            "verified_on": VERIFIED,
            "verification": "Seen working",
        }
        self.amend(who, finding, why="", to="answered", **given)
        for step in ("accepted", "verified", "closed"):
            if to == "answered":
                break
            self.move(who, finding, step, why="")
            if step == to:
                break

    def review(self, who: str = "rike", **changed: Any) -> str:
        self.on(FILE_REVIEWED)
        body = {
            "title": "Review",
            "reviewed_on": FILE_REVIEWED,
            "looked_at": ["information", "scope", "audit-time", "team", "conclusions", "findings"],
            "review": "Complete",
            "recommendation": "grant",
            **changed,
        }
        self.ids["review"] = self.write(
            who, REVIEW_KIND, ReviewBody.model_validate(body), links=self.file(), why="", to="done"
        )
        return self.ids["review"]

    def decide(self, who: str = "dana", *, to: str = "granted", **changed: Any) -> str:
        self.on(DECIDED)
        applied = application()
        body = {
            "title": "Decision",
            **{name: applied[name] for name in ("edition", "statement", "domains", "stages", "sites")},
            "exclusions": applied["exclusions"],
            "decided_on": DECIDED,
            "reasons": "The file gives no other result",
            **changed,
        }
        links = self.file() | ({"after": [self.ids["review"]]} if "review" in self.ids else {})
        self.ids["decision"] = self.write(
            who, DECISION_KIND, DecisionBody.model_validate(body), links=links, why="", to=to
        )
        return self.ids["decision"]

    def issue(self, who: str = "dora", *, record: str = "the certificate", **changed: Any) -> str:
        payload = {
            "number": "C-1",
            "version": 1,
            "requirements": {"edition": EDITION},
            "scope": {"domains": ["computing", "simulation"]},
            "decided_on": DECIDED.isoformat(),
            "effective_from": DECIDED.isoformat(),
            "expires_on": "2029-05-17",
            **changed,
        }
        self.perform(
            who,
            lambda workspace, actor: issue(
                workspace,
                actor,
                record=record,
                decision=self.ids["decision"],
                held=self.ids["held"],
                payload=payload,
                digest=DIGEST,
                file=Attachment(file="evidence/certificate.json", sha256=DIGEST),
                why="As decided",
            ),
        )
        return record

    def file(self) -> dict[str, list[str]]:
        return {"of": [self.ids["application"]]}

    def until_reported(self, *findings: Found) -> "Desk":
        """As far as the report of stage 2."""
        self.hold()
        self.accept()
        self.stage_1()
        self.stage_2(*findings)
        return self

    def until_decided(self) -> "Desk":
        self.until_reported()
        self.review()
        self.decide()
        return self


def application() -> dict[str, Any]:
    """A body that is accepted as it stands."""
    return {
        "title": "Application",
        "client": {"name": "Acme", "country": "X", "legal_entity": "A company", "identifier": DIGEST},
        "edition": EDITION,
        "statement": "Making and running of processors",
        "domains": ["computing", "simulation"],
        "stages": ["engineering", "operation"],
        "exclusions": [{"what": "Chips", "reason": "Bought"}],
        "sites": ["Here", "There"],
        "headcount": 41,
        "processes": ["Making"],
        "consultancy_stated": "received",
        "consultancy": [{"body": "K", "person": "Kurt", "what": "Advice", "until": date(2025, 3, 1)}],
        "applicability": {
            "on": date(2026, 1, 1),
            "commitment": DIGEST,
            "not_applicable": list(NOT_APPLICABLE),
        },
        "handed_over": {"ledger": DIGEST, "size": 9, "root": DIGEST, "records": 3, "digest": DIGEST},
        "received_on": APPLIED,
        "reviewed_on": REVIEWED,
        "enough_known": "Yes",
        "competence": "Lea and Aron",
        "threats": [{"threat": "None found", "treatment": "Looked for"}],
        "time": {"effective_personnel": 41, "days": "4", "on_site_days": "3.5"},
        "agreed_on": REVIEWED,
    }


def audit(type_: str, begins: date, *, days: str) -> dict[str, Any]:
    return {
        "title": type_,
        "type": type_,
        "begins_on": begins,
        "ends_on": begins,
        "audit_days": days,
        "sites": ["Here"],
        "plan": "Everything",
        "report": "Done",
        "reported_on": REPORTED if type_ == "stage-2" else begins,
    }


def conclusions(nonconforming: Iterable[str]) -> list[dict[str, str]]:
    """One for each requirement of the edition."""
    against = set(nonconforming)
    found_: list[dict[str, str]] = []
    for requirement in REQUIREMENTS:
        conclusion = "nonconforming" if requirement in against else "conforming"
        if requirement in NOT_APPLICABLE:
            conclusion = "not-applicable"
        found_.append({"requirement": requirement, "conclusion": conclusion, "says": "Seen"})
    return found_


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
