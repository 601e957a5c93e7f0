"""Any sequence of deeds, by anybody: no certificate whose decision maker audited, none over an open major.

What must not be is read from the ledger alone, entry by entry, without a line of the guards' own code.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.certification.desk import DECIDED, PEOPLE, Desk, Found

from standfirst.records.change import Refused
from standfirst.records.ledger import check
from standfirst.records.record import Record, Version

TEAM = ("lead", "auditor", "technical-expert")
HANDLES = tuple(PEOPLE)
AUDITABLE = ("lea", "aron", "esra", "dana", "rike")

handles = st.sampled_from(HANDLES)
grades = st.sampled_from(["major", "minor", "opportunity"])
states = st.sampled_from(["open", "answered", "accepted", "verified", "closed"])
teams = st.permutations(AUDITABLE).map(
    lambda p: {"lead": p[:1], "auditor": p[1:2], "technical-expert": p[2:3]}
)
pick = st.integers(0, 5)


class Certifying(RuleBasedStateMachine):
    """People do what they like, in any order; what is refused is refused and changes nothing."""

    @initialize(team=teams, found=st.lists(grades, min_size=1, max_size=3))
    def begin(self, team: Mapping[str, Sequence[str]], found: list[str]) -> None:
        self.desk = desk = Desk()
        for handle in AUDITABLE:  # so that nothing but what somebody has done keeps them from anything
            desk.amend("dora", desk.person(handle), why="", roles=["auditor", "reviewer", "decision-maker"])
        desk.hold()
        desk.accept()
        desk.stage_1()
        desk.on(DECIDED)
        desk.findings = []
        requirements = ("7.2", "A.1.2", "9.2")
        self.attempt(desk.stage_2, *map(Found, found, requirements), team=team)

    def attempt(self, deed: Callable[..., object], *arguments: Any, **named: Any) -> None:
        with suppress(Refused, KeyError):  # KeyError: a step that nothing has led to yet
            deed(*arguments, **named)

    def rewrite(self, who: str, record: Record, links: Mapping[str, Sequence[str]], **changed: Any) -> None:
        kind = self.desk.store.kinds[record.kind]
        body = kind.body.model_validate({**self.desk.body(record.id), **changed})
        self.attempt(self.desk.write, who, kind, body, links=links, why="", record=record.id)

    # --- what people try

    @rule(grade=grades, at=pick)
    def raise_finding(self, grade: str, at: int) -> None:
        for audit in self.chosen("audit", at):
            self.attempt(self.desk.raise_, Found(grade, "8.1"), audit.id)

    @rule(at=pick, grade=grades)
    def regrade(self, at: int, grade: str) -> None:
        for finding in self.chosen("finding", at):
            self.attempt(self.desk.amend, "lea", finding.id, why="", grade=grade)

    @rule(at=pick)
    def lose(self, at: int) -> None:
        """Cut a finding's tie to its audit."""
        for finding in self.chosen("finding", at):
            self.rewrite("lea", finding, {})

    @rule(at=pick, who=handles, to=states)
    def answer(self, at: int, who: str, to: str) -> None:
        for finding in self.chosen("finding", at):
            self.attempt(self.desk.answer, finding.id, who=who, to=to)

    @rule(at=pick, who=handles, to=states)
    def move_finding(self, at: int, who: str, to: str) -> None:
        for finding in self.chosen("finding", at):
            self.attempt(self.desk.move, who, finding.id, to, why="")

    @rule(at=pick, team=teams)
    def change_team(self, at: int, team: Mapping[str, Sequence[str]]) -> None:
        links = {relation: self.desk.people(*names) for relation, names in team.items()}
        for audit in self.chosen("audit", at):
            declared = [{"handle": handle} for handle in AUDITABLE]
            self.rewrite("petra", audit, {**audit.current.content.links, **links}, declarations=declared)

    @rule(team=teams, state=st.sampled_from(["reported", "reported", "assigned"]))
    def further_audit(self, team: Mapping[str, Sequence[str]], state: str) -> None:
        further = {"type": "special", "audit_days": "1", "report": "Done"}
        self.attempt(self.desk.stage_2, team=team, state=state, **further)

    @rule(at=pick, who=handles, to=st.sampled_from(["assigned", "performed", "reported"]))
    def move_audit(self, at: int, who: str, to: str) -> None:
        for audit in self.chosen("audit", at):
            self.attempt(self.desk.move, who, audit.id, to, why="")

    @rule(who=st.sampled_from(["rike", "lea", "esra", "carl"]))
    def review(self, who: str) -> None:
        self.attempt(self.desk.review, who)

    @rule(who=handles, to=st.sampled_from(["granted", "refused"]))
    def decide(self, who: str, to: str) -> None:
        self.attempt(self.desk.decide, who, to=to)

    @rule(who=st.sampled_from(["dora", "dana", "lea"]), at=pick)
    def issue(self, who: str, at: int) -> None:
        self.attempt(self.desk.issue, who, record=f"certificate {at}", number=f"C-{at}")

    @rule(who=handles)
    def settle(self, who: str) -> None:
        """The honest way on from wherever the findings stand."""
        for finding in self.of("finding"):
            self.attempt(self.desk.answer, finding.id, who=who, to="verified")

    @rule(who=st.sampled_from(AUDITABLE), at=pick)
    def go_on(self, who: str, at: int) -> None:
        """As it should go, as far as it goes; but with one arbitrary decision maker."""
        for audit in self.of("audit"):
            (lead,) = audit.current.content.links["lead"]
            handle = str(self.desk.body(lead)["handle"])
            for finding in self.of("finding"):
                self.attempt(self.desk.answer, finding.id, who=handle, to="verified")
        self.press_on(who, at)

    @rule(who=st.sampled_from(AUDITABLE), at=pick)
    def press_on(self, who: str, at: int) -> None:
        """The same, with the findings left as they are."""
        for reviewer in AUDITABLE:
            self.attempt(self.desk.review, reviewer)
        self.attempt(self.desk.decide, who)
        self.attempt(self.desk.issue, record=f"certificate {at}", number=f"C-{at}")

    # --- what must hold

    @invariant()
    def nobody_certified_what_they_audited(self) -> None:
        for certificate, issued in self.issued():
            decider = self.decider(certificate, issued)
            assert decider is not None, "a certificate without a granted decision"
            assert decider not in self.audited(certificate, issued)

    @invariant()
    def nothing_is_certified_over_an_open_major(self) -> None:
        for certificate, issued in self.issued():
            assert not list(self.open_majors(certificate, issued))

    @invariant()
    def the_ledger_holds(self) -> None:
        if hasattr(self, "desk"):
            assert check(self.desk.store.ledger(), self.desk.store.head) is None

    # --- reading the history

    def of(self, kind: str) -> list[Record]:
        if not hasattr(self, "desk"):
            return []
        return sorted(self.desk.store.records(kinds=(kind,)).values(), key=lambda record: record.number)

    def chosen(self, kind: str, at: int) -> list[Record]:
        found = self.of(kind)
        return [found[at % len(found)]] if found else []

    def issued(self) -> Iterator[tuple[Record, int]]:
        for certificate in self.of("certificate"):
            for version in certificate.versions:
                if version.entry.transition == "issue":
                    yield certificate, version.entry.sequence

    def decider(self, certificate: Record, before: int) -> str | None:
        decisions = certificate.current.content.links["decided-by"]
        granted = [
            version.entry.actor
            for decision in self.of("certification-decision")
            for version in decision.versions
            if decision.id in decisions and version.content.state == "granted" and earlier(version, before)
        ]
        return granted[0] if granted else None

    def audits(self, certificate: Record) -> list[Record]:
        (application,) = certificate.current.content.links["of"]
        return [
            audit
            for audit in self.of("audit")
            if any(application in version.content.links.get("of", ()) for version in audit.versions)
        ]

    def audited(self, certificate: Record, before: int) -> set[str]:
        found: set[str] = set()
        for audit in self.audits(certificate):
            for version in audit.versions:
                if earlier(version, before) and version.content.state != "planned":
                    found |= {p for relation in TEAM for p in version.content.links.get(relation, ())}
        return found

    def open_majors(self, certificate: Record, before: int) -> Iterator[str]:
        audits = {audit.id for audit in self.audits(certificate)}
        for finding in self.of("finding"):
            versions = [version for version in finding.versions if earlier(version, before)]
            tied = any(audits & set(version.content.links.get("raised-in", ())) for version in versions)
            if tied and any(version.content.body["grade"] == "major" for version in versions):
                last_open = max(i for i, version in enumerate(versions) if version.content.state == "open")
                if not any(version.entry.transition == "verify" for version in versions[last_open:]):
                    yield finding.number


def earlier(version: Version, sequence: int) -> bool:
    return version.entry.sequence < sequence


Certifying.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestCertifying = Certifying.TestCase
