"""``kill -9`` while an envelope with files is delivered: never the envelope without its files, and repeated it is there once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.server.exchange.cast import sides, worked_off
from tests.server.exchange.crossing import only, sent, state
from tests.server.exchange.filing import attached, filed
from tests.server.files.cast import files_in, lying_in
from tests.server.works import POLICY

from standfirst.records.ledger import check
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.store.models import Outbox

FILES = {"large.bin": b"\x9a" * 2**20, "small.csv": b"a,b\n1,2\n"}
KEPT = {"half-a-file": 0, "all-arrived": 0, "one-kept": 1, "all-kept": 2, "taken-in": 2}


@pytest.mark.parametrize("moment", KEPT)
def test_killed(own_database: str, tmp_path: Path, moment: str) -> None:
    folder = tmp_path / "files"
    with files_in(folder):
        both = sides()
        theirs = both.theirs.firm.organisation
        files = [attached(both.ours, data, name) for name, data in FILES.items()]
        sent(both.ours, filed(both.ours, both.ours.create("document", POLICY), *files), str(theirs.pk))
        before = lying_in(folder)
        killed(moment, own_database, folder)

        uses = FileUse.objects.filter(organisation=theirs)
        assert uses.count() == KEPT[moment]
        came = both.theirs.firm.workspace.records(kinds=("envelope",))
        assert len(came) == (moment == "taken-in")
        assert state(both.ours, "sent-envelope") == "sent"
        left = [name for name in lying_in(folder) if name not in before]
        assert all(name.startswith("incoming/") for name in left)

        Outbox.objects.filter(done=False).update(claimed_until=None)
        worked_off()
        assert state(both.ours, "sent-envelope") == "delivered"
        assert {use.name: use.file_id for use in uses} == {
            one["file"].partition("/")[2]: one["sha256"]
            for one in only(both.theirs, "envelope").current.content.body["attachments"]
        }
        assert uses.count() == StoredFile.objects.count() == len(FILES)
        if moment != "taken-in":  # nothing arrived any more, so nobody has looked
            assert lying_in(folder) == before
        assert check(both.theirs.firm.workspace.ledger(), both.theirs.firm.workspace.head) is None


def killed(moment: str, database: str, folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.server.exchange.interrupted", moment, str(folder)],
        env={**os.environ, "DATABASE_URL": database, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
