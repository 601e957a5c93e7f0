"""After the certificate: suspended, restored, withdrawn, and a fresh bundle; each one a signed event in the log."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.certification.conftest import NOW

from standfirst.certification import standing
from standfirst.certification.demo_keys import demo_signers
from standfirst.certification.events import Happened, event_payload
from standfirst.certification.issuing import change_status
from standfirst.certification.office import Office
from standfirst.certification.publication import StatusLog, publish
from standfirst.log.tiled import TiledLog
from standfirst.records.change import Refused
from standfirst.standards.problems import Unusable
from standfirst.trust import bundle
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.digests import Domain
from standfirst.trust.envelope import Envelope, seal
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm, PrivateKey
from standfirst.trust.status import About, Event, Happening
from standfirst.trust.verdict import Verification

Asked = Callable[..., Verification]


@pytest.fixture
def stage(folder: Path, tmp_path: Path) -> Path:
    """A copy of a play that is over."""
    return Path(shutil.copytree(folder, tmp_path / "played"))


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def events(data: bytes) -> list[Event]:
    read = bundle.read(data)
    found = [Event.read(parse_canonical(c.payload)) for c in read.contents if isinstance(c, Envelope)]
    return [event for event in found if event.about == "certificate"]


def test_suspended_restored_withdrawn(stage: Path, asked: Asked) -> None:
    suspended = standing.suspend(stage, actor="noor", why="Claims beyond the scope", now=later(1)).bundle
    assert asked(suspended, later(1)).status == "NOT VALID"
    assert [o.code for o in asked(suspended, later(1)).objections] == ["state.not-active"]
    restored = standing.restore(stage, actor="noor", why="Claims withdrawn", now=later(2)).bundle
    assert asked(restored, later(2)).status == "VALID"
    withdrawn = standing.withdraw(stage, actor="noor", why="At the client's wish", now=later(3)).bundle
    assert asked(withdrawn, later(3)).status == "NOT VALID"
    told = [(event.sequence, event.event.value, event.decided) for event in events(withdrawn)]
    assert told == [
        (0, "granted", NOW),
        (1, "suspended", later(1)),
        (2, "restored", later(2)),
        (3, "withdrawn", later(3)),
    ]


def test_the_newest_bundle_answers_for_every_moment(stage: Path, asked: Asked) -> None:
    standing.suspend(stage, actor="noor", why="A reason", now=later(10))
    restored = standing.restore(stage, actor="noor", why="Another", now=later(20)).bundle
    states = [
        asked(restored, at, now=later(20)).status for at in (NOW, later(9), later(10), later(19), later(20))
    ]
    assert states == ["VALID", "VALID", "NOT VALID", "NOT VALID", "VALID"]


def test_an_older_bundle_knows_nothing_of_it_until_it_is_stale(
    played_bundle: bytes, stage: Path, asked: Asked
) -> None:
    standing.withdraw(stage, actor="noor", why="A reason", now=later(1))
    assert asked(played_bundle, later(2)).status == "VALID"
    assert asked(played_bundle, NOW + timedelta(days=8)).status == "UNKNOWN"


@pytest.fixture
def played_bundle(folder: Path) -> bytes:
    return (folder / "certificate.bundle").read_bytes()


def test_a_stale_bundle_is_made_fresh(stage: Path, asked: Asked) -> None:
    month = NOW + timedelta(days=30)
    data = standing.fresh(stage, now=month).bundle
    assert asked(data, month).status == "VALID"
    assert len(events(data)) == 1


def test_the_log_only_grows(stage: Path) -> None:
    sizes = []
    for minutes in (1, 2, 3):
        published = publish(stage, demo_signers(), now=later(minutes))
        sizes.append(published.log_size)
        assert not published.refused
    assert sizes == [6, 8, 10]


# --- who may not ---


@pytest.mark.parametrize(
    ("actor", "why", "code"),
    [
        ("oriane", "A reason", "certification.audited-it"),
        ("levent", "A reason", "deed.role"),
        ("nobody", "A reason", "actor.unknown"),
        ("noor", " ", "certificate.no-reason"),
    ],
)
def test_it_is_decided_with_reasons_by_somebody_who_did_not_audit(
    stage: Path, actor: str, why: str, code: str
) -> None:
    before = {path: path.read_bytes() for path in stage.rglob("*") if path.is_file()}
    for act in (standing.suspend, standing.withdraw):
        with pytest.raises(Refused) as refused:
            act(stage, actor=actor, why=why, now=later(1))
        assert refused.value.reason.code == code
    assert {path: path.read_bytes() for path in stage.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("act", "code"), [(standing.restore, "certificate.already"), (standing.suspend, "")])
def test_only_what_is_suspended_is_restored(stage: Path, act: Callable[..., bytes], code: str) -> None:
    if code:
        with pytest.raises(Refused) as refused:
            act(stage, actor="noor", why="A reason", now=later(1))
        assert refused.value.reason.code == code
    else:
        act(stage, actor="noor", why="A reason", now=later(1))


def test_what_is_withdrawn_stays_so(stage: Path) -> None:
    standing.withdraw(stage, actor="noor", why="A reason", now=later(1))
    with pytest.raises(Refused) as refused:
        standing.restore(stage, actor="noor", why="A reason", now=later(2))
    assert refused.value.reason.code == "deed.no-way"


def test_time_does_not_go_back(stage: Path) -> None:
    with pytest.raises(Refused) as refused:
        standing.suspend(stage, actor="noor", why="A reason", now=NOW - timedelta(hours=1))
    assert refused.value.reason.code == "clock.back"


def test_a_certificate_is_named_by_its_number(stage: Path) -> None:
    standing.fresh(stage, now=later(1), number="CRT-0001")
    with pytest.raises(Unusable) as refused:
        standing.suspend(stage, actor="noor", why="A reason", now=later(2), number="CRT-0009")
    assert refused.value.problems[0].reason.code == "certificate.which"


def test_a_folder_that_holds_no_play(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refused:
        standing.fresh(tmp_path, now=NOW)
    assert refused.value.problems[0].reason.code == "play.none"


# --- what happens in between ---


def test_a_deed_that_did_not_reach_the_log_reaches_it_next_time(stage: Path, asked: Asked) -> None:
    """Killed between the books and the log: the books are the list of what has to stand in it."""
    office = Office(stage / "certification-body", clock=lambda: later(1))
    (record,) = office.store.records(kinds=("certificate",))
    office.perform("noor", partial(change_status, record=record, to="suspended", why="A reason"))
    data = standing.fresh(stage, now=later(5)).bundle
    assert [(e.event.value, e.decided) for e in events(data)] == [("granted", NOW), ("suspended", later(1))]
    assert asked(data, later(5)).status == "NOT VALID"


def test_an_event_stands_in_the_log_once(stage: Path) -> None:
    for minutes in (1, 2, 3):
        standing.fresh(stage, now=later(minutes))
    with StatusLog(stage, demo_signers()) as status_log:
        assert sorted(len(logged) for logged in status_log.events().values()) == [1, 1]


def test_what_others_put_into_the_log_is_nobodys_history(stage: Path, asked: Asked) -> None:
    """An event about our certificate, signed by somebody else, and leaves of other sorts."""
    with StatusLog(stage, demo_signers()) as status_log:
        subject = next(
            subject
            for subject, logged in status_log.events().items()
            if logged[0].event.about == "certificate"
        )
        stranger = [PrivateKey.generate(algorithm) for algorithm in (Algorithm.ED25519, Algorithm.ML_DSA_65)]
        happened = Happened(Happening.WITHDRAWN, NOW, NOW)
        forged = event_payload(
            happened,
            log=status_log.log.origin,
            issuer="cb.demo.standfirst.example",
            about=About.CERTIFICATE,
            subject=subject,
            sequence=1,
            previous=status_log.events()[subject][0].leaf,
            signed_with=["Ed25519", "ML-DSA-65"],
        )
        leaf = canonical_bytes(seal(Domain.STATUS_EVENT, forged, stranger).as_json())
        status_log.log.append([leaf, b"not JSON", b'{"form":"something/1"}'])
    data = standing.fresh(stage, now=later(1)).bundle
    assert [event.event.value for event in events(data)] == ["granted"]
    assert asked(data, later(1)).status == "VALID"


def test_a_certificate_whose_file_was_changed_makes_no_bundle(stage: Path) -> None:
    file = stage / "certification-body/evidence/certificates/QH-QT-0042.json"
    file.write_bytes(file.read_bytes().replace(b"Brightwell", b"Brightwall"))
    with pytest.raises(Unusable) as refused:
        standing.fresh(stage, now=later(1))
    assert refused.value.problems[0].reason.code == "evidence.changed"


def test_a_damaged_witness_stops_nobody_and_two_of_a_bloc_are_missed(stage: Path, asked: Asked) -> None:
    for missing, status in (("witness-east-2", "VALID"), ("witness-east-3", "UNKNOWN")):
        (state,) = (stage / f"witnesses/{missing}.demo.standfirst.example").glob("*.checkpoint")
        state.write_text("damaged")
        published = publish(stage, demo_signers(), now=later(1))
        assert f"{missing}.demo.standfirst.example" in published.refused
        assert asked(published.bundle, later(1)).status == status


def test_without_one_bloc_nobody_is_convinced(stage: Path, asked: Asked) -> None:
    signers = demo_signers()
    others = {name: key for name, key in signers.witnesses.items() if "south" not in name}
    data = standing.fresh(stage, now=later(1), signers=replace(signers, witnesses=others)).bundle
    verdict = asked(data, later(1))
    assert verdict.status == "UNKNOWN"
    assert [objection.code for objection in verdict.objections] == ["witnesses.quorum-missing"]


def test_a_log_in_use_is_told_before_anything_is_recorded(stage: Path) -> None:
    before = (stage / "certification-body" / "ledger" / "head.json").read_bytes()
    signers = demo_signers()
    with TiledLog.open(stage / "log", signers.origin, signers.log), pytest.raises(Rejected) as caught:
        standing.suspend(stage, actor="noor", why="A reason", now=later(1))
    assert caught.value.code == "log.in-use"
    assert (stage / "certification-body" / "ledger" / "head.json").read_bytes() == before


def test_a_log_put_back_is_not_continued(stage: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    shutil.copytree(stage / "log", earlier)
    standing.fresh(stage, now=later(1))
    shutil.rmtree(stage / "log")
    with pytest.raises(Unusable) as gone:
        standing.fresh(stage, now=later(2))
    assert gone.value.problems[0].reason.code == "publication.log-gone"
    shutil.copytree(earlier, stage / "log")
    with pytest.raises(Unusable) as behind:
        standing.suspend(stage, actor="noor", why="A reason", now=later(2))
    assert behind.value.problems[0].reason.code == "publication.log-behind"


@pytest.mark.parametrize("year", [1999, 2200])
def test_a_year_that_no_document_can_name_is_refused_first(stage: Path, year: int) -> None:
    before = (stage / "certification-body" / "ledger" / "head.json").read_bytes()
    with pytest.raises(Unusable):
        standing.suspend(stage, actor="noor", why="A reason", now=datetime(year, 6, 1, tzinfo=UTC))
    assert (stage / "certification-body" / "ledger" / "head.json").read_bytes() == before
