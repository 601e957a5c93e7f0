"""A firm with a member, a browser for her, and bodies of requests that are never whole in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import IOBase
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from tests.server.accounts.cast import firm

from standfirst.server.accounts.models import User
from standfirst.server.files.destroying import destroy_unreferenced, forget_uses
from standfirst.server.store.models import Organisation
from standfirst.server.store.turn import turn

BOUNDARY = "a-boundary-that-no-file-has"


@dataclass
class Member:
    organisation: Organisation
    user: User
    client: Any  # a Client; what its answers have is Django's affair

    def path(self, rest: str = "") -> str:
        return f"/o/{self.organisation.slug}/files/{rest}"

    @property
    def api(self) -> str:
        return f"/api/v1/o/{self.organisation.slug}/files"

    def upload(self, data: bytes, name: str = "data.bin", **about: str) -> Any:
        """By the API, as a form."""
        file = SimpleUploadedFile("named-below", data)
        vars(file)["_name"] = name  # as hostile as it is: Django's own class would clean it
        return self.client.post(self.api, {**about, "file": file})

    def kept(self, data: bytes, name: str = "data.bin", **about: str) -> dict[str, Any]:
        answer = self.upload(data, name, **about)
        assert answer.status_code == 201, answer.content
        (one,) = answer.json()["files"]
        return dict(one)

    def stream(self, pieces: Iterator[bytes], length: int, **more: Any) -> Any:
        """A form with one file, sent piece by piece. ``length``: of the whole body, as announced."""
        return self.client.generic(
            "POST",
            self.api,
            CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
            CONTENT_LENGTH=str(length),
            **{"wsgi.input": Stream(pieces)},
            **more,
        )


def member(name: str = "ada") -> Member:
    made = firm()
    user = made.account(made.ada, name)
    return Member(made.organisation, user, browser(user))


def browser(user: User, **how: Any) -> Any:
    client = Client(SERVER_NAME="localhost", **how)
    client.force_login(user)
    return client


def form_around(size: int, name: str = "big.bin") -> tuple[bytes, bytes, int]:
    """What stands before and behind a file in a form, and the length of all three."""
    before = (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=file; filename={name}\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    behind = f"\r\n--{BOUNDARY}--\r\n".encode()
    return before, behind, len(before) + size + len(behind)


class Stream(IOBase):
    """A request's body as a web server gives it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""
        self.given = 0

    def read(self, size: int, /) -> bytes:
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        given, self._held = self._held[:size], self._held[size:]
        self.given += len(given)
        return given


@contextmanager
def files_in(folder: Path) -> Iterator[Path]:
    """Evidence lies in this folder meanwhile."""
    described = {
        **settings.STORAGES,
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        },
    }
    with override_settings(STORAGES=described):
        yield folder


def lying_in(folder: Path) -> list[str]:
    """Every file below, by its path."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def erase_uses(organisation: Organisation, digests: list[str], *, by: str) -> None:
    """What an erasure, recorded under the number ``by``, leaves for a worker to do with files that nobody names any more."""
    with turn(), transaction.atomic():
        forget_uses(organisation, digests, by=by)
    for digest in digests:
        destroy_unreferenced(digest)
