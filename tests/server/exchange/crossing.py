"""Envelopes between firms of one installation, and between two installations: how they are sent, brought and answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from tests.server import databases
from tests.server.files.cast import files_in
from tests.server.works import Works, works

from standfirst.records.actor import Actor
from standfirst.records.record import Record


def sent(works_: Works, record: Record, to: str, who: Actor | None = None, **said: Any) -> Any:
    """By the page."""
    version = works_.record(record.id).current.content.version
    form = {"to": to, "name": "", "purpose": "Asked for in stage 1", "version": version, **said}
    return works_.client(who or works_.mila).post(
        reverse("envelope-send", args=[works_.slug, record.number]), form
    )


def only(works_: Works, kind: str) -> Record:
    (one,) = works_.firm.workspace.records(kinds=(kind,)).values()
    return one


def state(works_: Works, kind: str) -> str:
    return only(works_, kind).current.content.state


def page(works_: Works, name: str, *rest: object) -> str:
    answer = works_.client(works_.mila).get(reverse(name, args=[works_.slug, *rest]))
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def answered(works_: Works, how: str, why: str = "It is as we agreed") -> Any:
    envelope = only(works_, "envelope")
    address = reverse("envelope", args=[works_.slug, envelope.number])
    said = {"to": how, "why": why, "version": envelope.current.content.version}
    return works_.client(works_.mila).post(address, said)


# --- from one installation to another --------------------------------------------------------------------------------


@dataclass
class Installation:
    """A database, a folder of files and an address of its own, with one firm on it."""

    url: str
    files: Path
    address: str
    firm: Works

    @contextmanager
    def entered(self) -> Iterator[Works]:
        with (
            databases.pointed_at(self.url),
            override_settings(ADDRESS=self.address),
            files_in(self.files),
        ):
            yield self.firm

    @property
    def of_firm(self) -> str:
        return f"{self.address}/o/{self.firm.slug}/"


def installed(engine: str, files: Path, address: str, name: str) -> Installation:
    url = databases.fresh(engine)
    with databases.pointed_at(url):
        return Installation(url, files, address, works(name))


def downloaded(works_: Works, number: str, suffix: str = "json") -> bytes:
    answer = works_.client(works_.mila).get(reverse("envelope-file", args=[works_.slug, number]))
    assert answer.status_code == 200, answer.content.decode()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{number}.envelope.{suffix}"'
    return bytes(answer.getvalue())


def uploaded(works_: Works, data: bytes) -> Any:
    file = SimpleUploadedFile("envelope", data)
    return works_.client(works_.mila).post(reverse("envelope-upload", args=[works_.slug]), {"file": file})
