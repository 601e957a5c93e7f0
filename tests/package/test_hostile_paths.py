"""What stands where a package should: nothing, something else, or a place that cannot be written."""

import os
from pathlib import Path

import pytest
from tests.package.packages import ADA, Door, Refuses, contents, tree, write, zipped


def test_a_path_that_does_not_exist(tmp_path: Path, refuses: Refuses) -> None:
    refuses("package", "check", tmp_path / "gone", says=("gone", "nothing at this path", "package init"))


def test_an_empty_folder(tmp_path: Path, refuses: Refuses) -> None:
    (tmp_path / "empty").mkdir()
    refuses("package", "check", tmp_path / "empty", says=("empty", "The folder is empty", "package init"))


def test_a_folder_of_something_else(tmp_path: Path, refuses: Refuses) -> None:
    write(tmp_path / "other" / "README.md", "Hello")
    refuses("package", "check", tmp_path / "other", says=("other", "no standfirst.yaml"))


def test_a_file_that_is_no_zip(tmp_path: Path, refuses: Refuses) -> None:
    write(tmp_path / "x.zip", "Hello")
    refuses("package", "check", tmp_path / "x.zip", says=("x.zip", "neither a folder nor a zip"))


def test_a_device(refuses: Refuses) -> None:
    refuses("package", "check", "/dev/zero", says=("/dev/zero", "neither a folder nor a zip"))


def test_a_pipe(tmp_path: Path, refuses: Refuses) -> None:
    os.mkfifo(tmp_path / "pipe")
    refuses("package", "check", tmp_path / "pipe", says=("pipe", "neither a folder nor a zip"))


def test_a_link_to_itself(tmp_path: Path, refuses: Refuses) -> None:
    (tmp_path / "loop").symlink_to("loop")
    refuses("package", "check", tmp_path / "loop", says=("loop", "nothing at this path"))


def test_a_name_that_no_system_takes(tmp_path: Path, refuses: Refuses) -> None:
    refuses("package", "check", tmp_path / ("x" * 5000), says=("xxx", "too long"))
    refuses("package", "check", f"{tmp_path}\0x", says=("[U+0000]",))


def test_a_name_that_would_paint_the_terminal(tmp_path: Path, refuses: Refuses) -> None:
    said = refuses(
        "package", "check", tmp_path / "\x1b[2J\x9b2J\u202egnp\n0 problems", says=("[U+001B]", "[U+202E]")
    )
    assert "\n0 problems" not in said.err


def test_a_link_to_a_package_is_followed_when_it_is_named(package: Path, door: Door) -> None:
    (package.parent / "link").symlink_to(package)
    assert door("package", "check", package.parent / "link") == door("package", "check", package)


@pytest.mark.parametrize("command", ["record", "move", "import", "new"])
def test_a_zip_is_never_written(command: str, package: Path, refuses: Refuses) -> None:
    packed = write(package.parent / "acme.zip", zipped(contents(package)))
    arguments: dict[str, tuple[object, ...]] = {
        "record": ADA,
        "move": ("RSK-0001", "--to", "assessed", *ADA),
        "import": (package, *ADA),
        "new": ("risk", "more"),
    }
    refuses("package", command, packed, *arguments[command], says=("acme.zip", "never written"))


# --- where something is written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["acme", "acme/evidence/copy.zip", "acme/x.zip", "acme/records/x/y.zip"])
def test_no_export_into_the_package(out: str, package: Path, refuses: Refuses) -> None:
    for only in ((), ("--only", "RSK-0001")):
        refuses(
            "package", "export", package, "--out", package.parent / out, *only, says=("inside the package",)
        )


@pytest.mark.parametrize("out", ["acme", "acme/report", "acme/evidence/../report", "link/report"])
def test_no_report_into_the_package(out: str, package: Path, refuses: Refuses) -> None:
    (package.parent / "link").symlink_to(package)
    refuses("assess", package, "--out", package.parent / out, says=("inside the package",))


def test_out_is_a_file(package: Path, refuses: Refuses) -> None:
    file = write(package.parent / "file", "mine")
    refuses("assess", package, "--out", file, says=("file", "cannot be written"))
    refuses("package", "export", package, "--out", file / "x.zip", says=("x.zip", "cannot be written"))


def test_out_is_a_folder(package: Path, refuses: Refuses) -> None:
    (package.parent / "folder").mkdir()
    refuses(
        "package", "export", package, "--out", package.parent / "folder", says=("folder", "Is a directory")
    )
    refuses("package", "export", package, "--out", "/", says=("cannot be written",))


def test_out_leads_round_in_a_circle(package: Path, refuses: Refuses) -> None:
    loop = package.parent / "loop"
    loop.symlink_to("loop")
    refuses("assess", package, "--out", loop, says=("loop", "cannot be written"))
    refuses("package", "export", package, "--out", loop / "x.zip", says=("loop", "cannot be written"))
    refuses("package", "record", package, loop, *ADA, says=("loop", "no record in this file"))


@pytest.mark.parametrize("place", ["/dev/full/x.zip", "/proc/x.zip"])
def test_out_cannot_be_written(place: str, package: Path, refuses: Refuses) -> None:
    refuses("package", "export", package, "--out", place, says=(place, "cannot be written"))


def test_out_does_not_write_through_links(package: Path, door: Door) -> None:
    outside = write(package.parent / "outside.txt", "mine")
    out = package.parent / "out"
    out.mkdir()
    for name in ("report.html", ".report.html.tmp", "result.json", ".result.json.tmp"):
        (out / name).symlink_to(outside)
    assert door("assess", package, "--out", out).code == 0
    assert outside.read_text() == "mine"
    assert (out / "report.html").read_text().startswith("<!doctype html>")


def test_a_record_does_not_write_through_links(package: Path, door: Door) -> None:
    """Hidden files are passed over by the door: none of them may be what a writer's draft is called."""
    outside = write(package.parent / "outside.txt", "mine")
    for file in [*package.rglob("*.yaml"), *package.glob("ledger/*"), *package.rglob("*.md")]:
        for draft in (f".{file.name}.tmp", f"{file.name}.tmp"):
            if draft.startswith("."):
                (file.parent / draft).symlink_to(outside)
    for name in (".pending.json.tmp", ".head.json.tmp"):
        if not (package / "ledger" / name).is_symlink():
            (package / "ledger" / name).symlink_to(outside)
    laser = package / "records" / "risks" / "laser.yaml"
    write(laser, laser.read_text() + "causes: [age]\n")
    write(
        package / "records" / "risks" / "more.yaml",
        laser.read_text().split("id:")[0] + laser.read_text().split("\n", 3)[3],
    )
    said = door("package", "record", package, *ADA)
    assert said.code in (0, 2)
    assert door("package", "move", package, "RSK-0001", "--to", "assessed", *ADA).code in (0, 2)
    assert outside.read_text() == "mine"


@pytest.mark.parametrize(
    "name",
    [
        "../../../evil",
        "/evil",
        "..",
        ".hidden",
        "a/b",
        "a\\b",
        "C:x",
        "x\x1b[2J",
        "x\n",
        "",
        "-",
        "x" * 300,
        "\udcff",
    ],
)
def test_a_new_file_stays_in_its_folder(name: str, package: Path, refuses: Refuses) -> None:
    refuses("package", "new", package, "risk", "--", name, says=())


def test_a_new_file_of_a_name_that_other_systems_take_for_another(package: Path, refuses: Refuses) -> None:
    refuses("package", "new", package, "risk", "laser", says=("laser.yaml", "of this name already"))
    refuses("package", "new", package, "risk", "LASER", says=("Some systems take this name",))


def test_a_new_file_does_not_wait_for_a_broken_one(package: Path, door: Door, refuses: Refuses) -> None:
    write(package / "records" / "risks" / "half.yaml", "kind: risk\n")
    assert door("package", "new", package, "risk", "more").code == 0
    refuses("package", "new", package, "risk", "LASER", says=("Some systems take this name", "1 problem;"))
    refuses("package", "check", package, says=("half.yaml",))


def test_a_disk_that_is_full(package: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    laser = package / "records" / "risks" / "laser.yaml"
    write(laser, laser.read_text() + "causes: [age]\n")
    monkeypatch.setattr(os, "fsync", full)
    out = package.parent / "x.zip"
    refuses("package", "export", package, "--out", out, says=("x.zip", "No space left"))
    refuses("package", "new", package, "risk", "more", says=("more.yaml", "No space left"))
    refuses("package", "record", package, *ADA, says=("No space left",))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--organisation", "a\nb"),
        ("--organisation", "\udcff"),
        ("--organisation", ""),
        ("--organisation", "x" * 5000),
        ("--organisation", "\x1b[2J"),
        ("--by", "\udcff"),
        ("--by", " "),
        ("--handle", "Ada"),
        ("--handle", "../x"),
        ("--handle", "\x1b[2J"),
        ("--clock", "yesterday"),
        ("--clock", "0001-01-01T00:00:00+14:00"),
        ("--clock", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_nothing_is_begun_under_a_name_that_is_none(
    option: str, value: str, tmp_path: Path, refuses: Refuses
) -> None:
    named = {"--organisation": "Acme", "--by": "Ada", "--handle": "ada", "--clock": "2026-01-05"} | {
        option: value
    }
    pairs = [part for pair in named.items() for part in pair]
    refuses("package", "init", tmp_path / "new", "--simulation", *pairs, says=(option.strip("-"),))


def test_nothing_is_begun_where_something_is(package: Path, refuses: Refuses) -> None:
    new = ("--organisation", "Acme", "--by", "Ada", "--handle", "ada")
    refuses("package", "init", package, *new, says=("acme", "something here already"))
    refuses("package", "init", package / "standfirst.yaml", *new, says=("something here already",))
    refuses("package", "init", package / "standfirst.yaml" / "x", *new, says=("cannot be written",))
    refuses("package", "init", "/proc/x", *new, says=("/proc/x", "cannot be written"))


@pytest.mark.parametrize(
    "organisation", ['"', "a: b # c", "'", "\\", "[[x]]", "é", "{a}", "- x", "\u202eemca"]
)
def test_a_name_is_kept_as_it_was_given(organisation: str, tmp_path: Path, door: Door) -> None:
    new = ("--organisation", organisation, "--by", organisation, "--handle", "ada")
    assert door("package", "init", tmp_path / "new", *new).code == 0
    before = tree(tmp_path)
    assert door("package", "check", tmp_path / "new").code == 0
    assert tree(tmp_path) == before
