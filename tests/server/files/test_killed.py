"""``kill -9`` at any moment of an upload: no half file under a digest, no row without its bytes, and nothing left over."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.files.cast import Member, form_around, lying_in
from tests.server.files.interrupted import SIZE, content

from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.shelves import place_of

MOMENTS = ("in-the-middle", "before-the-move", "after-the-move", "after-the-row")


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed(ada: Member, folder: Path, database: str, moment: str) -> None:
    first = f"{database} {moment}"  # what is uploaded is each test's own
    data = content(first)
    digest = hashlib.sha256(data).hexdigest()
    command = [sys.executable, "-m", "tests.server.files.interrupted", moment]
    with subprocess.Popen(
        [*command, str(ada.user.pk), ada.organisation.slug, str(folder), first],
        env={**os.environ, "DATABASE_URL": database, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        left = lying_in(folder)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL

    assert not FileUse.objects.filter(organisation=ada.organisation).exists()
    assert not StoredFile.objects.filter(digest=digest).exists()
    assert lying_in(folder) == left
    (only,) = left
    if moment in {"in-the-middle", "before-the-move"}:
        assert only.startswith("incoming/")
        size = (folder / only).stat().st_size
        assert size < SIZE * 0.6 if moment == "in-the-middle" else size == SIZE
    else:
        assert only == place_of(digest)
        assert (folder / only).read_bytes() == data

    ada.kept(data)
    assert lying_in(folder) == [place_of(digest)]  # the next upload took away what was left


def test_an_upload_under_way_is_not_taken_for_left_over(ada: Member, folder: Path) -> None:
    data = content("under way")
    before, behind, length = form_around(SIZE)

    def pieces() -> Iterator[bytes]:
        yield before + data[: SIZE // 2]
        ada.kept(b"another, meanwhile")
        yield data[SIZE // 2 :] + behind

    assert (
        ada.stream(pieces(), length).json()["files"][0]["attachment"]["sha256"]
        == hashlib.sha256(data).hexdigest()
    )
    assert len(lying_in(folder)) == 2
