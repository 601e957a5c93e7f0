"""A process that is killed, at any moment: readers see the old checkpoint or the new one, whole; what was acknowledged
is there; and work goes on.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.log.cast import LOG, NOON, ORIGIN, begun, code, entries, files, opened, signed, witness
from tests.log.killing import Acknowledge, killed_at, lines

from standfirst.log.add_checkpoint import Status
from standfirst.log.flaws import LogRejected
from standfirst.log.folder import Folder
from standfirst.log.monitor import audit_folder
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.note import Note

BEFORE, AFTER, MORE = 254, 259, 261


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published log that is two entries short of its first full tile."""
    path = tmp_path_factory.mktemp("kept") / "log"
    with begun(path) as log:
        log.append(entries(BEFORE))
        log.publish()
    return path


def work(path: Path, acknowledge: Acknowledge) -> None:
    with opened(path) as log:
        log.append(entries(AFTER - BEFORE, BEFORE))
        acknowledge(1)
        log.publish()
        acknowledge(2)
        log.append(entries(MORE - AFTER, AFTER))
        acknowledge(3)


ACKNOWLEDGED = {0: BEFORE, 1: AFTER, 2: AFTER, 3: MORE}


def published_size(path: Path) -> int:
    """As any reader finds it, while the log is dead: every tile and entry is looked at."""
    note = audit_folder(Folder(path), LOG, [signed(entries(BEFORE))])
    return Checkpoint.parse(note.text).size


def test_killed_at_every_line_of_a_write(kept: Path, tmp_path: Path) -> None:
    seen = []
    for line in lines():
        path = tmp_path / str(line)
        shutil.copytree(kept, path)
        alive, told = killed_at(line, lambda acknowledge, path=path: work(path, acknowledge))  # type: ignore[misc]
        published = published_size(path)
        assert published in (BEFORE, AFTER)
        assert published == AFTER or 2 not in told
        with opened(path) as log:
            assert log.size in (BEFORE, AFTER, MORE), "all of a batch or nothing"
            assert log.size >= ACKNOWLEDGED[max(told, default=0)], "what was acknowledged is there"
            assert [log.entry(index) for index in range(BEFORE, log.size)] == entries(log.size)[BEFORE:]
            assert log.published.size == published
            seen.append((log.size, published))
            log.append(entries(MORE + 1))
            assert log.publish() == signed(entries(MORE + 1))
        assert published_size(path) == MORE + 1
        shutil.rmtree(path)
        if alive:
            break
    assert seen == sorted(seen), "from one moment on it is there, and stays so"
    assert set(seen) == {(BEFORE, BEFORE), (AFTER, BEFORE), (AFTER, AFTER), (MORE, AFTER)}
    assert seen.count((AFTER, BEFORE)) > 30  # tiles are written, read back and published


def test_killed_while_a_log_begins(tmp_path: Path) -> None:
    for line in lines():
        path = tmp_path / str(line)
        alive, _ = killed_at(line, lambda _, path=path: begun(path))  # type: ignore[misc]
        if (path / "checkpoint").exists():
            log = opened(path)
        else:
            with pytest.raises(LogRejected):
                opened(path)
            log = begun(path)
        with log:
            log.append(entries(2))
            assert log.publish() == signed(entries(2))
        if alive:
            break


def test_killed_while_a_witness_answers(tmp_path: Path) -> None:
    """A cosignature that was given away is known; asked again from where it stands, the witness answers."""
    kept, outcomes = tmp_path / "kept", []
    small, large = signed(entries(3)), signed(entries(5))
    with begun(tmp_path / "log") as log:
        log.append(entries(5))
        proof = log.consistency(3)
    witness(kept).add_checkpoint(0, (), small.format(), now=NOON)

    def answering(path: Path, acknowledge: Acknowledge) -> None:
        answer = witness(path).add_checkpoint(3, proof, large.format(), now=NOON + 1)
        acknowledge(answer.status is Status.OK)

    for line in lines():
        path = tmp_path / str(line)
        shutil.copytree(kept, path)
        alive, told = killed_at(line, lambda acknowledge, path=path: answering(path, acknowledge))  # type: ignore[misc]
        north = witness(path)
        seen = north.seen(ORIGIN)
        assert seen is not None
        size = seen.checkpoint.size
        outcomes.append(size)
        assert size in (3, 5)
        assert size == 5 or told == []
        again = north.add_checkpoint(size, proof if size == 3 else (), large.format(), now=NOON + 2)
        assert again.status is Status.OK
        if alive:
            assert told == [1]
            break
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {3, 5}


# --- the journal ---


@pytest.fixture
def unpublished(kept: Path, tmp_path: Path) -> Path:
    """Two acknowledged batches, not published."""
    path = tmp_path / "log"
    shutil.copytree(kept, path)
    with opened(path) as log:
        log.append(entries(AFTER - BEFORE, BEFORE))
        log.append(entries(MORE - AFTER, AFTER))
    return path


def test_a_record_torn_anywhere_is_none(unpublished: Path) -> None:
    """Cut off; or, as after a power cut, with zeros where nothing was written."""
    journal = unpublished / "journal"
    whole = journal.read_bytes()
    sizes = []
    for length in range(len(whole) + 1):
        for torn in (whole[:length], whole[:length] + bytes(len(whole) - length)):
            journal.write_bytes(torn)
            with opened(unpublished) as log:
                sizes.append(log.size)
                assert log.append([b"more"]) == (log.size - 1,)
            with opened(unpublished) as log:
                assert log.entry(log.size - 1) == b"more"
    assert set(sizes) == {BEFORE, AFTER, MORE}
    assert sizes == sorted(sizes)


def test_a_finished_record_that_was_changed_is_not_passed_over(unpublished: Path) -> None:
    journal = unpublished / "journal"
    whole = journal.read_bytes()
    for byte in range(len(whole)):
        changed = bytearray(whole)
        changed[byte] ^= 1 << byte % 8
        journal.write_bytes(changed)
        with pytest.raises(LogRejected) as refused:
            opened(unpublished)
        assert code(refused) == "log.journal-damaged"
    journal.write_bytes(whole)
    with opened(unpublished) as log:
        assert log.size == MORE


def test_the_journal_of_another_log_is_not_taken_in(unpublished: Path, tmp_path: Path) -> None:
    with begun(tmp_path / "other") as log:
        log.append(entries(3, of="another"))
    shutil.copy(tmp_path / "other/journal", unpublished / "journal")
    with pytest.raises(LogRejected) as refused:
        opened(unpublished)
    assert code(refused) == "log.journal-of-another"


def test_a_journal_with_a_gap_is_not_taken_in(unpublished: Path, kept: Path, tmp_path: Path) -> None:
    with opened(unpublished) as log:
        log.publish()
        log.append(entries(3, MORE))
    shutil.copytree(kept, tmp_path / "older")
    shutil.copy(unpublished / "journal", tmp_path / "older/journal")
    with pytest.raises(LogRejected) as refused:
        opened(tmp_path / "older")
    assert code(refused) == "log.journal-of-another"


def test_what_is_published_and_still_in_the_journal_is_there_once(unpublished: Path) -> None:
    """As after a death between the new checkpoint and the emptied journal."""
    journal = (unpublished / "journal").read_bytes()
    with opened(unpublished) as log:
        log.publish()
    (unpublished / "journal").write_bytes(journal)
    with opened(unpublished) as log:
        assert (log.size, log.published.size) == (MORE, MORE)
        assert log.append(entries(MORE + 2)) == tuple(range(MORE + 2))
    with opened(unpublished) as log:
        assert log.publish() == signed(entries(MORE + 2))


# --- from outside, at no chosen moment ---

WORK = """
import sys
from pathlib import Path
from tests.log.cast import entries, opened

with opened(Path(sys.argv[1])) as log:
    for turn in range(1, 10_000):
        log.append(entries(40, log.size))
        log.publish()
        log.append(entries(1, log.size))
        print(turn, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 3, 8])
def test_killed_from_outside(tmp_path: Path, acknowledged: int) -> None:
    begun(tmp_path).close()
    with subprocess.Popen(
        [sys.executable, "-c", WORK, tmp_path],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        assert process.stdout is not None
        for _ in range(acknowledged):
            assert process.stdout.readline()
        process.kill()
        rest = process.stdout.read()
    turns = acknowledged + rest.count("\n")

    note = Note.parse(files(tmp_path)["checkpoint"])
    size = Checkpoint.parse(note.text).size
    assert note == audit_folder(Folder(tmp_path), LOG) == signed(entries(size))
    assert size in (41 * turns - 1, 41 * (turns + 1) - 1)
    with opened(tmp_path) as log:
        assert log.size in (41 * turns, 41 * turns + 40, 41 * (turns + 1))
        log.append(entries(log.size + 1))
        assert log.publish() == signed(entries(log.size))
