"""What attached files say: read once for the whole installation, in a child process that can harm nothing.

A file is counted as tried before it is: one that brings down the machine with its reader is not tried for ever.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

from django.db.models import F

from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.sending import Damaged, as_handed_in
from standfirst.server.files.shelves import shelf
from standfirst.server.search.child import Limits
from standfirst.server.search.indexing import again
from standfirst.server.search.models import Attached, FileText, Outcome
from standfirst.server.search.texts import LONGEST
from standfirst.server.store.models import Organisation
from standfirst.server.store.outbox import Task
from standfirst.server.store.turn import turn
from standfirst.server.workplace import open_store

LARGEST: Final = 64 * 2**20
"""Bytes of a file that is read at all."""

ATTEMPTS: Final = 3
PATIENCE: Final = 60
"""Seconds for one file, whatever it waits for."""

RECORDS: Final = 50
"""Records that are taken in again at once."""

LIMITS: Final = Limits(characters=LONGEST)


def read_files(task: Task) -> None:
    """Those of an organisation that wait; then its records are found by what they say."""
    organisation = Organisation.objects.get(pk=task.organisation)
    own = FileUse.objects.filter(organisation=organisation, file__isnull=False).values("file")
    attached = Attached.objects.filter(organisation=organisation, read=False, digest__in=own)
    waiting = FileText.objects.filter(outcome=Outcome.WAITING, file__in=attached.values("digest"))
    for digest in waiting.order_by("pk").values_list("pk", flat=True):
        _read(digest)
    there = FileText.objects.filter(outcome=Outcome.READ).values("pk")
    left = sorted(set(attached.filter(digest__in=there).values_list("record", flat=True)))
    for first in range(0, len(left), RECORDS):
        again(open_store(organisation), left[first : first + RECORDS])


def _read(digest: str) -> None:
    with turn():
        tried = FileText.objects.filter(pk=digest, attempts__lt=ATTEMPTS).update(attempts=F("attempts") + 1)
    found = text_of(digest) if tried else {"outcome": Outcome.GIVEN_UP}
    with turn():  # nothing where the file has been destroyed meanwhile
        FileText.objects.filter(pk=digest).update(outcome=found["outcome"], text=_kept(found.get("text", "")))


def _kept(text: str) -> str:
    """PostgreSQL keeps neither NUL nor half a pair of surrogates."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()


def text_of(digest: str, limits: Limits = LIMITS) -> dict[str, Any]:
    """Outcome and text. Raises where the file is not to be had just now, which is tried again."""
    size = StoredFile.objects.values_list("size", flat=True).get(pk=digest)
    if size > LARGEST:
        return {"outcome": Outcome.TOO_LARGE}
    if shelf().size(digest) is None:
        return {"outcome": Outcome.GONE}
    try:
        with _lent(digest, size) as file:
            return asked(file, limits)
    except Damaged:
        return {"outcome": Outcome.DAMAGED}


@contextmanager
def _lent(digest: str, size: int) -> Iterator[BinaryIO]:
    """A copy that can be read from any place, also of a file that lies in a bucket."""
    with TemporaryFile() as file:
        for piece in as_handed_in(shelf().read(digest, 0, size), digest):
            file.write(piece)
        file.seek(0)
        yield file


def asked(file: BinaryIO, limits: Limits) -> dict[str, Any]:
    """What the child says. It knows no more of us than the file."""
    command = [sys.executable, "-I", "-m", "standfirst.server.search.child", limits.as_argument()]
    with TemporaryFile() as answer:
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                command,
                stdin=file,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"outcome": Outcome.TOO_LONG}
        if done.returncode != 0:
            return {"outcome": Outcome.TOO_LONG if -done.returncode in _SIGNALS else Outcome.TOO_LARGE}
        answer.seek(0)
        return _checked(answer.read(2 * limits.written))


_SIGNALS: Final = frozenset({9, 24})
"""SIGKILL and SIGXCPU: what a process meets that takes more of the processor than it may."""


def _checked(answer: bytes) -> dict[str, Any]:
    try:
        found = json.loads(answer)
        text = found.get("text", "")
        if found["outcome"] in Outcome.values and isinstance(text, str):
            return {"outcome": found["outcome"], "text": text}
    except (ValueError, KeyError, AttributeError):
        pass
    return {"outcome": Outcome.DAMAGED}
