"""Two who would write one log: one at a time, and nothing of either is lost."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.log.cast import LOG, begun, code, entries, opened, signed, tree_of

from standfirst.log.flaws import LogRejected
from standfirst.log.folder import Folder
from standfirst.log.monitor import audit_folder
from standfirst.trust.checkpoint import Checkpoint

TRY = """
import sys
from pathlib import Path
from tests.log.cast import entries, opened
from standfirst.log.flaws import LogRejected

turn = 0
while turn < 15:
    try:
        with opened(Path(sys.argv[1])) as log:
            log.append(entries(7, 7 * turn, of=sys.argv[2]))
            log.publish()
            turn += 1
    except LogRejected as error:
        assert error.code == "log.in-use", error
"""


def test_a_second_writer_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        log.append([b"a"])
        for again in (opened, begun):
            with pytest.raises(LogRejected) as refused:
                again(tmp_path)
            assert code(refused) == "log.in-use"
        log.append([b"b"])
    with opened(tmp_path) as log:
        assert log.append([b"c"]) == (2,)


def test_two_processes_take_turns(tmp_path: Path) -> None:
    begun(tmp_path).close()
    root = str(Path(__file__).parents[2])
    processes = [
        subprocess.Popen([sys.executable, "-c", TRY, tmp_path, name], cwd=root) for name in ("ada", "ben")
    ]
    assert [process.wait() for process in processes] == [0, 0]
    with opened(tmp_path) as log:
        kept = [log.entry(index) for index in range(log.size)]
    assert sorted(kept) == sorted([*entries(105, of="ada"), *entries(105, of="ben")])
    for name in ("ada", "ben"):
        own = [entry for entry in kept if entry.startswith(name.encode())]
        assert own == entries(105, of=name)
    assert audit_folder(Folder(tmp_path), LOG) == signed(kept)


def test_threads_share_an_open_log(tmp_path: Path) -> None:
    with begun(tmp_path) as log:

        def work(number: int) -> list[tuple[int, bytes]]:
            done = []
            for turn in range(20):
                batch = [*entries(5, 5 * turn, of=f"thread {number}"), b"the same for all"]
                done += list(zip(log.append(batch), batch, strict=True))
                if turn % 5 == number % 5:
                    log.publish()
                log.inclusion(done[-1][0])
            return done

        with ThreadPoolExecutor(4) as pool:
            done = [pair for run in pool.map(work, range(4)) for pair in run]
        assert log.size == 4 * 20 * 5 + 1
        assert all(log.entry(index) == entry for index, entry in done)
        note = log.publish()
        leaves = [log.entry(index) for index in range(log.size)]
    assert Checkpoint.parse(note.text).root == tree_of(leaves).root()
    assert audit_folder(Folder(tmp_path), LOG) == note
