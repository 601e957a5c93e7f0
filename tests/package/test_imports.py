"""What comes in: all or nothing, nothing overwritten, nobody given what they do not have."""

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.package.packages import (
    ADA,
    AFTERWARDS,
    OLGA,
    Door,
    Forgery,
    Refuses,
    begin,
    contents,
    forge,
    row_of,
    tree,
    write,
    zipped,
)

from standfirst.records.change import Refused
from standfirst.records.package.stamping import put
from standfirst.records.package.store import PackageStore
from standfirst.standards.reason import Reason

# --- somebody else's records -----------------------------------------------------------------------------------------


def test_another_organisations_records_come_in(package: Path, other: Path, door: Door) -> None:
    said = door("package", "import", package, other, *ADA)
    assert (said.code, said.out.split(" records")[0]) == (0, "5")
    checked = door("package", "check", package)
    assert (checked.code, checked.out.startswith("Sound. 10 records")) == (0, True)
    assert "Not recorded" not in checked.out
    assert door("ledger", "check", package).code == 0


def test_what_comes_in_stands_in_its_first_state_with_its_origin(
    package: Path, other: Path, door: Door
) -> None:
    assert door("package", "move", other, "PRD-1701", "--to", "research", *OLGA).code == 0
    assert door("package", "import", package, other, *ADA).code == 0
    shown = json.loads((package / "records" / "products" / "PRD-1701.json").read_bytes())
    assert shown["state"] == "concept"
    last = (package / "ledger" / "contents.jsonl").read_bytes().splitlines()[-1]
    assert b'"origin":{' in last


def test_a_second_import_is_refused(package: Path, other: Path, door: Door, refuses: Refuses) -> None:
    assert door("package", "import", package, other, *ADA).code == 0
    refuses("package", "import", package, other, *ADA, says=("RSK-1701", "taken here", "here already"))


def test_a_number_that_is_taken_is_told_and_not_changed(
    package: Path, tmp_path: Path, refuses: Refuses
) -> None:
    clash = begin(tmp_path / "clash")
    refuses("package", "import", package, clash, *ADA, says=("RSK-0001", "taken here", "never changed"))


def test_a_number_that_an_edit_has_claimed_is_taken(package: Path, other: Path, refuses: Refuses) -> None:
    laser = (package / "records" / "risks" / "laser.yaml").read_text()
    text = "\n".join(line for line in laser.split("\n") if not line.startswith(("id:", "number:")))
    write(package / "records" / "risks" / "more.yaml", text + "number: RSK-1701\n")
    refuses("package", "import", package, other, *ADA, says=("RSK-1701", "taken here"))


def test_a_file_that_is_there_is_not_overwritten(package: Path, other: Path, refuses: Refuses) -> None:
    laser = (package / "records" / "risks" / "laser.yaml").read_text()
    fields = "\n".join(line for line in laser.split("\n") if not line.startswith(("id:", "number:")))
    write(package / "records" / "risks" / "more.yaml", fields)
    shutil.move(package / "records/risks/more.yaml", package / "records/risks/RSK-1701.yaml")
    write(package / "records" / "risks" / "rsk-1701.json", json.dumps({"kind": "risk", "title": "[[x]]"}))
    refuses("package", "import", package, other, *ADA, says=("RSK-1701.json", "for one"))


@pytest.mark.parametrize("ours", ["minutes.txt", "MINUTES.txt", "minutes.txt/x"])
def test_evidence_that_is_there_is_not_overwritten(
    ours: str, package: Path, other: Path, refuses: Refuses
) -> None:
    shutil.rmtree(package / "evidence")
    (package / "records" / "documents" / "policy.md").unlink()
    write(package / "evidence" / ours, "Agreed on Friday.\n")
    refuses("package", "import", package, other, *ADA, says=("inutes.txt",))


def test_the_same_evidence_is_kept_once(package: Path, other: Path, door: Door) -> None:
    before = (package / "evidence" / "minutes.txt").stat().st_mtime_ns
    assert door("package", "import", package, other, *ADA).code == 0
    assert (package / "evidence" / "minutes.txt").stat().st_mtime_ns == before


def test_only_some_records(package: Path, other: Path, door: Door, refuses: Refuses) -> None:
    refuses(
        "package", "import", package, other, *ADA, "--only", "RSK-1701", says=("RSK-1701", "not taken in")
    )
    refuses("package", "import", package, other, *ADA, "--only", "RSK-9999", says=("RSK-9999", "--only"))
    assert door("package", "import", package, other, *ADA, "--only", "RSK-1701", "PRD-1701").code == 0


@pytest.mark.parametrize(
    "who",
    ["eve", "", "ada ", "PER-9999", "\x1b[2J", "\udcff", "../ada", "ada\nadmin", "[bold]ada[/]", "x" * 9999],
)
def test_nobody_imports_who_is_not_known(who: str, package: Path, other: Path, refuses: Refuses) -> None:
    refuses("package", "import", package, other, "--actor", who, says=())
    refuses("package", "import", package, package, "--actor", who, says=())
    refuses("package", "record", package, "--actor", who, *AFTERWARDS, says=()) if who in (
        "\x1b[2J",
        "\udcff",
    ) else None


def test_an_import_grants_nobody_what_their_role_does_not(
    package: Path, other: Path, refuses: Refuses
) -> None:
    refuses("package", "import", package, other, "--actor", "grace", *AFTERWARDS, says=("role",))


def test_people_come_in_without_roles(package: Path, other: Path, door: Door, refuses: Refuses) -> None:
    assert door("package", "import", package, other, *ADA).code == 0
    refuses("package", "move", package, "PRD-0001", "--to", "research", *OLGA, says=("role",))
    assert json.loads((package / "records/people/PER-1701.json").read_bytes())["roles"] == []


def test_nobody_comes_in_under_a_name_that_is_taken(package: Path, other: Path, refuses: Refuses) -> None:
    forge(other, lambda rows: rows[0].content["body"].update(handle="ada"))
    shutil.rmtree(other / "records")
    refuses("package", "import", package, other, *ADA, says=("handle",))


def test_simulated_time_is_no_evidence_in_real_time(tmp_path: Path, other: Path, refuses: Refuses) -> None:
    real = begin(tmp_path / "real", simulation=False)
    refuses("package", "import", real, other, "--actor", "ada", says=("other", "simulated"))


def change(kind: str, /, **values: object) -> Forgery:
    return lambda rows: row_of(rows, kind).content.update(values)


FORGED: dict[str, tuple[Forgery, tuple[str, ...]]] = {
    "an unknown requirement": (change("risk", serves=["99.9"]), ("serves[0]", "99.9")),
    "a requirement with a path": (change("risk", serves=["../x"]), ("serves[0]",)),
    "an unknown relation": (
        lambda rows: change("risk", links={"beside": [row_of(rows, "product").entry["record"]]})(rows),
        ("links.beside",),
    ),
    "a relation with a path": (
        lambda rows: change("risk", links={"../x": [row_of(rows, "product").entry["record"]]})(rows),
        ("links",),
    ),
    "a link to nobody": (change("risk", links={"about": ["x"]}), ("RSK-1701", "not taken in")),
    "a link to the wrong kind": (
        lambda rows: change("risk", links={"about": [row_of(rows, "document").entry["record"]]})(rows),
        ("links.about[0]", "document"),
    ),
    "a link to itself": (
        lambda rows: change("product", links={"part-of": [row_of(rows, "product").entry["record"]]})(rows),
        ("circle",),
    ),
    "a day to come": (
        lambda rows: row_of(rows, "risk").content["body"].update(assessed_on="2999-01-01"),
        ("assessed_on", "not happened yet"),
    ),
    "a text that paints": (
        lambda rows: row_of(rows, "risk").content["body"].update(title="\x1b[2J"),
        ("RSK-1701.json", "U+001B"),
    ),
    "evidence that is not theirs": (
        lambda rows: row_of(rows, "document").content["body"]["attachments"][0].update(sha256="0" * 64),
        ("evidence/minutes.txt", "DOC-1701"),
    ),
    "no digest": (
        lambda rows: row_of(rows, "document").content["body"]["attachments"][0].pop("sha256"),
        ("evidence/minutes.txt", "DOC-1701"),
    ),
    "an id with a path": (
        lambda rows: [
            part.update(record="../../x")
            for part in (row_of(rows, "risk").entry, row_of(rows, "risk").content)
        ],
        ("id",),
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_record_that_would_break_the_package_stays_out(
    what: str, package: Path, other: Path, door: Door, refuses: Refuses
) -> None:
    """The source opens: what its ledger says is consistent. Here it would not stand."""
    forgery, says = FORGED[what]
    forge(other, forgery)
    shutil.rmtree(other / "records")
    assert door("package", "check", other).code == 0
    refuses("package", "import", package, other, *ADA, says=says)
    assert door("package", "check", package).code == 0


def test_an_import_that_is_refused_at_the_last_moment_leaves_nothing(
    package: Path, other: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_: object) -> None:
        raise Refused(Reason("number.taken", {"number": "RSK-1701"}))

    shutil.move(other / "evidence" / "minutes.txt", other / "evidence" / "other.txt")
    forge(
        other,
        lambda rows: (
            row_of(rows, "document").content["body"]["attachments"][0].update(file="evidence/other.txt")
        ),
    )
    shutil.rmtree(other / "records")
    monkeypatch.setattr(PackageStore, "perform", too_late)
    refuses("package", "import", package, other, *ADA, says=("belongs to another record",))


def test_a_disk_that_is_full(
    package: Path, other: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refuses("package", "import", package, other, *ADA, says=("No space left",))


# --- restoring -------------------------------------------------------------------------------------------------------


@pytest.fixture
def longer(package: Path, door: Door) -> Path:
    """A later copy of the package: a record more, an edit, a file that has moved, evidence more and evidence changed."""
    copy = Path(shutil.copytree(package, package.parent / "longer"))
    risks = copy / "records" / "risks"
    laser = risks / "laser.yaml"
    write(laser, laser.read_text().replace("The laser fails", "The laser fails at night"))
    laser.rename(risks / "night.yaml")
    write(copy / "evidence" / "more.txt", "More.\n")
    write(copy / "evidence" / "minutes.txt", "Agreed on Tuesday.\n")
    write(
        risks / "more.yaml",
        "kind: risk\n" + laser_fields(risks / "night.yaml") + "attachments: [{file: evidence/more.txt}]\n",
    )
    assert door("package", "record", copy, *ADA).code == 0
    return copy


def laser_fields(file: Path) -> str:
    kept = [line for line in file.read_text().split("\n") if not line.startswith(("kind:", "id:", "number:"))]
    return "\n".join(kept)


def test_a_longer_copy_carries_on(package: Path, longer: Path, door: Door) -> None:
    said = door("package", "import", package, longer, *ADA)
    assert said.code == 0, said
    assert contents(package) == contents(longer)
    assert "Not recorded" not in door("package", "check", package).out
    assert door("package", "import", package, longer, *ADA).out == "nothing new in the source\n"
    assert door("package", "import", longer, package, *ADA).out == "nothing new in the source\n"


def test_a_longer_copy_as_a_zip_carries_on(package: Path, longer: Path, door: Door) -> None:
    packed = write(package.parent / "longer.zip", zipped(contents(longer)))
    assert door("package", "import", package, packed, *ADA).code == 0
    assert contents(package) == contents(longer)


def test_a_copy_that_went_another_way_is_refused(
    package: Path, longer: Path, door: Door, refuses: Refuses
) -> None:
    assert door("package", "move", package, "PRD-0001", "--to", "research", *ADA).code == 0
    refuses("package", "import", package, longer, *ADA, says=("ledger/entries.jsonl:6", "differ from here"))


def test_edits_that_are_not_recorded_are_not_overwritten(
    package: Path, longer: Path, refuses: Refuses
) -> None:
    laser = package / "records" / "risks" / "laser.yaml"
    write(laser, laser.read_text() + "causes: [age]\n")
    refuses("package", "import", package, longer, *ADA, says=("records/risks/laser.yaml", "not recorded"))


def test_a_new_file_of_ours_is_not_overwritten(package: Path, longer: Path, refuses: Refuses) -> None:
    write(package / "records" / "risks" / "more.yaml", "kind: risk\ntitle: '[[mine]]'\n")
    refuses("package", "import", package, longer, *ADA, says=("records/risks/more.yaml", "not recorded"))


def test_evidence_of_ours_is_not_overwritten(package: Path, longer: Path, refuses: Refuses) -> None:
    write(package / "evidence" / "more.txt", "Mine.\n")
    refuses("package", "import", package, longer, *ADA, says=("evidence/more.txt", "Another file"))


def test_a_longer_copy_that_is_broken_is_refused(package: Path, longer: Path, refuses: Refuses) -> None:
    write(longer / "records" / "risks" / "more.yaml", "kind: risk\n")
    refuses("package", "import", package, longer, *ADA, says=("records/risks/more.yaml", "missing"))


def test_a_longer_ledger_that_is_forged_is_refused(package: Path, longer: Path, refuses: Refuses) -> None:
    forge(longer, lambda rows: rows[-1].content["body"].update(severity="5"))
    refuses("package", "import", package, longer, *ADA, says=("ledger/contents.jsonl", "does not fit"))


def test_restoring_needs_somebody_who_is_known(package: Path, longer: Path, refuses: Refuses) -> None:
    refuses("package", "import", package, longer, "--actor", "eve", *AFTERWARDS, says=("eve", "ada"))


def test_our_name_is_not_restored(package: Path, longer: Path, door: Door) -> None:
    write(
        longer / "standfirst.yaml", (longer / "standfirst.yaml").read_text().replace("Acme Quantum", "Evil")
    )
    assert door("package", "import", package, longer, *ADA).code == 0
    assert "Acme Quantum" in (package / "standfirst.yaml").read_text()


def test_a_restore_that_was_interrupted_carries_on(
    package: Path, longer: Path, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stop in range(1, 5):
        ours = Path(shutil.copytree(package, package.parent / f"stopped-{stop}"))
        calls: list[Path] = []

        def killed(path: Path, data: bytes, calls: list[Path] = calls, stop: int = stop) -> None:
            calls.append(path)
            if len(calls) == stop:
                raise KeyboardInterrupt
            put(path, data)

        with monkeypatch.context() as patched:
            patched.setattr("standfirst.records.package.intake.put", killed)
            assert door("package", "import", ours, longer, *ADA).code == 130
        assert door("package", "import", ours, longer, *ADA).code == 0
        assert contents(ours) == contents(longer)


def test_nothing_outside_is_touched_by_any_of_this(
    package: Path, other: Path, longer: Path, door: Door, tmp_path: Path
) -> None:
    before = {name: held for name, held in tree(tmp_path).items() if not name.startswith("acme")}
    copy = Path(shutil.copytree(package, tmp_path / "acme-2"))
    assert door("package", "import", package, longer, *ADA).code == 0
    assert door("package", "import", copy, other, *ADA).code == 0
    after = {name: held for name, held in tree(tmp_path).items() if not name.startswith("acme")}
    assert after == before
