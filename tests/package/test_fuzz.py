"""Anything at all: either it opens, or it is refused with a place; never another error, and never a broken package."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.package.oddities import damaged, disturbed, sound_or_refused, text_like_yaml
from tests.package.packages import (
    ADA,
    AFTERWARDS,
    DOCUMENT,
    FUZZ,
    PRODUCT,
    RISK,
    Door,
    Row,
    contents,
    forge,
    tree,
    write,
    zipped,
)


def recorded_and_still_open(package: Path, door: Door) -> None:
    """What was accepted can be recorded or is refused; the package opens afterwards either way."""
    sound_or_refused(door("package", "record", package, *ADA))
    assert door("package", "check", package).code == 0


@FUZZ
@given(data=st.binary(max_size=200) | text_like_yaml.map(lambda text: text.encode("utf-8", "replace")))
def test_any_file_for_a_package(data: bytes, door: Door, tmp_path: Path) -> None:
    for beginning in (b"", b"PK\x03\x04", b"PK\x05\x06"):
        path = write(tmp_path / "x.zip", beginning + data)
        assert not sound_or_refused(door("package", "check", path))
        assert not sound_or_refused(door("ledger", "check", path))


@FUZZ
@given(text=text_like_yaml, name=st.sampled_from(("risks/x.yaml", "risks/x.json", "documents/x.md")))
def test_any_text_for_a_record(text: str, name: str, package: Path, door: Door) -> None:
    file = write(package / "records" / name, text.encode("utf-8", "replace"))
    if sound_or_refused(door("package", "check", package)):
        recorded_and_still_open(package, door)
    file.unlink()


@FUZZ
@given(text=text_like_yaml)
def test_any_text_for_a_manifest(text: str, package: Path, door: Door) -> None:
    write(package / "standfirst.yaml", text.encode("utf-8", "replace"))
    sound_or_refused(door("package", "check", package))


RECORDS = {
    "products/x.yaml": PRODUCT,
    "risks/x.yaml": RISK.format(about="PRD-0001"),
    "documents/x.md": DOCUMENT,
    "risks/x.json": json.dumps(
        {"kind": "risk", "title": "t", "hazard": "h", "domains": ["computing"], "stages": ["operation"], "categories": ["legal"], "owner": "ada"},
        indent=1,
    ),
}  # fmt: skip


@FUZZ
@given(data=st.data(), name=st.sampled_from(sorted(RECORDS)))
def test_a_damaged_record(data: st.DataObject, name: str, package: Path, door: Door) -> None:
    file = write(package / "records" / name, data.draw(damaged(RECORDS[name].encode())))
    if sound_or_refused(door("package", "check", package)):
        recorded_and_still_open(package, door)
    file.unlink()


@FUZZ
@given(data=st.data())
def test_a_damaged_record_that_is_recorded(
    data: st.DataObject, sound: Path, package: Path, door: Door
) -> None:
    """Also where it already has its id and number."""
    name = data.draw(
        st.sampled_from(("risks/laser.yaml", "documents/policy.md", "people/grace.yaml", "people/ada.yaml"))
    )
    whole = (sound / "records" / name).read_bytes()
    write(package / "records" / name, data.draw(damaged(whole)))
    if sound_or_refused(door("package", "check", package)):
        recorded_and_still_open(package, door)
    shutil.rmtree(package)
    shutil.copytree(sound, package)


LEDGER = ("entries.jsonl", "leaves.txt", "contents.jsonl", "head.json", "pending.json")


@FUZZ
@given(data=st.data(), name=st.sampled_from(LEDGER))
def test_a_damaged_ledger(data: st.DataObject, name: str, sound: Path, package: Path, door: Door) -> None:
    """Every change of a ledger file is told, but for what says the same and what is pending."""
    file = package / "ledger" / name
    whole = (
        file.read_bytes()
        if file.exists()
        else b'{"sizes": {}, "append": {}, "head": {"size": 5, "root": ""}}'
    )
    changed = write(file, data.draw(damaged(whole))).read_bytes()
    opened = sound_or_refused(door("package", "check", package))
    sound_or_refused(door("ledger", "check", package), no=True)
    if opened and name in LEDGER[:3]:
        assert changed == whole
    shutil.rmtree(package)
    shutil.copytree(sound, package)


def one_changed(data: st.DataObject) -> Callable[[list[Row]], None]:
    def change(rows: list[Row]) -> None:
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        if data.draw(st.booleans()):
            row.content = data.draw(disturbed(row.content))
        else:
            entry = data.draw(disturbed(row.entry))
            assume(isinstance(entry, dict))
            row.entry = entry

    return change


@FUZZ
@given(data=st.data())
def test_a_forged_ledger(data: st.DataObject, sound: Path, others: Path, tmp_path: Path, door: Door) -> None:
    """All hashes hold. What opens can be assessed, shown and taken in, and leaves a sound package behind."""
    for folder, whole in (("forged", others), ("ours", sound)):
        shutil.rmtree(tmp_path / folder, ignore_errors=True)
        shutil.copytree(whole, tmp_path / folder)
    forged, ours = tmp_path / "forged", tmp_path / "ours"
    if data.draw(st.booleans()):
        shutil.rmtree(forged / "records")  # then nothing else contradicts it
    forge(forged, one_changed(data))
    before = tree(ours)
    opens = sound_or_refused(door("package", "check", forged))
    for command in (("assess",), ("ledger", "show"), ("ledger", "check")):
        assert sound_or_refused(door(*command, forged), no=True) or not opens
    said = door("package", "import", ours, forged, *ADA)
    assert sound_or_refused(said) <= opens
    if said.code == 2:
        assert tree(ours) == before
    assert door("package", "check", ours).code == 0


@FUZZ
@given(data=st.data())
def test_a_disturbed_handover(
    data: st.DataObject, handed_over: bytes, sound: Path, tmp_path: Path, door: Door
) -> None:
    whole = write(tmp_path / "x.zip", handed_over)
    with zipfile.ZipFile(whole) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    document = data.draw(disturbed(json.loads(files["handover.json"])))
    changed = write(tmp_path / "y.zip", zipped({**files, "handover.json": json.dumps(document).encode()}))
    sound_or_refused(door("package", "check", changed))
    before = tree(sound)
    sound_or_refused(door("package", "import", sound, changed, "--actor", "grace", *AFTERWARDS))
    assert tree(sound) == before


@FUZZ
@given(data=st.data())
def test_a_damaged_zip(data: st.DataObject, sound: Path, tmp_path: Path, door: Door) -> None:
    path = write(tmp_path / "x.zip", data.draw(damaged(zipped(contents(sound)))))
    sound_or_refused(door("package", "check", path))


names = st.lists(
    st.sampled_from(
        (
            "evidence",
            "records",
            "ledger",
            "..",
            ".",
            "",
            "a",
            "A",
            "\xe9",
            "e\u0301",
            "C:",
            "\\",
            "x.yaml",
            "con",
        )
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    min_size=1,
    max_size=4,
).map(lambda parts: "/".join(parts) or "/")


@FUZZ
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@given(found=st.lists(names, min_size=1, max_size=4))
def test_any_names_in_a_zip(found: list[str], sound: Path, tmp_path: Path, door: Door) -> None:
    path = write(tmp_path / "x.zip", zipped([*contents(sound).items(), *((name, b"") for name in found)]))
    sound_or_refused(door("package", "check", path))
