"""Uploads through the front door: as a form of a page, as a form of a program, and as a plain body."""

import hashlib
import itertools
import random
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from tests.server.files.cast import Member, Stream, browser, form_around, lying_in, member

from standfirst.server.accounts.models import Scope
from standfirst.server.accounts.tokens import issue
from standfirst.server.clock import now
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.shelves import FolderShelf, place_of

MB = 2**20


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def big(size: int, seen: "hashlib._Hash") -> Iterator[bytes]:
    noise = random.Random(4)  # noqa: S311 - any bytes will do
    for _ in range(size // MB):
        piece = noise.randbytes(MB)
        seen.update(piece)
        yield piece


def test_fifty_megabytes_are_never_in_memory(ada: Member, folder: Path) -> None:
    seen = hashlib.sha256()
    before, behind, length = form_around(50 * MB)
    pieces = itertools.chain([before], big(50 * MB, seen), [behind])
    ada.kept(b"warm")  # what is imported and cached at the first upload is not the upload's
    tracemalloc.start()
    try:
        answer = ada.stream(pieces, length)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 201
    (kept,) = answer.json()["files"]
    assert kept["attachment"] == {"file": "evidence/big.bin", "sha256": seen.hexdigest()}
    assert (folder / place_of(seen.hexdigest())).stat().st_size == kept["size"] == 50 * MB
    assert peak < 8 * MB


def test_the_page_takes_several_files_and_what_is_said_of_them(ada: Member) -> None:
    files = [SimpleUploadedFile("a.csv", b"a,b\n"), SimpleUploadedFile("b.csv", b"c,d\n")]
    about = {
        "evidence_from": "2026-05-01",
        "evidence_until": "2026-06-01",
        "origin": "Fridge 2",
        "collector": "Mila",
    }
    answer = ada.client.post(ada.path("upload"), {"file": files, **about})
    assert (answer.status_code, answer["Location"]) == (302, ada.path())
    for use in FileUse.objects.filter(organisation=ada.organisation):
        assert (str(use.evidence_from), str(use.evidence_until)) == ("2026-05-01", "2026-06-01")
        assert (use.origin, use.collector, use.uploaded_by) == ("Fridge 2", "Mila", ada.user)
        assert str(use.uploaded_at.date()) != "2026-05-01"
    page = ada.client.get(ada.path()).content.decode()
    assert page.count("Fridge 2") == 2
    assert "a.csv" in page
    assert "until <time>1 June 2026</time>" in page


def test_one_file_that_is_refused_keeps_no_other_out(ada: Member) -> None:
    files = [SimpleUploadedFile("empty.csv", b""), SimpleUploadedFile("good.csv", b"a,b\n")]
    answer = ada.client.post(ada.path("upload"), {"file": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "empty.csv</bdi>: The file is empty." in page
    assert "good.csv</bdi>: kept." in page
    assert [use.name for use in FileUse.objects.filter(organisation=ada.organisation)] == ["good.csv"]


def test_a_form_without_a_file_says_so(ada: Member) -> None:
    answer = ada.client.post(ada.path("upload"), {"origin": "Nowhere"})
    assert (answer.status_code, "No file arrived" in answer.content.decode()) == (422, True)
    answer = ada.client.post(ada.api, {"origin": "Nowhere"})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (403, "file.none")


def test_a_period_that_ends_before_it_begins_is_refused(ada: Member, folder: Path) -> None:
    backwards = {"evidence_from": "2026-06-01", "evidence_until": "2026-05-01"}
    answer = ada.upload(b"a", **backwards)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "evidence_until"
    assert lying_in(folder) == []


def test_a_plain_body_is_a_file_too(ada: Member) -> None:
    data = b"\x02\x9a" * 1000
    answer = ada.client.post(
        f"{ada.api}?name=trace.dat&origin=Scope", data, content_type="application/octet-stream"
    )
    (kept,) = answer.json()["files"]
    assert (answer.status_code, kept["name"], kept["origin"]) == (201, "trace.dat", "Scope")
    assert kept["attachment"]["sha256"] == digest_of(data)


def test_bytes_are_stored_once_and_known_to_those_alone_who_brought_them(ada: Member, folder: Path) -> None:
    ben = member("ben")
    data = random.Random(7).randbytes(5000)  # noqa: S311
    first, again, other = ada.kept(data, "one.bin"), ada.kept(data, "two.bin"), ben.kept(data, "three.bin")
    assert lying_in(folder) == [place_of(digest_of(data))]
    assert StoredFile.objects.filter(digest=digest_of(data)).count() == 1
    assert [use["id"] for use in ada.client.get(ada.api).json()["files"]] == [again["id"], first["id"]]
    assert [use["id"] for use in ben.client.get(ben.api).json()["files"]] == [other["id"]]
    for path in (f"{ben.api}/{first['id']}", f"{ben.api}/{first['id']}/content", ben.path(f"{first['id']}/")):
        assert ben.client.get(path).status_code == 404
    strangers = browser(ada.user)
    strangers.logout()
    for path in (ada.api, ada.path(), ada.path("upload"), first["content"], f"{ada.api}/{first['id']}"):
        assert strangers.get(path).status_code == 404
    assert strangers.post(ada.api, {"file": SimpleUploadedFile("x", b"x")}).status_code == 404


def test_an_upload_is_put_in_its_place_whether_the_bytes_are_there_or_not(
    ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that could be timed differs: it is no oracle for what others keep."""
    ben, put = member("ben"), []
    settle = FolderShelf.settle

    def counted(shelf: FolderShelf, digest: str, path: Path) -> bool:
        put.append(digest)
        return settle(shelf, digest, path)

    monkeypatch.setattr(FolderShelf, "settle", counted)
    ada.kept(b"a secret that has been guessed")
    ben.kept(b"a secret that has been guessed")
    assert len(put) == 2


def test_the_bytes_win_over_the_name(ada: Member) -> None:
    kept = ada.kept(b"<!DOCTYPE html><html><script>alert(1)</script>", "report.pdf")
    assert (kept["media_type"], kept["claimed_type"]) == ("text/html", "application/pdf")
    assert "its name says application/pdf" in ada.client.get(ada.path()).content.decode()


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("../../x.csv", "x.csv"),
        ("..\\x.csv", "x.csv"),
        ("x\u202e.csv", "x.csv"),
        ("CON", "_CON"),
        ("x.csv.", "x.csv"),
        ("x" * 300 + ".csv", "x" * 196 + ".csv"),
    ],
)
def test_hostile_names_arrive_harmless(ada: Member, claimed: str, kept: str) -> None:
    assert ada.kept(claimed.encode(), claimed)["name"] == kept


def test_nul_in_a_name_is_left_out(ada: Member) -> None:
    before, behind, length = form_around(1, "a\x00b.csv")
    answer = ada.stream(iter([before, b"x", behind]), length)
    assert answer.json()["files"][0]["name"] == "ab.csv"


def test_two_files_of_one_name_are_told_apart(ada: Member) -> None:
    one, other, again = ada.kept(b"1", "data.csv"), ada.kept(b"2", "Data.csv"), ada.kept(b"1", "data.csv")
    assert one["name"] == again["name"] == "data.csv"
    assert other["name"] == f"Data-{digest_of(b'2')[:12]}.csv"


def test_an_empty_file_is_refused(ada: Member, folder: Path) -> None:
    answer = ada.upload(b"")
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "file.empty")
    assert lying_in(folder) == []


@override_settings(EVIDENCE_LIMIT=1000)
def test_too_large_by_its_header_is_refused_before_it_is_read(ada: Member, folder: Path) -> None:
    body = Stream(iter([b"x" * 3 * MB]))
    answer = ada.client.generic(
        "POST", ada.api, CONTENT_TYPE="text/plain", CONTENT_LENGTH=str(3 * MB), **{"wsgi.input": body}
    )
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (403, "file.upload-too-large")
    assert (body.given, lying_in(folder)) == (0, [])


@override_settings(EVIDENCE_LIMIT=1000)
def test_too_large_in_spite_of_its_header_is_refused_while_it_is_read(ada: Member, folder: Path) -> None:
    before, behind, length = form_around(1001)
    answer = ada.stream(iter([before, b"x" * 1001, behind]), length)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (403, "file.upload-too-large")
    assert lying_in(folder) == []
    assert (
        ada.client.post(ada.path("upload"), {"file": SimpleUploadedFile("x", b"x" * 1001)}).status_code == 403
    )
    assert ada.upload(b"x" * 1000).status_code == 201


@pytest.mark.parametrize("announced", [100, 5000])
def test_a_body_of_another_length_than_announced_is_not_a_file(
    ada: Member, folder: Path, announced: int
) -> None:
    """Whether the header lies or the connection breaks off: half a file is none."""
    before, behind, _ = form_around(2000)
    answer = ada.stream(iter([before, b"x" * 2000, behind]), len(before) + announced)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (403, "file.cut-off")
    assert lying_in(folder) == []
    assert FileUse.objects.filter(organisation=ada.organisation).count() == 0


def test_a_plain_body_that_breaks_off_is_not_a_file(ada: Member, folder: Path) -> None:
    answer = ada.client.generic(
        "POST",
        f"{ada.api}?name=a",
        CONTENT_TYPE="text/plain",
        CONTENT_LENGTH="500",
        **{"wsgi.input": Stream(iter([b"short"]))},
    )
    assert (answer.status_code, lying_in(folder)) == (403, [])


def test_a_plain_body_without_a_name_is_no_file(ada: Member, folder: Path) -> None:
    answer = ada.client.post(ada.api, b"a=b", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (403, "file.unnamed")
    assert lying_in(folder) == []


def test_two_uploads_of_the_same_bytes_at_once(
    ada: Member, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet = threading.Barrier(2, timeout=20)
    monkeypatch.setattr(FolderShelf, "carry", lambda *_: meet.wait())
    data = random.Random(9).randbytes(MB)  # noqa: S311
    answers: list[int] = []

    def upload() -> None:
        answers.append(Member(ada.organisation, ada.user, browser(ada.user)).upload(data).status_code)

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [201, 201]
    assert lying_in(folder) == [place_of(digest_of(data))]
    assert (folder / place_of(digest_of(data))).read_bytes() == data
    assert FileUse.objects.filter(organisation=ada.organisation, file=digest_of(data)).count() == 2


def test_forms_are_guarded_against_forgery(ada: Member) -> None:
    client = browser(ada.user, enforce_csrf_checks=True)
    for path in (ada.path("upload"), ada.api):
        assert client.post(path, {"file": SimpleUploadedFile("x", b"x")}).status_code == 403
    page = client.get(ada.path("upload")).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    more = {"csrfmiddlewaretoken": token}
    sent = client.post(ada.path("upload"), {"file": SimpleUploadedFile("x", b"x"), **more})
    assert sent.status_code == 302
    assert client.post(ada.api, {"file": SimpleUploadedFile("x", b"x"), **more}).status_code == 201


def test_a_program_with_a_token_uploads_where_it_may(ada: Member) -> None:
    def sent(*scopes: Scope) -> int:
        token = issue(
            user=ada.user,
            organisation=ada.organisation,
            name="Notebook",
            scopes=scopes,
            lifetime=timedelta(days=1),
            now=now(),
        )
        program = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        file = SimpleUploadedFile("a.csv", b"a,b\n")
        bearing = {"Authorization": f"Bearer {token.text}"}
        answer = program.post(ada.api, {"file": file}, headers=bearing)
        for path in (ada.api, f"{ada.api}/{known['id']}", f"{ada.api}/{known['id']}/content"):
            assert program.get(path, headers=bearing).status_code == (200 if Scope.FILES in scopes else 403)
        assert program.get(ada.path(), headers=bearing).status_code == 404  # pages are for people
        return int(answer.status_code)

    known = ada.kept(b"known")
    assert [sent(Scope.FILES), sent(Scope.READ, Scope.WRITE)] == [201, 403]


def test_a_list_costs_the_same_when_it_doubles(ada: Member) -> None:
    def cost() -> int:
        ada.client.get(ada.path())  # what every page knows of this ledger is looked up once
        with CaptureQueriesContext(connection) as asked:
            assert ada.client.get(ada.path()).status_code == 200
        return len(asked)

    for count in range(4):
        ada.kept(b"%d" % count)
    before = cost()
    for count in range(4, 8):
        ada.kept(b"%d" % count)
    assert cost() == before <= 12


def test_a_long_list_comes_page_by_page(ada: Member) -> None:
    use = FileUse.objects.get(pk=ada.kept(b"x", "59")["id"])
    FileUse.objects.bulk_create(
        FileUse(
            organisation=ada.organisation,
            file=use.file,
            name=str(i),
            folded=str(i),
            uploaded_at=use.uploaded_at,
            uploaded_by=ada.user,
        )
        for i in reversed(range(59))
    )
    first = ada.client.get(ada.api).json()
    second = ada.client.get(ada.api, {"before": first["before"]}).json()
    assert [one["name"] for one in first["files"] + second["files"]] == [str(i) for i in (*range(59), 59)]
    assert second["before"] is None
    assert f"?before={first['before']}" in ada.client.get(ada.path()).content.decode()
