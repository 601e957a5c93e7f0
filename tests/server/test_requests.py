"""What a request may bring, and how long it may take: nobody fills the disk, and nobody keeps a thread for ever."""

import socket
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.server.accounts.cast import firm, user

from standfirst.cli import web

pytestmark = pytest.mark.usefixtures("database")


def posted(path: str, **more: Any) -> Any:
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    return client.post(path, {"text": "x", "a": SimpleUploadedFile("a", b"x" * 1000)}, **more)


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/o/{}/speak-up/", "/o/{}/speak-up/follow-up", "/nowhere"]
)
def test_a_form_that_takes_no_file_gets_none(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path))
    answer = posted(path.format(firm().organisation.slug))
    assert answer.status_code == (404 if path == "/nowhere" else 413)
    assert list(tmp_path.iterdir()) == []


def test_what_is_announced_as_too_large_is_not_read() -> None:
    class Unread(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    client = Client(SERVER_NAME="localhost")
    for announced in (str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), "9" * 30):
        said: Any = {"CONTENT_LENGTH": announced, "CONTENT_TYPE": "text/plain", "wsgi.input": Unread()}
        assert client.generic("POST", "/accounts/login/", **said).status_code == 413


def test_links_in_letters_lead_to_the_address_that_people_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ADDRESS", "https://quality.example.org")
    mail.outbox = []
    ada = user("ada")
    Client(SERVER_NAME="localhost", HTTP_HOST="localhost:6666").post(
        "/accounts/password/reset/", {"email": ada.email}
    )
    (letter,) = mail.outbox
    assert "https://quality.example.org/accounts/password/reset/key/" in str(letter.body)
    assert "localhost:6666/" not in str(letter.body)


# --- text ---


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ({"name": "Ad\x00a", "a\x00b": "c"}, {}),  # with the parts of a form that may bring files
        ("name=Ad%00a&%00=b", {"content_type": "application/x-www-form-urlencoded"}),
    ],
)
def test_nul_is_taken_out_of_what_a_form_says(said: Any, more: dict[str, Any]) -> None:
    """At an address that knows nothing of it: no column takes it, and no page has to think of it."""
    ada = user("ada")
    client = Client(SERVER_NAME="localhost")
    client.force_login(ada)
    assert client.post("/account/", said, **more).status_code == 302
    ada.refresh_from_db()
    assert ada.name == "Ada"


@pytest.mark.parametrize(
    "address", ["search/?q=a%00b", "kinds/document/?q=%00&f.owner=%00", "events/?who=%00"]
)
def test_nul_in_an_address_is_no_fault_of_the_server(address: str) -> None:
    made = firm()
    client = Client(SERVER_NAME="localhost")
    client.force_login(made.account(made.ada, "ada"))
    answer = client.get(f"/o/{made.organisation.slug}/{address}")
    assert answer.status_code in {200, 404}
    assert b"\x00" not in answer.content


# --- a connection ----------------------------------------------------------------------------------------------------


def test_a_request_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a byte of it comes: what counts is the time in which nothing had come."""
    monkeypatch.setattr(web, "GRACE", 0.0)
    ours, theirs = socket.socketpair()
    with web.Hurried(fileno=ours.detach()) as connection, theirs:
        connection.begin()
        theirs.send(b"x" * web.RATE)
        assert len(connection.recv(2 * web.RATE)) == web.RATE  # what is there already is taken
        connection.waited = 1.0  # as long as so many bytes may take
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
        connection.begin()
        theirs.send(b"y")
        assert connection.recv(1) == b"y"
