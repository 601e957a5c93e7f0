"""Hand-overs: what is proved, and what a changed byte does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.package.packages import ADA, FUZZ, Door, Refuses, contents, forge, problems_of, write, zipped

from standfirst.records.package.door import FolderFiles, open_files
from standfirst.records.package.transfer import Handover, read_handover

Document = dict[str, Any]


@pytest.fixture
def handover(handed_over: bytes, tmp_path: Path) -> Path:
    return write(tmp_path / "x.zip", handed_over)


def files_of(path: Path) -> dict[str, bytes]:
    files = open_files(path)
    return {name: files.read(name) for name in files.names()}


def test_a_handover_proves_itself(handover: Path, package: Path, door: Door) -> None:
    said = door("package", "check", handover)
    assert said.code == 0
    head = door("package", "check", package).out.split("head ")[1].strip()[:-1]
    assert f"A hand-over: DOC-0001, PRD-0001. Every record is proved under head {head}." in said.out
    assert "It says it is of Acme Quantum; its time is simulated." in said.out


def test_a_handover_is_no_package(handover: Path, refuses: Refuses) -> None:
    for command in (("assess",), ("package", "new"), ("ledger", "show")):
        more = ("risk", "x") if "new" in command else ()
        refuses(*command, handover, *more, says=("x.zip", "hand-over"))


def test_a_record_that_is_not_there(package: Path, refuses: Refuses) -> None:
    out = package.parent / "out.zip"
    refuses(
        "package", "export", package, "--out", out, "--only", "RSK-0009", "../x", says=("RSK-0009", "../x")
    )


def test_a_record_named_twice_is_handed_over_once(package: Path, door: Door) -> None:
    out = package.parent / "out.zip"
    assert door("package", "export", package, "--out", out, "--only", "PRD-0001", "PRD-0001").code == 0
    assert "A hand-over: PRD-0001." in door("package", "check", out).out


@pytest.mark.parametrize("how", ["gone", "changed"])
def test_evidence_that_is_not_as_recorded_is_not_handed_over(
    how: str, package: Path, refuses: Refuses
) -> None:
    (package / "records" / "documents" / "policy.md").unlink()
    minutes = package / "evidence" / "minutes.txt"
    minutes.unlink() if how == "gone" else write(minutes, "Agreed on Tuesday.\n")
    out = package.parent / "out.zip"
    refuses(
        "package",
        "export",
        package,
        "--out",
        out,
        "--only",
        "DOC-0001",
        says=("evidence/minutes.txt", "DOC-0001"),
    )


def test_evidence_that_changes_while_it_is_read_is_not_handed_over(
    package: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, times = FolderFiles.read, []

    def changing(self: FolderFiles, name: str) -> bytes:
        times.append(name)
        return read(self, name) + (b"!" if name.startswith("evidence/") and times.count(name) > 1 else b"")

    monkeypatch.setattr(FolderFiles, "read", changing)
    out = package.parent / "out.zip"
    refuses(
        "package",
        "export",
        package,
        "--out",
        out,
        "--only",
        "DOC-0001",
        says=("evidence/minutes.txt", "not what was"),
    )


# --- hostile ones ----------------------------------------------------------------------------------------------------


def item(index: int, **values: object) -> Callable[[Document], object]:
    return lambda document: document["records"][index].update(values)


def other_content(document: Document) -> None:
    document["records"][0]["content"] = document["records"][1]["content"]


def swapped_proofs(document: Document) -> None:
    one, two = document["records"]
    one["proof"], two["proof"] = two["proof"], one["proof"]


def reread(change: Callable[[Document], object]) -> Callable[[Document], object]:
    """Change what the first entry says; the proof stays."""

    def changed(document: Document) -> None:
        entry = json.loads(document["records"][0]["entry"])
        change(entry)
        document["records"][0]["entry"] = json.dumps(entry, separators=(",", ":"), sort_keys=True)

    return changed


HOSTILE: dict[str, tuple[Callable[[Document], object], tuple[str, ...]]] = {
    "another form": (lambda d: d.update(form="standfirst-handover/2"), ("form",)),
    "a form that is a list": (lambda d: d.update(form=[]), ("form",)),
    "no records": (lambda d: d.update(records=[]), ("records",)),
    "records that are a word": (lambda d: d.update(records="x"), ("records",)),
    "a record that is a list": (lambda d: d["records"].append([]), ("records[2]",)),
    "a record twice": (lambda d: d["records"].append(d["records"][0]), ("DOC-0001", "twice")),
    "a field more": (lambda d: d.update(evil=1), ("evil",)),
    "no head": (lambda d: d.pop("head"), ("head", "required")),
    "another root": (
        lambda d: d["head"].update(root="0" * 64),
        ("records[0]", "records[1]", "founded", "not proved"),
    ),
    "a root with spaces": (lambda d: d["head"].update(root=" " + d["head"]["root"]), ("head.root",)),
    "a root in capitals": (lambda d: d["head"].update(root=d["head"]["root"].upper()), ("head.root",)),
    "a root that is a number": (lambda d: d["head"].update(root=5), ("head.root",)),
    "a size in words": (lambda d: d["head"].update(size="5"), ("head.size",)),
    "a size that is a fraction": (lambda d: d["head"].update(size=5.0), ("head.size",)),
    "a size that is true": (lambda d: d["head"].update(size=True), ("head.size",)),
    "a size of nothing": (lambda d: d["head"].update(size=0), ("head.size",)),
    "a huge size": (lambda d: d["head"].update(size=2**70), ("not proved",)),
    "another size": (lambda d: d["head"].update(size=900), ("not proved",)),
    "another salt": (item(0, salt="0" * 64), ("records[0]", "not proved")),
    "a salt that is none": (item(0, salt="x"), ("records[0].salt",)),
    "another content": (other_content, ("records[0]", "not proved")),
    "a content that is none": (item(0, content="{}"), ("records[0]", "not proved")),
    "an entry that is none": (item(0, entry="{}"), ("records[0]", "not proved")),
    "an entry that is a number": (item(0, entry=5), ("records[0].entry",)),
    "a proof that is none": (item(0, proof=["x"]), ("records[0].proof[0]",)),
    "an endless proof": (item(0, proof=["0" * 64] * 10_000), ("records[0]", "not proved")),
    "another's proof": (swapped_proofs, ("records[0]", "records[1]", "not proved")),
    "another number": (reread(lambda e: e.update(number="../../x")), ("records[0]", "not proved")),
    "another actor": (reread(lambda e: e.update(actor="eve")), ("records[0]", "not proved")),
    "another time": (reread(lambda e: e.update(recorded_at="2020-01-01T00:00:00+00:00")), ("not proved",)),
    "a better signature": (
        reread(lambda e: e.update(signature={"meaning": "approval", "assurance": "passkey", "roles": []})),
        ("not proved",),
    ),
    "another beginning": (
        lambda d: d["founded"].update(entry=d["records"][0]["entry"]),
        ("founded", "not proved"),
    ),
    "a beginning that is none": (
        lambda d: d.update(founded={k: d["records"][0][k] for k in ("entry", "proof")}),
        ("founded", "not proved"),
    ),
    "a name on two lines": (lambda d: d.update(organisation="A\nSound."), ("organisation", "one line")),
    "a name that paints": (lambda d: d.update(organisation="\x1b[2J"), ("organisation",)),
    "a name that is a list": (lambda d: d.update(organisation=["A"]), ("organisation",)),
    "fictional beside the proof": (lambda d: d.update(fictional=True), ("fictional",)),
}


def repacked(handover: Path, document: Document | bytes, **files: bytes) -> Path:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return write(handover, zipped({**files_of(handover), "handover.json": data, **files}))


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_handover_is_refused(what: str, handover: Path, package: Path, refuses: Refuses) -> None:
    change, says = HOSTILE[what]
    document = json.loads(files_of(handover)["handover.json"])
    change(document)
    repacked(handover, document)
    refuses("package", "check", handover, says=("handover.json", *says))
    refuses("package", "import", package, handover, *ADA, says=("handover.json", *says))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"[]",
        b"null",
        b"5",
        b"[" * 100_000,
        b"\xff",
        b'{"form": "\\ud800"}',
        b"{" + b'"a":' * 90_000,
        b'{"form": NaN}',
    ],
)
def test_a_handover_that_is_no_document_is_refused(data: bytes, handover: Path, refuses: Refuses) -> None:
    refuses("package", "check", repacked(handover, data), says=("handover.json",))


def test_a_handover_with_other_files_is_refused(handover: Path, refuses: Refuses) -> None:
    document = files_of(handover)["handover.json"]
    said = refuses(
        "package",
        "check",
        repacked(handover, document, **{"evidence/minutes.txt": b"x"}),
        says=("not what was",),
    )
    assert "DOC-0001" in said.err
    repacked(
        handover, document, **{"evidence/minutes.txt": b"Agreed on Monday.\n", "standfirst.yaml": b"form: x"}
    )
    refuses("package", "check", handover, says=("standfirst.yaml", "no place for this file"))


def test_a_handover_without_its_evidence_is_refused(handover: Path, refuses: Refuses) -> None:
    write(handover, zipped({"handover.json": files_of(handover)["handover.json"]}))
    refuses("package", "check", handover, says=("evidence/minutes.txt", "DOC-0001", "not among the files"))


def proved(handover: Handover) -> object:
    """All that a hand-over proves: not what it says of its own name."""
    return handover.ledger, handover.simulation, handover.head, handover.sent


def proof_or_refusal(path: Path) -> object:
    """What is proved, None for no hand-over, or "refused" where each problem has its place."""
    found: list[Handover | None] = []

    def read() -> None:
        files = open_files(path)
        found.append(read_handover(files) if "handover.json" in files.names() else None)

    problems = problems_of(read)
    if problems:
        assert all(problem.file for problem in problems)
        return "refused"
    return proved(found[0]) if found[0] else None


def with_a_byte_changed(draw: st.DataObject, data: bytes) -> bytes:
    at = draw.draw(st.integers(0, len(data) - 1))
    other = data[at] ^ draw.draw(st.integers(1, 255))
    return data[:at] + bytes([other]) + data[at + 1 :]


@FUZZ
@given(draw=st.data())
def test_a_changed_byte_is_noticed_or_changes_nothing(
    handover: Path, handed_over: bytes, draw: st.DataObject
) -> None:
    write(handover, handed_over)
    whole = proof_or_refusal(handover)
    write(handover, with_a_byte_changed(draw, handed_over))
    assert proof_or_refusal(handover) in (whole, "refused", None)


@FUZZ
@given(draw=st.data())
def test_a_changed_byte_is_noticed_without_a_zip(handover: Path, tmp_path: Path, draw: st.DataObject) -> None:
    """As above, where no checksum of a zip helps."""
    files = files_of(handover)
    whole = proof_or_refusal(handover)
    name = draw.draw(st.sampled_from(sorted(files)))
    for each, data in files.items():
        write(tmp_path / "folder" / each, with_a_byte_changed(draw, data) if each == name else data)
    assert proof_or_refusal(tmp_path / "folder") in (whole, "refused")


def test_a_handover_holds_what_was_recorded_and_no_more(handover: Path, sound: Path) -> None:
    found = read_handover(open_files(handover))
    assert [one.number for one in found.sent] == ["DOC-0001", "PRD-0001"]
    assert set(files_of(handover)) == {"handover.json", "evidence/minutes.txt"}
    risk = contents(sound)["ledger/contents.jsonl"].splitlines()
    assert not [
        line for line in risk if b"laser" in line and line[65:] in files_of(handover)["handover.json"]
    ]


def test_a_handover_of_a_forged_ledger_proves_only_its_own_head(package: Path, door: Door) -> None:
    forge(package, lambda rows: rows[-1].entry.update(actor="00000000-0000-4000-8000-000000000000"))
    out = package.parent / "out.zip"
    assert door("package", "export", package, "--out", out, "--only", "PRD-0001").code == 0
    assert door("package", "check", out).out.split("head ")[1] != ""
