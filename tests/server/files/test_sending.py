"""Downloads: saved and never shown, whole or in part, and never damaged without a sign of it."""

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest
from tests.server.files.cast import Member

from standfirst.server.files.sending import Damaged, asked
from standfirst.server.files.shelves import CHUNK, place_of

DATA = random.Random(3).randbytes(2 * CHUNK + 77)  # noqa: S311 - any bytes will do
DIGEST = hashlib.sha256(DATA).hexdigest()

HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT = b"alert(1)"


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", HTML),
        ("picture.svg", SVG),
        ("script.js", SCRIPT),
        ("a.xhtml", HTML),
        ("photo.png", HTML),
    ],
)
def test_nothing_is_ever_shown_or_run(ada: Member, name: str, data: bytes) -> None:
    answer = ada.client.get(ada.kept(data, name)["content"])
    assert body(answer) == data
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"


def test_a_name_in_any_script_comes_back(ada: Member) -> None:
    answer = ada.client.get(ada.kept(DATA, "Messung “ü”.csv")["content"])
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''Messung%20%E2%80%9C%C3%BC%E2%80%9D.csv"
    )


def test_the_whole_and_its_head(ada: Member) -> None:
    path = ada.kept(DATA)["content"]
    whole, head = ada.client.get(path), ada.client.head(path)
    assert body(whole) == DATA
    assert head.content == b""
    for answer in (whole, head):
        assert (answer.status_code, answer["ETag"]) == (200, f'"{DIGEST}"')
        assert (answer["Content-Length"], answer["Accept-Ranges"]) == (str(len(DATA)), "bytes")
    assert ada.client.get(path, headers={"If-None-Match": f'"{DIGEST}"'}).status_code == 304
    assert ada.client.post(path).status_code == 405


END = len(DATA)


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-99", 10, 100),
        (f"bytes={CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK + 1),
        ("bytes=-5", END - 5, END),
        (f"bytes={END - 1}-", END - 1, END),
        (f"bytes=5-{END + 500}", 5, END),
    ],
)
def test_a_part_is_that_part(ada: Member, header: str, start: int, stop: int) -> None:
    answer = ada.client.get(ada.kept(DATA)["content"], headers={"Range": header})
    assert (answer.status_code, body(answer)) == (206, DATA[start:stop])
    assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{END}"
    assert answer["Content-Length"] == str(stop - start)
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=-", "bytes=9-5", "lines=1-2", "bytes=x-1"])
def test_what_is_no_range_is_not_heard(ada: Member, header: str) -> None:
    answer = ada.client.get(ada.kept(DATA)["content"], headers={"Range": header})
    assert (answer.status_code, body(answer)) == (200, DATA)


@pytest.mark.parametrize("header", [f"bytes={END}-", "bytes=-0"])
def test_nothing_lies_beyond_the_end(ada: Member, header: str) -> None:
    answer = ada.client.get(ada.kept(DATA)["content"], headers={"Range": header})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{END}")


def test_a_part_of_another_file_is_never_sent(ada: Member) -> None:
    path = ada.kept(DATA)["content"]
    ranged = {"Range": "bytes=0-4"}
    assert ada.client.get(path, headers={**ranged, "If-Range": f'"{DIGEST}"'}).status_code == 206
    assert ada.client.get(path, headers={**ranged, "If-Range": '"another"'}).status_code == 200


def test_every_range_lies_within() -> None:
    for first in ("", *map(str, range(5))):
        for last in ("", *map(str, range(5))):
            start, stop = asked(f"bytes={first}-{last}", 3)
            assert 0 <= start <= 4
            assert stop <= 3


def test_damage_on_disk_shows(ada: Member, folder: Path) -> None:
    path = ada.kept(DATA)["content"]
    place = folder / place_of(DIGEST)
    place.write_bytes(DATA[:-1] + bytes([DATA[-1] ^ 1]))
    answer = ada.client.get(path)
    came = b""
    with pytest.raises(Damaged):  # noqa: PT012 - what came before it is looked at
        for piece in answer.streaming_content:
            came += piece
    assert len(came) < END
    place.write_bytes(DATA[:-1])
    with pytest.raises(Damaged):
        ada.client.get(path)
    place.unlink()
    with pytest.raises(Damaged):
        ada.client.get(path)
    ada.kept(DATA)  # the same bytes handed in once more put it right
    assert body(ada.client.get(path)) == DATA
