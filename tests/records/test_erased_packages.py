"""Erasure in a package: what it tells of working files that are still there, and what it does not do with them."""

import json
import shutil
from pathlib import Path

import pytest
from tests.records.cast import FIRST, doing, draft, found, unusable
from tests.records.erasing import KINDS, NAMED, erase
from tests.records.test_recording import LASER, Desk, acting

from standfirst.cli.main import run
from standfirst.records.ledger import check, head_of
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.intake import import_into
from standfirst.records.package.package import Difference, Package, open_package
from standfirst.records.package.recording import Recorded, record
from standfirst.records.package.store import PackageStore, read_ledger
from standfirst.records.package.transfer import export, handover
from standfirst.words.render import hint, sentence

FILE = "things/laser.yaml"
NOTE = "kind: note\nstate: draft\nlinks:\n  about: [THG-0002]\ntitle: A note\n"


class Office(Desk):
    """A package folder of somebody who keeps orders."""

    def open(self) -> Package:
        return open_package(self.root, KINDS, {"6.1.3", "7.5"}, clock=lambda: FIRST)

    def erase(self, number: str) -> None:
        store = self.open().store
        erase(store, store.numbered([number])[number])
        self.write_orders()

    def write_orders(self) -> None:
        """Their working files, so that nothing but the erased is unrecorded."""
        store = self.open().store
        numbers = {i: left.number for i, left in store.erased().items()}
        for known in store.records(kinds=["order"]).values():
            content = known.current.content
            self.write(
                f"orders/{known.number}.json",
                json.dumps(
                    {
                        "kind": "order",
                        "id": known.id,
                        "number": known.number,
                        "state": content.state,
                        "links": {"erases": [numbers[i] for i in content.links["erases"]]},
                        **content.body,
                    }
                ),
            )


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """THG-0002 names somebody, was recorded from a file and erased; NTE-0001 is about it."""
    root = tmp_path / "acme"
    root.mkdir()
    (root / "standfirst.yaml").write_text("form: standfirst-package/1\norganisation: Acme\n")
    store = PackageStore(FolderFiles(root), KINDS, clock=lambda: FIRST)
    found(store)
    (first,) = store.records()
    made = Office(root)
    made.write("things/first.yaml", f"kind: thing\nid: {first}\nnumber: THG-0001\ntitle: The organisation\n")
    made.write(FILE, LASER.replace("A laser", NAMED))
    made.record()
    made.write("notes/about.yaml", NOTE)
    made.record()
    made.erase("THG-0002")
    return made


# --- the file that is still there ---


def test_the_file_of_what_was_erased_is_told(office: Office) -> None:
    (told,) = office.open().unrecorded()
    assert (told.file, told.number, told.difference) == (f"records/{FILE}", "THG-0002", Difference.ERASED)
    assert sentence(told.reason).startswith(
        f"THG-0002 was erased, and its file records/{FILE} is still there"
    )
    (office.root / "records" / FILE).unlink()
    assert office.differences() == []


def test_it_is_not_recorded_again(office: Office) -> None:
    before = office.everything()
    assert office.record() == Recorded(None, (), ())
    with unusable("record.erased"):
        office.record(FILE)
    office.edit(FILE, NAMED, "Somebody else")
    assert office.record() == Recorded(None, (), ())
    with unusable("record.erased"):
        office.move("THG-0002", to="here")
    after = office.everything()
    assert {name for name in after if after[name] != before[name]} == {f"records/{FILE}"}


def test_a_file_that_was_read_before_it_was_erased_is_refused(office: Office) -> None:
    office.write("things/pump.yaml", LASER.replace("laser", "pump"))
    office.record()
    office.edit("things/pump.yaml", "A pump", "Two pumps")
    read_before = office.open()
    office.erase("THG-0003")
    with unusable("record.conflict"):
        record(read_before, actor="ada", why="Because", acting=acting, only=())
    assert office.open().store.erased()


def test_without_its_id_it_is_a_file_with_a_taken_number(office: Office) -> None:
    office.write(FILE, f"kind: thing\nnumber: THG-0002\ntitle: {NAMED}\n")
    with unusable("number.taken"):
        office.open()
    office.write(FILE, "kind: thing\ntitle: Another\n")
    assert office.differences() == [(FILE, Difference.NEW)]
    assert office.record().receipt
    assert office.numbered("THG-0003").current.content.body["title"] == "Another"


def test_it_is_not_another_kinds_file(office: Office) -> None:
    text = office.read(FILE)
    office.write(FILE, text.replace("kind: thing", "kind: note").replace("THG-0002", "NTE-0009"))
    with unusable("record.other-kind", "record.other-number"):
        office.open()


# --- what is linked to it ---


def test_links_to_it_stay(office: Office) -> None:
    assert (office.root / "records/notes/about.yaml").exists()
    office.edit("notes/about.yaml", "A note", "A better note")
    assert office.record().receipt
    thing = office.open().store.numbered(["THG-0002"])["THG-0002"]
    assert office.numbered("NTE-0001").current.content.links == {"about": (thing,)}


def test_it_has_no_facts(office: Office) -> None:
    assert sorted(fact.label for fact in office.open().facts()) == ["NTE-0001", "ORD-0001", "THG-0001"]


# --- copies ---


def test_it_is_not_handed_over(office: Office) -> None:
    with unusable("record.erased"):
        handover(office.open(), ["THG-0001", "THG-0002"])
    assert handover(office.open(), ["THG-0001", "NTE-0001"])


def test_a_zip_of_the_package_does_not_have_it(office: Office, tmp_path: Path) -> None:
    (office.root / "records" / FILE).unlink()
    archive = tmp_path / "acme.zip"
    archive.write_bytes(export(office.open()))
    copy = open_package(archive, KINDS, (), clock=lambda: FIRST)
    assert set(copy.store.erased()) == set(office.open().store.erased())
    assert all(NAMED.encode() not in copy.files.read(name) for name in copy.files.names())


def test_what_a_longer_copy_has_erased_is_erased_here_too(office: Office, tmp_path: Path) -> None:
    other = Office(Path(shutil.copytree(office.root, tmp_path / "other")))
    other.erase("NTE-0001")
    store = office.open().store
    store.adopt(other.open().store.ledger())
    assert len(store.erased()) == len(office.open().store.erased()) == 2
    assert store.ledger() == other.open().store.ledger()
    assert check(*read_ledger(FolderFiles(office.root))) is None
    assert b"A note" not in (office.root / "ledger/contents.jsonl").read_bytes()


def test_a_copy_from_before_brings_nothing_back(office: Office, tmp_path: Path) -> None:
    """A shorter copy of one's own ledger is no source, and a record that was erased is not taken in from anybody."""
    ledger = office.open().store.ledger()
    old = tmp_path / "old"
    old.mkdir()
    (old / "standfirst.yaml").write_text("form: standfirst-package/1\norganisation: Other\n")
    theirs = PackageStore(FolderFiles(old), KINDS, clock=lambda: FIRST)
    found(theirs)
    identity = office.open().store.numbered(["THG-0002"])["THG-0002"]
    theirs.perform(doing(draft(record=identity, wanted_number="THG-0099", body={"title": NAMED})))
    with unusable("import.record-present"):
        import_into(
            office.open(),
            old,
            actor="ada",
            why="Back",
            acting=acting,
            disarm=lambda _, body: body,
            only=("THG-0099",),
        )
    assert office.open().store.ledger() == ledger


# --- told on the command line ---


def test_the_ledger_is_shown_and_checked(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    sealed, head = read_ledger(FolderFiles(office.root))
    early = head_of(sealed[:2])
    assert run(["ledger", "check", str(office.root), "--head", str(early), "--head", str(head)]) == 0
    assert (
        f"{head.size} entries, each as it was written; agrees with the noted heads at 2, 5"
        in capsys.readouterr().out
    )
    assert run(["ledger", "check", str(office.root), "--head", str(early), "--head", f"4:{'0' * 64}"]) == 1
    said = capsys.readouterr().out  # the early head agrees, but what entry 5 erased nothing vouches for
    assert "BROKEN at ledger/entries.jsonl:2: This is another history" in said
    with pytest.raises(SystemExit):
        run(["ledger", "check", str(office.root), "--head", "nonsense"])


# --- the files ---


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "ledger.content-changed"),
        (b" ", "ledger.content-changed"),
        (b"--", "ledger.content-changed"),
        (b"- ", "ledger.content-changed"),
        (b"00" * 32 + b" ", "ledger.content-changed"),
        (b"- {}", "ledger.content-changed"),
    ],
    ids=["nothing", "a space", "two dashes", "a dash and a space", "a salt", "a content"],
)
def test_no_other_line_is_an_erased_one(office: Office, line: bytes, code: str) -> None:
    contents = office.root / "ledger/contents.jsonl"
    rows = contents.read_bytes().split(b"\n")
    assert rows[1] == b"-"
    contents.write_bytes(b"\n".join([rows[0], line, *rows[2:]]))
    broken = check(*read_ledger(FolderFiles(office.root)))
    assert broken is not None
    assert (broken.sequence, broken.reason.code) == (1, code)
    assert "copy" in hint(broken.reason)


def test_a_pending_erasure_from_elsewhere_touches_nothing(office: Office) -> None:
    """A pending file that erases what no entry erases: the ledger as it would be does not hold, so it stays as it is."""
    ledger = office.root / "ledger"
    names = ("entries.jsonl", "leaves.txt", "contents.jsonl")
    told = {
        "sizes": {f"ledger/{name}": (ledger / name).stat().st_size for name in names},
        "append": {f"ledger/{name}": [] for name in names},
        "erase": [0],
        "head": json.loads((ledger / "head.json").read_bytes()),
    }
    for erase_, code in (
        ([0], "ledger.content-missing"),
        ([-1], "ledger.pending-unreadable"),
        ([0.5], "ledger.pending-unreadable"),
    ):
        (ledger / "pending.json").write_text(json.dumps({**told, "erase": erase_}))
        before = office.everything()
        with unusable(code):
            office.open()
        assert office.everything() == before


def test_a_backup_of_hard_links_is_not_written_through(office: Office, tmp_path: Path) -> None:
    backup = tmp_path / "backup.jsonl"
    backup.hardlink_to(office.root / "ledger/contents.jsonl")
    before = backup.read_bytes()
    office.erase("NTE-0001")
    assert backup.read_bytes() == before
    assert len(office.open().store.erased()) == 2
