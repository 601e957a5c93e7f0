"""``package record`` and ``package move``: hand edits become versions, by the rules, once, and files stay people's own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.records.cast import ADA, BEN, FIRST, KINDS, MILA, found, unusable
from tests.records.killing import killed_at, lines

from standfirst.records.actor import Actor
from standfirst.records.change import Conflict
from standfirst.records.ledger import Deed, check
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.package import Difference, Package, open_package
from standfirst.records.package.recording import Recorded, move, record
from standfirst.records.package.store import PackageStore
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.standards.problems import Unusable

PEOPLE = {"ada": ADA, "ben": BEN, "mila": MILA}
LASER = "kind: thing\ntitle: A laser\n"
POLICY = "kind: note\nstate: draft\ntitle: Policy\ntext: We keep what we promise\n"


def acting(_: Workspace, who: str) -> Actor:
    return PEOPLE[who]


class Desk:
    """A package folder, and the people who work on its files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def open(self) -> Package:
        return open_package(self.root, KINDS, {"6.1.3", "7.5"}, clock=lambda: FIRST)

    def write(self, name: str, text: str) -> Path:
        path = self.root / "records" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def read(self, name: str) -> str:
        return (self.root / "records" / name).read_bytes().decode()

    def edit(self, name: str, old: str, new: str) -> None:
        assert old in self.read(name)
        self.write(name, self.read(name).replace(old, new))

    def record(self, *only: str, by: str = "ada", why: str = "Because") -> Recorded:
        named = [f"records/{name}" for name in only]
        return record(self.open(), actor=by, why=why, acting=acting, only=named)

    def move(self, *numbers: str, to: str, by: str = "ben") -> Recorded:
        return move(self.open(), numbers, to=to, actor=by, why="Because", acting=acting)

    def numbered(self, number: str) -> Record:
        store = self.open().store
        return store.records()[store.numbered([number])[number]]

    def differences(self) -> list[tuple[str, Difference]]:
        return [(item.file.removeprefix("records/"), item.difference) for item in self.open().unrecorded()]

    def everything(self) -> dict[str, bytes]:
        files = (path for path in self.root.rglob("*") if path.is_file() and path.name != "lock")
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty package whose ledger has begun; its first record's file is kept as well."""
    root = tmp_path / "acme"
    root.mkdir()
    (root / "standfirst.yaml").write_text("form: standfirst-package/1\norganisation: Acme\n")
    store = PackageStore(FolderFiles(root), KINDS, clock=lambda: FIRST)
    found(store)
    (first,) = store.records()
    made = Desk(root)
    made.write("things/first.yaml", f"kind: thing\nid: {first}\nnumber: THG-0001\ntitle: The organisation\n")
    assert made.differences() == []
    return made


def approved(desk: Desk) -> Record:
    """A policy that Ada wrote and Ben approved: NTE-0001."""
    desk.write("notes/policy.yaml", POLICY)
    desk.record(by="ada")
    desk.move("NTE-0001", to="approved", by="ben")
    return desk.numbered("NTE-0001")


# --- what is recorded ---


def test_a_new_file_becomes_a_record(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    recorded = desk.record(why="It came today")
    (written,) = recorded.written
    assert (written.frame.number, recorded.receipt and recorded.receipt.entries) == ("THG-0002", 1)
    version = desk.numbered("THG-0002").current
    assert (version.content.body["title"], version.content.why) == ("A laser", "It came today")
    assert (version.entry.actor, version.entry.deed) == (ADA.id, Deed.CREATED)
    assert desk.read("things/laser.yaml") == (
        f"kind: thing\nid: {version.content.record}\nnumber: THG-0002\ntitle: A laser\n"
    )


def test_recorded_twice_is_recorded_once(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    desk.record()
    before = desk.everything()
    assert desk.record().receipt is None
    assert desk.everything() == before


def test_an_edit_is_a_version(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    desk.record()
    desk.edit("things/laser.yaml", "A laser", "Two lasers")
    assert desk.differences() == [("things/laser.yaml", Difference.EDITED)]
    desk.record(by="ben")
    first, second = desk.numbered("THG-0002").versions
    assert (first.content.body["title"], second.content.body["title"]) == ("A laser", "Two lasers")
    assert (second.entry.actor, second.entry.deed) == (BEN.id, Deed.AMENDED)


def test_only_the_files_named(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    desk.write("things/pump.yaml", LASER.replace("laser", "pump"))
    desk.record("things/pump.yaml")
    assert desk.differences() == [("things/laser.yaml", Difference.NEW)]
    assert desk.numbered("THG-0002").current.content.body["title"] == "A pump"


def test_a_template_is_left_out(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    desk.write("things/pump.yaml", "kind: thing\ntitle: '[[What it is]]'\n")
    recorded = desk.record()
    assert [item.file for item in recorded.templates] == ["records/things/pump.yaml"]
    assert len(recorded.written) == 1


def test_a_state_in_the_file_is_a_move(desk: Desk) -> None:
    desk.write("notes/policy.yaml", POLICY.replace("draft", "proposed"))
    recorded = desk.record()
    assert recorded.receipt is not None
    assert recorded.receipt.entries == 2
    deeds = [version.entry.deed for version in desk.numbered("NTE-0001").versions]
    assert deeds == [Deed.CREATED, Deed.MOVED]


def test_a_wanted_number(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER + "number: THG-0040\n")
    desk.write("things/pump.yaml", LASER)
    desk.record()
    assert "number: THG-0040" in desk.read("things/laser.yaml")
    assert "number: THG-0041" in desk.read("things/pump.yaml")


def test_a_reason_in_any_form_of_unicode(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    desk.record(why="re\u0301sume\u0301")
    assert desk.numbered("THG-0002").current.content.why == "r\u00e9sum\u00e9"


# --- links ---


def test_links_between_new_files_lead_by_id(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    desk.write("notes/policy.yaml", POLICY + "links:\n  about: [laser, THG-0001]\n")
    desk.record()
    laser, first = desk.numbered("THG-0002").id, desk.numbered("THG-0001").id
    assert desk.numbered("NTE-0001").current.content.links == {"about": (laser, first)}
    assert desk.differences() == []


@pytest.mark.parametrize(
    "target", [LASER, "kind: thing\ntitle: '[[What it is]]'\n"], ids=["left out", "template"]
)
def test_a_link_to_what_is_not_recorded_is_refused(desk: Desk, target: str) -> None:
    desk.write("things/laser.yaml", target)
    desk.write("notes/policy.yaml", POLICY + "links:\n  about: [THG-0001, laser]\n")
    before = desk.everything()
    with pytest.raises(Unusable) as refused:
        desk.record("notes/policy.yaml")
    (problem,) = refused.value.problems
    assert (problem.reason.code, problem.field) == ("link.unknown-target", "links.about[1]")
    assert problem.reason.parameters == {"target": "laser"}
    assert desk.everything() == before


# --- the rules ---


def test_a_refusal_leaves_every_file_as_it_was(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    desk.write("notes/policy.yaml", POLICY.replace("draft", "approved"))
    before = desk.everything()
    with unusable("deed.second-person"):
        desk.record(by="ada")
    assert desk.everything() == before


def test_every_refusal_is_told_at_once(desk: Desk) -> None:
    desk.write("notes/one.yaml", POLICY.replace("draft", "approved"))
    desk.write("notes/two.yaml", POLICY.replace("draft", "proposed").replace("text:", "remarks:"))
    with unusable("deed.second-person", "guard.missing"):
        desk.record(by="ada")


Attempt = Callable[[Desk], object]


def writes_and_approves(desk: Desk) -> None:
    desk.edit("notes/policy.yaml", "state: draft", "state: approved")
    desk.edit("notes/policy.yaml", "Policy", "Policy of mine")
    desk.record(by="ada")


def edits_another_and_approves(desk: Desk) -> None:
    """Ben did not write the policy, but by his edit he has: the change is his."""
    desk.edit("notes/policy.yaml", "We keep", "We nearly keep")
    desk.edit("notes/policy.yaml", "state: draft", "state: approved")
    desk.record(by="ben")


def proposes_then_approves(desk: Desk) -> None:
    desk.move("NTE-0001", to="proposed", by="ada")
    desk.move("NTE-0001", to="approved", by="ada")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda desk: desk.move("NTE-0001", to="approved", by="ada"),
        proposes_then_approves,
        writes_and_approves,
        edits_another_and_approves,
    ],
    ids=["in one go", "step by step", "with an edit", "by editing what another wrote"],
)
def test_nobody_approves_what_they_wrote(desk: Desk, attempt: Attempt) -> None:
    desk.write("notes/policy.yaml", POLICY)
    desk.record(by="ada")
    with unusable("deed.second-person"):
        attempt(desk)
    assert desk.numbered("NTE-0001").current.content.state != "approved"


def test_a_stranger_moves_nothing_that_needs_a_role(desk: Desk) -> None:
    desk.write("notes/policy.yaml", POLICY)
    desk.record(by="ada")
    with unusable("deed.role"):
        desk.move("NTE-0001", to="approved", by="mila")


def test_what_is_frozen_is_not_edited(desk: Desk) -> None:
    approved(desk)
    desk.edit("notes/policy.yaml", "We keep", "We broke")
    with unusable("deed.frozen"):
        desk.record(by="ben")


def test_what_is_frozen_is_taken_back_first(desk: Desk) -> None:
    approved(desk)
    desk.edit("notes/policy.yaml", "We keep", "We shall keep")
    desk.edit("notes/policy.yaml", "state: approved", "state: draft")
    desk.record(by="ben")
    *_, revised, edited = desk.numbered("NTE-0001").versions
    assert (revised.entry.transition, revised.content.body["text"]) == ("revise", "We keep what we promise")
    assert (edited.entry.deed, edited.content.body["text"]) == (Deed.AMENDED, "We shall keep what we promise")


def test_nobody_signs_on_the_way_to_something_else(desk: Desk) -> None:
    """From proposed to gone there is a way through approval, but Ada has not said that she approves."""
    desk.write("notes/policy.yaml", POLICY.replace("draft", "proposed"))
    desk.record(by="mila")
    with pytest.raises(Unusable) as refused:
        desk.move("NTE-0001", to="gone", by="ada")
    (problem,) = refused.value.problems
    assert problem.reason.code == "deed.no-way"
    assert problem.reason.parameters["open"] == ("approved", "draft")
    desk.move("NTE-0001", to="approved", by="ada")
    desk.move("NTE-0001", to="gone", by="ada")


# --- moves ---


def test_a_move_is_written_into_the_file(desk: Desk) -> None:
    approved(desk)
    assert "state: approved\n" in desk.read("notes/policy.yaml")
    assert desk.differences() == []


def test_all_the_moves_or_none(desk: Desk) -> None:
    desk.write("notes/policy.yaml", POLICY)
    desk.write("notes/empty.yaml", POLICY.replace("text:", "remarks:"))
    desk.record(by="ada")
    before = desk.everything()
    with unusable("guard.missing"):
        desk.move("NTE-0001", "NTE-0002", to="proposed")
    assert desk.everything() == before


def test_a_number_without_a_file(desk: Desk) -> None:
    with unusable("number.unknown"):
        desk.move("NTE-0077", to="approved")


def test_a_file_with_other_edits_is_not_moved(desk: Desk) -> None:
    desk.write("notes/policy.yaml", POLICY)
    desk.record(by="ada")
    desk.edit("notes/policy.yaml", "We keep", "We shall keep")
    with unusable("record.edited"):
        desk.move("NTE-0001", to="proposed")


def test_a_file_that_was_never_recorded_is_not_moved(desk: Desk) -> None:
    """It has a number, the one that it would like to have."""
    desk.write("notes/policy.yaml", POLICY + "number: NTE-0005\n")
    before = desk.everything()
    with unusable("record.edited"):
        desk.move("NTE-0005", to="proposed")
    assert desk.everything() == before


# --- two at one desk ---


def test_of_two_who_record_one_new_file_one_does(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    mine, theirs = desk.open(), desk.open()
    record(mine, actor="ada", why="", acting=acting)
    before = desk.everything()
    with pytest.raises(Conflict):
        record(theirs, actor="ben", why="", acting=acting)
    assert desk.everything() == before


def test_of_two_who_saw_the_same_version_one_is_refused(desk: Desk) -> None:
    """Ben's package was read before Ada's edit; recording it would silently undo what she wrote."""
    desk.write("things/laser.yaml", LASER)
    desk.record()
    desk.edit("things/laser.yaml", "A laser", "A laser of Ben's")
    theirs = desk.open()
    desk.edit("things/laser.yaml", "A laser of Ben's", "A laser of Ada's")
    desk.record(by="ada")
    with unusable("record.conflict"):
        record(theirs, actor="ben", why="", acting=acting)
    assert desk.numbered("THG-0002").current.content.body["title"] == "A laser of Ada's"


def test_two_who_record_different_files(desk: Desk) -> None:
    desk.write("things/laser.yaml", LASER)
    mine = desk.open()
    desk.write("things/pump.yaml", LASER)
    theirs = desk.open()
    record(mine, actor="ada", why="", acting=acting)
    record(theirs, actor="ben", why="", acting=acting, only=["records/things/pump.yaml"])
    assert desk.differences() == []
    assert len(desk.open().store.records()) == 3


# --- what is written into people's files ---

KEPT = {
    "comments": (
        "things/a.yaml",
        "# ours\nkind: thing   # a thing\ntitle: A laser\n",
        "# ours\nkind: thing   # a thing\nid: {id}\nnumber: {number}\ntitle: A laser\n",
    ),
    "line ends of another system": (
        "things/a.yaml",
        "kind: thing\r\ntitle: A laser\r\n",
        "kind: thing\r\nid: {id}\r\nnumber: {number}\r\ntitle: A laser\r\n",
    ),
    "a byte order mark": (
        "things/a.yaml",
        "\ufeffkind: thing\ntitle: A laser\n",
        "\ufeffkind: thing\nid: {id}\nnumber: {number}\ntitle: A laser\n",
    ),
    "no last line end": (
        "things/a.yaml",
        "title: A laser\nkind: thing",
        "title: A laser\nkind: thing\nid: {id}\nnumber: {number}",
    ),
    "a wanted number": (
        "things/a.yaml",
        'kind: thing\n"number": THG-0009  # please\ntitle: A laser\n',
        "kind: thing\nid: {id}\nnumber: THG-0009  # please\ntitle: A laser\n",
    ),
    "prose": (
        "notes/a.md",
        "---\ntitle: A note\nkind: note\n---\n\nkind: words\n\nstate: of the art\n",
        "---\ntitle: A note\nkind: note\nid: {id}\nnumber: {number}\n---\n\nkind: words\n\nstate: of the art\n",
    ),
}


@pytest.mark.parametrize(("name", "before", "after"), KEPT.values(), ids=KEPT.keys())
def test_every_other_byte_is_kept(desk: Desk, name: str, before: str, after: str) -> None:
    desk.write(name, before)
    (written,) = desk.record().written
    assert desk.read(name) == after.format(id=written.frame.id, number=written.frame.number)
    assert desk.differences() == []


@pytest.mark.parametrize("stated", ["state: draft # so far\n", ""], ids=["where it stands", "or below kind"])
def test_a_state_is_written_among_the_fields(desk: Desk, stated: str) -> None:
    desk.write("notes/a.md", f"---\nkind: note\n{stated}title: A note\n---\n\nstate: of the art\n")
    desk.record()
    desk.move("NTE-0001", to="proposed")
    fields, prose = desk.read("notes/a.md").split("---\n")[1:]
    assert stated.replace("draft", "proposed") in fields
    assert "state: proposed" in fields
    assert prose == "\nstate: of the art\n"


def test_json_is_written_anew_and_means_the_same(desk: Desk) -> None:
    desk.write("notes/a.json", '{"kind": "note", "title": "A \\u00e9 note", "text": "1.50"}')
    desk.record()
    value = json.loads(desk.read("notes/a.json"))
    assert (value["number"], value["title"], value["text"]) == ("NTE-0001", "A é note", "1.50")
    assert desk.differences() == []


# --- killed ---


@pytest.fixture
def drafted(desk: Desk) -> Desk:
    """Ready to be recorded: two new files and an edited one."""
    desk.write("notes/policy.yaml", POLICY)
    desk.record(by="ada")
    desk.edit("notes/policy.yaml", "We keep", "We always keep")
    desk.write("things/laser.yaml", LASER)
    desk.write("notes/plan.md", "---\nkind: note\ntitle: A plan\nlinks:\n  about: [laser]\n---\n\nWe plan.\n")
    return desk


def test_a_recording_killed_anywhere_is_not_repeated(drafted: Desk, tmp_path: Path) -> None:
    """Between writing ids, committing and writing numbers: the next call takes the files for the same records."""
    outcomes = set()
    for line in lines(step=4):
        desk = Desk(tmp_path / str(line))
        shutil.copytree(drafted.root, desk.root)
        alive = not killed_at(line, lambda desk=desk: desk.record(by="ada"))  # type: ignore[misc]
        outcomes.add(desk.record(by="ada").receipt is None)

        store = desk.open().store
        assert check(store.ledger(), store.head) is None
        assert store.head.size == 5
        assert sorted(r.number for r in store.records().values()) == [
            "NTE-0001",
            "NTE-0002",
            "THG-0001",
            "THG-0002",
        ]
        assert desk.differences() == []
        assert "number: THG-0002" in desk.read("things/laser.yaml")
        if alive:
            break
    assert outcomes == {True, False}  # some died before the commit, some after


def test_a_move_killed_anywhere_is_not_taken_back(drafted: Desk, tmp_path: Path) -> None:
    """A file that still said draft would, recorded again, revise what Ben has just approved."""
    drafted.record(by="ada")
    for line in lines(step=4):
        desk = Desk(tmp_path / str(line))
        shutil.copytree(drafted.root, desk.root)
        alive = not killed_at(line, lambda desk=desk: desk.move("NTE-0001", to="approved", by="ben"))  # type: ignore[misc]
        assert desk.record(by="mila").receipt is None
        state = desk.numbered("NTE-0001").current.content.state
        assert state == ("approved" if "state: approved" in desk.read("notes/policy.yaml") else "draft")
        if alive:
            assert state == "approved"
            break
