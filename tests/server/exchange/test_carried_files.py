"""Files go with the envelope of the record that attaches them: all of them, to the bit, or nothing of it at all."""

import io
import json
import warnings
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse
from tests.server.exchange.cast import Sides, worked_off
from tests.server.exchange.crossing import (
    Installation,
    answered,
    downloaded,
    only,
    page,
    sent,
    state,
    uploaded,
)
from tests.server.exchange.filing import attached, filed
from tests.server.files.cast import erase_uses, files_in, lying_in
from tests.server.files.test_scanning import scanner
from tests.server.works import POLICY, Works, queries

from standfirst.management.exchange import MAX_FILES, open_envelope
from standfirst.management.parties import Party
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.records.ledger import check
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.server.exchange import carrying, receiving
from standfirst.server.exchange.sending import sealed
from standfirst.server.exchange.service import place_in, require_organisation
from standfirst.server.files.keeping import keep_fit
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.sending import Damaged
from standfirst.server.files.shelves import CHUNK, shelf
from standfirst.server.store.models import Outbox
from standfirst.standards.reason import Reason

TABLE, PICTURE = b"time,drift\n1,0.1\n", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3000
NAMES = ("drift.csv", "picture.png")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with files_in(tmp_path / "files") as where:
        yield where


def policy(house: Works) -> Record:
    files = [attached(house, data, name) for data, name in zip((TABLE, PICTURE), NAMES, strict=True)]
    return filed(house, house.create("document", POLICY), *files)


def kept(house: Works) -> dict[str, bytes]:
    """What the organisation has, by name, as it downloads it."""
    found = {}
    for use in FileUse.objects.filter(organisation=house.firm.organisation, file__isnull=False):
        answer = house.client(house.mila).get(reverse("file", args=[house.slug, use.pk]))
        found[use.name] = b"".join(answer)
    return found


WHOLE = dict(zip(NAMES, (TABLE, PICTURE), strict=True))


# --- on one installation ---------------------------------------------------------------------------------------------


def test_files_arrive_with_their_envelope(both: Sides, folder: Path) -> None:
    stored = policy(both.ours)
    lying = lying_in(folder)
    sent(both.ours, stored, str(both.theirs.firm.organisation.pk))
    worked_off()

    assert state(both.ours, "sent-envelope") == "delivered"
    came = only(both.theirs, "envelope")
    assert kept(both.theirs) == WHOLE
    assert lying_in(folder) == lying  # stored once
    assert {one["file"] for one in came.current.content.body["attachments"]} == {
        f"evidence/{name}" for name in NAMES
    }
    shown = page(both.theirs, "envelope", came.number)
    for use in FileUse.objects.filter(organisation=both.theirs.firm.organisation):
        assert reverse("file", args=[both.theirs.slug, use.pk]) in shown
        assert (use.uploaded_by, use.origin) == (None, f"Acme: {stored.number}, version 2")
    assert "Acme: DOC-" in page(both.theirs, "files")
    client = both.theirs.client(both.theirs.mila)
    listed = client.get(reverse("api-files", args=[both.theirs.slug])).json()["files"]
    assert [one["uploaded_by"] for one in listed] == [None, None]
    assert check(both.theirs.firm.workspace.ledger(), both.theirs.firm.workspace.head) is None


def test_an_answer_does_not_bring_back_what_its_receiver_has(both: Sides, folder: Path) -> None:  # noqa: ARG001
    sent(both.ours, policy(both.ours), str(both.theirs.firm.organisation.pk))
    worked_off()
    answered(both.theirs, "acknowledged")
    worked_off()
    assert state(both.ours, "sent-envelope") == "answered"
    back = only(both.ours, "envelope").current.content.body
    assert (back["files"], back["attachments"]) == ([], [])
    assert FileUse.objects.filter(organisation=both.ours.firm.organisation).count() == 2


def test_what_was_received_can_be_sent_on_with_its_files(both: Sides, folder: Path) -> None:  # noqa: ARG001
    sent(both.ours, policy(both.ours), str(both.theirs.firm.organisation.pk))
    worked_off()
    FileUse.objects.filter(organisation=both.ours.firm.organisation).update(file=None, name="", folded="", claims="", erased_by="ERA-0001")  # fmt: skip
    sent(both.theirs, only(both.theirs, "envelope"), str(both.ours.firm.organisation.pk))
    worked_off()
    assert kept(both.ours) == WHOLE
    assert only(both.ours, "envelope").current.content.body["record_kind"] == "envelope"


def test_another_file_of_that_name_is_not_taken_for_it(both: Sides, folder: Path) -> None:  # noqa: ARG001
    attached(both.theirs, b"another", NAMES[0])
    sent(both.ours, policy(both.ours), str(both.theirs.firm.organisation.pk))
    worked_off()
    found = kept(both.theirs)
    assert sorted(found.values()) == sorted([b"another", TABLE, PICTURE])
    assert found[NAMES[0]] == b"another"
    body = only(both.theirs, "envelope").current.content.body
    assert {one["file"].partition("/")[2] for one in body["attachments"]} < set(found)


def test_one_that_is_here_already_is_not_kept_twice(both: Sides, folder: Path) -> None:  # noqa: ARG001
    attached(both.theirs, TABLE, "ours.csv")
    sent(both.ours, policy(both.ours), str(both.theirs.firm.organisation.pk))
    worked_off()
    assert kept(both.theirs) == {"ours.csv": TABLE, NAMES[1]: PICTURE}
    body = only(both.theirs, "envelope").current.content.body
    assert {one["file"] for one in body["files"]} == {f"evidence/{name}" for name in NAMES}


def test_one_file_under_two_names_goes_once(both: Sides, folder: Path) -> None:  # noqa: ARG001
    first = attached(both.ours, TABLE, "a.csv")
    second = attached(both.ours, TABLE, "b.csv")
    sent(
        both.ours,
        filed(both.ours, both.ours.create("document", POLICY), first, second),
        str(both.theirs.firm.organisation.pk),
    )
    worked_off()
    assert list(kept(both.theirs).values()) == [TABLE]
    assert len(only(both.theirs, "envelope").current.content.body["files"]) == 2


@pytest.mark.parametrize("gone", ["erased", "lost"])
def test_what_is_gone_cannot_be_sent_and_is_named(both: Sides, folder: Path, gone: str) -> None:
    stored = policy(both.ours)
    digest = stored.current.content.body["attachments"][0]["sha256"]
    if gone == "erased":
        erase_uses(both.ours.firm.organisation, [digest], by="ERA-0001")
    else:
        shelf().drop(digest)
    before = lying_in(folder)
    sent(both.ours, stored, str(both.theirs.firm.organisation.pk))
    worked_off()
    refused = only(both.ours, "sent-envelope").current.content
    assert refused.state == "refused"
    assert "evidence/drift.csv" in refused.why
    assert nothing_kept(both.theirs)
    assert lying_in(folder) == before


def test_bytes_that_our_disk_has_damaged_are_not_delivered(both: Sides, folder: Path) -> None:
    stored = policy(both.ours)
    digest = stored.current.content.body["attachments"][0]["sha256"]
    (folder / "sha256" / digest[:2] / digest[2:]).write_bytes(TABLE[::-1])
    sent(both.ours, stored, str(both.theirs.firm.organisation.pk))
    worked_off(failing=1)
    assert nothing_kept(both.theirs)
    assert state(both.ours, "sent-envelope") == "sent"  # our fault: tried again when it is mended
    (folder / "sha256" / digest[:2] / digest[2:]).write_bytes(TABLE)
    Outbox.objects.filter(topic="envelope").update(claimed_until=None)
    worked_off()
    assert kept(both.theirs) == WHOLE


def nothing_kept(house: Works) -> bool:
    uses = FileUse.objects.filter(organisation=house.firm.organisation)
    return not uses.exists() and house.firm.workspace.records(kinds=("envelope",)) == {}


@pytest.mark.parametrize("refused", NAMES)
def test_what_the_scanner_refuses_is_named_to_the_sender_and_nothing_is_kept(
    both: Sides, folder: Path, refused: str
) -> None:
    sent(both.ours, policy(both.ours), str(both.theirs.firm.organisation.pk))
    before = lying_in(folder)
    with scanner(f"sys.exit({WHOLE[refused][:8]!r} == sys.stdin.buffer.read()[:8])"):
        worked_off()
    said = only(both.ours, "sent-envelope").current.content
    assert said.state == "refused"
    assert refused in said.why
    assert all(name not in said.why for name in NAMES if name != refused)
    assert nothing_kept(both.theirs)
    assert lying_in(folder) == before


def test_while_the_scanner_is_out_of_order_it_is_tried_again(both: Sides, folder: Path) -> None:  # noqa: ARG001
    sent(both.ours, policy(both.ours), str(both.theirs.firm.organisation.pk))
    with scanner("sys.exit(7)"):
        worked_off(failing=1)
    assert nothing_kept(both.theirs)
    Outbox.objects.filter(topic="envelope").update(claimed_until=None)
    worked_off()
    assert kept(both.theirs) == WHOLE


def test_more_files_than_an_envelope_takes_are_refused(both: Sides, folder: Path) -> None:  # noqa: ARG001
    named = {f"evidence/{number}.csv": f"{number:064x}" for number in range(MAX_FILES + 1)}
    with pytest.raises(Refused) as told:
        carrying.manifest(both.ours.firm.organisation, named)
    assert told.value.reason == Reason("envelope.too-many-files", {"limit": MAX_FILES})


# --- what happens between keeping the files and recording the envelope -----------------------------------------------


def test_where_the_envelope_is_not_taken_in_after_all_its_files_are_given_back(
    both: Sides, folder: Path
) -> None:
    organisation = both.theirs.firm.organisation
    stored = policy(both.ours)
    sent(both.ours, stored, str(organisation.pk))
    row = only(both.ours, "sent-envelope")
    envelope = sealed(place_in(require_organisation(both.ours.firm.organisation.pk)), row)
    before = lying_in(folder)
    asked: list[int] = []

    def acting(_: Workspace) -> Actor:
        """Who may when it is asked first, and not any more when it is done."""
        asked.append(1)
        if len(asked) > 1:
            assert FileUse.objects.filter(organisation=organisation).count() == 2
            raise Refused(Reason("deed.not-allowed"))
        return both.theirs.mila

    with pytest.raises(Refused, match=r"deed\.not-allowed"):
        receiving.take_in(
            organisation,
            acting=acting,
            to=Party(name="Notified", id=str(organisation.pk)),
            envelope=envelope,
            pieces=carrying.from_shelf,
            user=None,
            why="It came",
        )
    assert nothing_kept(both.theirs)
    assert lying_in(folder) == before
    worked_off()
    assert kept(both.theirs) == WHOLE


def test_where_the_second_file_cannot_be_kept_the_first_is_not(
    both: Sides, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(both.ours, policy(both.ours), str(both.theirs.firm.organisation.pk))
    before = lying_in(folder)
    done: list[int] = []

    def full(*given: Any, **more: Any) -> FileUse:
        if done:
            raise OSError("no space left")
        done.append(1)
        return keep_fit(*given, **more)

    with monkeypatch.context() as short:
        short.setattr(carrying, "keep_fit", full)
        worked_off(failing=1)
    assert nothing_kept(both.theirs)
    assert lying_in(folder) == before
    Outbox.objects.filter(topic="envelope").update(claimed_until=None)
    worked_off()
    assert kept(both.theirs) == WHOLE


# --- from one installation to another --------------------------------------------------------------------------------


def carried(ours: Installation, theirs: Installation) -> bytes:
    with ours.entered() as acme:
        assert sent(acme, policy(acme), theirs.of_firm, name="Notified").status_code == 302
        worked_off()
        return downloaded(acme, "SNT-0001", "zip")


def test_a_container_brings_them_to_another_installation(apart: tuple[Installation, Installation]) -> None:
    ours, theirs = apart
    there = carried(ours, theirs)
    with zipfile.ZipFile(io.BytesIO(there)) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.testzip() is None
        assert len(archive.namelist()) == 3
    with theirs.entered() as notified:
        for _ in range(2):  # again, and it is there once
            assert uploaded(notified, there).status_code == 302
        came = only(notified, "envelope")
        assert open_envelope(came.current.content.body).sent.attached.keys() == {
            f"evidence/{name}" for name in NAMES
        }
        assert kept(notified) == WHOLE
        assert {str(use.uploaded_by) for use in FileUse.objects.all()} == {
            str(notified.accounts[notified.mila.id])
        }
        assert not [name for name in lying_in(theirs.files) if name.startswith("incoming")]
        answered(notified, "acknowledged")
        worked_off()
        back = downloaded(notified, "SNT-0001")
    with ours.entered() as acme:
        assert uploaded(acme, back).status_code == 302
        assert state(acme, "sent-envelope") == "answered"


def test_a_container_is_written_and_read_piece_by_piece(both: Sides, folder: Path) -> None:
    size = 5 * 2**20
    large = attached(both.ours, b"\x9a" * size, "large.bin")
    (file,) = carrying.manifest(both.ours.firm.organisation, {large["file"]: large["sha256"]})
    lengths = []
    path = folder / "container"
    with path.open("wb") as target:
        for piece in carrying.contained(b"{}", [file]):
            lengths.append(len(piece))
            target.write(piece)
    assert sum(lengths) > size
    assert max(lengths) < CHUNK + 1000
    with path.open("rb") as source:
        pieces = [len(piece) for piece in carrying.Container(source).pieces(file)]
    assert sum(pieces) == size
    assert max(pieces) <= CHUNK


def test_where_a_file_is_damaged_the_container_breaks_off(both: Sides, folder: Path) -> None:
    table = attached(both.ours, TABLE, "a.csv")
    (file,) = carrying.manifest(both.ours.firm.organisation, {table["file"]: table["sha256"]})
    (folder / "sha256" / file.sha256[:2] / file.sha256[2:]).write_bytes(TABLE[::-1])
    got: list[bytes] = []
    pieces = carrying.contained(b"{}", [file])
    with pytest.raises(Damaged, match=file.sha256):
        got.extend(pieces)
    assert b"PK\x05\x06" not in b"".join(got)  # without its end it is no container


# --- containers that are not as they should be -----------------------------------------------------------------------

Entries = list[tuple[zipfile.ZipInfo, bytes]]


def remade(data: bytes, change: Callable[[Entries], Entries | None]) -> bytes:
    """The container with other entries in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
    entries = change(entries) or entries
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of the same name twice, which is the point
        for entry, content in entries:
            fresh = zipfile.ZipInfo(entry.filename)
            fresh.compress_type = entry.compress_type
            archive.writestr(fresh, content)
    return out.getvalue()


def said(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """The container with another envelope in it."""

    def changed(entries: Entries) -> Entries:
        (first, data), *rest = entries
        value = json.loads(data)
        change(value["envelope"])
        return [(first, json.dumps(value).encode()), *rest]

    return lambda data: remade(data, changed)


def with_entries(change: Callable[[Entries], Entries | None]) -> Callable[[bytes], bytes]:
    return lambda data: remade(data, change)


def added(name: str, content: bytes = b"x", how: int = zipfile.ZIP_STORED) -> Callable[[bytes], bytes]:
    def more(entries: Entries) -> Entries:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = how
        return [*entries, (entry, content)]

    return with_entries(more)


def deflated(entries: Entries) -> None:
    entries[1][0].compress_type = zipfile.ZIP_DEFLATED


def in_directory(offset: int, value: bytes) -> Callable[[bytes], bytes]:
    """The container with something else in its directory's line on the last file (APPNOTE 4.3.12)."""

    def patched(data: bytes) -> bytes:
        at = data.rindex(b"PK\x01\x02") + offset
        return data[:at] + value + data[at + len(value) :]

    return patched


def tampered(data: bytes) -> bytes:
    at = data.index(TABLE)
    return data[:at] + b"Time" + data[at + 4 :]


def retold(entries: Entries) -> Entries:
    """Another file under the digest of ours, as long, and with its own checksum in the zip."""
    return [
        (entry, content if entry.filename == carrying.ENVELOPE else bytes(len(content)))
        for entry, content in entries
    ]


def _unlisted(entries: Entries) -> Entries:
    """Neither in the manifest nor in the container; but the record attaches it."""
    value = json.loads(entries[0][1])
    left = value["envelope"]["files"].pop()
    kept_ = [one for one in entries[1:] if left["sha256"] not in one[0].filename]
    return [(entries[0][0], json.dumps(value).encode()), *kept_]


HUGE = (2**31).to_bytes(4, "little")
HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a file that was tampered with": (tampered, "drift.csv: It is not the file"),
    "other files as long": (with_entries(retold), "picture.png: It is not the file"),
    "a file missing": (
        with_entries(lambda entries: entries[:-1]),
        "The envelope says that this file is in it",
    ),
    "a file more": (added("files/" + "ab" * 32), "the envelope does not speak of it"),
    "a name that leads out of the folder": (added("../../etc/passwd"), "the envelope does not speak of it"),
    "an absolute name": (added("/etc/passwd"), "the envelope does not speak of it"),
    "the same name twice": (with_entries(lambda entries: [*entries, entries[-1]]), "once and not encrypted"),
    "a compressed file": (with_entries(deflated), "stored as it is"),
    "a bomb": (added("files/bomb", bytes(2**24), zipfile.ZIP_DEFLATED), "stored as it is"),
    "a size declared and not there": (in_directory(24, HUGE), "stored as it is"),
    "both sizes declared and not there": (in_directory(20, HUGE + HUGE), "It has 2147483648 bytes"),
    "an encrypted file": (in_directory(8, b"\x01\x00"), "not encrypted"),
    "files that begin nowhere": (in_directory(42, HUGE), "It is not the file"),
    "no end": (lambda data: data[:-1], "no whole envelope"),
    "half of it": (lambda data: data[: len(data) // 2], "no whole envelope"),
    "only its beginning": (lambda data: data[:4], "no whole envelope"),
    "a comment": (lambda data: data[:-2] + b"\x04\x00more", "no whole envelope"),
    "a directory too long": (
        lambda data: data[:-10] + (2**30).to_bytes(4, "little") + data[-6:],
        "at most 200 files",
    ),
    "no envelope": (with_entries(lambda entries: entries[1:]), "no whole envelope"),
    "only the envelope": (
        lambda data: zipfile.ZipFile(io.BytesIO(data)).read(carrying.ENVELOPE),
        "The envelope says that this file is in it",
    ),
    "an envelope too long": (
        with_entries(lambda entries: [(entries[0][0], b" " * (receiving.LARGEST + 1)), *entries[1:]]),
        "larger than",
    ),
    "a manifest without a file": (
        with_entries(_unlisted),
        "not those that its record attaches",
    ),
    "a manifest with a file more": (
        said(lambda envelope: envelope["files"].append({**envelope["files"][0], "sha256": "ab" * 32})),
        "The envelope says that this file is in it",
    ),
    "a manifest with another size": (
        said(lambda envelope: envelope["files"][0].update(size=2**45)),
        "the envelope says 35184372088832",
    ),
    "a manifest with a size below nothing": (
        said(lambda envelope: envelope["files"][0].update(size=-1)),
        "size",
    ),
    "a manifest with another name": (
        said(lambda envelope: envelope["files"][0].update(file="evidence/../../drift.csv")),
        "file",
    ),
    "a manifest that calls a file otherwise": (
        said(lambda envelope: envelope["files"][0].update(file="evidence/better.csv")),
        "not those that its record attaches",
    ),
    "attachments of the receiver's": (
        said(lambda envelope: envelope.update(files=[], attachments=envelope["files"])),
        "attachments",
    ),
}


def test_a_container_that_is_not_as_it_should_be_is_refused_whole(
    apart: tuple[Installation, Installation],
) -> None:
    ours, theirs = apart
    there = carried(ours, theirs)
    with theirs.entered() as notified:
        before = notified.firm.workspace.head
        for what, (change, told) in HOSTILE.items():
            answer = uploaded(notified, change(there))
            shown = answer.content.decode().partition("<main")[2].partition("<form")[0]
            assert (answer.status_code, told in shown) == (422, True), (what, shown)
            assert notified.firm.workspace.head == before, what
            assert nothing_kept(notified), what
            assert lying_in(theirs.files) == [], what
        assert not StoredFile.objects.exists()
        assert uploaded(notified, there).status_code == 302


def test_what_the_scanner_refuses_is_named_to_whoever_brings_it(
    apart: tuple[Installation, Installation],
) -> None:
    ours, theirs = apart
    there = carried(ours, theirs)
    with theirs.entered() as notified:
        with scanner(f"sys.exit(sys.stdin.buffer.read() == {TABLE!r})"):
            shown = uploaded(notified, there).content.decode()
        assert "evidence/drift.csv: The scanner refuses this file" in shown
        assert "picture.png" not in shown
        assert nothing_kept(notified)
        assert lying_in(theirs.files) == []


def test_more_than_this_installation_takes_at_once_is_not_read(
    apart: tuple[Installation, Installation],
) -> None:
    ours, theirs = apart
    there = carried(ours, theirs)
    with theirs.entered() as notified, override_settings(EVIDENCE_LIMIT=len(there) - 2**21):
        answer = uploaded(notified, there + bytes(2**22))
        assert answer.status_code in {403, 413, 422}
        assert "are taken at once" in answer.content.decode()
        assert nothing_kept(notified)
        assert lying_in(theirs.files) == []


def test_the_pages_cost_the_same_however_many_files_there_are(both: Sides, folder: Path) -> None:  # noqa: ARG001
    costs = []
    for count in (1, 4):
        files = [attached(both.ours, bytes([count, n]), f"{count}-{n}.bin") for n in range(count)]
        sent(
            both.ours,
            filed(both.ours, both.ours.create("document", POLICY), *files),
            str(both.theirs.firm.organisation.pk),
        )
        worked_off()
        newest = max(r.number for r in both.theirs.firm.workspace.records(kinds=("envelope",)).values())
        client = both.theirs.client(both.theirs.mila)
        address = reverse("envelope", args=[both.theirs.slug, newest])
        client.get(address)
        costs.append(len(queries(partial(client.get, address))))
    assert costs[0] == costs[1] <= 12
