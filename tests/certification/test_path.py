"""The play of the example company: in order, refused where it must be, and believed by a stranger at its end."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.certification.conftest import NOW

from standfirst.certification.hand_in import handed_over, read_in
from standfirst.certification.independence import audited_by
from standfirst.certification.kinds import BODY_KINDS
from standfirst.certification.path import Play, Played, play
from standfirst.certification.play.texts import demo_texts
from standfirst.conformity.document import Assessed, to_bytes
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.package import Package, open_package
from standfirst.records.package.transfer import handover
from standfirst.records.record import Record
from standfirst.standards.library import edition
from standfirst.standards.method import Status
from standfirst.standards.problems import Unusable
from standfirst.trust import bundle
from standfirst.trust.accreditation import Accreditation
from standfirst.trust.canonical import parse_canonical
from standfirst.trust.certificate import Certificate
from standfirst.trust.envelope import Envelope
from standfirst.trust.note import Note
from standfirst.trust.status import Event, Snapshot
from standfirst.trust.verdict import Verification
from standfirst.words.render import sentence

Asked = Callable[..., Verification]
BODIES = ("accreditation-body", "certification-body")


def office(folder: Path, body: str = "certification-body") -> Package:
    return open_package(folder / body, BODY_KINDS, edition().by_id, clock=lambda: NOW)


def records(folder: Path, kind: str) -> list[Record]:
    found = office(folder).store.records(kinds=(kind,)).values()
    return sorted(found, key=lambda record: record.number)


def payload(envelope: Envelope) -> Any:
    return parse_canonical(envelope.payload)


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(Unusable) as refused:
        deed()
    (problem,) = refused.value.problems
    assert sentence(problem.reason)
    return problem.reason.code


# --- what a stranger is told ---


def test_a_stranger_finds_it_valid(played: Played, asked: Asked) -> None:
    verdict = asked(played.bundle, NOW)
    assert (verdict.status, verdict.objections) == ("VALID", ())
    assert {step.outcome for step in verdict.steps} == {"passed"}


def test_it_is_not_valid_before_it_was_decided(played: Played, asked: Asked) -> None:
    assert asked(played.bundle, NOW - timedelta(days=1)).status == "NOT VALID"


def test_it_grows_stale(played: Played, asked: Asked) -> None:
    assert asked(played.bundle, NOW + timedelta(days=7)).status == "VALID"
    assert asked(played.bundle, NOW + timedelta(days=7, seconds=1)).status == "UNKNOWN"


def test_the_certificate_says_what_is_covered_and_what_is_not(played: Played) -> None:
    certificate = Certificate.read(payload(bundle.read(played.bundle).certificate))
    assert certificate.number == played.number == "QH-QT-0042"
    assert certificate.organisation.name == "Brightwell Quantum (fictional)"
    assert certificate.scope.domains == ("computing", "simulation")
    assert "decommissioning" not in certificate.scope.stages
    assert [exclusion.what for exclusion in certificate.scope.exclusions] == [
        "Quantum communication and quantum sensing",
        "Decommissioning of a processor as a stage of its own",
        "Fabrication of the qubit chips",
    ]
    assert certificate.not_applicable == ("A.3.3", "A.4.4", "A.4.5", "A.6.2", "A.6.3", "A.6.4", "A.8.4")
    assert certificate.edition_status == edition().header.status
    assert certificate.audit_days == "5.5"
    assert certificate.simulation
    assert (certificate.decided_on, certificate.effective_from) == (NOW.date(), NOW.date())
    assert certificate.expires_on.isoformat() == "2029-11-21"


def test_its_statement_of_applicability_is_the_one_in_the_clients_ledger(
    played: Played, client: Package
) -> None:
    certificate = Certificate.read(payload(bundle.read(played.bundle).certificate))
    (statement,) = client.store.records(kinds=("statement-of-applicability",)).values()
    assert certificate.applicability_digest == statement.current.entry.commitment
    assert certificate.applicability_date.isoformat() == "2026-02-01"
    assert certificate.organisation.identifier == client.store.ledger()[0].leaf


def test_everything_that_is_signed_says_specimen(played: Played) -> None:
    read = bundle.read(played.bundle)
    signed = [
        *(read.certificate, read.accreditation, read.certificate_snapshot, read.accreditation_snapshot),
        *(content for content in read.contents if isinstance(content, Envelope)),
    ]
    assert len(signed) == 6
    assert all(payload(envelope)["specimen"] is True for envelope in signed)
    for envelope in signed[:2]:
        assert payload(envelope)["notice"].startswith("SPECIMEN")
        assert payload(envelope)["simulation"] is True


def test_the_log_names_nobody(played: Played, client: Package) -> None:
    people = [str(p.current.content.body["name"]) for p in client.store.records(kinds=("person",)).values()]
    people += [member.name for member in demo_texts().bodies.certification_body.people]
    leaves = b"".join(leaf.data for leaf in bundle.read(played.bundle).leaves).decode()
    assert not [
        name for name in (*people, "Brightwell", "Quillhaven", "Thornmere", "QH-QT") if name in leaves
    ]


def test_log_and_witnesses_say_now_and_the_decisions_their_own_time(played: Played) -> None:
    read = bundle.read(played.bundle)
    events = [Event.read(payload(c)) for c in read.contents if isinstance(c, Envelope)]
    accreditation, certificate = sorted(events, key=lambda event: event.about)
    assert accreditation.decided == datetime(2026, 7, 24, 9, tzinfo=UTC)
    assert certificate.decided == NOW
    assert certificate.effective == datetime(2026, 11, 22, tzinfo=UTC)
    for snapshot in (read.certificate_snapshot, read.accreditation_snapshot):
        said = Snapshot.read(payload(snapshot))
        assert (said.as_of, said.log_size, len(said.subjects)) == (NOW, 2, 1)
    times = {int.from_bytes(line.value[:8], "big") for line in Note.parse(read.checkpoint).signatures[1:]}
    assert times == {int(NOW.timestamp())}
    assert len(played.cosigned) == 9


def test_the_accreditation_is_older_than_the_application(played: Played, folder: Path) -> None:
    accreditation = Accreditation.read(payload(bundle.read(played.bundle).accreditation))
    (application,) = records(folder, "application")
    assert accreditation.valid_from.isoformat() < application.current.content.body["received_on"]


# --- in order, and by the right people ---


def test_the_steps_in_their_order_with_their_days(story: tuple[Play, list[str]]) -> None:
    assert story[1] == [
        "play.found 2026-06-25T09:00",
        "play.accreditation-applied 2026-07-03T09:00",
        "play.accreditation-assessed 2026-07-20T09:00",
        "play.accreditation-granted 2026-07-24T09:00",
        "play.accreditation-held 2026-07-28T09:00",
        "play.applied 2026-09-03T09:00",
        "play.application-reviewed 2026-09-07T09:00",
        "play.stage-1-assigned 2026-09-11T09:00",
        "play.stage-1 2026-09-21T09:00",
        "play.stage-2-assigned 2026-09-30T09:00",
        "play.stage-2 2026-10-05T09:00",
        "play.stage-2-reported 2026-10-13T09:00",
        "play.answered 2026-10-23T09:00",
        "play.accepted 2026-10-26T09:00",
        "play.verified 2026-11-06T09:00",
        "play.reviewed 2026-11-13T09:00",
        "play.decided 2026-11-22T15:30",
        "play.certified 2026-11-22T15:30",
        "play.surveillance-planned 2026-11-22T15:30",
        "play.published 2026-11-22T15:30",
    ]


def test_two_attempts_are_refused_each_by_its_clause(played: Played) -> None:
    told = [(one.who, one.tried, one.reason.code, one.reason.parameters["clause"]) for one in played.refused]
    assert told == [
        ("corin", "audit:assign", "certification.consultant", "ISO/IEC 17021-1:2015, 5.2.10"),
        ("oriane", "certification-decision:grant", "certification.audited-it", "ISO/IEC 17021-1:2015, 9.5.1"),
    ]
    assert "CAU-0002" in sentence(played.refused[1].reason)


def test_who_decided_did_not_audit_and_who_audited_could_have_decided(folder: Path) -> None:
    store = office(folder).store
    audited = {person for audit in records(folder, "audit") for person in audited_by(audit)}
    (decision,) = records(folder, "certification-decision")
    assert decision.current.entry.actor not in audited
    assert [version.content.state for version in decision.versions] == ["draft", "granted"]
    roles = [store.records([person])[person].current.content.body["roles"] for person in audited]
    assert any("decision-maker" in held for held in roles)  # the role alone would have let it pass


def test_each_major_is_verified_and_each_minor_accepted_before_the_review(folder: Path) -> None:
    (review,) = records(folder, "technical-review")
    for finding in records(folder, "finding"):
        grade, state = finding.current.content.body["grade"], finding.current.content.state
        assert state == {"major": "verified", "minor": "accepted", "opportunity": "closed"}[grade]
        assert finding.current.entry.sequence < review.versions[-1].entry.sequence


def test_what_the_client_answers_is_kept_as_it_was_received(folder: Path) -> None:
    files = FolderFiles(folder / "certification-body")
    answered = [f for f in records(folder, "finding") if f.current.content.body["grade"] != "opportunity"]
    for finding in answered:
        body = finding.current.content.body
        (attached,) = body["attachments"]
        assert attached["sha256"] == body["answer_digest"]
        said = json.loads(files.read(attached["file"]))
        assert (said["finding"], said["correction"]) == (finding.number, body["correction"])
    assert len(answered) == 8


def test_the_books_are_sound_and_say_what_they_are(folder: Path) -> None:
    for body in BODIES:
        package = office(folder, body)
        assert package.store.fictional
        assert package.store.simulation
        assert "(fictional)" in package.manifest.organisation
        assert package.unrecorded() == []
        assert package.facts()


# --- honest: the body's own conclusions, and no advice ---


def test_what_the_play_counts(played: Played, assessed: Assessed) -> None:
    assert played.conclusions == {"conforming": 74, "nonconforming": 8, "not-applicable": 7, "not-sampled": 1}
    assert played.findings == {"major": 2, "minor": 6, "opportunity": 4}
    assert sum(played.conclusions.values()) == len(assessed.results) == 90


def test_a_result_never_turns_into_a_finding_by_itself(
    client: Package, assessed: Assessed, played: Played, folder: Path, tmp_path: Path
) -> None:
    """With a first-party result that says the opposite, the auditors conclude the same."""
    turned = [
        replace(result, status=Status.NOT_SHOWN if result.status is Status.SHOWN else Status.SHOWN)
        if result.left_out is None
        else result
        for result in assessed.results
    ]
    again = play(client, replace(assessed, results=turned), tmp_path / "again", now=NOW)
    assert again.conclusions == played.conclusions
    for kind in ("audit", "finding"):
        before, after = (
            [{**r.current.content.body, "attachments": ()} for r in records(where, kind)]
            for where in (folder, tmp_path / "again")
        )
        assert before == after


def test_conclusions_are_no_function_of_the_first_party_result(assessed: Assessed, folder: Path) -> None:
    statuses = {result.requirement.id: result.status for result in assessed.results}
    audit = next(r for r in records(folder, "audit") if r.current.content.body["type"] == "stage-2")
    concluded: dict[Status, set[str]] = {}
    for one in audit.current.content.body["conclusions"]:
        concluded.setdefault(statuses[one["requirement"]], set()).add(one["conclusion"])
    assert concluded[Status.NOT_SHOWN] == {"conforming", "nonconforming"}
    assert concluded[Status.PARTLY] >= {"conforming", "nonconforming", "not-sampled"}


def test_findings_rest_on_records_that_were_handed_over(folder: Path, client: Package) -> None:
    numbers = {record.number for record in client.store.records().values()}
    seen = [number for f in records(folder, "finding") for number in f.current.content.body["seen"]]
    assert len(seen) > 20
    assert set(seen) <= numbers
    known = set(edition().by_id)
    assert {r for f in records(folder, "finding") for r in f.current.content.body["against"]} <= known


ADVICE = (
    "you should",
    "we recommend that",
    "we advise",
    "would make it",
    "remed",
    "could be improved by",
    "must now",
)


def test_nothing_on_the_bodys_side_is_advice(folder: Path) -> None:
    result = (folder / "certification-body/evidence/first-party-result.json").read_text("utf-8")
    assert '"remedies"' not in result
    said = [text.casefold() for f in records(folder, "finding") for text in own_words(f)]
    assert not [word for word in ADVICE for text in said if word in text]


def own_words(finding: Record) -> Iterator[str]:
    body = finding.current.content.body
    yield from (str(body[name]) for name in ("title", "statement", "evidence"))
    yield from (str(body.get(name, "")) for name in ("review", "verification"))


def test_a_result_with_advice_is_not_taken(client: Package, assessed: Assessed, tmp_path: Path) -> None:
    archive, result = handed_over(client, assessed)
    (tmp_path / "h.zip").write_bytes(archive)
    assert read_in(tmp_path / "h.zip", result).organisation["headcount"] == 41
    advising = to_bytes(assessed, remedies=True)
    assert refusal(lambda: read_in(tmp_path / "h.zip", advising)) == "hand-in.advice"
    other = to_bytes(replace(assessed, organisation_id="cd" * 32), remedies=False)
    assert refusal(lambda: read_in(tmp_path / "h.zip", other)) == "hand-in.other-result"


def test_a_hand_over_without_the_scope_is_not_enough(
    client: Package, assessed: Assessed, tmp_path: Path
) -> None:
    _, result = handed_over(client, assessed)
    (tmp_path / "h.zip").write_bytes(handover(client, ["ORG-0001", "SOA-0001"]))
    assert refusal(lambda: read_in(tmp_path / "h.zip", result)) == "hand-in.missing"


# --- where it may be played ---


def test_the_bundle_lies_in_the_folder(played: Played, folder: Path) -> None:
    assert (folder / "certificate.bundle").read_bytes() == played.bundle


def test_it_is_not_played_into_something(
    client: Package, assessed: Assessed, folder: Path, tmp_path: Path
) -> None:
    assert refusal(lambda: Play(client, assessed, folder, now=NOW)) == "package.not-empty"
    (tmp_path / "mine.txt").write_text("mine")
    assert refusal(lambda: Play(client, assessed, tmp_path, now=NOW)) == "package.not-empty"
    assert refusal(lambda: Play(client, assessed, tmp_path / "mine.txt", now=NOW)) == "package.not-empty"


def test_an_unfinished_play_is_told_as_such(client: Package, assessed: Assessed, tmp_path: Path) -> None:
    begun = Play(client, assessed, tmp_path / "half", now=NOW)
    for _, step in zip(range(7), begun.steps(), strict=False):
        step.run()
    with pytest.raises(ValueError, match="not over"):
        _ = begun.played
    assert refusal(lambda: Play(client, assessed, tmp_path / "half", now=NOW)) == "play.unfinished"


def test_an_empty_folder_will_do(client: Package, assessed: Assessed, tmp_path: Path) -> None:
    Play(client, assessed, tmp_path, now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_the_texts_are_for_one_client(client: Package, assessed: Assessed, tmp_path: Path) -> None:
    other = replace(assessed, organisation_id="cd" * 32)
    assert refusal(lambda: Play(client, other, tmp_path, now=NOW)) == "play.other-client"


def test_nothing_is_handed_over_before_it_exists(client: Package, assessed: Assessed, tmp_path: Path) -> None:
    assert client.store.last_time is not None
    first = client.store.last_time + timedelta(days=84)
    Play(client, assessed, tmp_path, now=first)
    early = client.store.last_time + timedelta(days=79)
    assert refusal(lambda: Play(client, assessed, tmp_path, now=early)) == "play.too-early"


@pytest.mark.parametrize(
    "now", ["2026-11-21T00:00:00+00:00", "2027-03-01T23:59:59+00:00", "2028-02-29T12:00:00+13:00"]
)
def test_it_is_valid_whenever_it_is_played(
    client: Package, assessed: Assessed, tmp_path: Path, asked: Asked, now: str
) -> None:
    at = datetime.fromisoformat(now)
    assert asked(play(client, assessed, tmp_path / "played", now=at).bundle, at).status == "VALID"
