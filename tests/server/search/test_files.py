"""What attached files say: read once, in a child that hostile files cannot use for anything, and found in its own house."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from tests.server.exchange.filing import attached, filed
from tests.server.files.cast import files_in
from tests.server.search import documents
from tests.server.search.cast import found, hits, worked
from tests.server.works import POLICY, Works, works

from standfirst.server.files.models import StoredFile
from standfirst.server.files.shelves import shelf
from standfirst.server.search import extracting, indexing
from standfirst.server.search.child import Limits
from standfirst.server.search.extracting import ATTEMPTS, asked
from standfirst.server.search.indexing import READ_FILES
from standfirst.server.search.models import Attached, FileText, Outcome
from standfirst.server.store.models import Outbox
from standfirst.server.store.outbox import Task

HTML = "<!doctype html><title>Report</title><style>p {colour: hidden}</style><p>a cold &auml;tom<script>unseen()</script></p>"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - it works on it
    with files_in(tmp_path / "files"):
        yield works()


def paper(house: Works, data: bytes, name: str, **more: str) -> str:
    record = house.create("document", {**POLICY, **more})
    return filed(house, record, attached(house, data, name)).number


# --- reading a file ---------------------------------------------------------------------------------------------------


def read(data: bytes, limits: Limits = Limits()) -> dict[str, str]:  # noqa: B008 - immutable
    """In the child. A temporary file, since a child reads from any place in it."""
    with TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        return asked(file, limits)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain words", "plain words"),
        ("ein Prüfgerät".encode(), "Prüfgerät"),
        ("ein Prüfgerät".encode("cp1252"), "Prüfgerät"),
        ("ein Prüfgerät".encode("utf-16"), "Prüfgerät"),
        (("ä" * 5000).encode(), "äää"),
        (b"a;b\n1;measured value\n", "measured value"),
        (json.dumps({"note": "Prüfgerät"}).encode(), "Prüfgerät"),
        (b"[not json", "[not json"),
        (HTML.encode(), "a cold ätom"),
        (b"# Heading\n\n* item\n", "# Heading"),
        (documents.docx("words in a document"), "words in a document"),
        (documents.xlsx("words in a sheet"), "words in a sheet"),
        (documents.xlsx("x"), "inline words"),
        (documents.odt("words in an open document"), "words in an open document"),
        (documents.pdf("words on a page"), "words on a page"),
    ],
)
def test_the_text_of_a_file(data: bytes, text: str) -> None:
    answer = read(data)
    assert answer["outcome"] == Outcome.READ
    assert text in answer["text"]
    assert "unseen" not in answer["text"]
    assert "hidden" not in answer["text"]


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"\x00\x01\x02" * 100, Outcome.NOTHING),
        (b"   ", Outcome.NOTHING),
        (documents.archive({"a.txt": "words"}), Outcome.NOTHING),
        (documents.docx("words")[:150], Outcome.DAMAGED),
        (b"%PDF-1.4\nnothing of the kind", Outcome.DAMAGED),
        (documents.archive({"word/document.xml": "<w><p"}), Outcome.DAMAGED),
        (documents.laughs(), Outcome.DAMAGED),
        (documents.outside("/etc/passwd"), Outcome.DAMAGED),
        (documents.dense(30 * 2**20), Outcome.TOO_LARGE),
        (documents.archive({f"word/header{n}.xml": "<a/>" for n in range(2001)}), Outcome.TOO_LARGE),
    ],
)
def test_what_has_no_text_or_is_hostile(data: bytes, outcome: Outcome) -> None:
    assert read(data) == {"outcome": outcome, "text": ""}


def test_what_breaks_off_is_found_by_what_there_was() -> None:
    assert read(documents.archive({"word/document.xml": "<w><p>words</p><p"}))["text"].strip() == "words"


def test_a_child_takes_no_more_than_it_may() -> None:
    heavy = documents.pdf("", stream=b"BT (word) Tj ET " * 2_000_000)
    assert read(heavy, Limits(cpu=1))["outcome"] in {Outcome.TOO_LONG, Outcome.DAMAGED, Outcome.TOO_LARGE}
    wide = b'{"a": "' + b"x" * 60_000_000 + b'"}'
    assert read(wide, Limits(memory=96 * 2**20, characters=60_000_000))["outcome"] == Outcome.TOO_LARGE
    assert len(read(b"word " * 1000, Limits(characters=50))["text"]) == 50
    assert read(b"word " * 10_000, Limits(written=1000))["outcome"] != Outcome.READ


def test_a_child_can_neither_fork_nor_write() -> None:
    """As it is confined: asked within it."""
    said = (
        "from standfirst.server.search.child import Limits, confine\n"
        "confine(Limits(written=0))\n"
        "import resource\n"
        "print(resource.getrlimit(resource.RLIMIT_NPROC), resource.getrlimit(resource.RLIMIT_FSIZE)[1])\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", said], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[0] == "(0, 0) 0", done.stderr


def test_an_answer_that_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    assert read(b"x")["outcome"] == Outcome.TOO_LARGE
    monkeypatch.setattr(sys, "executable", shutil.which("echo"))
    assert read(b"x")["outcome"] == Outcome.DAMAGED


# --- found ------------------------------------------------------------------------------------------------------------


def test_a_record_is_found_by_what_its_files_say(house: Works) -> None:
    number = paper(house, documents.docx("The Zeeman slower was realigned"), "slower.docx")
    told = house.create("document", {**POLICY, "text": "Zeeman"}).number
    worked()
    assert found(house, "zeeman") == [told, number], "what a record says comes before what its files say"
    assert found(house, '"zeeman slower" policy') == [number]
    (hit,) = hits(house, "slower realigned")
    assert hit.file == "slower.docx"
    assert hit.snippet is not None
    assert [part.text for part in hit.snippet.parts if part.marked] == ["slower", "realigned"]
    assert found(house, "slower.docx") == [number]


def test_a_file_is_read_once_for_everybody(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    before = extracting.text_of

    def counted(digest: str) -> dict[str, Any]:
        seen.append(digest)
        return before(digest)

    monkeypatch.setattr(extracting, "text_of", counted)
    other = works("Another firm")
    one = paper(house, b"the same words", "one.txt")
    two = paper(house, b"the same words", "two.txt")
    theirs = paper(other, b"the same words", "theirs.txt")
    worked()
    house.amend(house.create("document", POLICY), text="Something else")
    worked()
    assert len(seen) == 1
    assert found(house, '"same words"') == [two, one]
    assert found(other, '"same words"') == [theirs]


def test_a_digest_opens_nobody_elses_file(house: Works) -> None:
    """A body may name any digest; what is found by a file is found by those who have it."""
    other = works("Another firm")
    theirs = attached(other, b"their secret words", "theirs.txt")
    paper(other, b"their secret words", "theirs.txt")
    record = house.create("document", POLICY)
    worked()
    assert found(other, "secret") != []
    Attached.objects.create(
        organisation=house.firm.organisation, record=record.id, digest=theirs["sha256"], read=False
    )
    Outbox.objects.create(organisation=house.firm.organisation, topic=READ_FILES, size=0)
    worked()
    own = indexing._texts(house.firm.organisation.pk, [theirs["sha256"]])
    assert own == {}
    assert found(house, "secret") == []


def test_what_cannot_be_read_is_noted_and_not_tried_for_ever(
    house: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = paper(house, b"words", "bad.txt", title="A bad one")

    def killed(_: str) -> dict[str, str]:
        raise InterruptedError

    with monkeypatch.context() as patched:
        patched.setattr(extracting, "text_of", killed)
        for _ in range(ATTEMPTS):
            worked(failing=1)
            Outbox.objects.filter(topic=READ_FILES).update(claimed_until=None)
        worked()
    assert FileText.objects.get(file__uses__organisation=house.firm.organisation).outcome == Outcome.GIVEN_UP
    Outbox.objects.create(organisation=house.firm.organisation, topic=READ_FILES, size=0)
    worked()
    assert found(house, "words") == []
    assert found(house, "bad") == [number]


def test_a_file_that_is_gone_keeps_no_other_from_being_read(house: Works) -> None:
    gone = paper(house, b"lost words", "lost.txt", title="A lost one")
    digest = StoredFile.objects.get(uses__organisation=house.firm.organisation).pk
    shelf().drop(digest)
    kept = paper(house, b"kept words", "kept.txt", title="A kept one")
    worked()
    assert FileText.objects.get(pk=digest).outcome == Outcome.GONE
    assert (found(house, "lost"), found(house, "kept words")) == ([gone], [kept])


def test_bytes_that_are_damaged_or_too_many(
    house: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper(house, b"words that change", "a.txt")
    stored = StoredFile.objects.get(uses__organisation=house.firm.organisation)
    place = next(path for path in (tmp_path / "files").rglob("*") if path.is_file())
    place.write_bytes(b"words that chance")
    worked()
    text = FileText.objects.get(pk=stored.pk)
    assert (text.outcome, text.text) == (Outcome.DAMAGED, "")
    monkeypatch.setattr(extracting, "LARGEST", 3)
    assert extracting.text_of(stored.pk)["outcome"] == Outcome.TOO_LARGE
    assert shelf().size(stored.pk) == 17


def test_a_file_that_another_worker_reads_meanwhile(house: Works) -> None:
    """Its records are taken in again by their own organisation's worker, whoever has read it."""
    number = paper(house, b"early words", "a.txt")
    indexing.follow(Task(house.firm.organisation.pk, 0, "{}"))
    FileText.objects.update(outcome=Outcome.READ, text="early words")
    assert found(house, "early") == []
    worked()
    assert found(house, "early") == [number]


def test_made_anew_files_are_not_read_again(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    number = paper(house, b"early words", "a.txt")
    worked()
    monkeypatch.setattr(extracting, "text_of", lambda _: pytest.fail("read again"))
    indexing.rebuild(house.firm.workspace)
    worked()
    assert found(house, "early") == [number]
